"""Taking rows: one counted UPDATE a round, the same on SQLite and PostgreSQL.

A claim is committed before anything is called. Whoever holds the newest token may write; a lease
that runs out is taken over by `sweep`. Claims of all workers come one after another (a lock on
PostgreSQL; SQLite has one writer), so that order and rate of a page are kept without further care.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from jauap.networks.http import WHOLE_CALL_S
from jauap.office.deliveries import late, pace
from jauap.office.deliveries.conditions import START_CALL, can_be_read_back, due, open_lanes
from jauap.office.deliveries.models import Delivery, Lane, Pace, State
from jauap.office.live.actions import tell
from jauap.office.pages.models import Page

LEASE = timedelta(minutes=5)
"""Longer than any call of `networks.http`, so that a call in flight has ended before another looks."""
CALL = timedelta(seconds=WHOLE_CALL_S)
LOOKS_AT_ONCE = 4
"""Looks in flight, all workers together: a dead network must not keep the others waiting."""


@dataclass(frozen=True)
class Claim:
    """The right to work on one row until lease_until. look: read back instead of sending."""

    delivery: Delivery
    token: str
    look: bool


def begin(now: datetime, most: int) -> list[Claim]:
    """Claim up to `most` due rows, the longest waiting first; commits the intent.

    Announcements of one page go one after another, so that their order is kept; answers go side by side.
    """
    if most <= 0 or not due(now).exists():
        return []
    with transaction.atomic():
        _one_at_a_time()
        late.mark(now)
        return _take(_chosen(now, most), now)


def _one_at_a_time() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 1)", [0x6A62])


def _chosen(now: datetime, most: int) -> list[Delivery]:
    """Locked rows in the order in which they waited, as far as order and rate of their pages allow.

    A row that somebody else has locked (an edit, a withdrawal) is left alone.
    """
    lanes = _lanes(now)
    paces = {(kept.page_id, kept.lane): kept for kept in Pace.objects.filter(page__in={p for p, _ in lanes})}
    rows = _locked(list(lanes.values()), now) if lanes else []
    chosen: list[Delivery] = []
    spent: list[Pace] = []
    for first in rows:
        page, lane = first.page, Lane(first.lane)
        rate = pace.rate_of(page, lane)
        kept = paces.get((page.pk, lane)) or Pace(page=page, lane=lane, free_at=now)
        here = min(most - len(chosen), pace.room(kept, rate, now))
        if here > 0:
            mine = [first] if lane == Lane.ANNOUNCEMENT or here == 1 else _more(page, lane, here, now)
            chosen += mine
            pace.spend(kept, rate, now, len(mine))
            spent.append(kept)
    Pace.objects.bulk_create(
        spent, update_conflicts=True, unique_fields=["page", "lane"], update_fields=["free_at"]
    )
    return chosen


def _lanes(now: datetime) -> dict[tuple[int, Lane], int]:
    """The first row in line of every lane that may send; none where an announcement is under way."""
    found: dict[tuple[int, Lane], int] = {}
    for page, announcement, answer, busy in open_lanes(now):
        if announcement and not busy:
            found[page, Lane.ANNOUNCEMENT] = announcement
        if answer:
            found[page, Lane.ANSWER] = answer
    return found


def _locked(ids: list[int], now: datetime) -> list[Delivery]:
    free = due(now).filter(pk__in=ids).select_for_update(of=("self",), skip_locked=True)
    return list(free.select_related("page").order_by("due_at", "id"))


def _more(page: Page, lane: Lane, most: int, now: datetime) -> list[Delivery]:
    """The lane's first rows, as many as may go now."""
    free = due(now).filter(page=page, lane=lane).select_for_update(of=("self",), skip_locked=True)
    return list(free.select_related("page").order_by("due_at", "id")[:most])


