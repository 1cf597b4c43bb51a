"""Cutting: what was cut fits, joined it is the text, and nothing that belongs together is split."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jauap.errors import BadInput
from jauap.networks import cutting, links
from jauap.networks.base import Limit
from jauap.networks.counting import clusters, codepoints, graphemes, utf8, weighted

MASTODON = Limit(500, graphemes, url=23, near_mentions=True)
WORDS = st.sampled_from(
    [
        *("қала", "тұрғындар!", "\n\n", " ", "  ", ". ", "… ", "и\u0306", "e\u0301\u0323"),
        *("👨‍👩‍👧", "🇰🇿", "👍🏽", "5\ufe0f\u20e3", "שלום", "مرحبا", "\u202e"),
        *("https://gov.kz/a_(b)?x=1", "gov.kz", "gov.kzz", "#тег_1", "@aset@mastodon.example", "@press"),
    ]
)
TEXTS = st.lists(WORDS, max_size=40).map("".join)
UNITS = st.sampled_from([codepoints, graphemes, utf8, weighted])


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://example.org/" + "ұзын/" * 30, 23),
        ("Порядок: https://example.org/a_(b)?x=1&y=2#z и всё.", 9 + 23 + 7),
        ("(https://example.org/a).", 26),
        ("@aset@mastodon.example сәлем", 11),
        ("gov.kz", 6),
        ("mail@gov.kz", 11),
        ("https://", 8),
        ("https://example.org/@aset@mastodon.example", 23),
    ],
)
def test_mastodon_counts_an_address_as_23_and_a_mention_without_its_server(text: str, length: int) -> None:
    assert cutting.length(text, MASTODON) == length


def test_without_special_rules_each_unit_counts_itself() -> None:
    assert cutting.length("https://gov.kz 👨‍👩‍👧", Limit(100, codepoints)) == 15 + 5


@given(TEXTS)
def test_atoms_joined_are_the_text(text: str) -> None:
    assert "".join(cutting.atoms(text)) == text


@given(TEXTS)
def test_an_atom_splits_no_cluster_address_mention_or_hashtag(text: str) -> None:
    ends, at = {0}, 0
    for atom in cutting.atoms(text):
        at += len(atom)
        ends.add(at)
    at, edges = 0, {0}
    for cluster in clusters(text):
        at += len(cluster)
        edges.add(at)
    assert ends <= edges
    for span in links.whole(text):
        assert not any(span.start < end < span.end for end in ends)


@given(TEXTS, st.integers(1, 60), UNITS, st.sampled_from([None, 23]))
def test_a_cut_text_fits_and_begins_the_text(text: str, most: int, unit: object, url: int | None) -> None:
    limit = Limit(most, unit, url=url)  # type: ignore[arg-type]
    got = cutting.cut(text, limit)
    assert text.startswith(got)
    assert cutting.fits(got, limit)
    assert got == text or not cutting.fits(text, limit)


def test_a_cut_does_not_make_an_address_that_x_would_count() -> None:
    assert cutting.cut("gov.kzzzz", Limit(6, weighted)) == "gov.k"


def test_a_cut_keeps_an_address_whole_or_leaves_it_out() -> None:
    text = "Толығырақ https://gov.kz/kk/news/1"
    assert cutting.cut(text, Limit(20)) == "Толығырақ "
    assert cutting.cut(text, Limit(33, url=23)) == text


def test_a_family_is_cut_as_a_whole() -> None:
    assert cutting.cut("👨‍👩‍👧👨‍👩‍👧", Limit(9)) == "👨‍👩‍👧"


@given(TEXTS, st.integers(30, 80), UNITS)
def test_a_thread_is_the_text_in_posts_that_fit(text: str, most: int, unit: object) -> None:
    limit = Limit(most, unit)  # type: ignore[arg-type]
    assume(all(cutting.fits(atom, limit) for atom in cutting.atoms(text)))
    pieces = cutting.split_thread(text, limit)
    assert all(cutting.fits(piece, limit) and piece.strip() for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_thread_is_cut_after_a_paragraph_then_a_sentence_then_a_word() -> None:
    assert cutting.split_thread("Бірінші абзац.\n\nЕкінші абзац", Limit(20)) == [
        "Бірінші абзац.",
        "Екінші абзац",
    ]
    assert cutting.split_thread("Бір сөйлем. Екінші сөйлем", Limit(18)) == ["Бір сөйлем.", "Екінші сөйлем"]
    assert cutting.split_thread("бір екі үш төрт", Limit(8)) == ["бір екі", "үш төрт"]


def test_what_fits_is_one_post_and_nothing_is_none() -> None:
    assert cutting.split_thread("Қысқа", Limit(10)) == ["Қысқа"]
    assert cutting.split_thread(" \n ", Limit(10)) == []


def test_an_address_longer_than_a_post_is_said_and_not_broken() -> None:
    with pytest.raises(BadInput):
        cutting.split_thread("қараңыз https://gov.kz/" + "a" * 50, Limit(20))


def test_a_fold_shows_the_beginning_and_keeps_the_rest() -> None:
    got = cutting.shown("Бір\nекі\nүш", lines=2)
    assert (got.text, got.rest) == ("Бір\nекі", "үш")
    got = cutting.shown("Толығырақ https://gov.kz/kk", characters=15)
    assert (got.text, got.rest) == ("Толығырақ", "https://gov.kz/kk")
    assert cutting.shown("Қысқа", characters=125, lines=5) == cutting.Shown("Қысқа", "")


@given(TEXTS, st.integers(0, 50), st.integers(1, 5))
def test_a_fold_loses_only_space(text: str, characters: int, lines: int) -> None:
    got = cutting.shown(text, characters=characters, lines=lines)
    assert "".join((got.text + got.rest).split()) == "".join(text.split())
    assert text.endswith(got.rest)
    assert len(clusters(got.text)) <= characters


def test_what_is_endless_is_cut_to_the_end() -> None:
    for piece in ("a.", "https://x.kz/", "@a", "#", "\u0301", "😀\u200d"):
        assert cutting.fits(cutting.cut(piece * 5_000, MASTODON), MASTODON)
