"""A text as it stands on Bluesky: links shortened, and facets that mark links, mentions, hashtags.

Sources: atproto lexicon app.bsky.richtext.facet (offsets are UTF-8 bytes, end exclusive; a tag
without its sign, at most 64 graphemes and 640 bytes); AT Protocol specification, "Handle"; Bluesky
documentation, "Links, mentions, and rich text" (facets shall not overlap). Read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from jauap.networks import links
from jauap.networks.counting import clusters, graphemes, utf8

LINK = 30
"""Most that an address takes in the text; the whole address is in its facet."""

_HANDLE = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MENTION = regex.compile(rf"(?<![\w@/.\-])@({_HANDLE})(?![\w@\-]|\.\w)", regex.IGNORECASE)
_TAG = regex.compile(r"(?<![\w&/#＃@])[#＃]([\p{L}\p{M}\p{N}_]++)")
_LETTER = regex.compile(r"\p{L}")
_SCHEME = regex.compile(r"https?://", regex.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """start, end: characters of the text as shown."""

    start: int
    end: int
    address: str


def shown(text: str) -> str:
    """The approved text with its links shortened: what people read."""
    return laid_out(text)[0]


def laid_out(text: str) -> tuple[str, tuple[Link, ...]]:
    """The text as shown, and where its links stand in it."""
    pieces: list[str] = []
    found: list[Link] = []
    length = done = 0
    for span in _addresses(text):
        written = text[span.start : span.end]
        short = _short(written)
        between = text[done : span.start]
        start = length + len(between)
        found.append(Link(start, start + len(short), _whole(written)))
        pieces += [between, short]
        length, done = start + len(short), span.end
    return "".join([*pieces, text[done:]]), tuple(found)


def mentioned(text: str) -> tuple[str, ...]:
    """Handles that the text mentions, in lower case, each once, in order."""
    laid, found = laid_out(text)
    return tuple(dict.fromkeys(m.group(1).lower() for m in _MENTION.finditer(_blanked(laid, found))))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Facets for the text as shown, sorted and apart. dids: DID of each handle; others stay plain."""
    laid, found = laid_out(text)
    rest = _blanked(laid, found)
    marks = [(link.start, link.end, _feature("link", uri=link.address)) for link in found]
    for match in _MENTION.finditer(rest):
        did = dids.get(match.group(1).lower())
        if did:
            marks.append((*match.span(), _feature("mention", did=did)))
    for match in _TAG.finditer(rest):
        if _is_tag(match.group(1)):
            marks.append((*match.span(), _feature("tag", tag=match.group(1))))
    marks.sort(key=lambda mark: mark[0])
    return [_facet(laid, *mark) for mark in marks]


def _is_tag(name: str) -> bool:
    return bool(_LETTER.search(name)) and graphemes(name) <= 64 and utf8(name) <= 640


def _addresses(text: str) -> list[links.Span]:
    """Addresses with a scheme, and bare names (egov.kz) that stand apart from them."""
    found = links.written(text)
    bare = [s for s in links.seen_by_x(text) if not _SCHEME.match(text, s.start)]
    apart = [b for b in bare if all(b.end <= w.start or b.start >= w.end for w in found)]
    return sorted([*found, *apart])


def _short(written: str) -> str:
    """Without scheme and closing slash; cut between grapheme clusters. A bare name stays as written."""
    if not _SCHEME.match(written):
        return written
    bare = _SCHEME.sub("", written, count=1).rstrip("/") or written
    letters = clusters(bare)
    return bare if len(letters) <= LINK else "".join(letters[: LINK - 1]) + "…"


def _whole(written: str) -> str:
    return written if _SCHEME.match(written) else f"https://{written}"


def _blanked(text: str, found: tuple[Link, ...]) -> str:
    """The text with its links made blank, so that nothing is found inside them; offsets stay."""
    for link in found:
        text = text[: link.start] + "\n" * (link.end - link.start) + text[link.end :]
    return text


def _feature(kind: str, **value: str) -> dict[str, str]:
    return {"$type": f"app.bsky.richtext.facet#{kind}", **value}


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    first = utf8(text[:start])
    index = {"byteStart": first, "byteEnd": first + utf8(text[start:end])}
    return {"index": index, "features": [feature]}
