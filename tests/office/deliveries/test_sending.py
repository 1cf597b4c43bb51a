"""A delivery goes out once, in order, at its time, and says how it ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jauap.errors import NotAllowed, WrongState
from jauap.office.deliveries import actions, claims
from jauap.office.deliveries.attempt import attempt
from jauap.office.deliveries.content import Content, Place
from jauap.office.deliveries.models import MOVES, Act, Delivery, Lane, NeedsPerson, State
from jauap.office.deliveries.settle import settle
from jauap.office.people.models import AuditEntry
from tests.office.deliveries.conftest import Desk, Fresh, finish


def test_what_is_due_goes_out_and_its_address_is_known(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page())
    desk.turn()
    assert fresh(delivery).state == State.SENT
    assert (delivery.external_id, delivery.url) == ("p1", "https://square.example/p1")
    assert delivery.sent_at is not None
    assert delivery.sent_at >= delivery.due_at
    assert AuditEntry.objects.filter(verb="deliveries.settle", thing=f"delivery {delivery.code}").count() == 1


def test_nothing_goes_out_before_its_time(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page(), due_at=desk.clock() + timedelta(minutes=5))
    desk.turns(3)
    assert fresh(delivery).state == State.WAITING
    desk.clock.forward(minutes=5)
    desk.turn()
    assert fresh(delivery).state == State.SENT


def test_a_second_worker_finds_nothing_to_claim(desk: Desk) -> None:
    desk.put(desk.page())
    assert len(desk.claim()) == 1
    assert desk.claim() == []


def test_an_old_token_is_refused(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page())
    [old] = desk.claim()
    desk.clock.forward(minutes=6)
    claims.sweep(desk.clock())
    assert fresh(delivery).state == State.RETRYING
    [new] = desk.claim()
    assert finish(old, desk.clock()) == 0
    assert desk.square.count(delivery.key) == 0
    assert finish(new, desk.clock()) == 1
    assert desk.square.count(delivery.key) == 1


def test_a_known_answer_counts_though_the_lease_ran_out(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_blind"))
    [claim] = desk.claim()
    ended = attempt(claim)
    desk.clock.forward(minutes=6)
    claims.sweep(desk.clock())
    assert fresh(delivery).state == State.UNSURE
    assert settle([ended], desk.clock()) == 1
    assert fresh(delivery).state == State.SENT


def test_posts_of_one_page_keep_their_order_and_pages_do_not_wait_for_each_other(desk: Desk) -> None:
    pages = [desk.page(account=str(n)) for n in range(8)]
    made = [desk.put(pages[n % 8], f"Post {n}") for n in range(300)]
    desk.turns(60, seconds=0.1)
    assert Delivery.objects.filter(state=State.SENT).count() == 300
    assert desk.square.calls["commit"] == 300
    for page in pages:
        texts = [post.text for post in desk.square.standing if post.account == page.account]
        assert texts == [one.content["text"] for one in made if one.page == page]


def test_answers_of_one_page_go_side_by_side(desk: Desk) -> None:
    here = desk.page()
    for n in range(12):
        desk.put(
            here, f"Answer {n}", lane=Lane.ANSWER, act=Act.REPLY, content=Content("a", on=Place(("m1",)))
        )
    assert len(desk.claim()) == 8


def test_the_rate_of_a_page_is_kept(desk: Desk) -> None:
    here = desk.page("rehearsal")
    for n in range(12):
        desk.put(here, f"{n}", lane=Lane.ANSWER, act=Act.REPLY, content=Content(f"{n}", on=Place(("1",))))
    assert len(desk.claim()) == 8
    assert desk.claim() == []
    desk.clock.forward(seconds=0.05)
    assert len(desk.claim()) == 2


def test_a_clock_that_went_back_does_not_close_a_page(desk: Desk, fresh: Fresh) -> None:
    here = desk.page()
    desk.put(here)
    desk.turn()
    desk.clock.forward(hours=-5)
    delivery = desk.put(here, "Another")
    desk.turns(2)
    assert fresh(delivery).state == State.SENT


def test_a_lease_from_the_future_is_swept_up_when_the_clock_went_back(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page())
    desk.claim()
    desk.clock.forward(hours=-5)
    claims.sweep(desk.clock())
    assert fresh(delivery).state == State.RETRYING


@pytest.mark.parametrize("fault", ["unavailable", "bug", "lost"])
def test_a_step_that_fails_before_the_call_is_tried_again_and_is_not_unsure(
    desk: Desk, fresh: Fresh, fault: str
) -> None:
    delivery = desk.put(desk.page(), "A post in two steps")
    desk.once(fault, operation="prepare")
    desk.turn()
    assert fresh(delivery).state == State.RETRYING
    desk.clock.forward(seconds=5)
    desk.turn()
    assert fresh(delivery).state == State.SENT


def test_a_prepared_step_is_not_repeated(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page(), "A post in two steps")
    desk.once("unavailable")
    desk.turn()
    desk.clock.forward(seconds=5)
    desk.turn()
    assert fresh(delivery).state == State.SENT
    assert desk.square.calls["prepare"] == 1


def test_slow_down_closes_the_page_for_all_workers(desk: Desk, fresh: Fresh) -> None:
    here = desk.page()
    first, second = desk.put(here), desk.put(here, "Second")
    desk.once("slow")
    desk.turn()
    assert fresh(first).state == State.RETRYING
    assert desk.claim() == []
    desk.clock.forward(seconds=4)
    desk.turns(2)
    assert fresh(first).state == fresh(second).state == State.SENT


def test_a_page_that_lost_its_sign_in_waits_until_somebody_reconnects_it(desk: Desk, fresh: Fresh) -> None:
    from jauap.networks.base import Credentials, ExternalId, Profile
    from jauap.office.pages import actions as pages

    here = desk.page()
    delivery = desk.put(here)
    desk.once("signed out")
    desk.turns(3)
    assert fresh(delivery).state == State.RETRYING
    here.refresh_from_db()
    pages.reconnect(
        here,
        by=desk.office.administrator,
        credentials=Credentials(here.server, here.account, {"token": "new"}),
        profile=Profile(ExternalId("1"), "Page", "page", ""),
    )
    desk.turn()
    assert fresh(delivery).state == State.SENT


def test_what_the_network_refuses_fails_with_its_words_and_a_person_may_try_again(
    desk: Desk, fresh: Fresh
) -> None:
    delivery = desk.put(desk.page())
    desk.once("rejected")
    desk.turn()
    assert fresh(delivery).state == State.FAILED
    assert delivery.said["their_words"] == "not this"
    desk.turns(3)
    assert desk.square.calls["commit"] == 1
    actions.try_again(delivery, by=desk.office.approver)
    desk.turn()
    assert fresh(delivery).state == State.SENT


def test_text_changed_in_the_database_is_refused_not_sent(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page())
    Delivery.objects.filter(pk=delivery.pk).update(content={**delivery.content, "text": "Something else"})
    desk.turn()
    assert fresh(delivery).state == State.FAILED
    assert desk.square.standing == []


def test_a_missing_picture_waits_and_then_asks_a_person(desk: Desk, fresh: Fresh) -> None:
    from jauap.office.deliveries.content import PictureOut

    picture = PictureOut("0" * 64, "image/png", 10, 1, 1, "A pipe", "1/00/none")
    delivery = desk.put(desk.page("rehearsal"), content=Content("Look", pictures=(picture,)))
    desk.turn()
    assert fresh(delivery).state == State.RETRYING
    desk.clock.forward(minutes=61)
    desk.turn()
    assert fresh(delivery).needs_person == NeedsPerson.LATE


def test_a_late_delivery_waits_for_a_person_who_sends_it_now(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page())
    desk.clock.forward(minutes=61)
    desk.turns(3)
    assert fresh(delivery).needs_person == NeedsPerson.LATE
    assert desk.square.standing == []
    with pytest.raises(NotAllowed):
        actions.send_now(delivery, by=desk.office.author)
    actions.send_now(delivery, by=desk.office.approver)
    desk.turn()
    assert fresh(delivery).state == State.SENT


def test_one_purpose_has_one_delivery(desk: Desk) -> None:
    here = desk.page()
    desk.put(here, purpose="variant:9")
    with pytest.raises(IntegrityError), transaction.atomic():
        desk.put(here, purpose="variant:9")


def test_what_waits_can_be_taken_out_and_what_is_on_its_way_cannot(desk: Desk, fresh: Fresh) -> None:
    here = desk.page()
    delivery = desk.put(here)
    assert actions.take_out([delivery.purpose], desk.clock()) == 1
    assert fresh(delivery).state == State.DROPPED
    other = desk.put(here, "Other")
    desk.claim()
    with pytest.raises(actions.AlreadyOnItsWay):
        actions.take_out([other.purpose], desk.clock())
    with pytest.raises(actions.AlreadyOnItsWay):
        actions.drop(other, by=desk.office.approver)
    assert fresh(other).state == State.SENDING


def test_nothing_leaves_a_settled_state(desk: Desk) -> None:
    assert MOVES[State.SENT] == MOVES[State.DROPPED] == frozenset()
    delivery = desk.put(desk.page())
    desk.turn()
    delivery.refresh_from_db()
    with pytest.raises(WrongState):
        delivery.move(State.WAITING, desk.clock())


def test_a_later_edit_replaces_an_earlier_one_that_has_not_gone_out(desk: Desk, fresh: Fresh) -> None:
    here = desk.page()
    post = desk.put(here)
    desk.turn()
    on = Place((fresh(post).external_id,))
    first = desk.put(here, act=Act.EDIT, content=Content("First wording", on=on))
    desk.once("unavailable", operation="edit")
    desk.turn()
    second = desk.put(here, act=Act.EDIT, content=Content("Second wording", on=on))
    desk.turns(10, seconds=2)
    assert fresh(first).state == State.DROPPED
    assert fresh(second).state == State.SENT
    assert desk.square.standing[0].text == "Second wording"


def test_a_lost_edit_is_simply_done_again_but_never_over_a_later_one(desk: Desk, fresh: Fresh) -> None:
    here = desk.page()
    post = desk.put(here)
    desk.turn()
    on = Place((fresh(post).external_id,))
    first = desk.put(here, act=Act.EDIT, content=Content("First wording", on=on))
    desk.once("answer lost", operation="edit")
    desk.turn()
    assert fresh(first).state == State.UNSURE
    second = desk.put(here, act=Act.EDIT, content=Content("Second wording", on=on))
    desk.turns(12, seconds=2)
    assert fresh(first).state == State.DROPPED
    assert fresh(second).state == State.SENT
    assert desk.square.standing[0].text == "Second wording"
