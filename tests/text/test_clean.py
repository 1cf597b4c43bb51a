"""Text from strangers: whatever comes, what is shown is bounded, composed and keeps to its place."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from jauap.text import clean

ANY = st.text(st.characters(codec=None), max_size=400)
NASTY = st.text(
    st.sampled_from("aқ\u0301\u0302\u0323\u202e\u2066\u2069\x00\x07\r\n\u2028 \U0001f468\u200d\ud800"),
    max_size=300,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Су қашан болады?", "Су қашан болады?"),
        ("  two\r\nlines\r", "two\nlines"),
        ("И\u0306од", "Йод"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("bell\x07 and nul\x00", "bell and nul"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("\u2067שלום\u2069", "שלום"),
        ("right\u200fto left mark stays", "right\u200fto left mark stays"),
        ("👨‍👩‍👧 stays one family", "👨‍👩‍👧 stays one family"),
        ("a\n\n\n\n\n\n\nb", "a\n\n\nb"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_a_text_is_shown_as_people_would_write_it(raw: str, shown: str) -> None:
    assert clean.text(raw) == shown


def test_a_megabyte_of_combining_marks_becomes_one_letter_with_a_few() -> None:
    shown = clean.text("a" + "\u0316" * 1_000_000 + "b")
    assert len(shown) <= 2 + clean.MARKS
    assert shown.endswith("b") or len(shown) == 1 + clean.MARKS


def test_a_megabyte_of_text_is_cut_with_a_sign() -> None:
    shown = clean.text("ж" * 1_000_000)
    assert len(shown) == clean.LONGEST
    assert shown.endswith(clean.CUT_SIGN)


def test_a_name_stands_on_one_line() -> None:
    assert clean.line(" Айгүл\n\tС.\u2028 ") == "Айгүл С."


@given(ANY | NASTY)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean.text(raw, 60)
    assert clean.text(once, 60) == once


@given(ANY | NASTY)
def test_what_is_shown_is_bounded_composed_and_can_be_written(raw: str) -> None:
    shown = clean.text(raw, 60)
    assert len(shown) <= 60
    assert unicodedata.is_normalized("NFC", shown)
    assert not regex.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", shown)
    assert not regex.search(rf"\p{{M}}{{{clean.MARKS + 1}}}", shown)
    shown.encode()


@given(st.text(st.sampled_from("абвгд әғқңөұүһі.,!?"), max_size=100))
def test_plain_words_stay_as_they_are(raw: str) -> None:
    assert clean.text(raw) == raw.strip()


@given(ANY)
def test_what_the_archive_keeps_can_be_written(raw: str) -> None:
    clean.writable(raw).encode()
