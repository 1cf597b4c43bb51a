"""The life of an announcement: made, reviewed, approved for exactly one content, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from jauap.errors import BadInput, WrongState
from jauap.office.deliveries import actions as deliveries
from jauap.office.deliveries.content import Content, Place
from jauap.office.deliveries.models import SETTLED, Act, Delivery, Lane
from jauap.office.deliveries.models import State as DeliveryState
from jauap.office.pages.models import Page
from jauap.office.people.acting import WORKER, Entry, acting
from jauap.office.people.models import Organisation, Person
from jauap.office.planner import checks, content
from jauap.office.planner.changing import reopen, void
from jauap.office.planner.models import (
    APPROVED,
    Announcement,
    Approval,
    Contribution,
    ReviewComment,
    State,
    Variant,
    as_written,
)
from jauap.office.planner.refusals import ContentChanged, NothingToRead, NotReady, OwnChange, StillUnsure
from jauap.words import N_, words


def create(
    organisation: Organisation, *, by: Person, title: str = "", pages: Iterable[Page] = ()
) -> Announcement:
    """A fresh draft, on these pages in their own languages. Raises NotAllowed."""
    with acting(by, "planner.create", None, organisation=organisation) as entry:
        now = entry.at
        made = Announcement.objects.create(
            organisation=organisation,
            title=as_written(title)[:200],
            state_since=now,
            author=by,
            made_at=now,
            changed_at=now,
            changed_by=by,
        )
        for page in pages:
            if page.organisation_id != organisation.pk:
                raise BadInput(words(N_("This page is not connected in your office.")), where="pages")
            Variant.objects.create(
                announcement=made, page=page, language=page.language, changed_at=now, changed_by=by
            )
        Contribution.objects.create(announcement=made, person=by, at=now)
        entry.note(announcement=made.code)
        entry.tell("announcement", made.code)
    return made


def send_for_review(announcement: Announcement, *, by: Person) -> None:
    """Ask an approver to read it. Gaps are allowed and shown; emptiness is not.

    Raises NotAllowed, WrongState, NothingToRead.
    """
    with acting(by, "planner.send_for_review", announcement) as entry:
        announcement.move(State.IN_REVIEW, entry.at)
        whole = content.read(announcement)
        if not whole.pieces:
            raise NothingToRead(words(N_("Choose at least one page first.")))
        if not any(piece.content.text for piece in whole.pieces):
            raise NothingToRead(words(N_("Write a text first.")))
        announcement.sent_for_review_at, announcement.sent_for_review_by = entry.at, by
        announcement.save()
        entry.note(content=whole.hash)
        entry.tell("announcement", announcement.code)


def send_back(announcement: Announcement, *, by: Person, comment: str) -> ReviewComment:
    """Back to the author, with what is wrong. Raises NotAllowed, WrongState, BadInput (no comment)."""
    said = as_written(comment)[:4000]
    if not said:
        raise BadInput(words(N_("Say in a sentence what should change.")), where="comment")
    with acting(by, "planner.send_back", announcement) as entry:
        _must_be(announcement, State.IN_REVIEW)
        announcement.move(State.DRAFT, entry.at)
        announcement.save()
        entry.tell("announcement", announcement.code)
        return announcement.comments.create(by=by, at=entry.at, text=said)


def take_back(announcement: Announcement, *, by: Person) -> None:
    """Out of review, or out of the outbox while nothing has gone out: a draft again.

    Raises NotAllowed, WrongState, AlreadyOnItsWay, StandsAlready.
    """
    with acting(by, "planner.take_back", announcement) as entry:
        if announcement.state in APPROVED:
            reopen(announcement, content.read(announcement), entry.at)
            entry.tell("delivery", "")
        else:
            announcement.move(State.DRAFT, entry.at)
        announcement.save()
        entry.tell("announcement", announcement.code)


def approve(announcement: Announcement, *, by: Person, seen: str) -> Approval:
    """Approve exactly what `by` has read, and put it into the outbox, one delivery a page.

    seen: the hash on the approver's screen (texts, pictures with their words, pages, time).
    Raises NotAllowed, WrongState, ContentChanged, OwnChange, NotReady, NotLive.
    """
    with acting(by, "planner.approve", announcement) as entry:
        announcement.move(State.SCHEDULED, entry.at)
        whole = content.read(announcement)
        if whole.hash != seen:
            raise ContentChanged
        own = announcement.contributions.filter(person=by).exists()
        if own and not announcement.organisation.own_changes_approved:
            raise OwnChange
        stopping = [found.said for found in checks.findings(whole, entry.at) if found.stops]
        if stopping:
            raise NotReady(stopping)
        announcement.save()
        given = announcement.approvals.create(
            by=by, at=entry.at, content=whole.hash, own_change=own, texts=whole.texts()
        )
        _put(whole, by, entry)
        entry.note(content=whole.hash, own_change=own, deliveries=len(whole.pieces))
        entry.tell("announcement", announcement.code)
        return given


def _put(whole: content.Whole, by: Person, entry: Entry) -> None:
    for piece in whole.pieces:
        deliveries.put(
            piece.page,
            Act.PUBLISH,
            Lane.ANNOUNCEMENT,
            piece.content,
            purpose=piece.variant.purpose,
            due_at=whole.announcement.planned_at or entry.at,
            consent_by=by,
            now=entry.at,
        )


def withdraw(announcement: Announcement, *, by: Person) -> list[Page]:
    """It shall not go out, and where it stands it is removed. The record is kept.

    Gives the pages where it stands and a person must remove it by hand (no longer connected, or the
    network has no way). Raises NotAllowed, WrongState, AlreadyOnItsWay, StillUnsure.
    """
    verb = "planner.withdraw" if announcement.state in APPROVED else "planner.discard"
    with acting(by, verb, announcement) as entry:
        if verb == "planner.discard" and announcement.state in APPROVED:
            raise WrongState("announcement", announcement.state, State.DRAFT)
        announcement.move(State.WITHDRAWN, entry.at)
        rows = deliveries_of(announcement).select_related("page")
        unsure = [str(row.page) for row in rows.filter(state=DeliveryState.UNSURE)]
        if unsure:
            raise StillUnsure(unsure)
        deliveries.take_out([row.purpose for row in rows], entry.at)
        by_hand = [
            row.page for row in rows.filter(state=DeliveryState.SENT) if not _remove(row, by, entry.at)
        ]
        void(announcement, entry.at)
        announcement.save()
        entry.note(by_hand=[page.code for page in by_hand])
        entry.tell("announcement", announcement.code)
        entry.tell("delivery", "")
        return by_hand


def _remove(stands: Delivery, by: Person, now: datetime) -> bool:
    """Put the removal of what stands into the outbox; False where only a person can do it."""
    page = stands.page
    if not (page.live and page.disconnected_at is None and page.capabilities.delete and stands.external_ids):
        return False
    on = Place(tuple(stands.external_ids), "", stands.url)
    language = stands.content["language"]
    deliveries.put(
        page,
        Act.DELETE,
        Lane.ANNOUNCEMENT,
        Content(language=language, on=on),
        purpose=f"withdraw:{stands.pk}",
        due_at=now,
        consent_by=by,
        now=now,
    )
    return True


def note_progress(announcement: Announcement, *, now: datetime) -> None:
    """Follow the deliveries: something has begun -> sending; all have ended -> published."""
    with acting(WORKER, "planner.note_progress", announcement, now=now) as entry:
        states = set(deliveries_of(announcement).values_list("state", flat=True))
        state = State(announcement.state)
        if state in (State.SCHEDULED, State.SENDING) and states <= SETTLED:
            announcement.move(State.PUBLISHED, now)
        elif state == State.SCHEDULED and states - {DeliveryState.WAITING, DeliveryState.DROPPED}:
            announcement.move(State.SENDING, now)
        announcement.save()
        entry.note(state=announcement.state)
        entry.tell("announcement", announcement.code)


def deliveries_of(announcement: Announcement) -> QuerySet[Delivery]:
    """What was put into the outbox for its variants, dropped ones included."""
    purposes = [variant.purpose for variant in announcement.variants.all()]
    return Delivery.objects.filter(purpose__in=purposes)


def _must_be(announcement: Announcement, state: State) -> None:
    if announcement.state != state:
        raise WrongState("announcement", announcement.state, state)
