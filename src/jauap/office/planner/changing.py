"""`changing`: the one frame around every change of an announcement's content.

It compares what would go out before and after. If that differs and an approval stands, what waits
in the outbox is taken out in the same transaction and the announcement is a draft again; if
something is on its way or stands already, nothing of the change happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from jauap.errors import WrongState
from jauap.office.deliveries import actions as deliveries
from jauap.office.deliveries.models import Delivery
from jauap.office.deliveries.models import State as DeliveryState
from jauap.office.people.acting import Entry, acting
from jauap.office.people.models import Person
from jauap.office.planner import content
from jauap.office.planner.models import APPROVED, Announcement, Contribution, State
from jauap.office.planner.refusals import StandsAlready


@dataclass
class Change:
    """made: set by the body when it wrote something; without it nothing is voided or noted."""

    entry: Entry
    was: content.Whole
    made: bool = False


@contextmanager
def changing(announcement: Announcement, verb: str, *, by: Person) -> Iterator[Change]:
    """Change the content. Raises NotAllowed, WrongState (withdrawn), AlreadyOnItsWay, StandsAlready."""
    with acting(by, verb, announcement) as entry:
        if announcement.state == State.WITHDRAWN:
            raise WrongState("announcement", announcement.state, State.DRAFT)
        change = Change(entry, content.read(announcement))
        yield change
        if change.made:
            _settle(announcement, change, by)


def _settle(announcement: Announcement, change: Change, by: Person) -> None:
    entry = change.entry
    now = content.read(announcement)
    if now.hash != change.was.hash and announcement.state in APPROVED:
        reopen(announcement, change.was, entry.at)
        entry.note(voided=change.was.hash)
        entry.tell("delivery", "")
    announcement.changed_at, announcement.changed_by = entry.at, by
    announcement.save()
    Contribution.objects.update_or_create(announcement=announcement, person=by, defaults={"at": entry.at})
    entry.note(content=now.hash)
    entry.tell("announcement", announcement.code)


def reopen(announcement: Announcement, was: content.Whole, now: datetime) -> None:
    """Take everything out of the outbox and void the approval; the announcement is a draft again.

    Raises AlreadyOnItsWay, StandsAlready.
    """
    purposes = [piece.variant.purpose for piece in was.pieces]
    deliveries.take_out(purposes, now)
    if Delivery.objects.filter(purpose__in=purposes, state=DeliveryState.SENT).exists():
        raise StandsAlready
    void(announcement, now)
    announcement.move(State.DRAFT, now)


def void(announcement: Announcement, now: datetime) -> None:
    announcement.approvals.filter(voided_at=None).update(voided_at=now)
