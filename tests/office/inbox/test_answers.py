"""A person is answered once, by the text that was sent, and nobody's question is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jauap.errors import BadInput, NotAllowed, WrongState
from jauap.office.cast import Cast
from jauap.office.deliveries import actions as deliveries
from jauap.office.deliveries.models import Act, Delivery
from jauap.office.deliveries.models import State as Sending
from jauap.office.inbox import actions, answers
from jauap.office.inbox.models import Message, State
from jauap.office.inbox.refusals import (
    AnswersAlready,
    CannotBeTakenBack,
    IsBeingAnswered,
    SecondIsAnother,
    TakenBack,
)
from jauap.office.pages import actions as pages
from jauap.office.pages.models import Page
from tests.office.inbox.conftest import NOON, reading, said

pytestmark = pytest.mark.django_db
Written = Callable[..., Message]


def settled(delivery: Delivery, state: Sending) -> None:
    """As the outbox leaves it; how it gets there is tested with the outbox."""
    Delivery.objects.filter(pk=delivery.pk).update(state=state, sent_at=delivery.due_at)
    answers.follow(timezone.now())


def test_an_answer_goes_into_the_outbox_as_it_was_sent(office: Cast, written: Written) -> None:
    message = written(1)
    made = actions.answer(message, text=" Сегодня к 18:00\r\n", by=office.responder, language="ru")
    delivery = made.delivery
    assert delivery is not None
    assert (delivery.act, delivery.content["text"], delivery.purpose) == (
        Act.REPLY,
        "Сегодня к 18:00",
        f"answer:{made.pk}",
    )
    assert list(delivery.content["on"]["ids"]) == ["m1"]
    assert delivery.consent_hash == made.hash
    assert delivery.consent_by == office.responder
    assert Message.objects.get().state == State.ANSWERED


def test_an_answer_waits_ten_seconds_before_it_leaves(office: Cast, written: Written) -> None:
    made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
    assert made.delivery is not None
    assert made.delivery.due_at - made.at == timedelta(seconds=10)


def test_an_undone_answer_never_leaves_and_its_message_waits_again(office: Cast, written: Written) -> None:
    message = written(1)
    made = actions.answer(message, text="Сегодня", by=office.responder, language="ru")
    actions.withdraw_answer(made, by=office.responder)
    assert Delivery.objects.get().state == Sending.DROPPED
    assert Message.objects.get().state == State.OPEN


def test_after_an_undo_another_answer_can_be_sent(office: Cast, written: Written) -> None:
    message = written(1)
    actions.withdraw_answer(
        actions.answer(message, text="Сегодня", by=office.responder, language="ru"), by=office.responder
    )
    actions.answer(message, text="Завтра", by=office.responder, language="ru")
    assert Message.objects.get().state == State.ANSWERED


def test_what_was_sent_is_not_undone(office: Cast, written: Written) -> None:
    made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
    assert made.delivery is not None
    settled(made.delivery, Sending.SENT)
    with pytest.raises(CannotBeTakenBack):
        actions.withdraw_answer(made, by=office.responder)


@pytest.mark.parametrize("state", [Sending.SENDING, Sending.UNSURE])
def test_what_may_be_out_is_not_undone(office: Cast, written: Written, state: Sending) -> None:
    made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
    Delivery.objects.update(state=state)
    with pytest.raises(deliveries.AlreadyOnItsWay):
        actions.withdraw_answer(made, by=office.responder)
    assert Message.objects.get().state == State.ANSWERED


def test_a_second_answer_while_the_first_is_on_its_way_is_refused_with_who_answered(
    office: Cast, written: Written
) -> None:
    message = written(1)
    actions.answer(message, text="Сегодня", by=office.responder, language="ru")
    with pytest.raises(AnswersAlready) as refused:
        actions.answer(message, text="Завтра", by=office.approver, language="ru", seen=5)
    assert refused.value.said.values["name"] == office.responder.name
    assert Delivery.objects.count() == 1


def test_a_second_answer_to_another_message_of_the_same_person_is_refused_too(
    office: Cast, written: Written
) -> None:
    first, second = written(1), written(2, "И вода?")
    actions.answer(first, text="Сегодня", by=office.responder, language="ru")
    with pytest.raises(AnswersAlready):
        actions.answer(second, text="Завтра", by=office.approver, language="ru")


def test_another_person_under_the_same_post_is_answered_at_the_same_time(
    office: Cast, written: Written
) -> None:
    first, other = written(1), written(2, by="igor")
    actions.answer(first, text="Сегодня", by=office.responder, language="ru")
    actions.answer(other, text="Сегодня", by=office.approver, language="ru")
    assert Delivery.objects.count() == 2


def test_who_has_read_the_first_answer_may_add_to_it_once_it_stands(office: Cast, written: Written) -> None:
    message = written(1)
    made = actions.answer(message, text="Сегодня", by=office.responder, language="ru")
    assert made.delivery is not None
    settled(made.delivery, Sending.SENT)
    with pytest.raises(AnswersAlready):
        actions.answer(message, text="Тепло дали", by=office.approver, language="ru", seen=0)
    actions.answer(message, text="Тепло дали", by=office.approver, language="ru", seen=1)
    assert Delivery.objects.count() == 2


def test_an_answer_that_failed_leaves_its_message_open(office: Cast, written: Written) -> None:
    made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
    assert made.delivery is not None
    settled(made.delivery, Sending.FAILED)
    assert Message.objects.get().state == State.OPEN


def test_a_new_answer_takes_the_place_of_one_that_failed(office: Cast, written: Written) -> None:
    message = written(1)
    made = actions.answer(message, text="Сегодня", by=office.responder, language="ru")
    assert made.delivery is not None
    settled(made.delivery, Sending.FAILED)
    actions.answer(message, text="Завтра", by=office.responder, language="ru")
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [Sending.DROPPED, Sending.WAITING]


def test_a_failed_answer_that_is_sent_after_all_closes_its_message(office: Cast, written: Written) -> None:
    made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
    assert made.delivery is not None
    settled(made.delivery, Sending.FAILED)
    settled(made.delivery, Sending.SENT)
    assert Message.objects.get().state == State.ANSWERED


def test_one_answer_closes_what_the_same_persons_new_message_had_opened_again(
    office: Cast, page: Page, written: Written
) -> None:
    first = written(1)
    made = actions.answer(first, text="Сегодня", by=office.responder, language="ru")
    assert made.delivery is not None
    settled(made.delivery, Sending.SENT)
    later = timezone.now() + timedelta(minutes=5)
    actions.take_in(page, reading(said(2, "Нет, не дали", at=later)), later)
    assert set(Message.objects.values_list("state", flat=True)) == {State.OPEN}
    actions.answer(
        Message.objects.get(external_id="m2"), text="Едем", by=office.responder, language="ru", seen=1
    )
    assert set(Message.objects.values_list("state", flat=True)) == {State.ANSWERED}


def test_another_open_question_of_the_same_person_stays_open(office: Cast, written: Written) -> None:
    first, second = written(1), written(2, "А в школе?")
    actions.answer(first, text="Сегодня", by=office.responder, language="ru")
    second.refresh_from_db()
    assert second.state == State.OPEN


def test_the_count_decides_and_a_text_of_the_limit_still_goes(office: Cast, written: Written) -> None:
    message = written(1)
    with pytest.raises(BadInput):
        actions.answer(message, text="ж" * 601, by=office.responder, language="ru")
    actions.answer(message, text="ж" * 600, by=office.responder, language="ru")


def test_an_empty_answer_is_none(office: Cast, written: Written) -> None:
    with pytest.raises(BadInput):
        actions.answer(written(1), text=" \n ", by=office.responder, language="ru")


@pytest.mark.parametrize("role", ["author", "administrator", "head", "analyst", "evaluator"])
def test_others_answer_nobody(office: Cast, written: Written, role: str) -> None:
    with pytest.raises(NotAllowed):
        actions.answer(written(1), text="Сегодня", by=getattr(office, role), language="ru")
    assert not Delivery.objects.exists()


def test_a_stranger_answers_nobody(stranger: Cast, written: Written) -> None:
    with pytest.raises(NotAllowed):
        actions.answer(written(1), text="Сегодня", by=stranger.responder, language="ru")


def test_a_message_that_its_author_deleted_is_not_answered(
    office: Cast, page: Page, written: Written
) -> None:
    message = written(1)
    actions.take_in(page, reading(gone=("m1",)), NOON)
    with pytest.raises(TakenBack):
        actions.answer(message, text="Сегодня", by=office.responder, language="ru")


def test_nothing_is_answered_on_a_page_that_was_disconnected(
    office: Cast, page: Page, written: Written
) -> None:
    message = written(1)
    pages.disconnect(page, by=office.administrator)
    with pytest.raises(deliveries.NotLive):
        actions.answer(Message.objects.get(), text="Сегодня", by=office.responder, language="ru")
    message.refresh_from_db()
    assert message.state == State.OPEN


def test_who_writes_first_stops_the_second(office: Cast, written: Written) -> None:
    message = written(1)
    assert actions.begin_answer(message, by=office.approver) is None
    assert actions.begin_answer(message, by=office.responder) == office.approver
    with pytest.raises(IsBeingAnswered):
        actions.answer(message, text="Сегодня", by=office.responder, language="ru")
    actions.answer(message, text="Сегодня", by=office.responder, language="ru", over=True)


def test_who_fell_silent_stops_nobody(office: Cast, written: Written) -> None:
    message = written(1)
    actions.begin_answer(message, by=office.approver)
    Message.objects.update(answering_at=timezone.now() - answers.WRITING - timedelta(seconds=1))
    actions.answer(message, text="Сегодня", by=office.responder, language="ru")


class TestWithASecondPerson:
    @pytest.fixture(autouse=True)
    def _strict(self, office: Cast) -> None:
        office.organisation.answers_need_second = True
        office.organisation.save()

    def test_nothing_leaves_before_the_second_yes(self, office: Cast, written: Written) -> None:
        made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
        assert not Delivery.objects.exists()
        actions.confirm_answer(made, by=office.approver)
        delivery = Delivery.objects.get()
        assert (delivery.content["text"], delivery.consent_hash) == ("Сегодня", made.hash)

    def test_nobody_confirms_an_answer_of_ones_own(self, office: Cast, written: Written) -> None:
        made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
        with pytest.raises(SecondIsAnother):
            actions.confirm_answer(made, by=office.responder)

    def test_a_yes_counts_once(self, office: Cast, written: Written) -> None:
        made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
        actions.confirm_answer(made, by=office.approver)
        with pytest.raises(WrongState):
            actions.confirm_answer(made, by=office.approver)

    def test_one_that_was_taken_back_is_not_confirmed(self, office: Cast, written: Written) -> None:
        made = actions.answer(written(1), text="Сегодня", by=office.responder, language="ru")
        actions.withdraw_answer(made, by=office.responder)
        with pytest.raises(WrongState):
            actions.confirm_answer(made, by=office.approver)

    def test_a_waiting_answer_stops_another(self, office: Cast, written: Written) -> None:
        message = written(1)
        actions.answer(message, text="Сегодня", by=office.responder, language="ru")
        with pytest.raises(AnswersAlready):
            actions.answer(message, text="Завтра", by=office.approver, language="ru")
