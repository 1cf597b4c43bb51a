"""Mistakes shown while writing, variant by variant. Some must be mended before approval, others are said.

Lengths are counted as each network counts (`networks.cutting`); a limit that nobody has verified
warns and never stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jauap.networks import cutting
from jauap.networks.base import Capabilities, Limit
from jauap.networks.counting import graphemes
from jauap.office.design.templatetags.design import own_name
from jauap.office.pages.models import Health
from jauap.office.planner.content import Piece, Whole
from jauap.office.planner.models import AnnouncementPicture
from jauap.words import N_, NOTHING, Words, words

_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ODD_LINK = re.compile(r"(?:https?:/(?!/)|https?//|htp:|http;|www\.[^\s]+\.(?:\s|$))", re.IGNORECASE)


class Weight(StrEnum):
    STOPS = "stops"
    """Must be mended before approval."""
    WARNS = "warns"


@dataclass(frozen=True)
class Finding:
    """piece or picture: what it is about; both None = the whole announcement."""

    weight: Weight
    said: Words
    why: Words = NOTHING
    piece: Piece | None = None
    picture: AnnouncementPicture | None = None

    @property
    def stops(self) -> bool:
        return self.weight == Weight.STOPS


def findings(whole: Whole, now: datetime) -> list[Finding]:
    """All of them, the stopping ones first."""
    found = [*_of_whole(whole, now), *_of_pictures(whole)]
    for piece in whole.pieces:
        found += _of_piece(piece)
    return sorted(found, key=lambda finding: not finding.stops)


def text_limit(facts: Capabilities, pictures: int) -> Limit:
    """The limit that counts: a caption's where pictures stand with the text and the network has one."""
    return facts.caption if pictures and facts.caption else facts.text


def _of_whole(whole: Whole, now: datetime) -> Iterator[Finding]:
    if not whole.pieces:
        yield Finding(
            Weight.STOPS,
            words(N_("No page is chosen.")),
            words(N_("Choose where it shall stand: it goes nowhere else.")),
        )
    planned = whole.announcement.planned_at
    if planned and planned < now:
        late = planned < now - timedelta(minutes=60)
        yield Finding(
            Weight.WARNS,
            words(N_("Its time has passed.")),
            words(N_("It will not go out by itself: after approval a person says for each page when."))
            if late
            else words(N_("It goes out as soon as it is approved.")),
        )


def _of_pictures(whole: Whole) -> Iterator[Finding]:
    for shown in whole.pictures:
        missing = [language for language in whole.languages if shown.undescribed(language)]
        if missing:
            yield Finding(
                Weight.STOPS,
                words(
                    N_("A picture has no description in: {languages}."),
                    languages=", ".join(map(own_name, missing)),
                ),
                words(N_("Say what it shows: people who can't see it read this.")),
                picture=shown,
            )


def _of_piece(piece: Piece) -> Iterator[Finding]:
    yield from _of_page(piece)
    yield from _of_text(piece)
    yield from _of_its_pictures(piece)


def _of_page(piece: Piece) -> Iterator[Finding]:
    page = piece.page
    if page.disconnected_at:
        yield Finding(
            Weight.STOPS,
            words(N_("“{page}” is no longer connected."), page=str(page)),
            words(N_("Take it out of the pages, or ask an administrator to connect it again.")),
            piece,
        )
    elif not page.live:
        yield Finding(
            Weight.STOPS,
            words(N_("“{page}” is on trial."), page=str(page)),
            words(N_("It shows nothing to the public until an administrator lets it go live.")),
            piece,
        )
    elif page.health == Health.SIGNED_OUT:
        yield Finding(
            Weight.WARNS,
            words(N_("“{page}” needs a sign-in."), page=str(page)),
            words(N_("It waits there until an administrator has signed in again.")),
            piece,
        )


def _of_text(piece: Piece) -> Iterator[Finding]:
    text, facts = piece.content.text, piece.page.capabilities
    if not text:
        yield Finding(
            Weight.STOPS,
            words(N_("“{page}” has no text yet."), page=str(piece.page)),
            words(N_("Write the version in its language, or a text for this page alone.")),
            piece,
        )
        return
    yield from _too_long(piece, text, text_limit(facts, len(piece.content.pictures)))
    if facts.second_text:
        yield from _too_long(piece, text, facts.second_text)
    if piece.differs:
        yield Finding(
            Weight.WARNS,
            words(N_("“{page}” has its own text, and the version was changed since."), page=str(piece.page)),
            words(N_("Look at it again: it may say what is no longer so.")),
            piece,
        )
    if _TURNS.search(text):
        yield Finding(
            Weight.WARNS,
            words(N_("Invisible signs change the direction of the text.")),
            words(N_("Such signs come along when text is copied. Write the place by hand.")),
            piece,
        )
    if _ODD_LINK.search(text):
        yield Finding(
            Weight.WARNS,
            words(N_("A link looks mistyped.")),
            words(N_("Networks make a link only of an address such as https://example.kz/page.")),
            piece,
        )


def _too_long(piece: Piece, text: str, limit: Limit) -> Iterator[Finding]:
    over = cutting.length(text, limit) - limit.count
    if over <= 0:
        return
    said = Words(
        N_("“{page}”: {count} character too many."),
        {"page": str(piece.page)},
        N_("“{page}”: {count} characters too many."),
        over,
    )
    if limit.verified:
        yield Finding(Weight.STOPS, said, words(N_("The network takes {limit}."), limit=limit.count), piece)
    else:
        yield Finding(
            Weight.WARNS,
            said,
            words(N_("It probably takes {limit}; nobody has proven it."), limit=limit.count),
            piece,
        )


def _of_its_pictures(piece: Piece) -> Iterator[Finding]:
    facts, pictures = piece.page.capabilities, piece.content.pictures
    if len(pictures) > facts.pictures:
        yield Finding(
            Weight.STOPS,
            Words(
                N_("“{page}” shows at most {count} picture."),
                {"page": str(piece.page)},
                N_("“{page}” shows at most {count} pictures."),
                facts.pictures,
            ),
            words(N_("Take pictures out, or leave this page out.")),
            piece,
        )
    for picture in pictures:
        if facts.alt_text is not None and graphemes(picture.alt) > facts.alt_text:
            yield Finding(
                Weight.STOPS,
                words(N_("A description is too long for “{page}”."), page=str(piece.page)),
                words(N_("It takes {limit} characters; two sentences are enough."), limit=facts.alt_text),
                piece,
            )
        if picture.size_bytes > facts.picture_bytes or picture.mime not in facts.picture_types:
            yield Finding(
                Weight.STOPS,
                words(N_("“{page}” does not take this picture."), page=str(piece.page)),
                words(N_("Add it again, smaller or as JPEG.")),
                piece,
            )
