"""Writing down how calls ended. An old token is refused: whoever took over decides."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from django.db import IntegrityError, transaction

from jauap.errors import NetworkError, OutcomeUnknown, Said, Scope, SlowDown
from jauap.networks import found
from jauap.networks.base import Capabilities, Find, Published
from jauap.office.deliveries.attempt import (
    AskedToWait,
    DoItAgain,
    Done,
    Ended,
    Lost,
    LostSignIn,
    NotHandled,
    NotThere,
    Outcome,
    Recalled,
    Refused,
    Unknowable,
)
from jauap.office.deliveries.claims import Claim
from jauap.office.deliveries.models import Act, Delivery, NeedsPerson, State
from jauap.office.live.actions import tell
from jauap.office.pages import health as pages
from jauap.office.pages.models import Health, Page
from jauap.office.people.acting import WORKER
from jauap.office.people.models import AuditEntry
from jauap.words import N_, Words, words

log = logging.getLogger("jauap.deliveries")
LOOKS_AFTER_S = (2, 8, 20, 30, 60)
"""Waits between readings back, from the moment the answer was lost."""
LOOKS_BEFORE_ABSENT = {Find.OWN_KEY: 2, Find.OWN_LIST: 5}
"""Two minutes of looking in a list; counted, so that a clock that jumps can shorten them by one wait only."""
WRITTEN = [
    "state", "state_since", "needs_person", "take_at", "token", "lease_until", "committing", "prepared",
    "looks", "unsure_since", "certain_at", "resent", "said", "external_id", "external_ids", "url", "sent_at",
]  # fmt: skip
BOUND = words(N_("It stands there once, but two deliveries claim it."))


def settle(ended: Sequence[Ended], now: datetime) -> int:
    """Commit the outcomes together. Number of rows written; one whose token is old is left alone."""
    try:
        with transaction.atomic():
            return _write_all(ended, now)
    except IntegrityError:
        if len(ended) > 1:
            return sum(settle([one], now) for one in ended)
    # The post that we found was bound to an equal delivery a moment ago.
    claim = ended[0].claim
    log.warning("delivery.bound_twice id=%s", claim.delivery.pk)
    instead = Lost(OutcomeUnknown()) if claim.look else Unknowable(BOUND)
    with transaction.atomic():
        return _write_all([Ended(claim, instead)], now)


def _write_all(ended: Sequence[Ended], now: datetime) -> int:
    ids = [one.claim.delivery.pk for one in ended]
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("page")
    rows = {row.pk: row for row in locked.filter(pk__in=ids).order_by("pk")}
    written = []
    for one in ended:
        row = rows.get(one.claim.delivery.pk)
        if row is None or not _ours(row, one):
            log.info("delivery.old_token id=%s", one.claim.delivery.pk)
            continue
        write(row, one.claim, one.outcome, now)
        row.token, row.lease_until, row.committing = "", None, False
        row.save(update_fields=WRITTEN)
        written.append((row, type(one.outcome).__name__))
    _record(written, now)
    return len(written)


def _ours(row: Delivery, one: Ended) -> bool:
    """The token is the newest. A row taken back by the sweep still believes that it stands there."""
    if row.token != one.claim.token:
        return False
    if one.claim.look:
        return row.state == State.UNSURE
    return row.state == State.SENDING or (row.state == State.UNSURE and isinstance(one.outcome, Done))


def _record(written: list[tuple[Delivery, str]], now: datetime) -> None:
    """The audit, and a hint for open screens: as `acting` does, for many rows at once."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            organisation_id=row.organisation_id,
            at=now,
            machine=WORKER.name,
            verb="deliveries.settle",
            thing=f"delivery {row.code}",
            note={"state": row.state, "outcome": outcome, "tries": row.tries},
        )
        for row, outcome in written
    )
    refs: dict[int, set[str]] = {}
    for row, _ in written:
        refs.setdefault(row.organisation_id, set()).add(row.purpose)
        log.info("delivery.%s id=%s page=%s", row.state, row.pk, row.page_id)
    for organisation, purposes in sorted(refs.items()):
        tell(organisation, "delivery", purposes.pop() if len(purposes) == 1 else "")


