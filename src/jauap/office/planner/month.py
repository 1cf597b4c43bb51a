"""The calendar: a month of days, each with what goes out then, in the organisation's zone."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jauap.office.deliveries.models import State as DeliveryState
from jauap.office.design.states import look
from jauap.office.pages.models import Page
from jauap.office.people.models import Organisation, Person
from jauap.office.planner import queries
from jauap.office.planner.models import Announcement, State

_TONES = {
    State.DRAFT: ("pen-line", "draft"),
    State.IN_REVIEW: ("eye", "review"),
    State.SCHEDULED: ("badge-check", "approved"),
    State.SENDING: ("send", "review"),
    State.PUBLISHED: ("circle-check", "sent"),
}


@dataclass(frozen=True)
class Item:
    """A chip. state: as `chip` and the icon know it, worse ones first: unsure, failed."""

    announcement: Announcement
    at: datetime | None
    state: str
    icon: str
    tone: str
    pages: list[Page]

    @property
    def word(self) -> str:
        return str(look(self.state).word)


@dataclass
class Day:
    """outside: of the month before or after."""

    date: date
    outside: bool
    today: bool
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """weeks: of seven days from Monday. loose: drafts without a time."""

    first: date
    today: date
    weeks: list[list[Day]]
    loose: list[Item]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def days(self) -> list[Day]:
        """Days of the month that hold something, and today."""
        inside = (day for week in self.weeks for day in week if not day.outside)
        return [day for day in inside if day.items or day.today]

    @property
    def count(self) -> int:
        return sum(len(day.items) for week in self.weeks for day in week if not day.outside)


def named(month: str, today: date) -> date:
    """The first day of "2026-12"; of this month where the name means none."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        return today.replace(day=1)


def month(person: Person, organisation: Organisation, first: date, now: datetime) -> Month:
    """Seven queries: announcements of the weeks and drafts without a time, with pages; deliveries."""
    zone = organisation.zoneinfo
    today = now.astimezone(zone).date()
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = _midnight(weeks[0][0], zone), _midnight(weeks[-1][-1] + timedelta(days=1), zone)
    rows = list(queries.between(person, organisation, start, end))
    loose = list(queries.without_time(person, organisation)[:50])
    states = queries.delivery_states(rows)
    by_day: dict[date, list[Item]] = {}
    for row in rows:
        at: datetime = row.at  # type: ignore[attr-defined]
        by_day.setdefault(at.astimezone(zone).date(), []).append(_item(row, at, states.get(row.pk, [])))
    days = [
        [Day(day, day.month != first.month, day == today, by_day.get(day, [])) for day in week]
        for week in weeks
    ]
    return Month(first, today, days, [_item(row, None, []) for row in loose])


def _item(row: Announcement, at: datetime | None, deliveries: Iterable[str]) -> Item:
    states = set(deliveries)
    pages = list({variant.page_id: variant.page for variant in row.variants.all()}.values())
    icon, tone = _TONES[State(row.state)]
    state = str(row.state)
    if DeliveryState.UNSURE in states:
        state, icon, tone = "unsure", "circle-question-mark", "unsure"
    elif DeliveryState.FAILED in states:
        state, icon, tone = "failed", "circle-x", "failed"
    elif row.state == State.PUBLISHED and DeliveryState.SENT not in states:
        state, icon, tone = "dropped", "circle-slash", "waiting"
    return Item(row, at, state, icon, tone, pages)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
