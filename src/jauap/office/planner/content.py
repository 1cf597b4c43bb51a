"""What an announcement will show, page by page, and the hash that an approver says yes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from jauap.office.deliveries.content import Content, PictureOut, digest
from jauap.office.deliveries.models import Act
from jauap.office.pages.models import Page
from jauap.office.planner.models import Announcement, AnnouncementPicture, LanguageVersion, Variant, mark

ContentHash = NewType("ContentHash", str)


@dataclass(frozen=True)
class Piece:
    """One variant with what will go out. differs: its own text was written for an earlier version."""

    variant: Variant
    content: Content
    hash: str
    differs: bool

    @property
    def page(self) -> Page:
        return self.variant.page

    @property
    def key(self) -> str:
        return f"{self.page.code}/{self.variant.language}"


@dataclass(frozen=True)
class Whole:
    """The announcement as it stood when read. versions: by language; an unwritten one is not in it.

    hash: SHA-256 over every page's account and content, and the time. Hexadecimal.
    """

    announcement: Announcement
    versions: dict[str, LanguageVersion]
    pictures: tuple[AnnouncementPicture, ...]
    pieces: tuple[Piece, ...]
    hash: ContentHash

    def text(self, language: str) -> str:
        version = self.versions.get(language)
        return version.text if version else ""

    @property
    def languages(self) -> list[str]:
        """Languages in which something goes out, in order of the pages."""
        return list(dict.fromkeys(piece.variant.language for piece in self.pieces))

    def texts(self) -> dict[str, str]:
        """What each page says, for a later comparison."""
        return {piece.key: piece.content.text for piece in self.pieces}


def read(announcement: Announcement) -> Whole:
    """Three queries: versions, pictures, variants with their pages."""
    versions = {v.language: v for v in announcement.versions.select_related("changed_by")}
    pictures = tuple(announcement.pictures.select_related("picture"))
    variants = announcement.variants.select_related("page", "changed_by")
    pieces = tuple(_piece(variant, versions, pictures) for variant in variants)
    return Whole(announcement, versions, pictures, pieces, _hash(announcement, pieces))


def _hash(announcement: Announcement, pieces: tuple[Piece, ...]) -> ContentHash:
    planned = announcement.planned_at
    parts = sorted((piece.variant.pk, piece.hash) for piece in pieces)
    return ContentHash(digest(["announcement", planned.isoformat() if planned else "", parts]))


def _piece(
    variant: Variant, versions: dict[str, LanguageVersion], pictures: tuple[AnnouncementPicture, ...]
) -> Piece:
    version = versions.get(variant.language)
    base = version.text if version else ""
    content = Content(
        text=base if variant.text is None else variant.text,
        language=variant.language,
        pictures=tuple(_out(picture, variant.language) for picture in pictures),
    )
    differs = variant.text is not None and variant.base != mark(base)
    return Piece(variant, content, content.hash(variant.page, Act.PUBLISH), differs)


def _out(shown: AnnouncementPicture, language: str) -> PictureOut:
    picture = shown.picture
    return PictureOut(
        sha256=picture.sha256,
        mime=picture.mime,
        size_bytes=picture.size_bytes,
        width=picture.width,
        height=picture.height,
        alt=shown.alt(language),
        path=picture.path,
    )
