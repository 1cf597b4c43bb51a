"""Text on Bluesky: keys, shortened links, facets by UTF-8 bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauap.networks import _rich_text as rich_text
from jauap.networks.bluesky import CAPABILITIES, Bluesky
from jauap.networks.counting import graphemes, utf8
from jauap.networks.cutting import length

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def marked(text: str, dids: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """What each facet covers, cut out by its own bytes, and what it leads to."""
    shown = rich_text.shown(text).encode()
    found = []
    for facet in rich_text.facets(text, dids or {}):
        index, feature = facet["index"], facet["features"][0]
        covered = shown[index["byteStart"] : index["byteEnd"]].decode()
        found.append((covered, feature.get("uri") or feature.get("did") or feature.get("tag")))
    return found


def test_a_key_is_a_tid_within_its_second() -> None:
    for seed in ("a", "b", "жауап"):
        key = Bluesky.new_key(AT, seed)
        number = 0
        for letter in key:
            number = number * 32 + TID_LETTERS.index(letter)
        assert len(key) == 13
        assert timedelta() <= datetime.fromtimestamp((number >> 10) / 1e6, UTC) - AT < timedelta(seconds=1)


def test_keys_of_one_moment_differ_by_their_seed() -> None:
    assert len({Bluesky.new_key(AT, f"delivery {i}") for i in range(3000)}) == 3000


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ашық: https://gov.kz/", "Ашық: gov.kz"),
        ("https://gov.kz/kk/news?id=5", "gov.kz/kk/news?id=5"),
        ("http://www.gov.kz/memleket/entities/edu/press/news", "www.gov.kz/memleket/entities/…"),
        ("(https://example.org/a_(b)).", "(example.org/a_(b))."),
        ("egov.kz, gov.kz/a", "egov.kz, gov.kz/a"),
        ("https://президент.рф/события", "президент.рф/события"),
        ("сілтеме жоқ", "сілтеме жоқ"),
    ],
)
def test_links_are_shown_short(written: str, shown: str) -> None:
    assert rich_text.shown(written) == shown


def test_a_shortened_link_leads_to_its_whole_address() -> None:
    address = "https://gov.kz/memleket/entities/edu/press/news/details/1?lang=kk"
    assert marked(f"Қараңыз: {address}.") == [("gov.kz/memleket/entities/edu/…", address)]


def test_a_bare_name_leads_to_https() -> None:
    assert marked("Кіру: egov.kz") == [("egov.kz", "https://egov.kz")]


def test_an_address_of_mail_is_no_link_and_no_mention() -> None:
    assert marked("Жазыңыз: office@gov.kz", {"gov.kz": "did:plc:a"}) == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Қысқы_маусым басталды", ["Қысқы_маусым"]),
        ("ღია #თბილისი!", ["თბილისი"]),
        ("(#школа) и #2026 и #2026год", ["школа", "2026год"]),
        ("№#дом, a#b, ##", ["дом"]),
        ("https://gov.kz/#бөлім", []),
        ("#" + "қ" * 65, []),
        ("＃жауап", ["жауап"]),
    ],
)
def test_hashtags_of_every_alphabet_are_marked(text: str, tags: list[str]) -> None:
    found = [goal for covered, goal in marked(text) if covered[0] in "#＃"]
    assert found == tags


def test_only_a_mention_with_a_did_is_marked() -> None:
    text = "👨‍👩‍👧 @Press.gov.kz және @nobody.example, @office"
    assert rich_text.mentioned(text) == ("press.gov.kz", "nobody.example")
    assert marked(text, {"press.gov.kz": "did:plc:a", "nobody.example": ""}) == [
        ("@Press.gov.kz", "did:plc:a")
    ]


_WORDS = (
    "https://gov.kz/a_(b)?x=1#z https://аб.қаз/ә https:// egov.kz x@y.kz @press.gov.kz #тег ( ). # @ / ё қ"
)
PIECES = st.sampled_from([*_WORDS.split(), "👨\u200d👩\u200d👧", " ", "\n", "\u202e", "e\u0301" * 3])
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=20).map("".join)


@given(TEXTS)
def test_facets_are_sorted_apart_and_on_whole_letters(text: str) -> None:
    shown = rich_text.shown(text).encode("utf-8", "surrogatepass")
    end = 0
    facets: list[dict[str, Any]] = rich_text.facets(text, {"press.gov.kz": "did:plc:a"})
    for facet in facets:
        index = facet["index"]
        assert end <= index["byteStart"] < index["byteEnd"] <= len(shown)
        assert shown[index["byteStart"] : index["byteEnd"]].decode()
        end = index["byteEnd"]


@given(TEXTS)
def test_the_composer_never_counts_less_than_is_sent(text: str) -> None:
    shown = rich_text.shown(text)
    assert CAPABILITIES.second_text
    assert length(text, CAPABILITIES.second_text) >= utf8(shown)
    if not any("\u0300" <= letter <= "\u036f" or letter == "\u200d" for letter in text):
        assert length(text, CAPABILITIES.text) >= graphemes(shown)
