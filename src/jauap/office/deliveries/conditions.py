"""What may go out now, as conditions in SQL that both databases read.

Written out, because Django's compiler would take longer over them at every turn than the database.
All parts are constants of this file; moments are parameters.
"""

# ruff: noqa: S608, S611
from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from jauap.office.deliveries.models import Delivery, Lane
from jauap.office.pages.models import Page

CLOSED_AT_MOST = timedelta(days=2)
"""No network makes us wait longer (`http.retry_at`): a later moment was noted before the clock went back."""
COVERED = """EXISTS (SELECT 1 FROM deliveries_hold h WHERE h.released_at IS NULL
    AND (h.organisation_id IS NULL OR h.page_id = deliveries_delivery.page_id
        OR (h.organisation_id = deliveries_delivery.organisation_id AND h.page_id IS NULL))
    AND (h.restored OR (deliveries_delivery.act <> 'delete'
        AND (h.covers_answers OR deliveries_delivery.lane = 'announcement'))))"""
"""Whether a hold covers the delivery: an answer to a person only where the hold says so; taking
something down only after a restore."""

_SIGNED_IN = "pages_page.disconnected_at IS NULL AND pages_page.health <> 'signed_out'"
_OPEN = f"{_SIGNED_IN} AND pages_page.live"
_NOT_CLOSED = (
    "(pages_page.closed_until IS NULL OR pages_page.closed_until <= %s OR pages_page.closed_until >= %s)"
)
_IN_LINE = f"""deliveries_delivery.state IN ('waiting', 'retrying') AND deliveries_delivery.needs_person = ''
    AND deliveries_delivery.due_at <= %s AND deliveries_delivery.take_at <= %s AND NOT {COVERED}
    AND (deliveries_delivery.upon = '' OR NOT EXISTS (SELECT 1 FROM deliveries_delivery b
        WHERE b.page_id = deliveries_delivery.page_id AND b.upon = deliveries_delivery.upon
        AND b.id < deliveries_delivery.id AND b.state IN ('sending', 'unsure')))"""
"""May be sent now, as far as the row, its holds and earlier acts upon the same post can tell."""


def _page_is(condition: str) -> str:
    here = "SELECT 1 FROM pages_page WHERE pages_page.id = deliveries_delivery.page_id"
    return f"EXISTS ({here} AND {condition})"


def sql(condition: str, *moments: datetime) -> RawSQL:
    """A condition in SQL that both databases read. Written out because it is compiled at every turn."""
    adapted = tuple(connection.ops.adapt_datetimefield_value(moment) for moment in moments)
    return RawSQL(f"({condition})", adapted, output_field=BooleanField())


def covered() -> RawSQL:
    return sql(COVERED)


def due(now: datetime) -> QuerySet[Delivery]:
    """Rows that may be sent now: the WHERE of the claim's own UPDATE."""
    condition = f"{_IN_LINE} AND {_page_is(f'{_OPEN} AND {_NOT_CLOSED}')}"
    return Delivery.objects.filter(sql(condition, now, now, now, now + CLOSED_AT_MOST))


def _head(lane: Lane, now: datetime) -> RawSQL:
    """Id of the lane's first row in line, for a query over pages."""
    sql = (
        f"(SELECT deliveries_delivery.id FROM deliveries_delivery WHERE {_IN_LINE}"
        f" AND deliveries_delivery.page_id = pages_page.id AND deliveries_delivery.lane = '{lane.value}'"
        " ORDER BY deliveries_delivery.due_at, deliveries_delivery.id LIMIT 1)"
    )
    at = connection.ops.adapt_datetimefield_value(now)
    return RawSQL(sql, (at, at), output_field=BigIntegerField())


_UNDER_WAY = """EXISTS (SELECT 1 FROM deliveries_delivery WHERE deliveries_delivery.page_id = pages_page.id
    AND deliveries_delivery.lane = 'announcement' AND deliveries_delivery.state = 'sending')"""
_WAITS = """EXISTS (SELECT 1 FROM deliveries_delivery WHERE deliveries_delivery.page_id = pages_page.id
    AND deliveries_delivery.state IN ('waiting', 'retrying') AND deliveries_delivery.due_at <= %s)"""


def open_lanes(now: datetime) -> QuerySet[Page, tuple[int, int | None, int | None, bool]]:
    """Pages with something due: page, ids of the first announcement and answer in line, and whether an
    announcement is under way."""
    open_now = sql(f"{_OPEN} AND {_NOT_CLOSED} AND {_WAITS}", now, now + CLOSED_AT_MOST, now)
    heads = Page.objects.filter(open_now).order_by()
    told = heads.annotate(
        announcement=_head(Lane.ANNOUNCEMENT, now), answer=_head(Lane.ANSWER, now), busy=sql(_UNDER_WAY)
    )
    return told.values_list("pk", "announcement", "answer", "busy")


START_CALL = f"""UPDATE deliveries_delivery SET committing = TRUE, lease_until = %s, take_at = %s
    WHERE id = %s AND token = %s AND state = 'sending' AND NOT {COVERED} AND {_page_is(_OPEN)}"""
"""Just before the call that people see. Parameters: lease, lease, id, token."""


def can_be_read_back() -> RawSQL:
    return sql(_page_is(_SIGNED_IN))
