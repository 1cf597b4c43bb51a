"""What people do with the outbox. Putting in and taking out share the transaction of an approval."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from jauap.errors import NotAllowed, Refusal, WrongState
from jauap.networks import found
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import (
    SHOWS_ANEW,
    Act,
    Delivery,
    DeliveryQuerySet,
    Hold,
    Lane,
    NeedsPerson,
    State,
)
from jauap.office.pages.models import Page
from jauap.office.people.acting import COMMAND, Actor, Entry, acting
from jauap.office.people.codes import new_code
from jauap.office.people.models import Organisation, Person
from jauap.words import N_, words


class NotLive(Refusal):
    """The page is still on trial: nothing may be shown to the public there."""

    def __init__(self, page: Page) -> None:
        super().__init__(
            words(N_("The page “{page}” is on trial and shows nothing to the public yet."), page=page.name),
            words(N_("An administrator can let it go live on the Pages screen.")),
        )


class AlreadyOnItsWay(Refusal):
    """It is being sent at this very moment, or may already stand."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("This is going out at this moment, so it can't be changed now.")),
            words(N_("Wait a minute, then withdraw or correct what stands on the page.")),
        )


class LookFirst(Refusal):
    """Nobody has read the page back since the answer was lost."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("We have not finished reading the page back.")),
            words(N_("Wait for the next look; we will not send it twice.")),
        )


def put(
    page: Page,
    act: Act,
    lane: Lane,
    content: Content,
    *,
    purpose: str,
    due_at: datetime,
    consent_by: Person,
    now: datetime,
) -> Delivery:
    """Put an approved act into the outbox, in the transaction of its approval.

    An edit or deletion takes the place of an earlier edit of the same post that has not gone out.
    Raises NotLive. The database refuses a second undropped delivery for one purpose.
    """
    if not page.live or page.disconnected_at:
        raise NotLive(page)
    proof = content.hash(page, act)
    code = new_code()
    upon = content.on.ids[0][:300] if content.on and act not in SHOWS_ANEW else ""
    if act in (Act.EDIT, Act.DELETE):
        _drop(Delivery.objects.filter(page=page, upon=upon, act=Act.EDIT), now)
    return Delivery.objects.create(
        code=code,
        # Made of what the row holds from the start: a restored copy reads back by the same key.
        key=found()[page.network].new_key(due_at, code),
        organisation_id=page.organisation_id,
        page=page,
        act=act,
        lane=lane,
        purpose=purpose,
        content=content.to_json(),
        content_hash=proof,
        consent_hash=proof,
        consent_by=consent_by,
        consent_at=now,
        upon=upon,
        due_at=due_at,
        take_at=due_at,
        state_since=now,
    )


def take_out(purposes: list[str], now: datetime) -> int:
    """Drop what has certainly not gone out, in the transaction of the edit or withdrawal. How many.

    Raises AlreadyOnItsWay where one of them is being sent or may stand: the counted UPDATE decides.
    """
    rows = Delivery.objects.filter(purpose__in=purposes)
    with transaction.atomic():
        dropped = _drop(rows, now)
        if rows.filter(state__in=[State.SENDING, State.UNSURE]).exists():
            raise AlreadyOnItsWay
    return dropped


def _drop(rows: DeliveryQuerySet, now: datetime) -> int:
    unsent = rows.filter(state__in=[State.WAITING, State.RETRYING, State.FAILED])
    return unsent.update(state=State.DROPPED, state_since=now, needs_person="", token="")


def hold(
    organisation: Organisation,
    *,
    by: Actor,
    reason: str,
    page: Page | None = None,
    covers_answers: bool = False,
) -> Hold:
    """Pause all pages of an organisation, or one page of it. Raises NotAllowed."""
    if page is not None and page.organisation_id != organisation.pk:
        raise NotAllowed("deliveries.hold")
    with acting(by, "deliveries.hold", page or organisation, organisation=organisation) as entry:
        made = Hold.objects.create(
            organisation=organisation,
            page=page,
            reason=reason[:500],
            covers_answers=covers_answers,
            by=by if isinstance(by, Person) else None,
            at=entry.at,
        )
        entry.note(hold=made.pk, page=page.code if page else "")
        entry.tell("hold")
        return made


def release(held: Hold, *, by: Actor) -> None:
    """Let go what is held; what became late meanwhile waits for a person. Raises NotAllowed, WrongState."""
    verb = "deliveries.confirm_restored" if held.restored else "deliveries.release"
    organisation = held.organisation or _organisation_of_administrator(by)
    with acting(by, verb, held, organisation=organisation) as entry:
        if held.released_at:
            raise WrongState("hold", "released", "released")
        held.released_at = entry.at
        held.released_by = by if isinstance(by, Person) else None
        held.save()
        entry.note(hold=held.pk, restored=held.restored)
        entry.tell("hold")


def _organisation_of_administrator(by: Actor) -> Organisation | None:
    if not isinstance(by, Person):
        return None
    return Organisation.objects.filter(memberships__person=by, memberships__role="administrator").first()


def send_now(delivery: Delivery, *, by: Person) -> None:
    """A late delivery goes out after all. Raises NotAllowed, WrongState."""
    with _deciding(delivery, "send_now", by) as entry:
        if delivery.needs_person != NeedsPerson.LATE or delivery.state not in (State.WAITING, State.RETRYING):
            raise WrongState("delivery", delivery.state, State.WAITING)
        _due(delivery, entry.at, by)


def try_again(delivery: Delivery, *, by: Person) -> None:
    """A failed delivery is sent anew, as it was approved. Raises NotAllowed, WrongState."""
    with _deciding(delivery, "try_again", by) as entry:
        if delivery.state != State.FAILED:
            raise WrongState("delivery", delivery.state, State.WAITING)
        delivery.move(State.WAITING, entry.at)
        _due(delivery, entry.at, by)


def drop(delivery: Delivery, *, by: Person) -> None:
    """It shall not go out. Raises NotAllowed, LookFirst (unsure), WrongState (being sent)."""
    with _deciding(delivery, "drop", by) as entry:
        if delivery.state == State.UNSURE:
            raise LookFirst
        if delivery.state == State.SENDING:
            raise AlreadyOnItsWay
        delivery.move(State.DROPPED, entry.at)
        delivery.needs_person = NeedsPerson.NO
        delivery.save()


def look_now(delivery: Delivery, *, by: Person) -> None:
    """Read the page back at once. Never sends. Raises NotAllowed, WrongState."""
    with acting(by, "deliveries.look_now", delivery) as entry:
        if delivery.state != State.UNSURE:
            raise WrongState("delivery", delivery.state, State.UNSURE)
        if delivery.lease_until is None:
            delivery.take_at = entry.at
        if delivery.needs_person:
            delivery.needs_person, delivery.unsure_since = NeedsPerson.NO, entry.at
        delivery.save()
        entry.tell("delivery", delivery.purpose)


def say_it_stands(delivery: Delivery, *, by: Person, url: str = "") -> None:
    """A person saw it on the page. Raises NotAllowed, LookFirst, WrongState."""
    with _deciding(delivery, "say_it_stands", by) as entry:
        _decidable(delivery)
        delivery.move(State.SENT, entry.at)
        delivery.sent_at = max(entry.at, delivery.due_at)
        delivery.url = url[:600]
        delivery.needs_person, delivery.token, delivery.lease_until = NeedsPerson.NO, "", None
        delivery.save()


def say_it_is_absent(delivery: Delivery, *, by: Person) -> None:
    """A person looked at the page and it is not there: it is sent anew. Raises LookFirst, WrongState."""
    with _deciding(delivery, "say_it_is_absent", by) as entry:
        _decidable(delivery)
        if delivery.certain_at and entry.at < delivery.certain_at:
            raise LookFirst
        delivery.move(State.WAITING, entry.at)
        delivery.token, delivery.lease_until, delivery.unsure_since = "", None, None
        _due(delivery, entry.at, by)


@contextmanager
def _deciding(delivery: Delivery, name: str, by: Person) -> Iterator[Entry]:
    """A person's decision about one delivery; a responder decides about answers to people."""
    kind = "answer_" if delivery.lane == Lane.ANSWER else ""
    with acting(by, f"deliveries.{kind}{name}", delivery) as entry:
        entry.note(was=delivery.state, waited_for=delivery.needs_person)
        yield entry
        entry.tell("delivery", delivery.purpose)


