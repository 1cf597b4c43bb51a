"""Reading pages against a network that answers over HTTP: each message once, whatever fails meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from jauap.errors import Unavailable
from jauap.networks import base, rehearsal
from jauap.networks.http import Http
from jauap.networks.rehearsal import Running
from jauap.networks.rehearsal.store import Draft
from jauap.office import cast as casting
from jauap.office.cast import Cast
from jauap.office.deliveries import due as outbox
from jauap.office.inbox import actions, answers, due, reading
from jauap.office.inbox.models import Figure, Message, Post, State
from jauap.office.pages.models import Health, Page
from jauap.office.pages.open import network, shared_http

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path, settings: Any) -> Iterator[Running]:
    running = rehearsal.serve(tmp_path / "town", port=0, people=False, faults=True)
    settings.CONFIG = dataclasses.replace(settings.CONFIG, allowed_origins=(running.origin,))
    shared_http.cache_clear()
    yield running
    running.stop()
    shared_http.cache_clear()


@pytest.fixture
def page(office: Cast, town: Running) -> Page:
    http = Http(allowed=[town.origin])
    credentials = rehearsal.connect(town.origin, "Ministry of Heat", "heat", http=http)
    profile = rehearsal.Rehearsal(credentials, http).profile()
    return casting.page(office, credentials, profile, network="rehearsal", language="ru")


def published(page: Page, text: str = "Тепло дадут к 18:00") -> str:
    """A post of the page, made on the network itself."""
    now = timezone.now()
    there = network(page)
    return there.commit(base.Post(base.Out(text, "ru"), {}, now), there.new_key(now, text)).ids[0]


def writes(town: Running, page: Page, to: str, text: str, who: str = "saule") -> int:
    """A citizen writes under a post."""
    store = town.network.store
    entry, _ = store.write(int(page.account), Draft(text, "ru", author=who, reply_to=int(to)))
    return entry.id


def turn(now: datetime | None = None) -> int:
    """One round of the worker for the inbox."""
    moment = now or timezone.now()
    jobs = due.jobs(moment, due.LIMIT)
    for job in jobs:
        job.then(job.call())
    due.tidy(moment)
    return len(jobs)


def read_again() -> int:
    Page.objects.update(read_next_at=timezone.now())
    return turn()


def test_a_citizens_comment_arrives_and_is_answered_on_the_network(
    office: Cast, town: Running, page: Page
) -> None:
    post = published(page)
    writes(town, page, post, "А в школе?")
    read_again()
    message = Message.objects.get()
    assert (message.text, message.author_name) == ("А в школе?", "saule")
    made = actions.answer(message, text="В школе тепло с утра", by=office.responder, language="ru")
    later = made.at + answers.UNDO + timedelta(seconds=1)
    for job in outbox.jobs(later, 4):
        job.then(job.call())
    read_again()
    standing = town.network.store.thread(int(post))
    assert [entry.text for entry in standing][-1] == "В школе тепло с утра"
    assert Message.objects.count() == 1
    assert Message.objects.get().state == State.ANSWERED


def test_posts_are_read_and_counted(town: Running, page: Page) -> None:
    published(page, "Первая")
    published(page, "Вторая")
    read_again()
    assert set(Post.objects.values_list("text", flat=True)) == {"Первая", "Вторая"}
    later = timezone.now() + reading.FIGURES_EVERY + timedelta(seconds=1)
    turn(later)
    assert Figure.objects.filter(counts__has_key="views").exists()


def test_more_than_one_page_of_messages_is_read_at_once(town: Running, page: Page) -> None:
    post = published(page)
    for n in range(130):
        writes(town, page, post, f"text {n}")
    read_again()
    page.refresh_from_db()
    assert page.read_next_at is not None
    assert page.read_next_at - timezone.now() < timedelta(seconds=1)
    read_again()
    assert Message.objects.count() == 130


def test_an_edit_and_a_deletion_arrive(town: Running, page: Page) -> None:
    post = published(page)
    first = writes(town, page, post, "Нет тепла")
    second = writes(town, page, post, "Мой телефон ...")
    read_again()
    town.network.store.rewrite(int(page.account), first, "Тепло дали, спасибо")
    town.network.store.delete(int(page.account), second)
    read_again()
    assert Message.objects.get(external_id=str(first)).text == "Тепло дали, спасибо"
    assert Message.objects.get(external_id=str(second)).gone


def test_a_page_is_read_by_one_worker_at_a_time(town: Running, page: Page) -> None:
    now = timezone.now()
    Page.objects.update(read_next_at=now)
    assert len(reading.claim(now, 4)) == 1
    assert reading.claim(now, 4) == []


def test_a_killed_readers_page_is_taken_over_and_its_late_reading_refused(town: Running, page: Page) -> None:
    now = timezone.now()
    Page.objects.update(read_next_at=now)
    [old] = reading.claim(now, 4)
    late = reading.read(old)
    [new] = reading.claim(now + reading.LEASE + timedelta(seconds=1), 4)
    assert not reading.write(old, late, now + reading.LEASE + timedelta(seconds=1))
    assert reading.write(new, reading.read(new), now + reading.LEASE + timedelta(seconds=2))


@pytest.mark.parametrize(
    "fault", ["before:500", "before:503", "before:refuse", "before:cut", "after:garbage", "after:cut"]
)
def test_a_network_that_fails_is_noted_and_read_again_later(town: Running, page: Page, fault: str) -> None:
    post = published(page)
    writes(town, page, post, "А в школе?")
    town.network.faults.plan("read", [fault])
    read_again()
    page.refresh_from_db()
    assert page.health == Health.UNREACHABLE
    assert page.read_next_at is not None
    assert page.read_next_at > timezone.now()
    read_again()
    page.refresh_from_db()
    assert (page.health, Message.objects.count()) == (Health.WELL, 1)


def test_a_network_that_asks_to_wait_is_left_alone(town: Running, page: Page) -> None:
    town.network.faults.plan("read", ["429"])
    read_again()
    page.refresh_from_db()
    assert page.health == Health.WELL
    assert page.read_next_at is not None
    assert page.read_next_at > timezone.now() + timedelta(seconds=1)


def test_a_page_that_lost_its_sign_in_is_not_read_until_a_person_signs_in(town: Running, page: Page) -> None:
    town.network.store.sign_out(int(page.account))
    read_again()
    page.refresh_from_db()
    assert page.health == Health.SIGNED_OUT
    assert reading.claim(timezone.now() + timedelta(days=1), 4) == []


def test_failures_wait_longer_and_longer_but_never_for_ever(town: Running, page: Page) -> None:
    waits = []
    now = timezone.now()
    Page.objects.update(read_next_at=now)
    for _ in range(12):
        [one] = reading.claim(now, 4)
        reading.write(one, reading.Read(error=Unavailable("down")), now)
        page.refresh_from_db()
        assert page.read_next_at is not None
        waits.append(page.read_next_at - now)
        now = page.read_next_at
    assert waits == sorted(waits)
    assert waits[-1] == reading.WORST_WAIT


def test_a_quiet_page_of_another_network_is_asked_less_often(page: Page) -> None:
    now = timezone.now()
    page.network = "mastodon"
    pauses = [reading.pause(page, quiet, now) for quiet in range(8)]
    assert pauses[0] == reading.QUICKEST
    assert pauses == sorted(pauses)
    assert pauses[-1] == reading.SLOWEST
