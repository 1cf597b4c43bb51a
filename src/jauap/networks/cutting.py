"""How long a text is for a network, and where it may be cut.

A cut never splits a grapheme cluster, an address, a mention or a hashtag. What is between two
places where a cut is allowed is called an atom here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import regex

from jauap.errors import BadInput
from jauap.networks import links
from jauap.networks.base import Limit
from jauap.networks.counting import clusters
from jauap.words import N_, words

_ENDS = (
    (regex.compile(r"\n\s*\n\s*"), 0.5),
    (regex.compile(r"[.!?…。]['\"»”)]*+\s+"), 0.5),
    (regex.compile(r"\s+"), 0.2),
)
"""Where a post of a thread likes to end (paragraph, sentence, word), and how full it must be for that."""


def length(text: str, limit: Limit) -> int:
    """How much of the limit the text takes, in the limit's own unit."""
    counted = text
    if limit.url is not None:
        counted = _replaced(counted, links.written(counted), "x" * limit.url)
    if limit.near_mentions:
        counted = links.near(counted)
    return limit.unit(counted)


def fits(text: str, limit: Limit) -> bool:
    return length(text, limit) <= limit.count


def atoms(text: str) -> list[str]:
    """The pieces that stay whole, in order; joined they are the text."""
    keep = links.whole(text)
    found: list[str] = []
    start = end = number = 0
    for cluster in clusters(text):
        end += len(cluster)
        while number < len(keep) and keep[number].end <= start:
            number += 1
        if number < len(keep) and keep[number].start < end < keep[number].end:
            continue
        found.append(text[start:end])
        start = end
    if start < end:
        found.append(text[start:end])
    return found


def cut(text: str, limit: Limit) -> str:
    """As long a beginning of the text as fits and ends between two atoms; '' if not even one does."""
    if fits(text, limit):
        return text
    return _cut(atoms(text), limit)


def split_thread(text: str, limit: Limit) -> list[str]:
    """The text as posts of a thread: each fits, none is empty; together they are the text but for
    the space around the cuts. A cut goes after a paragraph, else a sentence, else a word, else an atom.

    Raises BadInput where one atom alone does not fit.
    """
    pieces: list[str] = []
    rest = text.strip()
    while rest and not fits(rest, limit):
        piece = cut(rest, limit)
        if not piece.strip():
            raise BadInput(
                words(N_("One word or address is longer than {limit} characters."), limit=limit.count)
            )
        piece = piece[: _good_end(piece, rest)]
        pieces.append(piece.rstrip())
        rest = rest[len(piece) :].lstrip()
    return [*pieces, rest] if rest else pieces


@dataclass(frozen=True)
class Shown:
    """What a reader sees before "... more". rest: what is folded away, '' if nothing."""

    text: str
    rest: str


def shown(text: str, *, characters: int | None = None, lines: int | None = None) -> Shown:
    """The text as a network folds it: after so many grapheme clusters or lines, whichever comes first.

    characters, lines: None = the network does not fold by it. Long lines are not wrapped: how wide a
    line is depends on the reader's screen.
    """
    head = text
    if lines is not None:
        head = "".join(text.splitlines(keepends=True)[:lines])
    if characters is not None:
        parts = atoms(head)
        sizes = accumulate(len(clusters(part)) for part in parts)
        head = "".join(part for part, size in zip(parts, sizes, strict=True) if size <= characters)
    return Shown(head if head == text else head.rstrip(), text[len(head) :])


def _replaced(text: str, spans: list[links.Span], by: str) -> str:
    kept: list[str] = []
    start = 0
    for span in spans:
        kept += [text[start : span.start], by]
        start = span.end
    return "".join([*kept, text[start:]])


def _cut(parts: list[str], limit: Limit) -> str:
    """Halve towards the cut; only what was measured as fitting is taken.

    So what is longer once it is cut is no trap: "gov.kzz" is seven letters, "gov.kz" an address
    that X counts as 23.
    """
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        if fits("".join(parts[:middle]), limit):
            low = middle
        else:
            high = middle - 1
    return "".join(parts[:low])


def _good_end(piece: str, text: str) -> int:
    """Where to end a piece that could be as long as `piece`, a beginning of `text`."""
    free = piece + text[len(piece) : len(piece) + 1]
    for ends, filled in _ENDS:
        places = [match.end() for match in ends.finditer(free)]
        if places and places[-1] >= len(piece) * filled:
            return min(places[-1], len(piece))
    return len(piece)
