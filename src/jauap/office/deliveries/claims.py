"""Taking rows: one counted UPDATE a round, the same on SQLite and PostgreSQL.

A claim is committed before anything is called. Whoever holds the newest token may write; a lease
that runs out is taken over by `sweep`. Claims of all workers come one after another (a lock on
PostgreSQL; SQLite has one writer), so that order and rate of a page are kept without further care.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jauap.networks.http import WHOLE_CALL_S
from jauap.office.deliveries import late, pace
from jauap.office.deliveries.models import Act, Delivery, Hold, Lane, Pace, State
from jauap.office.live.actions import tell
from jauap.office.pages.models import Health, Page

LEASE = timedelta(minutes=5)
"""Longer than any call of `networks.http`, so that a call in flight has ended before another looks."""
CALL = timedelta(seconds=WHOLE_CALL_S)
CLOSED_AT_MOST = timedelta(days=2)
"""No network makes us wait longer (`http.retry_at`): a later moment was noted before the clock went back."""
LOOKS_AT_ONCE = 4
"""Looks in flight, all workers together: a dead network must not keep the others waiting."""


@dataclass(frozen=True)
class Claim:
    """The right to work on one row until lease_until. look: read back instead of sending."""

    delivery: Delivery
    token: str
    look: bool


def covered() -> Q:
    """Whether a hold covers the delivery.

    An answer to a person only where the hold says so; taking something down only after a restore.
    """
    over = Hold.objects.in_force().filter(
        Q(organisation=None)
        | Q(organisation=OuterRef("organisation_id"), page=None)
        | Q(page=OuterRef("page_id"))
    )
    usual = Q(Exists(over), lane=Lane.ANNOUNCEMENT) | Q(Exists(over.filter(covers_answers=True)))
    return Q(Exists(over.filter(restored=True))) | (~Q(act=Act.DELETE) & usual)


def signed_in_pages() -> QuerySet[Page]:
    return Page.objects.filter(disconnected_at=None).exclude(health=Health.SIGNED_OUT)


def open_pages() -> QuerySet[Page]:
    """Pages on which something may go out, apart from holds and from waiting asked for by the network."""
    return signed_in_pages().filter(live=True)


def pages_open_at(now: datetime) -> QuerySet[Page]:
    believable = Q(closed_until__gt=now, closed_until__lt=now + CLOSED_AT_MOST)
    return open_pages().exclude(believable)


def _in_line(now: datetime) -> QuerySet[Delivery]:
    """Rows that may be sent now, as far as the row, its holds and what came before it can tell."""
    before = Delivery.objects.filter(
        page=OuterRef("page_id"),
        upon=OuterRef("upon"),
        id__lt=OuterRef("id"),
        state__in=[State.SENDING, State.UNSURE],
    )
    return Delivery.objects.filter(
        ~covered(),
        Q(upon="") | ~Exists(before),
        state__in=[State.WAITING, State.RETRYING],
        needs_person="",
        take_at__lte=now,
        due_at__lte=now,
    )


def due(now: datetime) -> QuerySet[Delivery]:
    """Rows that may be sent now. The WHERE of the claim: subqueries only, so that an UPDATE keeps it."""
    return _in_line(now).filter(page__in=pages_open_at(now))


def begin(now: datetime, most: int) -> list[Claim]:
    """Claim up to `most` due rows, the longest waiting first; commits the intent.

    Announcements of one page go one after another, so that their order is kept; answers go side by side.
    """
    if most <= 0 or not due(now).exists():
        return []
    with transaction.atomic():
        _one_at_a_time()
        late.mark(now)
        return _take(list(_chosen(now, most)), now)


def _one_at_a_time() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 1)", [0x6A62])


def _chosen(now: datetime, most: int) -> Iterator[int]:
    """Ids in the order in which they waited, as far as order and rate of their pages allow."""
    left = most
    for page, lane in _lanes(now):
        if left <= 0:
            return
        rate = pace.rate_of(page, lane)
        kept, _ = Pace.objects.get_or_create(page=page, lane=lane, defaults={"free_at": now})
        most_here = min(left, pace.room(kept, rate, now), 1 if lane == Lane.ANNOUNCEMENT else left)
        rows = _in_line(now).filter(page=page, lane=lane).order_by("due_at", "id")
        ids = list(rows.values_list("pk", flat=True)[:most_here]) if most_here else []
        if ids:
            pace.spend(kept, rate, now, len(ids))
            kept.save(update_fields=["free_at"])
            left -= len(ids)
            yield from ids


def _lanes(now: datetime) -> list[tuple[Page, Lane]]:
    """Lanes with something to send and, for announcements, nothing under way; the longest waiting first."""
    here = _in_line(now).filter(page=OuterRef("pk")).order_by("due_at", "id").values("due_at")
    under_way = Delivery.objects.filter(page=OuterRef("pk"), lane=Lane.ANNOUNCEMENT, state=State.SENDING)
    pages = pages_open_at(now).annotate(
        announcement=Subquery(here.filter(lane=Lane.ANNOUNCEMENT)[:1]),
        answer=Subquery(here.filter(lane=Lane.ANSWER)[:1]),
        busy=Exists(under_way),
    )
    waiting: list[tuple[datetime, Page, Lane]] = []
    for page in pages.exclude(announcement=None, answer=None):
        if page.announcement and not page.busy:
            waiting.append((page.announcement, page, Lane.ANNOUNCEMENT))
        if page.answer:
            waiting.append((page.answer, page, Lane.ANSWER))
    waiting.sort(key=lambda one: (one[0], one[1].pk, one[2]))
    return [(page, lane) for _, page, lane in waiting]


def _take(ids: list[int], now: datetime) -> list[Claim]:
    """The counted UPDATE. A row that somebody else has locked (an edit, a withdrawal) is left alone."""
    free = due(now).filter(pk__in=ids).select_for_update(of=("self",), skip_locked=True)
    rows = list(free.select_related("page").order_by("due_at", "id")) if ids else []
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
        if rows
        else 0
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
    still = Delivery.objects.filter(
        ~covered(), pk=claim.delivery.pk, token=claim.token, state=State.SENDING, page__in=open_pages()
    )
    return bool(still.update(committing=True, lease_until=now + LEASE, take_at=now + LEASE))


def keep(claim: Claim, name: str, value: str, now: datetime) -> bool:
    """Save one step's result under the claim and lengthen the lease. False = another has the row."""
    claim.delivery.prepared = {**claim.delivery.prepared, name: value}
    ours = Delivery.objects.filter(pk=claim.delivery.pk, token=claim.token, state=State.SENDING)
    return bool(ours.update(prepared=claim.delivery.prepared, lease_until=now + LEASE, take_at=now + LEASE))


def begin_looks(now: datetime, most: int) -> list[Claim]:
    """Claim unsure rows whose next look is due. Holds do not cover looking."""
    unsure = Delivery.objects.filter(
        state=State.UNSURE, needs_person="", take_at__lte=now, page__in=signed_in_pages()
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
