"""Announcements follow their deliveries: nothing is called, only noted."""

from __future__ import annotations

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from jauap.office.deliveries.models import Delivery
from jauap.office.deliveries.models import State as DeliveryState
from jauap.office.jobs import Job
from jauap.office.planner import actions
from jauap.office.planner.models import Announcement, State, Variant

LIMIT = 0
BEGUN = [
    DeliveryState.SENDING,
    DeliveryState.RETRYING,
    DeliveryState.UNSURE,
    DeliveryState.SENT,
    DeliveryState.FAILED,
]
OPEN = [DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING, DeliveryState.UNSURE]


def jobs(now: datetime, most: int) -> list[Job[object]]:
    """No calls to the outside."""
    return []


def tidy(now: datetime) -> None:
    """One query, then one action for each announcement that has moved."""
    for announcement in moved():
        actions.note_progress(announcement, now=now)


def moved() -> QuerySet[Announcement]:
    """Announcements whose deliveries have begun, or have all ended, and whose state does not say so yet."""
    begun, still_open = _variants(BEGUN), _variants(OPEN)
    ended = Q(state__in=[State.SCHEDULED, State.SENDING]) & ~Q(Exists(still_open))
    return Announcement.objects.filter(ended | Q(state=State.SCHEDULED) & Q(Exists(begun)))


def _variants(states: list[DeliveryState]) -> QuerySet[Variant]:
    """Variants with a delivery in one of the states, of the announcement outside."""
    purpose = Concat(Value("variant:"), Cast("pk", CharField()))
    rows = Delivery.objects.filter(purpose=OuterRef("purpose_of"), state__in=states).exclude(
        state=DeliveryState.DROPPED
    )
    variants = Variant.objects.filter(announcement=OuterRef("pk")).annotate(purpose_of=purpose)
    return variants.filter(Exists(rows))
