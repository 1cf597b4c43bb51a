"""What people do with messages. How an answer leaves stands in `answers`, what comes in in `intake`."""

from __future__ import annotations

from datetime import datetime, timedelta

from jauap.errors import BadInput, Refusal
from jauap.office.deliveries import actions as deliveries
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Act, Delivery, Lane
from jauap.office.inbox.answers import (
    answer,
    begin_answer,
    confirm_answer,
    follow,
    withdraw_answer,
)
from jauap.office.inbox.intake import take_in
from jauap.office.inbox.models import Message, Note, Reason, State
from jauap.office.inbox.refusals import TooManyHides
from jauap.office.inbox.standing import take_in_figures, take_in_posts
from jauap.office.people.acting import acting
from jauap.office.people.models import DESK_ROLES, Person, Role
from jauap.office.people.permissions import whom_to_ask
from jauap.text import clean
from jauap.words import N_, words

__all__ = [
    "answer",
    "assign",
    "begin_answer",
    "confirm_answer",
    "follow",
    "hide",
    "needs_no_answer",
    "note",
    "reopen",
    "take_in",
    "take_in_figures",
    "take_in_posts",
    "unhide",
    "withdraw_answer",
]

HIDES_A_MINUTE = 10


def note(message: Message, *, text: str, by: Person) -> Note:
    """A word among colleagues. Raises NotAllowed, BadInput (empty)."""
    with acting(by, "inbox.note", message) as entry:
        words_left = clean.text(text, 4000)
        if not words_left:
            raise BadInput(words(N_("Write the note first.")), "text")
        made = message.notes.create(by=by, text=words_left, at=entry.at)
        entry.note(note=made.pk)
        entry.tell("inbox", message.code)
        return made


def assign(message: Message, *, to: Person | None, by: Person) -> None:
    """Somebody of this desk sees to it; None = nobody in particular. Raises NotAllowed, Refusal."""
    with acting(by, "inbox.assign", message) as entry:
        if to is not None and not to.has_role(message.organisation_id, DESK_ROLES):
            raise Refusal(words(N_("This person does not work at this desk.")))
        message.assignee = to
        message.save(update_fields=["assignee"])
        entry.note(to=to.pk if to else None)
        entry.tell("inbox", message.code)


def needs_no_answer(message: Message, *, reason: Reason, by: Person, more: str = "") -> None:
    """Nobody needs to answer. more: the reason in words. Raises NotAllowed, WrongState."""
    with acting(by, "inbox.needs_no_answer", message) as entry:
        message.move(State.NEEDS_NO_ANSWER, entry.at, by)
        message.reason, message.reason_words = Reason(reason), clean.line(more, 500)
        message.save(update_fields=_STATE)
        entry.note(reason=message.reason)
        entry.tell("inbox", message.code)


def reopen(message: Message, *, by: Person) -> None:
    """It waits for an answer after all. Raises NotAllowed, WrongState (open, or hidden: see `unhide`)."""
    with acting(by, "inbox.reopen", message) as entry:
        if message.state == State.HIDDEN:
            raise Refusal(words(N_("The message is hidden.")), words(N_("Show it again first.")))
        message.move(State.OPEN, entry.at, by)
        message.save(update_fields=_STATE)
        entry.tell("inbox", message.code)


def hide(message: Message, *, reason: str, by: Person) -> Delivery | None:
    """Hide it from others on the network where that is possible, and from our list.

    The delivery that hides it there; None where the network can't, or the page is still on trial.
    Raises NotAllowed, WrongState, BadInput (no reason), TooManyHides.
    """
    with acting(by, "inbox.hide", message) as entry:
        why = clean.line(reason, 500)
        if not why:
            raise BadInput(words(N_("Say why: the author may ask, and appeal.")), "reason")
        _at_most_ten(message, by, entry.at)
        message.move(State.HIDDEN, entry.at, by)
        message.reason_words = why
        message.times_hidden += 1
        message.save(update_fields=[*_STATE, "times_hidden"])
        entry.note(times=message.times_hidden, on_network=can_hide_there(message))
        entry.tell("inbox", message.code)
        if not can_hide_there(message):
            return None
        return deliveries.put(
            message.page,
            Act.HIDE,
            Lane.ANSWER,
            Content(on=message.place),
            purpose=hide_purpose(message),
            due_at=entry.at,
            consent_by=by,
            now=entry.at,
        )


def unhide(message: Message, *, by: Person) -> None:
    """Show it in our list again. What the network has hidden stays so there. Raises NotAllowed, WrongState,
    AlreadyOnItsWay (it is being hidden at this moment)."""
    with acting(by, "inbox.unhide", message) as entry:
        message.move(State.OPEN, entry.at, by)
        message.save(update_fields=_STATE)
        deliveries.take_out([hide_purpose(message)], entry.at)
        entry.tell("inbox", message.code)


_STATE = ["state", "state_since", "state_by", "reason", "reason_words"]


def can_hide_there(message: Message) -> bool:
    """Whether hiding reaches the network: it offers it, and the page is live."""
    page = message.page
    return page.capabilities.hide and page.live and page.disconnected_at is None and not message.gone


def hide_purpose(message: Message) -> str:
    return f"hide:{message.pk}:{message.times_hidden}"


def _at_most_ten(message: Message, by: Person, now: datetime) -> None:
    recent = Message.objects.filter(
        organisation_id=message.organisation_id,
        state=State.HIDDEN,
        state_by=by,
        state_since__gt=now - timedelta(minutes=1),
    )
    if recent.count() >= HIDES_A_MINUTE and not by.has_role(message.organisation_id, {Role.HEAD}):
        raise TooManyHides(whom_to_ask("inbox.hide_many", message.organisation))
