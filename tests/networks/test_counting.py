"""Counting: each function against values that were measured or come from the published rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jauap.networks.counting import clusters, codepoints, graphemes, threads, utf8, utf16, weighted

FAMILY = "👨‍👩‍👧"
TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("қәғңөұүһі ёй ა ₸№—«»…👍🏽🇰🇿\u200d\ufe0f\u20e3\u0301\u202e\u05d0\u0644"),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, 0, 0, 0)),
        ("Қысқы", (5, 5, 5, 10)),
        ("გზა", (3, 3, 3, 9)),
        (FAMILY, (8, 5, 1, 18)),
        ("🇰🇿", (4, 2, 1, 8)),
        ("👍🏽", (4, 2, 1, 8)),
        ("и\u0306", (2, 2, 1, 4)),
        ("🚧", (2, 1, 1, 4)),
        (f"Қ{FAMILY}ა", (10, 7, 3, 23)),
    ],
)
def test_one_text_has_four_lengths(text: str, expected: tuple[int, int, int, int]) -> None:
    assert (utf16(text), codepoints(text), graphemes(text), utf8(text)) == expected


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Қысқы маусым", 12),
        ("გამარჯობა", 9),
        ("Ა", 2),
        ("—«»", 3),
        ("₸", 2),
        ("№", 2),
        ("…", 2),
        ("...", 3),
        ("и\u0306", 1),
        ("ﬁ", 2),
        ("©", 1),
        ("©\ufe0f", 2),
        ("1\ufe0f\u20e3", 2),
        ("🇰🇿🇬🇪", 4),
        (FAMILY + "👍🏽", 4),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("gov.kz", 23),
        ("Қgov.kz", 24),
        ("адал.қаз", 8),
        ("https://адал.қаз/x", 23),
        ("HTTPS://GOV.KZ", 23),
        ("https://gov.kz/новости/1.", 24),
        ("https://gov.kz/a_(b)?x=1&y=2#z и всё.", 30),
        ("http://gov.kz/a(b", 25),
        ("https://gov.kz/გა/x", 27),
        ("(https://gov.kz/a)", 25),
        ("mail@gov.kz", 11),
        ("#gov.kz", 7),
        ("$gov.kz", 7),
        ("gov.kzz", 7),
        ("gov.kz-", 7),
        ("e.g", 3),
        ("a..com", 6),
    ],
)
def test_x_weighs_as_its_library_was_seen_to(text: str, weight: int) -> None:
    """Each value was measured with twitter-text 3.1.0."""
    assert weighted(text) == weight


def test_a_sequence_newer_than_the_frozen_library_weighs_two_by_its_rule() -> None:
    assert weighted("😶\u200d🌫\ufe0f") == 2


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Қош", 3),
        ("🇰🇿", 8),
        (f"ой {FAMILY}", 3 + 18),
        ("👨‍👩‍👧‍👦", 25),
        ("👍🏽!", 9),
        ("5", 1),
        ("5\ufe0f\u20e3", 7),
        ("№", 1),
    ],
)
def test_threads_counts_emoji_in_bytes(text: str, length: int) -> None:
    assert threads(text) == length


@given(TEXTS)
def test_clusters_joined_are_the_text(text: str) -> None:
    parts = clusters(text)
    assert "".join(parts) == text
    assert len(parts) == graphemes(text)


@given(TEXTS)
def test_lengths_stand_in_their_order(text: str) -> None:
    assert graphemes(text) <= codepoints(text) <= utf16(text) <= utf8(text) or text.isascii()
    assert codepoints(text) <= threads(text) <= utf8(text)


@given(TEXTS)
@example("й" * 3)
def test_x_weighs_both_forms_of_a_letter_alike(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert weighted(unicodedata.normalize("NFC", decomposed)) == weighted(decomposed)


@pytest.mark.parametrize("count", [utf16, codepoints, graphemes, utf8, weighted, threads])
def test_a_heap_of_marks_and_endless_patterns_are_counted_to_the_end(count: Callable[[str], int]) -> None:
    for piece in ("a.", "https://", "\u0301", "😀\u200d", "https://x.kz/(", "a@", "1.2."):
        assert count(piece * 20_000) >= 1


def test_a_lone_surrogate_stops_no_counting() -> None:
    for count in (utf16, codepoints, graphemes, utf8, weighted, threads):
        assert count("\ud83d") >= 1
