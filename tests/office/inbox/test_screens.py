"""What people at the desk see of the inbox, and what others don't."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jauap.office.cast import Cast
from jauap.office.inbox import actions, queries
from jauap.office.inbox.models import Gap, Message, Reason
from jauap.office.pages.models import Page
from jauap.office.people.models import Person
from tests.office.inbox.conftest import NOON, reading, said

pytestmark = pytest.mark.django_db
Written = Callable[..., Message]


def sees(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(client: Client, url: str, **more: Any) -> str:
    response = client.get(url, **more)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_an_empty_inbox_says_what_it_is_for(office: Cast) -> None:
    assert "Nobody waits for an answer." in body(sees(office.responder), "/inbox/")


@pytest.mark.parametrize("tab", ["waiting", "mine", "done", "nonsense", ""])
@pytest.mark.parametrize("before", ["", "x", "2026-12-15T12:00:00+00:00_5", "2026-99-99T00:00_1", "_"])
def test_every_tab_and_place_opens(office: Cast, written: Written, tab: str, before: str) -> None:
    written(1)
    body(sees(office.responder), "/inbox/", data={"tab": tab, "before": before})


def test_a_message_stands_in_the_list_and_opens_with_its_answer_box(office: Cast, written: Written) -> None:
    message = written(1, "Когда дадут тепло?")
    client = sees(office.responder)
    assert "Когда дадут тепло?" in body(client, "/inbox/")
    assert "Send the answer" in body(client, f"/inbox/{message.code}/")


@pytest.mark.parametrize("role", ["author", "administrator", "head"])
def test_others_of_the_desk_read_along_without_an_answer_box(
    office: Cast, written: Written, role: str
) -> None:
    message = written(1)
    shown = body(sees(getattr(office, role)), f"/inbox/{message.code}/")
    assert "Когда дадут тепло?" in shown
    assert "Send the answer" not in shown


@pytest.mark.parametrize("role", ["analyst", "evaluator"])
def test_who_reads_published_posts_only_sees_no_message(office: Cast, written: Written, role: str) -> None:
    message = written(1)
    client = sees(getattr(office, role))
    assert "Когда дадут тепло?" not in body(client, "/inbox/")
    assert client.get(f"/inbox/{message.code}/").status_code == 404


ACTS = ["answer", "count", "writing", "note", "assign", "no-answer", "reopen", "hide", "unhide"]


@pytest.mark.parametrize("act", ["", *ACTS])
def test_strangers_find_nothing(stranger: Cast, written: Written, act: str) -> None:
    message = written(1)
    url = f"/inbox/{message.code}/" + (f"{act}/" if act else "")
    client = sees(stranger.responder)
    assert (client.post(url, {}) if act else client.get(url)).status_code == 404


@pytest.mark.parametrize("act", [act for act in ACTS if act not in ("count",)])
def test_one_without_the_right_is_told_whom_to_ask(office: Cast, written: Written, act: str) -> None:
    message = written(1)
    form = {"text": "x", "language": "ru", "reason": "spam" if act == "no-answer" else "x"}
    response = sees(office.author).post(f"/inbox/{message.code}/{act}/", form)
    assert response.status_code == 403
    assert "Demo" in response.content.decode()


def test_what_people_write_is_never_markup(office: Cast, page: Page) -> None:
    evil = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'
    actions.take_in(page, reading(said(1, evil, by='"><script>x</script>')), NOON)
    message = Message.objects.get()
    for url in ("/inbox/", f"/inbox/{message.code}/"):
        shown = body(sees(office.responder), url)
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "&lt;img src=x" in shown


def test_an_address_that_is_none_of_the_web_becomes_no_link(office: Cast, page: Page) -> None:
    evil = dataclasses.replace(said(1), url="javascript:alert(1)")
    actions.take_in(page, reading(evil), NOON)
    assert "javascript:" not in body(sees(office.responder), f"/inbox/{Message.objects.get().code}/")


def test_right_to_left_text_is_shut_in(office: Cast, written: Written) -> None:
    message = written(1, "متى تعود التدفئة؟")
    assert 'dir="auto">متى تعود التدفئة؟</bdi>' in body(sees(office.responder), f"/inbox/{message.code}/")


def test_a_deleted_message_shows_neither_words_nor_name(office: Cast, page: Page, written: Written) -> None:
    message = written(1, "Номер моей карты")
    actions.take_in(page, reading(gone=("m1",)), NOON)
    client = sees(office.responder)
    for url in ("/inbox/?tab=done", f"/inbox/{message.code}/"):
        shown = body(client, url)
        assert "Номер моей карты" not in shown
        assert "Saule" not in shown
        assert "Its author has deleted this message." in shown


def test_a_gap_stands_in_the_list_in_words(office: Cast, page: Page) -> None:
    now = timezone.now()
    Gap.objects.create(
        organisation=office.organisation,
        page=page,
        since=now - timedelta(days=3),
        until=now - timedelta(days=1),
    )
    assert "nothing read from" in body(sees(office.responder), "/inbox/")


def test_a_thousand_messages_are_paged_without_loss_or_repeat(office: Cast, page: Page) -> None:
    moments = [NOON - timedelta(seconds=n // 3) for n in range(1000)]
    actions.take_in(
        page, reading(*(said(n, f"text {n}", by=f"p{n}", at=at) for n, at in enumerate(moments))), NOON
    )
    seen: list[str] = []
    before = ""
    for _ in range(30):
        listed = queries.listed(office.responder, office.organisation, "waiting", before, NOON)
        seen += [row.message.external_id for row in listed.rows if row.message]
        before = listed.older
        if not before:
            break
    assert len(seen) == len(set(seen)) == 1000


def test_new_messages_wait_behind_a_bar(office: Cast, page: Page, written: Written) -> None:
    first = written(1)
    client = sees(office.responder)
    assert "new-ones" not in body(client, f"/inbox/new/?tab=waiting&after={first.pk}")
    actions.take_in(page, reading(said(2), said(3)), NOON)
    assert "2 new" in body(client, f"/inbox/new/?tab=waiting&after={first.pk}")


def test_a_list_needs_few_queries(office: Cast, page: Page, django_assert_max_num_queries: Any) -> None:
    actions.take_in(page, reading(*(said(n, by=f"p{n}") for n in range(60))), NOON)
    client = sees(office.responder)
    with django_assert_max_num_queries(18):
        body(client, "/inbox/")


def test_a_thread_needs_as_many_queries_for_forty_messages_as_for_one(
    office: Cast, page: Page, django_assert_max_num_queries: Any
) -> None:
    actions.take_in(page, reading(*(said(n, by=f"p{n}") for n in range(40))), NOON)
    message = Message.objects.get(external_id="m7")
    actions.note(message, text="x", by=office.responder)
    actions.answer(message, text="Сегодня", by=office.responder, language="ru")
    client = sees(office.responder)
    with django_assert_max_num_queries(32):
        body(client, f"/inbox/{message.code}/")


def test_an_answer_is_sent_by_a_plain_form(office: Cast, written: Written) -> None:
    message = written(1)
    response = sees(office.responder).post(
        f"/inbox/{message.code}/answer/", {"text": "Сегодня к 18:00", "language": "ru", "seen": "0"}
    )
    assert response.status_code == 302
    shown = body(sees(office.responder), response.headers["Location"])
    assert "Сегодня к 18:00" in shown
    assert "Undo" in shown


def test_with_script_the_screen_is_drawn_anew_and_a_refusal_keeps_what_was_typed(
    office: Cast, written: Written
) -> None:
    message = written(1)
    client = sees(office.responder)
    url = f"/inbox/{message.code}/answer/"
    too_long = client.post(url, {"text": "ж" * 5000, "language": "ru"}, headers={"HX-Request": "true"})
    assert too_long.status_code == 422
    good = client.post(url, {"text": "Сегодня", "language": "ru"}, headers={"HX-Request": "true"})
    assert good.status_code == 204
    assert good.headers["HX-Redirect"].startswith(f"/inbox/{message.code}/")


def test_the_count_is_the_networks_own(office: Cast, written: Written) -> None:
    message = written(1)
    response = sees(office.responder).post(f"/inbox/{message.code}/count/", {"text": "👨‍👩‍👧" * 10})
    assert "10 of 600" in response.content.decode()


def test_a_done_message_says_by_whom_and_why(office: Cast, written: Written) -> None:
    message = written(1)
    actions.needs_no_answer(message, reason=Reason.SPAM, by=office.responder, more="реклама окон")
    shown = body(sees(office.head), f"/inbox/{message.code}/?tab=done")
    assert "Advertising or spam" in shown
    assert "реклама окон" in shown


def test_a_colleague_who_writes_is_named(office: Cast, written: Written) -> None:
    message = written(1)
    sees(office.approver).post(f"/inbox/{message.code}/writing/")
    assert (
        "Aigul Demo is answering"
        in sees(office.responder).post(f"/inbox/{message.code}/writing/").content.decode()
    )
