"""Text from strangers, made safe to stand among our own.

What is neutralised, and why:
- control characters: a NUL ends a text in PostgreSQL, a lone surrogate can't be written at all;
- bidirectional embeddings, overrides and isolates: they turn round the letters around them (a name that
  reads otherwise than it is). Direction marks (LRM, RLM, ALM) stay, people write with them;
- heaps of combining marks: a letter with ten thousand accents covers the whole screen;
- length: nobody reads a megabyte, and a screen that must show it stands still.

Screens show the cleaned text; the archive keeps what came. Source: Unicode Standard Annex 9
(bidirectional algorithm), section 2, and Annex 15 (normalization forms, "stream-safe text"), version 16.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import regex

LONGEST: Final = 20_000
"""Code points of a text that are kept for screens."""
LONGEST_LINE: Final = 200
MARKS: Final = 8
"""Combining marks that one base keeps. Vietnamese needs 2, Hebrew with cantillation 3 or 4."""
CUT_SIGN: Final = " […]"

_HARMFUL = regex.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
_SURROGATES = regex.compile("[\ud800-\udfff]")
_LINE_ENDS = regex.compile("\r\n?|[\u0085\u2028\u2029]")
_HEAP = regex.compile(rf"(\p{{M}}{{{MARKS}}})\p{{M}}+")
_MANY_EMPTY_LINES = regex.compile(r"\n[^\S\n]*(?:\n[^\S\n]*){3,}")
_SPACES = regex.compile(r"\s+")


def text(raw: str, longest: int = LONGEST) -> str:
    """Some lines of text: NFC, "\\n" alone ends a line, no harmful character, at most `longest` code points.

    A text that was cut ends with CUT_SIGN. Cleaning twice changes nothing.
    """
    # A heap may be a megabyte: cut it down first, so that normalising never sees it whole.
    tidy = _composed(_LINE_ENDS.sub("\n", writable(raw)), longest)
    tidy = _MANY_EMPTY_LINES.sub("\n\n\n", tidy).strip()
    return tidy if len(tidy) <= longest else _cut(tidy, longest)


def line(raw: str, longest: int = LONGEST_LINE) -> str:
    """A name or title: as `text`, on one line."""
    one = _SPACES.sub(" ", _composed(writable(raw), longest)).strip()
    return one if len(one) <= longest else _cut(one, longest)


def writable(raw: str, longest: int = 1_000_000) -> str:
    """What came, as near as any database can keep it: without NUL and lone surrogates, bounded."""
    kept = raw[:longest]
    if kept.isascii():
        return kept.replace("\x00", "")
    return _SURROGATES.sub("\ufffd", kept.replace("\x00", ""))


def _composed(raw: str, longest: int) -> str:
    if raw.isascii() and raw.isprintable():
        return raw
    bare = _HARMFUL.sub("", raw)
    tidy = unicodedata.normalize("NFC", _HEAP.sub(r"\1", bare)[: 4 * longest])
    # Composing may pull marks that stood apart onto one base.
    return _HEAP.sub(r"\1", tidy)


def _cut(tidy: str, longest: int) -> str:
    """Cut where no cluster is torn; the sign counts."""
    end = longest - len(CUT_SIGN)
    while end > 0 and unicodedata.combining(tidy[end]):
        end -= 1
    return tidy[:end].rstrip() + CUT_SIGN
