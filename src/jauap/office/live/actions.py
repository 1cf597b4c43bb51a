"""Telling open screens that something changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from jauap.office.live.models import Event

KEPT = timedelta(hours=24)


def tell(organisation: int, topic: str, ref: str = "") -> None:
    """Add an event, in the transaction of the change itself, as its last write.

    PostgreSQL hands out ids before the commit, so a later id could become visible first and a
    reader would pass over the earlier one; a lock per organisation, held until the commit, keeps
    ids and commits in one order. SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x6A61, organisation % 2**31])
    Event.objects.create(organisation=organisation, topic=topic, ref=ref)


def forget_old(now: datetime) -> int:
    """Drop events that no open screen can still want. Number of rows."""
    with transaction.atomic():
        return Event.objects.filter(at__lt=now - KEPT).delete()[0]
