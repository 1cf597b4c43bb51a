"""What waited too long waits for a person: past its time, or unsure and nobody can read it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from jauap.office.deliveries.models import Delivery, NeedsPerson, State
from jauap.office.live.actions import tell
from jauap.office.pages.models import Page

UNREADABLE = timedelta(hours=1)
"""After this long without a reading back that says anything, a person may decide."""


def mark(now: datetime) -> int:
    """Deliveries later than their page's limit wait for a person. Number of rows. One query where none is."""
    open_rows = Delivery.objects.filter(state__in=[State.WAITING, State.RETRYING], needs_person="")
    past = open_rows.filter(due_at__lt=now - timedelta(minutes=1))
    limits = set(past.order_by().values_list("page__late_min", flat=True).distinct())
    count, organisations = 0, set[int]()
    for minutes in sorted(limits):
        pages = Page.objects.filter(late_min=minutes)
        late = past.filter(page__in=pages, due_at__lt=now - timedelta(minutes=minutes))
        organisations |= set(late.values_list("organisation_id", flat=True))
        count += late.update(needs_person=NeedsPerson.LATE)
    for organisation in sorted(organisations):
        tell(organisation, "delivery")
    return count


def mark_unreadable(now: datetime) -> int:
    """Unsure ones whose page could not be read back for an hour wait for a person. Number of rows."""
    rows = Delivery.objects.filter(
        state=State.UNSURE, needs_person="", lease_until=None, unsure_since__lt=now - UNREADABLE
    )
    organisations = set(rows.values_list("organisation_id", flat=True))
    count = rows.update(needs_person=NeedsPerson.UNDECIDED)
    for organisation in sorted(organisations):
        tell(organisation, "delivery")
    return count
