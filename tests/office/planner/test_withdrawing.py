"""Withdrawing drops what waits and removes what stands; the state follows the deliveries."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jauap.errors import NotAllowed, WrongState
from jauap.office.deliveries.actions import AlreadyOnItsWay
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Act, Delivery
from jauap.office.pages import actions as pages
from jauap.office.planner import actions, due
from jauap.office.planner.models import State
from jauap.office.planner.refusals import StillUnsure

from .conftest import Desk, end


def test_an_author_withdraws_a_draft_and_not_what_was_approved(desk: Desk) -> None:
    draft, approved = desk.draft(), desk.approved(at=desk.tomorrow())
    actions.withdraw(draft, by=desk.office.author)
    assert draft.state == State.WITHDRAWN
    with pytest.raises(NotAllowed):
        actions.withdraw(approved, by=desk.office.author)


def test_what_waits_is_dropped_and_what_stands_is_removed(desk: Desk) -> None:
    announcement = desk.approved()
    end(announcement, "sent", "waiting")
    by_hand = actions.withdraw(announcement, by=desk.office.approver)
    removal = Delivery.objects.get(act=Act.DELETE)
    stood = Delivery.objects.get(state="sent")
    on = Content.from_json(removal.content).on
    assert (announcement.state, by_hand, desk.outbox(announcement)) == (
        State.WITHDRAWN,
        [],
        ["sent", "dropped"],
    )
    assert on is not None
    assert (list(on.ids), removal.purpose, removal.state) == (
        stood.external_ids,
        f"withdraw:{stood.pk}",
        "waiting",
    )
    assert not announcement.approvals.filter(voided_at=None).exists()


def test_where_only_a_person_can_remove_it_that_is_said(desk: Desk) -> None:
    announcement = desk.approved()
    end(announcement, "sent", "sent")
    pages.disconnect(desk.ru, by=desk.office.administrator)
    assert actions.withdraw(announcement, by=desk.office.approver) == [desk.ru]
    assert Delivery.objects.filter(act=Act.DELETE).count() == 1


@pytest.mark.parametrize(("state", "refusal"), [("unsure", StillUnsure), ("sending", AlreadyOnItsWay)])
def test_what_may_be_going_out_is_not_withdrawn_blindly(
    desk: Desk, state: str, refusal: type[Exception]
) -> None:
    announcement = desk.approved()
    end(announcement, "waiting", state)
    with pytest.raises(refusal):
        actions.withdraw(announcement, by=desk.office.approver)
    announcement.refresh_from_db()
    assert announcement.state == State.SCHEDULED
    assert desk.outbox(announcement) == ["waiting", state]


def test_a_draft_approved_meanwhile_is_not_discarded_by_an_author(desk: Desk) -> None:
    announcement = desk.in_review()
    stale = type(announcement).objects.get(pk=announcement.pk)
    desk.approve(announcement)
    with pytest.raises(WrongState):
        actions.withdraw(stale, by=desk.office.author)
    assert desk.outbox(announcement) == ["waiting", "waiting"]


def test_withdrawn_is_the_end(desk: Desk) -> None:
    announcement = desk.draft()
    actions.withdraw(announcement, by=desk.office.author)
    for act in (actions.send_for_review, actions.take_back, actions.withdraw):
        with pytest.raises(WrongState):
            act(announcement, by=desk.office.approver)


@pytest.mark.parametrize(
    ("states", "becomes"),
    [
        (("waiting", "waiting"), State.SCHEDULED),
        (("sending", "waiting"), State.SENDING),
        (("retrying", "waiting"), State.SENDING),
        (("unsure", "waiting"), State.SENDING),
        (("sent", "waiting"), State.SENDING),
        (("failed", "waiting"), State.SENDING),
        (("sent", "unsure"), State.SENDING),
        (("sent", "sent"), State.PUBLISHED),
        (("sent", "failed"), State.PUBLISHED),
    ],
)
def test_the_state_follows_the_deliveries(desk: Desk, states: tuple[str, ...], becomes: State) -> None:
    announcement, other = desk.approved(), desk.approved(at=desk.tomorrow())
    end(announcement, *states)
    due.tidy(timezone.now())
    due.tidy(timezone.now())
    announcement.refresh_from_db()
    other.refresh_from_db()
    assert (announcement.state, other.state) == (becomes, State.SCHEDULED)


def test_one_that_was_sending_ends(desk: Desk) -> None:
    announcement = desk.approved()
    end(announcement, "sending", "waiting")
    due.tidy(timezone.now())
    end(announcement, "sent", "failed")
    due.tidy(timezone.now())
    announcement.refresh_from_db()
    assert announcement.state == State.PUBLISHED


def test_a_quiet_worker_asks_once(desk: Desk, django_assert_num_queries) -> None:
    desk.approved(at=desk.tomorrow())
    with django_assert_num_queries(1):
        due.tidy(timezone.now())
