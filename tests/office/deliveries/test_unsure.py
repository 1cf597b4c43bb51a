"""A lost answer: the page is read back, nothing is sent twice, and where nobody can tell a person decides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jauap.office.deliveries import actions, claims
from jauap.office.deliveries.models import Act, Hold, NeedsPerson, State
from jauap.office.deliveries.settle import settle
from jauap.office.people.models import AuditEntry
from tests.office.deliveries.conftest import Desk, Fresh, finish

LOST_AFTER_THE_EFFECT = ["answer lost", "answer bug"]


@pytest.mark.parametrize("network", ["sim_key", "sim_list"])
@pytest.mark.parametrize("fault", LOST_AFTER_THE_EFFECT)
def test_a_post_whose_answer_was_lost_is_found_within_a_minute(
    desk: Desk, fresh: Fresh, network: str, fault: str
) -> None:
    delivery = desk.put(desk.page(network))
    desk.once(fault)
    desk.turn()
    assert fresh(delivery).state == State.UNSURE
    desk.turns(60)
    assert fresh(delivery).state == State.SENT
    assert delivery.external_id == "p1"
    assert desk.square.calls["commit"] == desk.square.count(delivery.key) == 1


@pytest.mark.parametrize("network", ["sim_key", "sim_list"])
@pytest.mark.parametrize("fault", ["lost", "bug"])
def test_a_post_that_is_surely_absent_is_sent_anew_once(
    desk: Desk, fresh: Fresh, network: str, fault: str
) -> None:
    delivery = desk.put(desk.page(network))
    desk.once(fault)
    desk.turn()
    # The error came from the commit itself: it may stand, so it is unsure, never tried again blindly.
    assert fresh(delivery).state == State.UNSURE
    desk.turns(200)
    assert fresh(delivery).state == State.SENT
    assert delivery.resent == 1
    assert desk.square.count(delivery.key) == 1


def test_absence_in_a_list_counts_after_two_minutes_only(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_list"))
    desk.once("lost")
    desk.turns(119)
    assert fresh(delivery).state == State.UNSURE
    assert desk.square.calls["commit"] == 1


def test_a_post_lost_twice_waits_for_a_person(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_key"))
    desk.once("lost", "lost")
    desk.turns(120)
    assert fresh(delivery).needs_person == NeedsPerson.UNDECIDED
    assert desk.square.calls["commit"] == 2


def test_on_a_network_that_cannot_be_read_back_a_person_decides(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_blind"))
    desk.once("answer lost")
    desk.turns(200)
    assert fresh(delivery).needs_person == NeedsPerson.UNDECIDED
    assert desk.square.calls["commit"] == 1
    actions.say_it_stands(delivery, by=desk.office.approver, url="https://square.example/p1")
    assert fresh(delivery).state == State.SENT
    assert AuditEntry.objects.filter(verb="deliveries.say_it_stands", person=desk.office.approver).exists()


def test_a_person_who_says_that_it_is_not_there_has_it_sent(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_blind"))
    desk.once("lost")
    desk.turns(5)
    actions.say_it_is_absent(delivery, by=desk.office.approver)
    desk.turn()
    assert fresh(delivery).state == State.SENT
    assert desk.square.count(delivery.key) == 1


def test_where_it_can_be_read_back_a_wrong_no_of_a_person_does_not_send_twice(
    desk: Desk, fresh: Fresh
) -> None:
    delivery = desk.put(desk.page("sim_key"))
    desk.once("lost", "answer lost")
    desk.square.fault = _deaf(desk, "find")
    desk.turns(1)
    desk.turns(80, seconds=60)
    assert fresh(delivery).needs_person == NeedsPerson.UNDECIDED
    desk.square.fault = lambda *_: ""
    desk.square.show("https://sim_key.example", "1", delivery.content["text"], delivery.key, once=True)
    actions.say_it_is_absent(delivery, by=desk.office.approver)
    desk.turn()
    assert fresh(delivery).state == State.SENT
    assert desk.square.count(delivery.key) == 1


def _deaf(desk: Desk, operation: str):  # type: ignore[no-untyped-def]
    before = desk.square.fault
    return lambda op, finds: "unavailable" if op == operation else before(op, finds)


def test_no_decision_is_taken_before_the_page_was_read_back(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_list"))
    desk.once("answer lost")
    desk.turn()
    for decide in (actions.say_it_is_absent, actions.say_it_stands, actions.drop):
        with pytest.raises(actions.LookFirst):
            decide(fresh(delivery), by=desk.office.approver)
    actions.look_now(delivery, by=desk.office.author)
    assert desk.square.calls["commit"] == 1


def test_an_unsure_delivery_never_goes_out_by_itself(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_list"))
    desk.once("answer lost")
    desk.turn()
    assert desk.claim() == []
    assert fresh(delivery).state == State.UNSURE


def test_a_network_that_said_slow_down_though_it_took_the_post_is_read_back_first(
    desk: Desk, fresh: Fresh
) -> None:
    delivery = desk.put(desk.page("sim_list"))
    desk.once("answer slow")
    desk.turn()
    assert fresh(delivery).state == State.RETRYING
    desk.turns(6)
    assert fresh(delivery).state == State.SENT
    assert desk.square.calls["commit"] == desk.square.count(delivery.key) == 1


def test_a_worker_killed_after_the_call_leaves_an_unsure_row_that_is_found(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_list"))
    [claim] = desk.claim()
    assert claims.may_commit(claim, desk.clock())
    desk.square.show("https://sim_list.example", "1", delivery.content["text"], delivery.key, once=False)
    desk.clock.forward(minutes=5, seconds=1)
    desk.turns(30)
    assert fresh(delivery).state == State.SENT
    assert desk.square.count(delivery.key) == 1


def test_two_equal_texts_are_never_bound_to_one_post(desk: Desk, fresh: Fresh) -> None:
    here = desk.page("sim_list")
    first, second = desk.put(here, "Same words"), desk.put(here, "Same words")
    desk.once("answer lost", "lost")
    desk.turns(240)
    assert fresh(first).state == fresh(second).state == State.SENT
    assert {first.external_id, second.external_id} == {"p1", "p2"}
    assert len(desk.square.standing) == 2


def test_two_looks_at_once_bind_one_post_once(desk: Desk, fresh: Fresh) -> None:
    from jauap.office.deliveries.attempt import attempt

    here = desk.page("sim_list")
    first, second = desk.put(here, "Same words"), desk.put(here, "Same words")
    desk.once("answer lost", "lost")
    desk.turns(2, seconds=0.5)
    desk.clock.forward(seconds=3)
    looks = claims.begin_looks(desk.clock(), 8)
    ended = [attempt(look) for look in looks]
    assert settle(ended, desk.clock()) == 2
    states = sorted([fresh(first).state, fresh(second).state])
    assert states == [State.SENT, State.UNSURE]
    assert second.needs_person == first.needs_person == NeedsPerson.NO


def test_an_equal_post_that_a_person_confirmed_is_not_taken_for_the_other(desk: Desk, fresh: Fresh) -> None:
    here = desk.page("sim_list")
    first, second = desk.put(here, "Same words"), desk.put(here, "Same words")
    desk.once("answer lost", "lost")
    desk.square.fault = _deaf(desk, "find")
    desk.turns(2)
    desk.turns(70, seconds=60)
    actions.say_it_stands(fresh(first), by=desk.office.approver, url="https://square.example/p1")
    desk.square.fault = lambda *_: ""
    actions.look_now(fresh(second), by=desk.office.approver)
    desk.turn()
    assert fresh(second).state == State.UNSURE
    assert second.needs_person == NeedsPerson.UNDECIDED


def test_nobody_decides_while_an_equal_one_is_under_way(desk: Desk, fresh: Fresh) -> None:
    here = desk.page("sim_blind")
    first = desk.put(here, "Same words")
    desk.once("lost")
    desk.turns(3)
    assert fresh(first).needs_person == NeedsPerson.UNDECIDED
    desk.put(here, "Same words")
    [claim] = desk.claim()
    with pytest.raises(actions.LookFirst):
        actions.say_it_stands(fresh(first), by=desk.office.approver)
    finish(claim, desk.clock())
    actions.say_it_is_absent(fresh(first), by=desk.office.approver)


def test_a_page_that_cannot_be_read_for_an_hour_asks_a_person(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_list"))
    desk.once("answer lost")
    desk.square.fault = _deaf(desk, "find")
    desk.turns(70, seconds=60)
    assert fresh(delivery).needs_person == NeedsPerson.UNDECIDED


def test_a_clock_that_leaps_while_a_call_is_in_flight_sends_nothing_twice(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_list"))
    nested = []

    def leap(when: str) -> None:
        if when == "before the effect" and not nested:
            nested.append(True)
            desk.clock.forward(hours=1)
            desk.turns(60)

    desk.square.during = leap
    desk.turn()
    desk.turns(60)
    assert fresh(delivery).state == State.SENT
    assert desk.square.count(delivery.key) == 1


# ---------------------------------------------------------------- holds


def test_a_hold_put_between_claim_and_call_is_kept(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page())
    [claim] = desk.claim()
    hold = actions.hold(desk.office.organisation, by=desk.office.head, reason="Mourning")
    finish(claim, desk.clock())
    assert desk.square.standing == []
    assert fresh(delivery).state == State.WAITING
    desk.turns(2)
    assert desk.square.standing == []
    actions.release(hold, by=desk.office.approver)
    desk.turn()
    assert fresh(delivery).state == State.SENT


def test_a_hold_over_one_page_leaves_the_others_alone(desk: Desk, fresh: Fresh) -> None:
    one, other = desk.page(account="1"), desk.page(account="2")
    kept, sent = desk.put(one), desk.put(other)
    actions.hold(desk.office.organisation, by=desk.office.approver, reason="Why", page=one)
    desk.turn()
    assert (fresh(kept).state, fresh(sent).state) == (State.WAITING, State.SENT)


def test_a_hold_covers_answers_only_when_asked_and_never_keeps_a_removal_back(
    desk: Desk, fresh: Fresh
) -> None:
    from jauap.office.deliveries.content import Content, Place
    from jauap.office.deliveries.models import Lane

    here = desk.page()
    post = desk.put(here)
    desk.turn()
    on = Place((fresh(post).external_id,))
    actions.hold(desk.office.organisation, by=desk.office.head, reason="Mourning")
    answer = desk.put(here, act=Act.REPLY, lane=Lane.ANSWER, content=Content("Yes", on=on))
    desk.turn()
    assert fresh(answer).state == State.SENT
    actions.hold(desk.office.organisation, by=desk.office.head, reason="All", covers_answers=True)
    answer = desk.put(here, act=Act.REPLY, lane=Lane.ANSWER, content=Content("No", on=on))
    removal = desk.put(here, act=Act.DELETE, content=Content(on=on))
    desk.turns(2)
    assert fresh(answer).state == State.WAITING
    assert fresh(removal).state == State.SENT


def test_what_was_held_past_its_time_waits_for_a_person(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page())
    hold = actions.hold(desk.office.organisation, by=desk.office.head, reason="Mourning")
    desk.clock.forward(hours=2)
    actions.release(hold, by=desk.office.approver)
    desk.turns(2)
    assert fresh(delivery).needs_person == NeedsPerson.LATE


def test_another_office_cannot_hold_our_page(desk: Desk, stranger) -> None:  # type: ignore[no-untyped-def]
    from jauap.errors import NotAllowed

    with pytest.raises(NotAllowed):
        actions.hold(stranger.organisation, by=stranger.head, reason="Why", page=desk.page())
    assert not Hold.objects.exists()


# ---------------------------------------------------------------- after a restore


def test_after_a_restore_everything_is_held_and_what_may_be_out_is_read_back(
    desk: Desk, fresh: Fresh
) -> None:
    here = desk.page("sim_key")
    out, lost = desk.put(here, "Sent by the other copy"), desk.put(here, "Never sent")
    later = desk.put(here, "Planned", due_at=desk.clock() + timedelta(hours=3))
    backed_up_at = desk.clock()
    desk.square.show("https://sim_key.example", "1", "Sent by the other copy", out.key, once=True)
    desk.square.show("https://sim_key.example", "1", "Planned", later.key, once=True)
    desk.clock.forward(minutes=10)
    actions.hold_after_restore(desk.clock(), backed_up_at)
    desk.turns(40)
    assert fresh(out).state == State.SENT
    assert fresh(lost).state == State.WAITING
    assert desk.square.calls["commit"] == 0
    actions.release(Hold.objects.get(), by=desk.office.administrator)
    desk.turns(3)
    assert fresh(lost).state == State.SENT
    desk.clock.forward(hours=3)
    desk.turns(3)
    # It was brought forward by the copy that went on: read back before it is sent.
    assert fresh(later).state == State.SENT
    assert [desk.square.count(one.key) for one in (out, lost, later)] == [1, 1, 1]


def test_only_an_administrator_confirms_a_restore(desk: Desk) -> None:
    from jauap.errors import NotAllowed

    actions.hold_after_restore(desk.clock(), desk.clock())
    with pytest.raises(NotAllowed):
        actions.release(Hold.objects.get(), by=desk.office.approver)


def test_a_database_that_woke_up_elsewhere_is_noticed_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jauap.office.deliveries import installation

    assert not installation.noticed(desk.clock())
    assert not installation.noticed(desk.clock())
    monkeypatch.setattr(installation, "here", lambda: "another place")
    assert installation.noticed(desk.clock())
    assert not installation.noticed(desk.clock())
    assert Hold.objects.in_force().filter(restored=True).count() == 1