def _take(rows: list[Delivery], now: datetime) -> list[Claim]:
    """The counted UPDATE."""
    if not rows:
        return []
    token, lease = secrets.token_hex(16), now + LEASE
    taken = (
        due(now)
        .filter(pk__in=[row.pk for row in rows])
        .update(
            state=State.SENDING,
            state_since=now,
            token=token,
            lease_until=lease,
            take_at=lease,
            tries=F("tries") + 1,
            intent_at=Coalesce("intent_at", now),
            committing=False,
        )
    )
    if taken != len(rows):
        ours = set(Delivery.objects.filter(token=token).values_list("pk", flat=True))
        rows = [row for row in rows if row.pk in ours]
    for row in rows:
        row.state, row.state_since, row.committing = State.SENDING, now, False
        row.token, row.lease_until, row.take_at = token, lease, lease
        row.tries, row.intent_at = row.tries + 1, row.intent_at or now
    return [Claim(row, token, look=False) for row in rows]


def may_commit(claim: Claim, now: datetime) -> bool:
    """Just before the call that people see: still ours, and nothing was put over it meanwhile."""
    lease = connection.ops.adapt_datetimefield_value(now + LEASE)
    with connection.cursor() as cursor:
        cursor.execute(START_CALL, [lease, lease, claim.delivery.pk, claim.token])
        return bool(cursor.rowcount)


def keep(claim: Claim, name: str, value: str, now: datetime) -> bool:
    """Save one step's result under the claim and lengthen the lease. False = another has the row."""
    claim.delivery.prepared = {**claim.delivery.prepared, name: value}
    ours = Delivery.objects.filter(pk=claim.delivery.pk, token=claim.token, state=State.SENDING)
    return bool(ours.update(prepared=claim.delivery.prepared, lease_until=now + LEASE, take_at=now + LEASE))


def begin_looks(now: datetime, most: int) -> list[Claim]:
    """Claim unsure rows whose next look is due. Holds do not cover looking."""
    unsure = Delivery.objects.filter(
        can_be_read_back(), state=State.UNSURE, needs_person="", take_at__lte=now
    )
    if most <= 0 or not unsure.exists():
        return []
    with transaction.atomic():
        _one_at_a_time()
        flying = Delivery.objects.filter(state=State.UNSURE, lease_until__gt=now).count()
        locked = unsure.select_for_update(of=("self",), skip_locked=True).select_related("page")
        rows = list(locked.order_by("take_at", "id")[: max(0, min(most, LOOKS_AT_ONCE - flying))])
        token, lease = secrets.token_hex(16), now + LEASE
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            token=token, lease_until=lease, take_at=lease, looks=F("looks") + 1
        )
    for row in rows:
        row.token, row.lease_until, row.take_at, row.looks = token, lease, lease, row.looks + 1
    return [Claim(row, token, look=True) for row in rows]


def sweep(now: datetime) -> int:
    """Take back rows whose worker fell silent: what may be out is unsure, the rest is tried again.

    A lease further ahead than any we give was given before the clock went back. The token of a row
    that may be out is kept: an answer that still comes is believed, as long as nobody took over.
    """
    gone = Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE)
    silent = Delivery.objects.filter(gone, state__in=[State.SENDING, State.UNSURE])
    found = list(silent.values_list("pk", "organisation_id"))
    if not found:
        return 0
    rows = Delivery.objects.filter(gone, pk__in=[pk for pk, _ in found])
    freed = {"lease_until": None, "take_at": now}
    with transaction.atomic():
        rows.filter(state=State.UNSURE).update(token="", **freed)
        sending = rows.filter(state=State.SENDING)
        sending.filter(committing=False).update(token="", state=State.RETRYING, state_since=now, **freed)
        maybe_out = {"unsure_since": now, "certain_at": now + CALL, "looks": 0, "said": {}}
        sending.filter(committing=True).update(state=State.UNSURE, state_since=now, **maybe_out, **freed)
        for organisation in sorted({organisation for _, organisation in found}):
            tell(organisation, "delivery")
    return len(found)
