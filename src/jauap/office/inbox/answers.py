"""Answering a person: guarded against answering twice, undone within ten seconds, followed to its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from jauap.errors import BadInput, WrongState
from jauap.networks import cutting
from jauap.networks.base import ReplyMode
from jauap.office.deliveries import actions as deliveries
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Act, Lane
from jauap.office.deliveries.models import State as DeliveryState
from jauap.office.inbox.models import Answer, Message, State
from jauap.office.inbox.refusals import (
    AnswersAlready,
    CannotBeTakenBack,
    IsBeingAnswered,
    NoAnswerByApi,
    SecondIsAnother,
    TakenBack,
)
from jauap.office.people.acting import WORKER, Entry, acting
from jauap.office.people.models import Person
from jauap.words import N_, Words, words

UNDO = timedelta(seconds=10)
"""How long an answer waits before it leaves."""
WRITING = timedelta(minutes=3)
"""How long somebody counts as writing after we last heard of them."""
_STATE = ["state", "state_since", "state_by", "reason", "reason_words", "answering_by", "answering_at"]


def answer(
    message: Message, *, text: str, by: Person, language: str, seen: int = 0, over: bool = False
) -> Answer:
    """Send exactly this text under the message; it leaves after ten seconds.

    seen: how many answers to this person `by` has read; over: take the message over from whom is writing.
    Where the organisation asks for a second person, the answer waits for `confirm_answer`.
    Raises NotAllowed, BadInput (empty, too long), AnswersAlready, IsBeingAnswered, TakenBack,
    NoAnswerByApi, NotLive.
    """
    with acting(by, "inbox.answer", message) as entry:
        _answerable(message)
        _alone(message, by, seen, over, entry.at)
        content = Content(text.replace("\r\n", "\n").strip(), language, on=message.place)
        _fits(message, content.text)
        made = message.answers.create(
            by=by,
            text=content.text,
            language=language,
            at=entry.at,
            hash=content.hash(message.page, Act.REPLY),
        )
        entry.note(answer=made.pk, content=made.hash)
        entry.tell("inbox", message.code)
        message.answering_by = message.answering_at = None
        if message.organisation.answers_need_second:
            message.save(update_fields=_STATE)
        else:
            _send(made, message, by, entry)
        return made


def confirm_answer(made: Answer, *, by: Person) -> None:
    """The second person's yes to exactly this text. Raises NotAllowed, SecondIsAnother, WrongState."""
    message = made.message
    with acting(by, "inbox.confirm_answer", message) as entry:
        made.refresh_from_db()
        if made.delivery_id or made.withdrawn_at:
            raise WrongState("answer", "settled", "waiting")
        if made.by_id == by.pk:
            raise SecondIsAnother
        _answerable(message)
        made.second = by
        entry.note(answer=made.pk, content=made.hash)
        entry.tell("inbox", message.code)
        _send(made, message, by, entry)


def withdraw_answer(made: Answer, *, by: Person) -> None:
    """Undo it before it has left; the message waits again.

    Raises NotAllowed, CannotBeTakenBack, AlreadyOnItsWay, WrongState (withdrawn already).
    """
    message = made.message
    with acting(by, "inbox.withdraw_answer", message) as entry:
        made.refresh_from_db()
        if made.withdrawn_at:
            raise WrongState("answer", "withdrawn", "withdrawn")
        if made.delivery is not None:
            deliveries.take_out([made.purpose], entry.at)
            made.delivery.refresh_from_db()
            if made.delivery.state != DeliveryState.DROPPED:
                raise CannotBeTakenBack
        made.withdrawn_at, made.withdrawn_by, made.followed = entry.at, by, False
        made.save()
        _open_again(message, entry.at, by)
        entry.note(answer=made.pk)
        entry.tell("inbox", message.code)


def begin_answer(message: Message, *, by: Person) -> Person | None:
    """Tell colleagues that `by` is writing. Whoever writes already, if that is another. Raises NotAllowed."""
    with acting(by, "inbox.begin_answer", message) as entry:
        other = writing(message, entry.at)
        if other is not None and other != by:
            return other
        known = message.answering_by_id == by.pk and other is not None
        message.answering_by, message.answering_at = by, entry.at
        message.save(update_fields=["answering_by", "answering_at"])
        if not known:
            entry.tell("inbox", message.code)
        return None


def writing(message: Message, now: datetime) -> Person | None:
    """Who is writing an answer to it at this moment."""
    if message.answering_at is None or message.answering_at < now - WRITING:
        return None
    return message.answering_by


def conversation(message: Message) -> QuerySet[Message]:
    """The messages of its author in its thread: one answer may serve them all.

    Itself alone where no author is known.
    """
    if not message.author_id:
        return Message.objects.filter(pk=message.pk)
    return Message.objects.filter(page_id=message.page_id, thread=message.thread, author_id=message.author_id)


