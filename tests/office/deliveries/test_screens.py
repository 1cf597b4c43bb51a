"""The delivery's screen tells its story and offers the decisions that this person may take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jauap.office.cast import Cast
from jauap.office.deliveries import actions
from jauap.office.deliveries.models import Delivery, Hold, Lane, State
from jauap.office.people.models import Role
from tests.office.deliveries.conftest import Desk, Fresh


def _in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def _page(client: Client, name: str, *args: Any) -> str:
    response = client.get(reverse(f"deliveries:{name}", args=args), HTTP_HOST="localhost")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def undecided(desk: Desk, fresh: Fresh) -> Delivery:
    delivery = desk.put(desk.page("sim_blind"))
    desk.once("answer lost")
    desk.turns(4)
    return fresh(delivery)


def test_each_state_tells_its_story(desk: Desk) -> None:
    author = _in(desk.office.author)
    here = desk.page()
    planned = desk.put(here, due_at=desk.clock() + timedelta(hours=2))
    assert "Goes out" in _page(author, "one", planned.code)
    sent = desk.put(here)
    desk.turn()
    assert "https://square.example/p1" in _page(author, "one", sent.code)
    refused = desk.put(here, "Refused")
    desk.once("rejected")
    desk.turn()
    shown = _page(author, "one", refused.code)
    assert "not this" in shown
    assert "Nothing went out" in shown
    lost = desk.put(here, "Lost")
    desk.once("answer lost")
    desk.turn()
    assert "We will not send it twice. Next look in 2 seconds." in _page(author, "one", lost.code)
    held = desk.put(here, "Held")
    actions.hold(desk.office.organisation, by=desk.office.head, reason="Mourning")
    assert "sending is paused" in _page(author, "one", held.code)
    assert "Mourning" in _page(author, "held")


def test_a_person_decides_with_both_readings_side_by_side(desk: Desk, undecided: Delivery) -> None:
    client = _in(desk.office.approver)
    shown = _page(client, "one", undecided.code)
    assert "What we sent" in shown
    assert "What the page shows now" in shown
    assert "It stands there" in shown
    client.post(
        reverse("deliveries:say_it_stands", args=[undecided.code]), {"url": ""}, HTTP_HOST="localhost"
    )
    undecided.refresh_from_db()
    assert undecided.state == State.SENT


def test_a_page_that_lists_its_posts_is_read_when_the_decision_is_opened(desk: Desk, fresh: Fresh) -> None:
    delivery = desk.put(desk.page("sim_key"))
    desk.once("lost", "lost")
    desk.turns(60)
    desk.square.show("https://sim_key.example", "1", "Something that stands there", "x", once=False)
    assert fresh(delivery).needs_person
    assert "Something that stands there" in _page(_in(desk.office.approver), "one", delivery.code)
    desk.square.fault = lambda operation, _: "unavailable" if operation == "read" else ""
    assert "be read just now" in _page(_in(desk.office.approver), "one", delivery.code)


DECISIONS = ("send_now", "try_again", "drop", "look_now", "say_it_stands", "say_it_is_absent")
MAY_LOOK = {Role.AUTHOR, Role.APPROVER, Role.RESPONDER}


@pytest.mark.parametrize("name", DECISIONS)
def test_only_those_who_may_decide(desk: Desk, undecided: Delivery, stranger: Cast, name: str) -> None:
    url = reverse(f"deliveries:{name}", args=[undecided.code])
    assert _in(stranger.approver).post(url, HTTP_HOST="localhost").status_code == 404
    for role, person in desk.office.people().items():
        may = role in MAY_LOOK if name == "look_now" else role == Role.APPROVER
        status = _in(person).post(url, {"url": "x y"}, HTTP_HOST="localhost").status_code
        unseen = role in (Role.ANALYST, Role.EVALUATOR)
        if unseen:
            assert status == 404
        elif not may and name != "say_it_stands":
            assert status == 403, role
    assert Client().post(url, HTTP_HOST="localhost").status_code == 302


def test_no_button_is_shown_to_those_who_may_not(desk: Desk, undecided: Delivery) -> None:
    shown = _page(_in(desk.office.head), "one", undecided.code)
    assert "What we sent" in shown
    assert reverse("deliveries:say_it_is_absent", args=[undecided.code]) not in shown


def test_a_responder_decides_about_answers(desk: Desk, fresh: Fresh) -> None:
    from jauap.office.deliveries.content import Content, Place
    from jauap.office.deliveries.models import Act

    here = desk.page("sim_blind")
    answer = desk.put(here, act=Act.REPLY, lane=Lane.ANSWER, content=Content("Yes", "en", on=Place(("m1",))))
    desk.once("lost")
    desk.turns(4)
    url = reverse("deliveries:say_it_is_absent", args=[answer.code])
    _in(desk.office.responder).post(url, HTTP_HOST="localhost")
    assert fresh(answer).state == State.WAITING


def test_a_hold_is_put_and_released_on_the_screen(desk: Desk) -> None:
    here = desk.page()
    head, approver = _in(desk.office.head), _in(desk.office.approver)
    refused = _in(desk.office.author).post(reverse("deliveries:hold"), {"reason": "x"}, HTTP_HOST="localhost")
    assert refused.status_code == 403
    head.post(reverse("deliveries:hold"), {"reason": "Mourning", "page": here.code}, HTTP_HOST="localhost")
    hold = Hold.objects.get()
    assert (hold.page, hold.reason, hold.by) == (here, "Mourning", desk.office.head)
    assert head.post(reverse("deliveries:release", args=[hold.pk]), HTTP_HOST="localhost").status_code == 403
    approver.post(reverse("deliveries:release", args=[hold.pk]), HTTP_HOST="localhost")
    hold.refresh_from_db()
    assert hold.released_at is not None


def test_a_hold_without_a_reason_is_refused(desk: Desk) -> None:
    response = _in(desk.office.head).post(reverse("deliveries:hold"), {"reason": ""}, HTTP_HOST="localhost")
    assert response.status_code == 422
    assert not Hold.objects.exists()


def test_another_office_neither_holds_nor_releases_ours(desk: Desk, stranger: Cast) -> None:
    here = desk.page()
    hold = actions.hold(desk.office.organisation, by=desk.office.head, reason="Mourning")
    client = _in(stranger.approver)
    put = client.post(reverse("deliveries:hold"), {"reason": "x", "page": here.code}, HTTP_HOST="localhost")
    release = client.post(reverse("deliveries:release", args=[hold.pk]), HTTP_HOST="localhost")
    assert (put.status_code, release.status_code) == (404, 404)


def test_after_a_restore_only_an_administrator_is_asked_to_confirm(desk: Desk) -> None:
    actions.hold_after_restore(desk.clock(), desk.clock())
    assert "Confirm, and send again" not in _page(_in(desk.office.approver), "held")
    assert "Confirm, and send again" in _page(_in(desk.office.administrator), "held")


def test_the_screens_need_few_queries(desk: Desk, django_assert_max_num_queries: Any) -> None:
    here = desk.page()
    delivery = desk.put(here)
    client = _in(desk.office.approver)
    _page(client, "one", delivery.code)
    with django_assert_max_num_queries(12):
        _page(client, "one", delivery.code)
    for n in range(20):
        desk.put(here, f"{n}")
    actions.hold(desk.office.organisation, by=desk.office.head, reason="Mourning")
    with django_assert_max_num_queries(14):
        _page(client, "held")
