"""Writing down how a call ended. An old token is refused: whoever took over decides."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import assert_never

from django.db import IntegrityError, transaction
from django.db.models import Q

from jauap.errors import NetworkError, Said
from jauap.networks import found
from jauap.networks.base import Find
from jauap.office.deliveries.attempt import (
    AskedToWait,
    Done,
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
from jauap.office.deliveries.models import SHOWS_ANEW, Delivery, NeedsPerson, State
from jauap.office.pages import health as pages
from jauap.office.people.acting import WORKER, Entry, acting
from jauap.words import N_, Words, words

log = logging.getLogger("jauap.deliveries")
LOOKS_AFTER_S = (2, 8, 20, 30, 60, 60)
"""Waits between readings back, from the moment the answer was lost."""


def settle(claim: Claim, outcome: Outcome, now: datetime) -> bool:
    """Commit the outcome. False = the token is old and nothing was written."""
    delivery = claim.delivery
    try:
        return _settle(claim, outcome, now)
    except IntegrityError:
        # The post that we found belongs to another delivery: two looked alike.
        log.warning("delivery.bound_twice id=%s", delivery.pk)
        return _settle(claim, Unknowable(words(N_("It stands there once, but two deliveries claim it."))), now)


def _settle(claim: Claim, outcome: Outcome, now: datetime) -> bool:
    delivery = claim.delivery
    with transaction.atomic():
        if not _ours(claim):
            log.info("delivery.old_token id=%s", delivery.pk)
            return False
        with acting(WORKER, "deliveries.settle", delivery, now=now) as entry:
            write(delivery, claim, outcome, entry)
            delivery.token, delivery.lease_until, delivery.committing = "", None, False
            delivery.save()
            entry.note(state=delivery.state, outcome=type(outcome).__name__, tries=delivery.tries)
            entry.tell("delivery", delivery.purpose)
    log.info("delivery.%s id=%s page=%s", delivery.state, delivery.pk, delivery.page_id)
    return True


def _ours(claim: Claim) -> bool:
    state = State.UNSURE if claim.look else State.SENDING
    row = Delivery.objects.filter(pk=claim.delivery.pk, token=claim.token, state=state)
    return bool(row.update(token=claim.token))


def write(delivery: Delivery, claim: Claim, outcome: Outcome, entry: Entry) -> None:
    """The outcome's consequences for the row, in this object."""
    now = entry.at
    match outcome:
        case Done(published):
            _stands(delivery, now)
            if published is not None:
                delivery.external_ids = list(published.ids)
                delivery.external_id = published.ids[0]
                delivery.url = published.url
        case NotHandled(error):
            _again(delivery, claim, error, now + _back_off(delivery), now)
        case AskedToWait(error):
            pages.close_until(delivery.page, error.until)
            _again(delivery, claim, error, error.until, now)
        case LostSignIn(error):
            pages.lost_sign_in(delivery.page, error, now=now)
            _again(delivery, claim, error, now, now)
        case Refused(error):
            _refused(delivery, claim, error, now)
        case Lost(error):
            _unsure(delivery, error, now)
        case Recalled():
            delivery.move(State.WAITING, now)
            delivery.take_at = now
        case NotThere():
            _absent(delivery, now)
        case Unknowable(why):
            _ask_person(delivery, why, now)
        case _:
            assert_never(outcome)


def _stands(delivery: Delivery, now: datetime) -> None:
    delivery.move(State.SENT, now)
    delivery.sent_at = max(now, delivery.due_at)
    delivery.said, delivery.unsure_since = {}, None


def _again(delivery: Delivery, claim: Claim, error: NetworkError, at: datetime, now: datetime) -> None:
    """A sending is tried again; a look is looked again, and proves nothing."""
    if not claim.look:
        delivery.move(State.RETRYING, now)
    delivery.take_at = at
    _say(delivery, error)


def _refused(delivery: Delivery, claim: Claim, error: NetworkError, now: datetime) -> None:
    if claim.look and delivery.act in SHOWS_ANEW:
        _ask_person(delivery, error.said, now)
    else:
        delivery.move(State.FAILED, now)
    _say(delivery, error)


def _unsure(delivery: Delivery, error: NetworkError, now: datetime) -> None:
    if delivery.state != State.UNSURE:
        delivery.move(State.UNSURE, now)
        delivery.unsure_since, delivery.looks = now, 0
    delivery.take_at = now + timedelta(seconds=_next_look_s(delivery))
    _say(delivery, error)


def _absent(delivery: Delivery, now: datetime) -> None:
    """Surely absent: sent anew, once. Not sure yet: look again. Absent a second time: a person."""
    since = delivery.unsure_since or now
    facts = found()[delivery.page.network].CAPABILITIES
    settled = now >= since + timedelta(seconds=facts.settling_s) and delivery.looks >= 2
    if not settled or facts.finds_by == Find.NOTHING:
        delivery.take_at = now + timedelta(seconds=_next_look_s(delivery))
    elif delivery.resent == 0:
        delivery.move(State.WAITING, now)
        delivery.resent, delivery.take_at, delivery.unsure_since = 1, now, None
    else:
        _ask_person(delivery, words(N_("It was sent twice at most, and does not stand there.")), now)


def _ask_person(delivery: Delivery, why: Words, now: datetime) -> None:
    delivery.needs_person = NeedsPerson.UNDECIDED
    delivery.said = {"msgid": why.msgid, "values": dict(why.values), "their_words": ""}
    delivery.take_at = now


def _next_look_s(delivery: Delivery) -> int:
    return LOOKS_AFTER_S[min(delivery.looks, len(LOOKS_AFTER_S) - 1)]


def _back_off(delivery: Delivery) -> timedelta:
    """5 s, 10, 20 ... up to five minutes."""
    return timedelta(seconds=min(5 * 2 ** min(delivery.tries, 8), 300))


def _say(delivery: Delivery, error: NetworkError) -> None:
    said = Said.of(error)
    delivery.said = {"msgid": said.msgid, "values": said.values, "their_words": said.their_words}


def mark_late(now: datetime) -> int:
    """Deliveries later than their page's limit wait for a person. Number of rows."""
    open_rows = Delivery.objects.filter(state__in=[State.WAITING, State.RETRYING], needs_person="")
    late_min = open_rows.filter(due_at__lt=now - timedelta(minutes=1)).values_list("page__late_min", flat=True)
    count = 0
    for minutes in set(late_min):
        late = Q(page__late_min=minutes, due_at__lt=now - timedelta(minutes=minutes))
        count += open_rows.filter(late).update(needs_person=NeedsPerson.LATE)
    return count

