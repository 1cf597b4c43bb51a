"""Notes, assigning, needing no answer, hiding with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jauap.errors import BadInput, NotAllowed, Refusal, WrongState
from jauap.office.cast import Cast
from jauap.office.deliveries.models import Act, Delivery
from jauap.office.deliveries.models import State as Sending
from jauap.office.inbox import actions
from jauap.office.inbox.models import Message, Reason, State
from jauap.office.inbox.refusals import TooManyHides
from jauap.office.pages.models import Page
from jauap.office.people.models import AuditEntry
from tests.office.inbox.conftest import NOON, connected, reading, said

pytestmark = pytest.mark.django_db
Written = Callable[..., Message]


def test_a_note_stays_in_the_house(office: Cast, written: Written) -> None:
    message = written(1)
    actions.note(message, text="Позвонить в котельную", by=office.responder)
    assert message.notes.get().text == "Позвонить в котельную"
    assert not Delivery.objects.exists()
    assert "котельную" not in str(AuditEntry.objects.first().note)  # type: ignore[union-attr]


def test_an_empty_note_is_none(office: Cast, written: Written) -> None:
    with pytest.raises(BadInput):
        actions.note(written(1), text="  ", by=office.responder)


def test_a_message_is_given_to_a_colleague_and_back_to_nobody(office: Cast, written: Written) -> None:
    message = written(1)
    actions.assign(message, to=office.approver, by=office.responder)
    assert Message.objects.get().assignee == office.approver
    actions.assign(message, to=None, by=office.responder)
    assert Message.objects.get().assignee is None


def test_a_message_is_not_given_to_somebody_of_another_office(
    office: Cast, stranger: Cast, written: Written
) -> None:
    with pytest.raises(Refusal):
        actions.assign(written(1), to=stranger.responder, by=office.responder)


def test_what_needs_no_answer_says_why_and_can_be_opened_again(office: Cast, written: Written) -> None:
    message = written(1)
    actions.needs_no_answer(message, reason=Reason.THANKS, by=office.responder)
    assert (message.state, message.reason) == (State.NEEDS_NO_ANSWER, Reason.THANKS)
    actions.reopen(message, by=office.approver)
    assert (Message.objects.get().state, Message.objects.get().reason) == (State.OPEN, "")


def test_what_is_closed_is_not_closed_again(office: Cast, written: Written) -> None:
    message = written(1)
    actions.needs_no_answer(message, reason=Reason.THANKS, by=office.responder)
    with pytest.raises(WrongState):
        actions.needs_no_answer(message, reason=Reason.SPAM, by=office.responder)


def test_hiding_reaches_the_network_and_keeps_the_reason(office: Cast, written: Written) -> None:
    message = written(1)
    delivery = actions.hide(message, reason="Оскорбление сотрудника", by=office.responder)
    assert delivery is not None
    assert (delivery.act, list(delivery.content["on"]["ids"])) == (Act.HIDE, ["m1"])
    assert Message.objects.get().reason_words == "Оскорбление сотрудника"


def test_hiding_without_a_reason_hides_nothing(office: Cast, written: Written) -> None:
    with pytest.raises(BadInput):
        actions.hide(written(1), reason=" ", by=office.responder)
    assert Message.objects.get().state == State.OPEN


def test_where_the_network_cannot_hide_it_leaves_our_list_alone(office: Cast) -> None:
    page = connected(office, "300", network="mastodon")
    actions.take_in(page, reading(said(1)), NOON)
    message = Message.objects.get()
    assert actions.hide(message, reason="Спам", by=office.responder) is None
    assert (Message.objects.get().state, Delivery.objects.count()) == (State.HIDDEN, 0)


def test_what_is_shown_again_before_the_network_heard_of_it_is_not_hidden_there(
    office: Cast, written: Written
) -> None:
    message = written(1)
    actions.hide(message, reason="Спам", by=office.responder)
    actions.unhide(message, by=office.responder)
    assert (Message.objects.get().state, Delivery.objects.get().state) == (State.OPEN, Sending.DROPPED)


def test_a_message_can_be_hidden_a_second_time(office: Cast, written: Written) -> None:
    message = written(1)
    actions.hide(message, reason="Спам", by=office.responder)
    Delivery.objects.update(state=Sending.SENT, sent_at=timezone.now() + timedelta(days=1))
    actions.unhide(message, by=office.responder)
    assert actions.hide(message, reason="Снова", by=office.responder) is not None


@pytest.mark.parametrize("role", ["author", "approver", "administrator", "analyst"])
def test_others_hide_nothing(office: Cast, written: Written, role: str) -> None:
    with pytest.raises(NotAllowed):
        actions.hide(written(1), reason="x", by=getattr(office, role))


def test_more_than_ten_in_a_minute_are_for_the_head(office: Cast, page: Page) -> None:
    actions.take_in(page, reading(*(said(n, by=f"p{n}") for n in range(12))), NOON)
    messages = list(Message.objects.order_by("pk"))
    for message in messages[:10]:
        actions.hide(message, reason="Спам", by=office.responder)
    with pytest.raises(TooManyHides) as refused:
        actions.hide(messages[10], reason="Спам", by=office.responder)
    assert office.head.name in str(refused.value.advice.values["people"])
    actions.hide(messages[10], reason="Спам", by=office.head)


def test_the_author_of_a_hidden_message_opens_nothing_by_writing_again(
    office: Cast, page: Page, written: Written
) -> None:
    message = written(1)
    actions.hide(message, reason="Спам", by=office.responder)
    actions.take_in(page, reading(said(2)), NOON + timedelta(minutes=1))
    message.refresh_from_db()
    assert message.state == State.HIDDEN
