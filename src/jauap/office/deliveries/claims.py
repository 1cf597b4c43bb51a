"""Taking rows: one counted UPDATE each, the same on SQLite and PostgreSQL.

A claim commits the intent before anything is called. Whoever holds the newest token may write;
a lease that runs out is taken over by `sweep`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from jauap.office.deliveries import pace
from jauap.office.deliveries.models import Act, Delivery, Hold, Lane, State
from jauap.office.pages.models import Health, Page

LEASE = timedelta(minutes=5)
"""Longer than every time-out of `networks.http` together, so that a call in flight has ended before another looks."""


@dataclass(frozen=True)
class Claim:
    """The right to work on one row until lease_until. look: read back instead of sending."""

    delivery: Delivery
    token: str
    look: bool


def covered() -> Q:
    """Whether a hold covers the delivery: an answer to a person only where the hold says so."""
    over = Hold.objects.in_force().filter(
        Q(organisation=None)
        | Q(organisation=OuterRef("organisation_id"), page=None)
        | Q(page=OuterRef("page_id"))
    )
    answers_too = over.filter(Q(covers_answers=True) | Q(restored=True))
    return Q(Exists(answers_too)) | Q(Exists(over), lane=Lane.ANNOUNCEMENT)


def open_pages() -> QuerySet[Page]:
    """Pages on which something may go out now, apart from holds."""
    return Page.objects.filter(live=True, disconnected_at=None).exclude(health=Health.SIGNED_OUT)


def due(now: datetime) -> QuerySet[Delivery]:
    """Rows that may be sent now, as far as one row can tell. The WHERE of the claim itself."""
    return Delivery.objects.filter(
        ~covered(),
        state__in=[State.WAITING, State.RETRYING],
        needs_person="",
        take_at__lte=now,
        due_at__lte=now,
        page__in=open_pages().filter(Q(closed_until=None) | Q(closed_until__lte=now)),
    )


def lanes_due(now: datetime) -> list[tuple[int, str]]:
    """(page, lane) of everything due, the longest waiting first."""
    rows = due(now).values("page_id", "lane").annotate(first=Min("take_at")).order_by("first")
    return [(row["page_id"], row["lane"]) for row in rows]


def begin(page: Page, lane: Lane, now: datetime, most: int) -> list[Claim]:
    """Claim up to `most` due rows of one page's lane, in order; commits the intent.

    Posts of one page go one after another, so that their order is kept; answers go side by side.
    """
    with transaction.atomic():
        wanted = [row.pk for row in _next_rows(page, lane, now, most)]
        granted = pace.take(page, lane, now, len(wanted)) if wanted else 0
        # The lane's row is locked now: what another worker claimed meanwhile is seen here.
        rows = _next_rows(page, lane, now, granted)
        claims = [claim for row in rows if (claim := _claim(row, page, now))]
        pace.give_back(page, lane, granted - len(claims))
    return claims


def _next_rows(page: Page, lane: Lane, now: datetime, most: int) -> list[Delivery]:
    if most <= 0:
        return []
    late = now - timedelta(minutes=page.late_min)
    rows = due(now).filter(page=page, lane=lane, due_at__gte=late).order_by("due_at", "id")[:most]
    chosen: list[Delivery] = []
    busy = _publishing(page)
    for row in rows:
        if row.act == Act.PUBLISH:
            if busy:
                break
            busy = True
        chosen.append(row)
    return chosen


def _publishing(page: Page) -> bool:
    return Delivery.objects.filter(page=page, act=Act.PUBLISH, state=State.SENDING).exists()


def _claim(row: Delivery, page: Page, now: datetime) -> Claim | None:
    token = secrets.token_hex(16)
    taken = due(now).filter(pk=row.pk).update(
        state=State.SENDING,
        state_since=now,
        token=token,
        lease_until=now + LEASE,
        take_at=now + LEASE,
        tries=F("tries") + 1,
        intent_at=Coalesce("intent_at", now),
        committing=not row.content["pictures"],
    )
    if not taken:
        return None
    row.refresh_from_db()
    row.page = page
    return Claim(row, token, look=False)


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
    return bool(
        ours.update(prepared=claim.delivery.prepared, lease_until=now + LEASE, take_at=now + LEASE)
    )


def begin_looks(now: datetime, most: int) -> list[Claim]:
    """Claim unsure rows whose next look is due. Holds do not cover looking."""
    unsure = Delivery.objects.filter(
        state=State.UNSURE, needs_person="", take_at__lte=now, page__disconnected_at=None
    ).exclude(page__health=Health.SIGNED_OUT)
    claims = []
    for row in unsure.select_related("page").order_by("take_at")[:most]:
        token = secrets.token_hex(16)
        fields = {"token": token, "lease_until": now + LEASE, "take_at": now + LEASE}
        if unsure.filter(pk=row.pk, take_at=row.take_at).update(looks=F("looks") + 1, **fields):
            row.refresh_from_db()
            claims.append(Claim(row, token, look=True))
    return claims


def sweep(now: datetime) -> int:
    """Take back rows whose worker fell silent: what may be out is unsure, the rest is tried again."""
    silent = Delivery.objects.filter(state=State.SENDING, lease_until__lt=now)
    freed = {"token": "", "lease_until": None, "state_since": now, "take_at": now}
    count = silent.filter(committing=True).update(
        state=State.UNSURE, unsure_since=now, looks=0, **freed
    )
    count += silent.filter(committing=False).update(state=State.RETRYING, **freed)
    return count

