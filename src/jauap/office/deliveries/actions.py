"""What people do with the outbox. Putting in and taking out belong to an approval and share its transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from jauap.errors import Refusal, WrongState
from jauap.networks import found
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import (
    SHOWS_ANEW,
    Act,
    Delivery,
    Hold,
    Installation,
    Lane,
    NeedsPerson,
    State,
)
from jauap.office.pages.models import Page
from jauap.office.people.codes import new_code
from jauap.office.people.acting import COMMAND, Actor, acting
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

    Raises NotLive. The database refuses a second undropped delivery for one purpose.
    """
    if not page.live or page.disconnected_at:
        raise NotLive(page)
    proof = content.hash(page, act)
    code = new_code()
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
        due_at=due_at,
        take_at=due_at,
        state_since=now,
    )


def take_out(purposes: list[str], now: datetime) -> int:
    """Drop what has certainly not gone out, in the transaction of the edit or withdrawal.

    Raises AlreadyOnItsWay where one of them is being sent or may stand: the counted UPDATE decides.
    """
    rows = Delivery.objects.filter(purpose__in=purposes)
    rows.filter(state__in=[State.WAITING, State.RETRYING, State.FAILED]).update(
        state=State.DROPPED, state_since=now, needs_person="", token=""
    )
    if rows.filter(state__in=[State.SENDING, State.UNSURE]).exists():
        raise AlreadyOnItsWay
    return rows.count()


def hold(
    organisation: Organisation,
    *,
    by: Actor,
    reason: str,
    page: Page | None = None,
    covers_answers: bool = False,
) -> Hold:
    """Pause all pages of an organisation, or one page. Raises NotAllowed."""
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
        entry.tell("hold")


def _organisation_of_administrator(by: Actor) -> Organisation | None:
    if not isinstance(by, Person):
        return None
    return Organisation.objects.filter(memberships__person=by, memberships__role="administrator").first()


def send_now(delivery: Delivery, *, by: Person) -> None:
    """A late delivery goes out after all. Raises NotAllowed, WrongState."""
    with acting(by, _verb(delivery, "send_now"), delivery) as entry:
        if delivery.needs_person != NeedsPerson.LATE:
            raise WrongState("delivery", delivery.state, State.WAITING)
        delivery.needs_person = NeedsPerson.NO
        _due(delivery, entry.at, by)
        entry.tell("delivery", delivery.purpose)


def try_again(delivery: Delivery, *, by: Person) -> None:
    """A failed delivery is sent anew, as it was approved. Raises NotAllowed, WrongState."""
    with acting(by, _verb(delivery, "try_again"), delivery) as entry:
        delivery.move(State.WAITING, entry.at)
        delivery.prepared = {}
        _due(delivery, entry.at, by)
        entry.tell("delivery", delivery.purpose)


def drop(delivery: Delivery, *, by: Person) -> None:
    """It shall not go out. Raises NotAllowed, WrongState (being sent, or unsure)."""
    with acting(by, _verb(delivery, "drop"), delivery) as entry:
        if delivery.state == State.UNSURE:
            raise LookFirst
        delivery.move(State.DROPPED, entry.at)
        delivery.needs_person = NeedsPerson.NO
        delivery.save()
        entry.tell("delivery", delivery.purpose)


def look_now(delivery: Delivery, *, by: Person) -> None:
    """Read the page back at once. Never sends. Raises NotAllowed, WrongState."""
    with acting(by, "deliveries.look_now", delivery) as entry:
        if delivery.state != State.UNSURE:
            raise WrongState("delivery", delivery.state, State.UNSURE)
        delivery.take_at = entry.at
        delivery.needs_person = NeedsPerson.NO
        delivery.save()


def say_it_stands(delivery: Delivery, *, by: Person, url: str = "") -> None:
    """A person saw it on the page. Raises NotAllowed, WrongState."""
    with acting(by, _verb(delivery, "say_it_stands"), delivery) as entry:
        _decidable(delivery)
        delivery.move(State.SENT, entry.at)
        delivery.sent_at = max(entry.at, delivery.due_at)
        delivery.url = url[:600]
        delivery.needs_person, delivery.token = NeedsPerson.NO, ""
        delivery.save()
        entry.tell("delivery", delivery.purpose)


def say_it_is_absent(delivery: Delivery, *, by: Person) -> None:
    """A person looked at the page and it is not there: it is sent anew. Raises LookFirst, WrongState."""
    with acting(by, _verb(delivery, "say_it_is_absent"), delivery) as entry:
        _decidable(delivery)
        delivery.move(State.WAITING, entry.at)
        delivery.needs_person, delivery.token = NeedsPerson.NO, ""
        _due(delivery, entry.at, by)
        entry.tell("delivery", delivery.purpose)


def _decidable(delivery: Delivery) -> None:
    if delivery.state != State.UNSURE:
        raise WrongState("delivery", delivery.state, State.SENT)
    if delivery.needs_person != NeedsPerson.UNDECIDED:
        raise LookFirst


def _due(delivery: Delivery, now: datetime, by: Person) -> None:
    delivery.due_at = delivery.take_at = now
    delivery.consent_by, delivery.consent_at = by, now
    delivery.save()


def _verb(delivery: Delivery, name: str) -> str:
    kind = "answer_" if delivery.lane == Lane.ANSWER else ""
    return f"deliveries.{kind}{name}"


def hold_after_restore(now: datetime, backed_up_at: datetime | None) -> None:
    """This database woke up in another place: everything is held, and what may be out is read back.

    What was due or in flight after the backup's moment may have been sent by the copy that went on.
    """
    with acting(COMMAND, "deliveries.hold_restored", now=now) as entry:
        Hold.objects.create(reason="", restored=True, covers_answers=True, at=now)
        Installation.objects.update(backed_up_at=None)
        since = (backed_up_at or now - timedelta(days=30)) - timedelta(minutes=2)
        maybe_out = Q(due_at__gt=since, due_at__lte=now) | Q(state=State.SENDING)
        rows = Delivery.objects.filter(
            maybe_out, state__in=[State.WAITING, State.RETRYING, State.SENDING], act__in=SHOWS_ANEW
        )
        entry.note(unsure=rows.update(
            state=State.UNSURE, state_since=now, unsure_since=now, take_at=now, looks=0,
            token="", needs_person="", intent_at=since,
        ))
