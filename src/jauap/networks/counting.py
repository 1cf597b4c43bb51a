"""Six pure functions that count a text as a network does. Nothing else counts.

Sources: Unicode Standard Annex 29 (extended grapheme clusters); twitter-text configuration v3 and
its conformance file validate.yml; Meta, Threads API, "Threads Posts" (emoji count as UTF-8 bytes);
tdlib, MessageContent.cpp (Telegram compares code points); atproto lexicon app.bsky.feed.post.
All read 2026-11-24. Text is expected in NFC.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import regex

from jauap.networks import links

Count = Callable[[str], int]

_CLUSTER = regex.compile(r"\X")
_SIGN = (
    r"(?:[©®]\uFE0F|(?![©®])\p{Extended_Pictographic})"
    r"(?:\p{Emoji_Modifier}|\uFE0F)?[\U000E0020-\U000E007F]*+"
)
_EMOJI = regex.compile(rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3|{_SIGN}(?:\u200D{_SIGN})*+")
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_X_LINK = 23
_X_HEAVY = 2


def utf16(text: str) -> int:
    """UTF-16 code units: Telegram's entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def codepoints(text: str) -> int:
    """Unicode code points: Telegram's length, and the rule where no source says otherwise."""
    return len(text)


def graphemes(text: str) -> int:
    """Extended grapheme clusters: Bluesky, Mastodon."""
    return sum(1 for _ in _CLUSTER.finditer(text))


def utf8(text: str) -> int:
    """Bytes in UTF-8: Bluesky's second limit and facet offsets, YouTube's description."""
    return len(text.encode("utf-8", "surrogatepass"))


def clusters(text: str) -> list[str]:
    """The text's grapheme clusters in order; joined they are the text."""
    return _CLUSTER.findall(text)


def weighted(text: str) -> int:
    """X: an address weighs 23, an emoji sequence 2, a code point in four ranges 1, any other 2.

    So Latin, Cyrillic, Kazakh and Georgian (Mkhedruli) letters weigh 1; `№`, `₸` and Georgian
    capitals (Mtavruli) weigh 2. Counted in NFC. Sequences newer than the library of 2021 weigh 2
    here, by its rule, and up to 5 in the library itself, whose table is frozen.
    Source: twitter-text, config/v3.json (weightedLength, scale 100, transformedURLLength 23,
    emojiParsingEnabled), commit 30e2430 of 2021-10-21, read 2026-11-24.
    """
    composed = unicodedata.normalize("NFC", text)
    addresses = links.seen_by_x(composed)
    total = _X_LINK * len(addresses)
    start = 0
    for address in addresses:
        total += _weight(composed[start : address.start])
        start = address.end
    return total + _weight(composed[start:])


def _weight(text: str) -> int:
    without, emoji = _EMOJI.subn("", text)
    light = sum(1 for c in without if any(low <= ord(c) <= high for low, high in _LIGHT))
    return light + _X_HEAVY * (len(without) - light + emoji)


def threads(text: str) -> int:
    """Threads: code points, but an emoji sequence as its UTF-8 bytes (the flag of Kazakhstan is 8).

    Source: Meta, Threads API, "Threads Posts" (14 Apr 2026): text is at most 500 characters, emojis
    are counted as the number of UTF-8 bytes they have.
    """
    return len(text) + sum(utf8(m.group()) - len(m.group()) for m in _EMOJI.finditer(text))
