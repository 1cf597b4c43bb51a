"""What the rehearsal network accepts: the same numbers for the server and for `CAPABILITIES`."""

from __future__ import annotations

import re

from jauap.networks.counting import graphemes, utf8

TEXT_GRAPHEMES = 600
TEXT_BYTES = 12_000
"""A second limit: one letter may carry a megabyte of combining marks."""
PICTURES = 4
PICTURE_BYTES = 5_000_000
ALT_GRAPHEMES = 1_000
NAME_LENGTH = 60

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HANDLE = re.compile(r"[a-z][a-z0-9_]{1,29}")
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class Refused(Exception):
    """The server says no. words: in English, for the office's page health and for trainers."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def good_text(text: object, *, pictures: int = 0) -> str:
    """Raises Refused."""
    if not isinstance(text, str) or _CONTROL.search(text):
        raise Refused(422, "The text has characters that can't be shown.")
    if not text.strip() and not pictures:
        raise Refused(422, "There is nothing to show: no text and no picture.")
    if utf8(text) > TEXT_BYTES or graphemes(text) > TEXT_GRAPHEMES:
        raise Refused(422, f"The text is longer than {TEXT_GRAPHEMES} characters.")
    return text


def good_alt(alt: object) -> str:
    """Raises Refused."""
    if not isinstance(alt, str) or _CONTROL.search(alt) or graphemes(alt[:TEXT_BYTES]) > ALT_GRAPHEMES:
        raise Refused(422, f"A description has at most {ALT_GRAPHEMES} characters.")
    return alt


def good_name(name: object) -> str:
    """A person's or page's name on one line. Raises Refused."""
    cleaned = " ".join(name.split()) if isinstance(name, str) else ""
    if not cleaned or len(cleaned) > NAME_LENGTH or _CONTROL.search(cleaned):
        raise Refused(422, f"A name has 1 to {NAME_LENGTH} characters.")
    return cleaned


def good_handle(handle: object) -> str:
    """Raises Refused."""
    if not isinstance(handle, str) or not _HANDLE.fullmatch(handle):
        raise Refused(422, "A handle has 2 to 30 letters a-z, digits or _, and begins with a letter.")
    return handle


def picture_type(content: bytes) -> str:
    """What the bytes are, whatever they are said to be. Raises Refused."""
    if len(content) > PICTURE_BYTES:
        raise Refused(413, f"A picture has at most {PICTURE_BYTES} bytes.")
    for beginning, mime in _BEGINNINGS:
        if content.startswith(beginning):
            return mime
    raise Refused(415, "This is neither a PNG nor a JPEG picture.")
