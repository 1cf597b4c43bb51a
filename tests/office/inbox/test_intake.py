"""What people write comes in once, with its history, and nothing of it is lost."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from jauap.networks.base import ExternalId
from jauap.networks.rehearsal import Rehearsal
from jauap.office.cast import Cast
from jauap.office.deliveries.actions import put
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Act, Delivery, Lane
from jauap.office.inbox import actions
from jauap.office.inbox.models import Gap, Message, Reason, State
from jauap.office.live.models import Event
from jauap.office.pages.models import Page
from jauap.office.people.models import AuditEntry
from tests.office.inbox.conftest import NOON, connected, reading, said

pytestmark = pytest.mark.django_db


def test_a_message_that_is_read_twice_stands_once(page: Page) -> None:
    first = actions.take_in(page, reading(said(1), said(2), said(1)), NOON)
    again = actions.take_in(page, reading(said(2), said(3), cursor="c2"), NOON)
    assert (first.new, again.new) == (2, 1)
    assert sorted(Message.objects.values_list("external_id", flat=True)) == ["m1", "m2", "m3"]


def test_the_same_id_on_another_page_is_another_message(page: Page, office: Cast) -> None:
    other = connected(office, "200")
    actions.take_in(page, reading(said(1)), NOON)
    actions.take_in(other, reading(said(1)), NOON)
    assert Message.objects.count() == 2


def test_the_cursor_is_saved_with_the_messages(page: Page) -> None:
    actions.take_in(page, reading(said(1), cursor="after-1"), NOON)
    page.refresh_from_db()
    assert (page.cursor, page.read_at) == ("after-1", NOON)


def test_a_disk_that_is_full_in_the_middle_of_a_reading_leaves_nothing_of_it(page: Page) -> None:
    def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "pages_page" in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full), pytest.raises(OperationalError):
        actions.take_in(page, reading(said(1), cursor="after-1"), NOON)
    page.refresh_from_db()
    assert (page.cursor, Message.objects.count(), Event.objects.filter(topic="inbox").count()) == ("", 0, 0)


def test_a_reading_without_news_writes_neither_audit_nor_hint(page: Page) -> None:
    actions.take_in(page, reading(said(1)), NOON)
    before = AuditEntry.objects.count(), Event.objects.count()
    actions.take_in(page, reading(said(1), cursor="c2"), NOON)
    assert (AuditEntry.objects.count(), Event.objects.count()) == before
    page.refresh_from_db()
    assert page.cursor == "c2"


def test_one_reading_gives_one_hint_without_content(page: Page) -> None:
    before = Event.objects.count()
    actions.take_in(page, reading(*(said(n) for n in range(50))), NOON)
    told = Event.objects.all()[before:]
    assert [(event.topic, event.ref) for event in told] == [("inbox", "")]


def test_an_edit_keeps_the_older_text_as_history(page: Page) -> None:
    actions.take_in(page, reading(said(1, "Нет тепла", version="1")), NOON)
    actions.take_in(page, reading(said(1, "Нет тепла и воды", version="2")), NOON + timedelta(minutes=1))
    message = Message.objects.get()
    assert message.text == "Нет тепла и воды"
    assert [old.text for old in message.versions.all()] == ["Нет тепла"]
    assert message.edited_at == NOON + timedelta(minutes=1)


def test_an_older_version_that_comes_late_changes_nothing(page: Page) -> None:
    actions.take_in(page, reading(said(1, "ten", version="10")), NOON)
    actions.take_in(page, reading(said(1, "nine", version="9")), NOON)
    assert Message.objects.get().text == "ten"


def test_two_versions_in_one_reading_end_with_the_newer(page: Page) -> None:
    actions.take_in(page, reading(said(1, "second", version="2"), said(1, "first", version="1")), NOON)
    assert Message.objects.get().text == "second"


def test_a_deleted_message_shows_neither_text_nor_author_and_waits_no_longer(page: Page) -> None:
    actions.take_in(page, reading(said(1)), NOON)
    actions.take_in(page, reading(gone=("m1",)), NOON)
    message = Message.objects.get()
    assert (message.shown_text, message.shown_author) == ("", "")
    assert not Message.objects.waiting().exists()


def test_a_message_that_was_deleted_before_we_read_it_is_known_and_not_shown(page: Page) -> None:
    actions.take_in(page, reading(said(1), gone=("m1",)), NOON)
    assert Message.objects.get().gone


def test_a_deletion_stays_when_the_message_is_given_again(page: Page) -> None:
    actions.take_in(page, reading(said(1), gone=("m1",)), NOON)
    actions.take_in(page, reading(said(1, "other", version="9")), NOON)
    message = Message.objects.get()
    assert message.gone
    assert message.text != "other"


def test_what_the_page_wrote_itself_is_no_message(page: Page) -> None:
    actions.take_in(page, reading(said(1, by=page.account), said(2)), NOON)
    assert list(Message.objects.values_list("external_id", flat=True)) == ["m2"]


def test_the_authors_new_message_opens_the_answered_one_again(page: Page, office: Cast) -> None:
    actions.take_in(page, reading(said(1)), NOON)
    actions.needs_no_answer(Message.objects.get(), reason=Reason.THANKS, by=office.responder)
    actions.take_in(
        page, reading(said(2, "А всё-таки?", at=NOON + timedelta(minutes=5))), NOON + timedelta(minutes=6)
    )
    assert {m.external_id: m.state for m in Message.objects.all()} == {"m1": State.OPEN, "m2": State.OPEN}


@pytest.mark.parametrize("other", [{"by": "igor"}, {"post": "p2"}])
def test_another_persons_or_threads_message_opens_nothing(
    page: Page, office: Cast, other: dict[str, str]
) -> None:
    actions.take_in(page, reading(said(1)), NOON)
    actions.needs_no_answer(Message.objects.get(), reason=Reason.THANKS, by=office.responder)
    actions.take_in(
        page, reading(said(2, at=NOON + timedelta(minutes=5), **other)), NOON + timedelta(minutes=6)
    )
    assert Message.objects.get(external_id="m1").state == State.NEEDS_NO_ANSWER


def test_a_gap_that_the_network_tells_stands_once(page: Page) -> None:
    gap = (NOON - timedelta(days=3), NOON - timedelta(days=1))
    actions.take_in(page, reading(gap=gap), NOON)
    actions.take_in(page, reading(gap=gap), NOON)
    assert [(one.since, one.until) for one in Gap.objects.all()] == [gap]


def test_a_network_that_keeps_a_day_leaves_a_gap_after_a_weekend(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful = dataclasses.replace(Rehearsal.CAPABILITIES, keeps_messages_h=24)
    monkeypatch.setattr(Rehearsal, "CAPABILITIES", forgetful)
    friday = NOON - timedelta(days=3)
    actions.take_in(page, reading(said(1)), friday)
    actions.take_in(page, reading(said(2)), NOON)
    gap = Gap.objects.get()
    assert (gap.since, gap.until) == (friday, NOON - timedelta(hours=24))


def test_hostile_text_is_shown_harmless_and_kept_as_it_came(page: Page) -> None:
    hostile = "\u202egpj.exe\x07 " + "e" + "\u0301" * 100
    actions.take_in(page, reading(said(1, hostile)), NOON)
    message = Message.objects.get()
    assert "\u202e" not in message.text
    assert "\x07" not in message.text
    assert message.raw == hostile


def test_a_clock_ahead_elsewhere_does_not_keep_a_message_on_top(page: Page) -> None:
    actions.take_in(page, reading(said(1, at=NOON + timedelta(days=900))), NOON)
    assert Message.objects.get().at == NOON


def test_a_network_without_authors_ids_reopens_nothing(page: Page) -> None:
    actions.take_in(page, reading(said(1, by=""), said(2, by="")), NOON)
    assert Message.objects.count() == 2


def test_two_hundred_messages_take_few_queries(page: Page, django_assert_max_num_queries: object) -> None:
    incoming = reading(*(said(n, by=f"person{n}") for n in range(200)))
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        actions.take_in(page, incoming, NOON)
    assert Message.objects.count() == 200


def test_a_post_of_ours_that_the_network_gives_as_a_comment_is_no_message(page: Page, office: Cast) -> None:
    sent = put(
        page,
        Act.PUBLISH,
        Lane.ANNOUNCEMENT,
        Content("x", "ru"),
        purpose="variant:1",
        due_at=NOON,
        consent_by=office.approver,
        now=NOON,
    )
    Delivery.objects.filter(pk=sent.pk).update(external_id=ExternalId("m1"))
    actions.take_in(page, reading(said(1), said(2)), NOON)
    assert list(Message.objects.values_list("external_id", flat=True)) == ["m2"]
