"""What authors do to the content: texts, pages, pictures, time. Each enters `changing`, and so `acting`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from jauap.errors import BadInput, Refusal
from jauap.office.media.models import Picture
from jauap.office.pages.models import Page
from jauap.office.people.acting import acting
from jauap.office.people.models import Person
from jauap.office.planner import content
from jauap.office.planner.changing import changing
from jauap.office.planner.models import (
    Announcement,
    AnnouncementPicture,
    LanguageVersion,
    Variant,
    as_written,
    mark,
)
from jauap.office.planner.refusals import ChangedMeanwhile
from jauap.words import N_, words

LONGEST_TEXT = 40_000
LONGEST_ALT = 4_000
MOST_PICTURES = 10
HEADLINE = 80


def name(
    announcement: Announcement, *, by: Person, title: str, decision: str = "", decision_url: str = ""
) -> None:
    """What we call it, and the decision it is based on. Nothing of this goes out. Raises NotAllowed."""
    with acting(by, "planner.name", announcement) as entry:
        announcement.title = as_written(title)[:200]
        announcement.decision = as_written(decision)[:300]
        announcement.decision_url = _address(decision_url)
        announcement.save()
        entry.tell("announcement", announcement.code)


def write(
    announcement: Announcement, *, by: Person, texts: Mapping[str, str], seen: Mapping[str, str] | None = None
) -> None:
    """Write language versions.

    seen: `mark` of each text as the writer opened it; a text that they did not touch is passed over,
    one that somebody else has changed since is not written over. None = write in any case.
    Raises NotAllowed, BadInput, ChangedMeanwhile, AlreadyOnItsWay, StandsAlready.
    """
    with changing(announcement, "planner.write", by=by) as change:
        for language, text in texts.items():
            if language not in announcement.organisation.languages:
                raise BadInput(words(N_("Your office does not write in this language.")), where=language)
            stands = change.was.versions.get(language)
            wanted = _text(text, language)
            if not _to_write(
                wanted,
                stands.text if stands else "",
                stands,
                by,
                seen.get(language) if seen is not None else None,
            ):
                continue
            LanguageVersion.objects.update_or_create(
                announcement=announcement,
                language=language,
                defaults={"text": wanted, "changed_at": change.entry.at, "changed_by": by},
            )
            change.made = True
        if change.made and announcement.title in ("", _headline(change.was)):
            announcement.title = _headline(content.read(announcement))


def write_variant(variant: Variant, *, by: Person, text: str, seen: str | None = None) -> None:
    """Give one page its own text; the version's own words make it follow again. seen: as in `write`.

    Writing the same text once more says "looked at again". Raises as `write`.
    """
    announcement = variant.announcement
    with changing(announcement, "planner.write_variant", by=by) as change:
        variant.refresh_from_db()
        base = change.was.text(variant.language)
        stands = base if variant.text is None else variant.text
        wanted = _text(text, "text")
        again = wanted == stands and variant.text is not None and variant.base != mark(base)
        if not again and not _to_write(wanted, stands, variant, by, seen):
            return
        variant.text = None if wanted == base else wanted
        _save(variant, mark(base), by, change.entry.at)
        change.made = True


def follow_again(variant: Variant, *, by: Person) -> None:
    """The page says what its language version says. Raises NotAllowed, AlreadyOnItsWay, StandsAlready."""
    with changing(variant.announcement, "planner.write_variant", by=by) as change:
        variant.refresh_from_db()
        if variant.text is not None:
            variant.text = None
            _save(variant, "", by, change.entry.at)
            change.made = True


def choose_pages(announcement: Announcement, *, by: Person, chosen: Iterable[tuple[str, str]]) -> None:
    """Where it shall stand: pairs of a page's code and a language; what is not among them is taken out.

    Raises NotAllowed, BadInput, AlreadyOnItsWay, StandsAlready.
    """
    with changing(announcement, "planner.choose_pages", by=by) as change:
        organisation = announcement.organisation
        pages = {page.code: page for page in Page.objects.filter(organisation=organisation).connected()}
        stand = {(piece.page.code, piece.variant.language): piece.variant for piece in change.was.pieces}
        wanted = set(chosen)
        if any(
            code not in pages or language not in organisation.languages
            for code, language in wanted - set(stand)
        ):
            raise BadInput(words(N_("This page is not connected in your office.")), where="pages")
        for pair in set(stand) - wanted:
            Variant.objects.filter(pk=stand[pair].pk).delete()
            change.made = True
        for code, language in sorted(wanted - set(stand)):
            Variant.objects.create(
                announcement=announcement,
                page=pages[code],
                language=language,
                changed_at=change.entry.at,
                changed_by=by,
            )
            change.made = True


def add_picture(announcement: Announcement, picture: Picture, *, by: Person) -> AnnouncementPicture:
    """Put a picture at the end of the tray; one that is there already stays. Raises as `write`."""
    with changing(announcement, "planner.add_picture", by=by) as change:
        if picture.organisation_id != announcement.organisation_id:
            raise BadInput(words(N_("This picture belongs to another office.")), where="picture")
        here = next((shown for shown in change.was.pictures if shown.picture_id == picture.pk), None)
        if here is not None:
            return here
        if len(change.was.pictures) >= MOST_PICTURES:
            raise Refusal(words(N_("There are {most} pictures already."), most=MOST_PICTURES))
        place = max((shown.place for shown in change.was.pictures), default=0) + 1
        change.made = True
        return AnnouncementPicture.objects.create(announcement=announcement, picture=picture, place=place)


def remove_picture(shown: AnnouncementPicture, *, by: Person) -> None:
    """Take a picture out of the tray. Raises as `write`."""
    with changing(shown.announcement, "planner.remove_picture", by=by) as change:
        change.made = bool(AnnouncementPicture.objects.filter(pk=shown.pk).delete()[0])


def describe_picture(
    shown: AnnouncementPicture, *, by: Person, alts: Mapping[str, str], decorative: bool | None = None
) -> None:
    """Say what a picture shows, by language, or that it only decorates; languages not given stay.

    Raises as `write`.
    """
    with changing(shown.announcement, "planner.describe_picture", by=by) as change:
        shown.refresh_from_db()
        known = {language: as_written(alt) for language, alt in alts.items()}
        if any(len(alt) > LONGEST_ALT for alt in known.values()):
            raise BadInput(words(N_("A description is longer than {limit} characters."), limit=LONGEST_ALT))
        languages = shown.announcement.organisation.languages
        merged = {**shown.alts, **{key: alt for key, alt in known.items() if key in languages}}
        only_decorates = shown.decorative if decorative is None else decorative
        if (merged, only_decorates) != (shown.alts, shown.decorative):
            shown.alts, shown.decorative = merged, only_decorates
            shown.save()
            change.made = True


def order_pictures(announcement: Announcement, *, by: Person, order: Sequence[int]) -> None:
    """The pictures in this order of their ids; those not named follow. Raises as `write`."""
    with changing(announcement, "planner.order_pictures", by=by) as change:
        rank = {pk: place for place, pk in enumerate(order)}
        for place, shown in enumerate(sorted(change.was.pictures, key=lambda s: rank.get(s.pk, len(rank)))):
            if shown.place != place:
                AnnouncementPicture.objects.filter(pk=shown.pk).update(place=place)
                change.made = True


def plan(announcement: Announcement, *, by: Person, at: datetime | None) -> None:
    """When it shall go out; None = as soon as approved. at: aware; kept to the minute.

    Raises NotAllowed, BadInput (the time has passed), AlreadyOnItsWay, StandsAlready.
    """
    if at is not None and at.utcoffset() is None:
        raise ValueError("a moment without its zone means nothing here")
    with changing(announcement, "planner.plan", by=by) as change:
        at = at.astimezone(UTC).replace(second=0, microsecond=0) if at else None
        if at == announcement.planned_at:
            return
        if at is not None and at < change.entry.at.replace(second=0, microsecond=0):
            raise BadInput(words(N_("This time has passed. Choose a later one.")), where="time")
        announcement.planned_at = at
        announcement.save(update_fields=["planned_at"])
        change.made = True


def _headline(whole: content.Whole) -> str:
    """The first line of the first language that has a text: what it is called until somebody names it."""
    texts = (whole.text(language) for language in whole.announcement.organisation.languages)
    first = next((text for text in texts if text), "").partition("\n")[0]
    return first if len(first) <= HEADLINE else first[:HEADLINE].rpartition(" ")[0] + "…"


def _to_write(
    wanted: str, stands: str, last: LanguageVersion | Variant | None, by: Person, seen: str | None
) -> bool:
    """Whether the text must be written. Raises ChangedMeanwhile."""
    if wanted == stands or (seen is not None and mark(wanted) == seen):
        return False
    if seen is not None and last is not None and seen != mark(stands) and last.changed_by_id != by.pk:
        raise ChangedMeanwhile(last.changed_by.name, last.changed_at, last.announcement.organisation.zoneinfo)
    return True


def _save(variant: Variant, base: str, by: Person, at: datetime) -> None:
    variant.base, variant.changed_by, variant.changed_at = base, by, at
    variant.save()


def _text(text: str, where: str) -> str:
    wanted = as_written(text)
    if len(wanted) > LONGEST_TEXT:
        raise BadInput(
            words(N_("The text is longer than {limit} characters."), limit=LONGEST_TEXT), where=where
        )
    return wanted


def _address(address: str) -> str:
    address = address.strip()
    if address and not address.lower().startswith(("https://", "http://")):
        raise BadInput(words(N_("A link begins with https://.")), where="decision_url")
    if len(address) > 500:
        raise BadInput(
            words(N_("The link is longer than {limit} characters."), limit=500), where="decision_url"
        )
    return address
