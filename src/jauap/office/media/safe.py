"""From a file that a person chose to a safe master: what it really is, upright, sRGB, without hidden data.

Everything is decoded and written anew, so nothing of the original file survives but its pixels.
Sources: Pillow 13 documentation, "Image.open", "Limits", "ImageCms", "ImageOps" (read 2026-11-25).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from jauap.errors import BadInput
from jauap.words import N_, Words, words

MOST_BYTES = 30_000_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2048
MASTER_BYTES = 950_000
"""Bluesky takes pictures of up to 1 MB (lexicon app.bsky.embed.images: 1,000,000 bytes)."""
QUALITIES = (90, 85, 80, 75, 70, 60, 50)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ART = frozenset({"PNG", "GIF"})
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What decoders raise on hostile or cut files."""
_KNOWN: tuple[tuple[bytes, int, Words], ...] = (
    (b"%PDF", 0, words(N_("This is a PDF document. Save the page as a JPEG or PNG picture."))),
    (b"ftyphei", 4, words(N_("This is a HEIC picture of a phone. Save it as JPEG first."))),
    (b"ftypmif", 4, words(N_("This is a HEIC picture of a phone. Save it as JPEG first."))),
    (b"ftyp", 4, words(N_("This is a video. Only still pictures can be added."))),
)


@dataclass(frozen=True)
class Master:
    """content: the file that goes out. mime: image/jpeg or image/png."""

    content: bytes
    mime: str
    width: int
    height: int


def master(content: bytes) -> Master:
    """Raises BadInput with what the file is, or what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise _bad(words(N_("The file is larger than {most} MB."), most=MOST_BYTES // 1_000_000))
    opened = _opened(content)
    art = opened.format in ART
    try:
        still = _upright(opened)
    except _BROKEN as error:
        raise _bad(
            words(N_("The picture is damaged or was cut off. Export or download it again."))
        ) from error
    still.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return (_as_png(still) if art else None) or _as_jpeg(still)


def smaller(content: bytes, width: int) -> bytes:
    """A JPEG at most `width` pixels wide, of a master."""
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
        still = picture.convert("RGB")
    still.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
    return _written(still, "JPEG", quality=82, optimize=True)


def _opened(content: bytes) -> Image.Image:
    if not content:
        raise _bad(words(N_("The file is empty.")))
    try:
        opened = Image.open(BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many() from error
    except _BROKEN as error:
        raise _bad(_what_it_is(content)) from error
    if opened.width * opened.height > MOST_PIXELS:
        raise _too_many()
    if opened.format != "MPO" and getattr(opened, "is_animated", False):
        raise _bad(words(N_("This picture moves. Only still pictures can be added.")))
    return opened


def _upright(opened: Image.Image) -> Image.Image:
    """Turned as its camera says, in sRGB, on white where it was transparent."""
    if opened.format == "JPEG":
        opened.draft(opened.mode, (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    still = ImageOps.exif_transpose(opened)
    profile = opened.info.get("icc_profile")
    if still.mode.startswith("I"):
        still = still.convert("I").point(lambda value: value / 256).convert("L")
    if still.mode in ("P", "PA", "LA") or "transparency" in still.info:
        still = still.convert("RGBA")
    white = None
    if still.mode == "RGBA":
        white = Image.new("RGBA", still.size, "white")
        still = Image.alpha_composite(white, still).convert("RGB")
    return _in_srgb(still, profile)


def _in_srgb(still: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and still.mode in ("RGB", "CMYK", "L"):
        try:
            theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
            ours = ImageCms.createProfile("sRGB")
            still = ImageCms.profileToProfile(still, theirs, ours, outputMode="RGB") or still
        except (ImageCms.PyCMSError, *_BROKEN):
            pass  # a profile that can't be read changes nothing
    clean = still.convert("RGB")
    clean.info = {}
    return clean


def _as_png(still: Image.Image) -> Master | None:
    """Drawings and lettering stay sharp as PNG, where that is small enough."""
    content = _written(still, "PNG", optimize=True)
    return _master(content, "image/png", still) if len(content) <= MASTER_BYTES else None


def _as_jpeg(still: Image.Image) -> Master:
    while True:
        for quality in QUALITIES:
            content = _written(still, "JPEG", quality=quality, optimize=True, progressive=True)
            if len(content) <= MASTER_BYTES:
                return _master(content, "image/jpeg", still)
        still = still.resize((max(1, still.width * 4 // 5), max(1, still.height * 4 // 5)))


def _written(still: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    still.save(out, kind, **how)
    return out.getvalue()


def _master(content: bytes, mime: str, still: Image.Image) -> Master:
    return Master(content, mime, still.width, still.height)


def _what_it_is(content: bytes) -> Words:
    for mark, at, said in _KNOWN:
        if content[at : at + len(mark)] == mark:
            return said
    if b"<svg" in content[:4096].lower():
        return words(N_("This is an SVG drawing. Networks do not take it: export it as PNG."))
    return words(N_("This is not a picture that we can read. JPEG, PNG and WebP work."))


def _too_many() -> BadInput:
    return _bad(
        words(
            N_("The picture has more than {most} million pixels. Make it smaller."),
            most=MOST_PIXELS // 1_000_000,
        )
    )


def _bad(said: Words) -> BadInput:
    return BadInput(said, where="picture")