def write(delivery: Delivery, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """The outcome's consequences for the row, in this object, and for its page."""
    match outcome:
        case Done(published):
            _stands(delivery, published, now)
        case NotHandled(error):
            _again(delivery, claim, error, now + _back_off(delivery), now)
        case AskedToWait(error):
            _close(delivery.page, error)
            _again(delivery, claim, error, error.until, now)
        case LostSignIn(error):
            pages.lost_sign_in(delivery.page, error, now=now)
            _again(delivery, claim, error, now, now)
        case Refused(error):
            _refused(delivery, claim, error, now)
        case Lost(error):
            _unsure(delivery, now)
            _say(delivery, error)
        case Recalled():
            _anew(delivery, now, at=now)
        case NotThere():
            _absent(delivery, now)
        case Unknowable(why):
            _ask_person(delivery, why, now)
        case DoItAgain():
            _once_more(delivery, now)
        case _:
            assert_never(outcome)


def _stands(delivery: Delivery, published: Published | None, now: datetime) -> None:
    delivery.move(State.SENT, now)
    delivery.sent_at = max(now, delivery.due_at)
    delivery.said, delivery.unsure_since, delivery.needs_person = {}, None, NeedsPerson.NO
    if published is not None and published.ids:
        delivery.external_ids = list(published.ids)
        delivery.external_id, delivery.url = published.ids[0][:300], published.url[:600]
    if delivery.page.health == Health.UNREACHABLE:
        pages.well(delivery.page, now=now)


def _again(delivery: Delivery, claim: Claim, error: NetworkError, at: datetime, now: datetime) -> None:
    """A sending is tried again; a look is looked again, and proves nothing."""
    _say(delivery, error)
    if claim.look:
        delivery.take_at = max(at, _next_look(delivery, now))
    elif not _outdated(delivery, now):
        delivery.move(State.RETRYING, now)
        delivery.take_at = at


def _anew(delivery: Delivery, now: datetime, *, at: datetime) -> None:
    """Back into the line, with fresh steps: what was uploaded may be used up."""
    if not _outdated(delivery, now):
        delivery.move(State.WAITING, now)
        delivery.take_at = at
        delivery.unsure_since = delivery.certain_at = None
        delivery.prepared, delivery.looks = {}, 0


def _outdated(delivery: Delivery, now: datetime) -> bool:
    """Drop a correction that a later act upon the same post has replaced: old words must not come back."""
    if delivery.act != Act.EDIT:
        return False
    later = Delivery.objects.filter(page=delivery.page_id, upon=delivery.upon, id__gt=delivery.pk)
    if not later.exclude(state=State.DROPPED).exists():
        return False
    delivery.move(State.DROPPED, now)
    return True


def _close(page: Page, error: SlowDown) -> None:
    """No worker calls this page before the moment named; nor any other page that shares the limit."""
    shared = Page.objects.filter(network=page.network, server=page.server)
    for one in [page] if error.scope == Scope.PAGE else shared:
        pages.close_until(one, error.until)


def _refused(delivery: Delivery, claim: Claim, error: NetworkError, now: datetime) -> None:
    if claim.look:
        _ask_person(delivery, error.said, now)
    else:
        delivery.move(State.FAILED, now)
    _say(delivery, error)


def _unsure(delivery: Delivery, now: datetime) -> None:
    if delivery.state != State.UNSURE:
        delivery.move(State.UNSURE, now)
        delivery.unsure_since, delivery.certain_at, delivery.looks = now, now, 0
    delivery.take_at = _next_look(delivery, now)


def _absent(delivery: Delivery, now: datetime) -> None:
    """Surely absent: sent anew, once. Not sure yet: look again. Absent a second time: a person."""
    facts = found()[delivery.page.network].CAPABILITIES
    if facts.finds_by == Find.NOTHING:
        _ask_person(delivery, words(N_("This network can't be read back.")), now)
    elif not _sure(delivery, facts, now):
        delivery.take_at = _next_look(delivery, now)
    elif delivery.resent == 0:
        _anew(delivery, now, at=now)
        delivery.resent = 1
    else:
        _ask_person(delivery, words(N_("It was sent twice at most, and does not stand there.")), now)


def _sure(delivery: Delivery, facts: Capabilities, now: datetime) -> bool:
    """Whether absence is proven: enough looks, the network's settling time, no call on its way."""
    since = delivery.unsure_since or now
    on_its_way = facts.finds_by == Find.OWN_LIST and delivery.certain_at and now < delivery.certain_at
    settled = now >= since + timedelta(seconds=facts.settling_s)
    return settled and not on_its_way and delivery.looks >= LOOKS_BEFORE_ABSENT[facts.finds_by]


def _once_more(delivery: Delivery, now: datetime) -> None:
    if delivery.certain_at and now < delivery.certain_at:
        delivery.take_at = delivery.certain_at
    else:
        _anew(delivery, now, at=now + _back_off(delivery))


def _ask_person(delivery: Delivery, why: Words, now: datetime) -> None:
    if delivery.state != State.UNSURE:
        _unsure(delivery, now)
    delivery.needs_person = NeedsPerson.UNDECIDED
    delivery.said = {"msgid": why.msgid, "values": dict(why.values), "their_words": ""}
    delivery.take_at = now


def _next_look(delivery: Delivery, now: datetime) -> datetime:
    return now + timedelta(seconds=LOOKS_AFTER_S[min(delivery.looks, len(LOOKS_AFTER_S) - 1)])


def _back_off(delivery: Delivery) -> timedelta:
    """5 s, 10, 20 ... up to five minutes."""
    return timedelta(seconds=min(5 * 2 ** min(max(delivery.tries - 1, 0), 8), 300))


def _say(delivery: Delivery, error: NetworkError) -> None:
    said = Said.of(error)
    delivery.said = {"msgid": said.msgid, "values": said.values, "their_words": said.their_words}