def follow(now: datetime) -> int:
    """Look what became of answers: one that could not be sent leaves its message open. How many."""
    ended = Answer.objects.filter(followed=True, delivery__isnull=False).filter(
        Q(delivery__state=DeliveryState.SENT)
        | Q(delivery__state__in=[DeliveryState.FAILED, DeliveryState.DROPPED], message__state=State.ANSWERED)
    )
    rows = list(ended.select_related("message__organisation", "delivery")[:100])
    for made in rows:
        _follow(made, now)
    return len(rows)


def _follow(made: Answer, now: datetime) -> None:
    message, state = made.message, made.delivery.state if made.delivery else ""
    with acting(WORKER, "inbox.follow_answer", message, now=now) as entry:
        if state != DeliveryState.FAILED:
            # What failed may be tried again and is followed on.
            made.followed = False
            made.save(update_fields=["followed"])
        if state != DeliveryState.SENT:
            _open_again(message, entry.at, None)
        elif message.state == State.OPEN and not _wrote_since(message, made):
            message.move(State.ANSWERED, entry.at, made.by)
        message.save(update_fields=_STATE)
        entry.note(answer=made.pk, delivery=state)
        entry.tell("inbox", message.code)


def _wrote_since(message: Message, made: Answer) -> bool:
    return conversation(message).filter(received_at__gt=made.at).exists()


def _open_again(message: Message, now: datetime, by: Person | None) -> None:
    """Unless another answer to it stands, or somebody closed it otherwise."""
    others = message.answers.filter(withdrawn_at=None, delivery__isnull=False).exclude(
        delivery__state__in=_ENDED_BADLY
    )
    if message.state == State.ANSWERED and not others.exists():
        message.move(State.OPEN, now, by)
        message.save(update_fields=_STATE)


def _answerable(message: Message) -> None:
    if message.gone:
        raise TakenBack
    if message.state == State.HIDDEN:
        raise WrongState("message", message.state, State.ANSWERED)
    if message.page.capabilities.reply_mode != ReplyMode.API:
        raise NoAnswerByApi(message)


def _alone(message: Message, by: Person, seen: int, over: bool, now: datetime) -> None:
    """Raises AnswersAlready where `by` has not read every answer to this person, IsBeingAnswered."""
    # Two colleagues may answer two messages of one person: the second waits here for the first.
    together = list(conversation(message).select_for_update().order_by("pk").values_list("pk", flat=True))
    standing = Answer.objects.filter(message__in=together).standing().select_related("by", "delivery")
    failed = [one for one in standing if one.delivery and one.delivery.state in _ENDED_BADLY]
    answers = [one for one in standing if one not in failed]
    unsent = [one for one in answers if one.delivery is None or one.delivery.state in _ON_ITS_WAY]
    if unsent:
        raise AnswersAlready(unsent[-1])
    if len(answers) > seen:
        raise AnswersAlready(answers[-1])
    other = writing(message, now)
    if other is not None and other != by and not over:
        raise IsBeingAnswered(other)
    # What failed is replaced by this answer, and must not be tried again beside it.
    deliveries.take_out([one.purpose for one in failed], now)


_ON_ITS_WAY = frozenset(
    {DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING, DeliveryState.UNSURE}
)

_ENDED_BADLY = frozenset({DeliveryState.FAILED, DeliveryState.DROPPED})


def _fits(message: Message, text: str) -> None:
    if not text:
        raise BadInput(words(N_("Write the answer first.")), "text")
    facts = message.page.capabilities
    for limit in filter(None, (facts.text, facts.second_text)):
        over = cutting.length(text, limit) - limit.count
        if over > 0 and limit.verified:
            raise BadInput(Words(ONE_OVER, plural=MANY_OVER, count=over), "text")


ONE_OVER = N_("{count} character too many for this network.")
MANY_OVER = N_("{count} characters too many for this network.")


def _send(made: Answer, message: Message, by: Person, entry: Entry) -> None:
    """Into the outbox, and the message counts as answered."""
    content = Content(made.text, made.language, on=message.place)
    made.delivery = deliveries.put(
        message.page,
        Act.REPLY,
        Lane.ANSWER,
        content,
        purpose=made.purpose,
        due_at=entry.at + UNDO,
        consent_by=by,
        now=entry.at,
    )
    made.save(update_fields=["delivery", "second"])
    message.move(State.ANSWERED, entry.at, by)
    message.save(update_fields=_STATE)
    # What the same person's new message had opened again is served by this answer too.
    answered_before = conversation(message).filter(
        state=State.OPEN, answers__delivery__state=DeliveryState.SENT
    )
    ids = list(answered_before.exclude(pk=message.pk).values_list("pk", flat=True).distinct())
    Message.objects.filter(pk__in=ids).update(state=State.ANSWERED, state_since=entry.at, state_by=by)