def _decidable(delivery: Delivery) -> None:
    if delivery.state != State.UNSURE:
        raise WrongState("delivery", delivery.state, State.SENT)
    if delivery.needs_person != NeedsPerson.UNDECIDED or _equal_one_under_way(delivery):
        raise LookFirst


def _equal_one_under_way(delivery: Delivery) -> bool:
    """Whether what a person sees may be another delivery with the same words, of which we know no end yet."""
    equal = Delivery.objects.filter(
        page=delivery.page_id, content_hash=delivery.content_hash, needs_person=""
    )
    return equal.filter(state__in=[State.SENDING, State.UNSURE]).exclude(pk=delivery.pk).exists()


def _due(delivery: Delivery, now: datetime, by: Person) -> None:
    """Due from now on, by this person's word; what was prepared before may be used up by now."""
    delivery.due_at = delivery.take_at = now
    delivery.consent_by, delivery.consent_at = by, now
    delivery.needs_person, delivery.prepared = NeedsPerson.NO, {}
    delivery.save()


def hold_after_restore(now: datetime, since: datetime) -> None:
    """This database woke up in another place: all sending is held, and what may be out is read back.

    since: when the copy was made (or, where nobody knows, when its worker was last seen). The
    installation that went on may have sent anything that was unsent then: what is due by now is
    unsure; what is due later is read back before it is sent; an edit that was due waits for a
    person, because a later one may have replaced it.
    """
    since -= timedelta(minutes=2)
    with acting(COMMAND, "deliveries.hold_restored", now=now) as entry:
        if not Hold.objects.in_force().filter(restored=True).exists():
            Hold.objects.create(reason="", restored=True, covers_answers=True, at=now)
        unsent = Delivery.objects.filter(state__in=[State.WAITING, State.RETRYING, State.SENDING])
        unsent.filter(find_from=None).update(find_from=since)
        due = unsent.filter(Q(due_at__lte=now) | Q(state=State.SENDING))
        late = due.exclude(act__in=SHOWS_ANEW)
        entry.note(
            unsure=due.filter(act__in=SHOWS_ANEW).update(
                state=State.UNSURE, state_since=now, unsure_since=now, certain_at=now, take_at=now,
                looks=0, token="", lease_until=None, committing=False, needs_person="",
            ),
            late=late.update(
                state=State.WAITING, state_since=now, token="", lease_until=None, needs_person="late"
            ),
        )  # fmt: skip
        entry.tell("delivery")
        entry.tell("hold")
