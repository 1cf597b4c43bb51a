"""As people will see it: each variant in the manner of its network, counted and cut as the network does."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from jauap.networks import cutting
from jauap.office.pages.models import Page
from jauap.office.planner.checks import text_limit
from jauap.office.planner.content import Piece, Whole
from jauap.office.planner.models import AnnouncementPicture

WIDTH = 960


@dataclass(frozen=True)
class Shown:
    """A picture in a preview."""

    url: str
    alt: str


@dataclass(frozen=True)
class Preview:
    """shown: what fits; rest: whether that is not all. used of limit: as the network counts.

    own: the page has its own text; differs: that was written for an earlier version.
    """

    variant_id: int
    page: Page
    language: str
    text: str
    shown: str
    rest: bool
    used: int
    limit: int
    pictures: tuple[Shown, ...]
    own: bool
    differs: bool


def preview(piece: Piece, pictures: tuple[AnnouncementPicture, ...], text: str | None = None) -> Preview:
    """text: what is being typed; None = the text that stands."""
    words = piece.content.text if text is None else text
    facts = piece.page.capabilities
    limit = text_limit(facts, len(pictures))
    used = cutting.length(words, limit)
    over = used > limit.count
    return Preview(
        variant_id=piece.variant.pk,
        page=piece.page,
        language=piece.variant.language,
        text=words,
        shown=cutting.cut(words, limit) if over else words,
        rest=over,
        used=used,
        limit=limit.count,
        pictures=tuple(_shown(one, piece.variant.language) for one in pictures[: facts.pictures]),
        own=piece.variant.text is not None,
        differs=piece.differs,
    )


def previews(whole: Whole) -> list[Preview]:
    return [preview(piece, whole.pictures) for piece in whole.pieces]


def _shown(shown: AnnouncementPicture, language: str) -> Shown:
    return Shown(reverse("media:smaller", args=[shown.picture.code, WIDTH]), shown.alt(language))
