"""What waited too long waits for a person: past its time, or unsure and nobody can read it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from jauap.office.deliveries.models import Delivery, NeedsPerson, State
from jauap.office.live.actions import tell
from jauap.office.pages.models import Page

UNREADABLE = timedelta(hours=1)
"""After this long without a reading back that says anything, a person may decide."""


def mark(now: datetime) -> int:
    """Deliveries later than their page's limit wait for a person. Number of rows. One query where none is."""
    limits = _limits_of_overdue(now)
    open_rows = Delivery.objects.filter(state__in=[State.WAITING, State.RETRYING], needs_person="")
    count, organisations = 0, set[int]()
    for minutes in limits:
        pages = Page.objects.filter(late_min=minutes)
        late = open_rows.filter(page__in=pages, due_at__lt=now - timedelta(minutes=minutes))
        organisations |= set(late.values_list("organisation_id", flat=True))
        count += late.update(needs_person=NeedsPerson.LATE)
    for organisation in sorted(organisations):
        tell(organisation, "delivery")
    return count


def _limits_of_overdue(now: datetime) -> list[int]:
    """The limits, in minutes, of all pages with something overdue; asked at every claim."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT p.late_min FROM deliveries_delivery d JOIN pages_page p ON p.id = d.page_id"
            " WHERE d.state IN ('waiting', 'retrying') AND d.needs_person = '' AND d.due_at < %s ORDER BY 1",
            [connection.ops.adapt_datetimefield_value(now - timedelta(minutes=1))],
        )
        return [row[0] for row in cursor.fetchall()]


def mark_unreadable(now: datetime) -> int:
    """Unsure ones whose page could not be read back for an hour wait for a person. Number of rows."""
    rows = Delivery.objects.filter(
        state=State.UNSURE, needs_person="", lease_until=None, unsure_since__lt=now - UNREADABLE
    )
    organisations = set(rows.values_list("organisation_id", flat=True))
    count = rows.update(needs_person=NeedsPerson.UNDECIDED) if organisations else 0
    for organisation in sorted(organisations):
        tell(organisation, "delivery")
    return count
