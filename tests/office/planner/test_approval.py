"""Only what an approver has read goes out, and an edit takes it back."""

from __future__ import annotations

from datetime import datetime

import pytest

from jauap.errors import BadInput, NotAllowed, WrongState
from jauap.office.deliveries.actions import AlreadyOnItsWay
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Act, Delivery, Lane
from jauap.office.pages import actions as pages
from jauap.office.people.models import AuditEntry, Organisation
from jauap.office.planner import actions, content, writing
from jauap.office.planner.models import State
from jauap.office.planner.refusals import ContentChanged, NothingToRead, NotReady, OwnChange, StandsAlready

from .conftest import TEXTS, Desk, end, page_of


def test_an_approved_announcement_waits_once_for_each_page(desk: Desk) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    rows = Delivery.objects.order_by("id")
    assert announcement.state == State.SCHEDULED
    assert [(row.page, row.act, row.lane, row.state) for row in rows] == [
        (page, Act.PUBLISH, Lane.ANNOUNCEMENT, "waiting") for page in (desk.kk, desk.ru)
    ]
    assert {row.due_at for row in rows} == {announcement.planned_at}
    assert [Content.from_json(row.content).text for row in rows] == [TEXTS["kk"], TEXTS["ru"]]
    assert {row.consent_by for row in rows} == {desk.office.approver}


def test_without_a_time_it_is_due_at_once(desk: Desk) -> None:
    desk.approved()
    row = Delivery.objects.first()
    assert row is not None
    assert row.due_at == row.consent_at


def test_what_was_changed_while_reading_is_not_approved(desk: Desk) -> None:
    announcement = desk.in_review()
    seen = content.read(announcement).hash
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    with pytest.raises(ContentChanged):
        actions.approve(announcement, by=desk.office.approver, seen=seen)
    assert not Delivery.objects.exists()
    announcement.refresh_from_db()
    assert announcement.state == State.IN_REVIEW


def test_nobody_approves_their_own_change(desk: Desk) -> None:
    announcement = desk.in_review()
    writing.write(announcement, by=desk.office.approver, texts={"ru": "Иначе."})
    with pytest.raises(OwnChange):
        desk.approve(announcement)


def test_one_who_only_read_has_changed_nothing(desk: Desk) -> None:
    announcement = desk.in_review()
    writing.write(announcement, by=desk.office.approver, texts={"ru": TEXTS["ru"]})
    writing.name(announcement, by=desk.office.approver, title="Heat again")
    desk.approve(announcement)
    assert not announcement.approvals.get().own_change


def test_an_own_change_is_approved_and_recorded_where_the_office_says_so(desk: Desk) -> None:
    Organisation.objects.filter(pk=desk.office.organisation.pk).update(own_changes_approved=True)
    announcement = desk.in_review()
    announcement.organisation.refresh_from_db()
    writing.write(announcement, by=desk.office.approver, texts={"ru": "Иначе."})
    desk.approve(announcement)
    assert announcement.approvals.get().own_change
    assert AuditEntry.objects.get(verb="planner.approve").note["own_change"] is True


EDITS = {
    "text": lambda d, a: writing.write(a, by=d.office.author, texts={"ru": "Иначе."}),
    "variant": lambda d, a: writing.write_variant(a.variants.first(), by=d.office.author, text="Қысқа."),
    "pages": lambda d, a: writing.choose_pages(a, by=d.office.author, chosen=[(d.kk.code, "kk")]),
    "one more language": lambda d, a: writing.choose_pages(
        a, by=d.office.author, chosen=[(d.kk.code, "kk"), (d.ru.code, "ru"), (d.kk.code, "ru")]
    ),
    "picture": lambda d, a: d.with_picture(a),
    "time": lambda d, a: writing.plan(a, by=d.office.author, at=None),
    "taking back": lambda d, a: actions.take_back(a, by=d.office.author),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_voids_the_approval_and_empties_the_outbox(desk: Desk, edit: str) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    EDITS[edit](desk, announcement)
    announcement.refresh_from_db()
    assert announcement.state == State.DRAFT
    assert not announcement.approvals.filter(voided_at=None).exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize(
    ("states", "refusal"),
    [
        (("sending", "waiting"), AlreadyOnItsWay),
        (("unsure", "waiting"), AlreadyOnItsWay),
        (("sent", "waiting"), StandsAlready),
    ],
)
def test_an_edit_is_refused_whole_when_something_may_be_out(
    desk: Desk, edit: str, states: tuple[str, ...], refusal: type[Exception]
) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    end(announcement, *states)
    before = content.read(announcement).hash
    with pytest.raises(refusal):
        EDITS[edit](desk, announcement)
    announcement.refresh_from_db()
    assert (announcement.state, content.read(announcement).hash) == (State.SCHEDULED, before)
    assert announcement.approvals.filter(voided_at=None).count() == 1
    assert desk.outbox(announcement) == list(states)


def test_words_on_a_picture_are_a_part_of_what_is_approved(desk: Desk) -> None:
    announcement = desk.draft()
    shown = desk.with_picture(announcement)
    writing.describe_picture(shown, by=desk.office.author, alts={"kk": "Қар", "ru": "Снег"})
    actions.send_for_review(announcement, by=desk.office.author)
    desk.approve(announcement)
    writing.describe_picture(shown, by=desk.office.author, alts={"ru": "Снег и дома"})
    announcement.refresh_from_db()
    assert announcement.state == State.DRAFT


def test_saving_the_same_again_voids_nothing(desk: Desk) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    writing.write(announcement, by=desk.office.author, texts={**TEXTS, "ru": f"  {TEXTS['ru']}\r\n"})
    writing.plan(announcement, by=desk.office.author, at=announcement.planned_at)
    assert announcement.state == State.SCHEDULED
    assert desk.outbox(announcement) == ["waiting", "waiting"]


def test_a_language_that_goes_nowhere_is_written_without_a_new_yes(desk: Desk) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    writing.write(announcement, by=desk.office.author, texts={"en": "No heat, no charge."})
    assert announcement.state == State.SCHEDULED


def test_after_an_edit_it_is_approved_and_sent_anew_once(desk: Desk) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    actions.send_for_review(announcement, by=desk.office.author)
    desk.approve(announcement)
    assert sorted(desk.outbox(announcement)) == ["dropped", "dropped", "waiting", "waiting"]


def test_what_no_network_took_can_be_written_anew(desk: Desk) -> None:
    announcement = desk.approved()
    end(announcement, "failed", "failed")
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    assert announcement.state == State.DRAFT


def test_a_missing_description_stops_the_approval_not_the_review(desk: Desk) -> None:
    announcement = desk.draft()
    shown = desk.with_picture(announcement)
    writing.describe_picture(shown, by=desk.office.author, alts={"kk": "Қар"})
    actions.send_for_review(announcement, by=desk.office.author)
    with pytest.raises(NotReady):
        desk.approve(announcement)
    writing.describe_picture(shown, by=desk.office.author, alts={}, decorative=True)
    desk.approve(announcement)


def test_a_text_that_is_too_long_stops_the_approval(desk: Desk) -> None:
    announcement = desk.draft({"kk": "ж" * 501, "ru": "коротко"})
    actions.send_for_review(announcement, by=desk.office.author)
    with pytest.raises(NotReady, match="too many"):
        desk.approve(announcement)


def test_a_page_on_trial_stops_the_approval(desk: Desk) -> None:
    trial = page_of(desk.office, "9", "ru", live=False)
    announcement = desk.draft()
    writing.choose_pages(announcement, by=desk.office.author, chosen=[(trial.code, "ru")])
    actions.send_for_review(announcement, by=desk.office.author)
    with pytest.raises(NotReady):
        desk.approve(announcement)


def test_a_page_disconnected_meanwhile_stops_the_approval(desk: Desk) -> None:
    announcement = desk.in_review()
    pages.disconnect(desk.ru, by=desk.office.administrator)
    with pytest.raises(NotReady):
        desk.approve(announcement)


def test_emptiness_is_not_sent_for_review(desk: Desk) -> None:
    nowhere = desk.draft()
    writing.choose_pages(nowhere, by=desk.office.author, chosen=[])
    with pytest.raises(NothingToRead):
        actions.send_for_review(nowhere, by=desk.office.author)
    with pytest.raises(NothingToRead):
        actions.send_for_review(desk.draft({}), by=desk.office.author)


def test_sending_back_says_why(desk: Desk) -> None:
    announcement = desk.in_review()
    with pytest.raises(BadInput):
        actions.send_back(announcement, by=desk.office.approver, comment="  ")
    actions.send_back(announcement, by=desk.office.approver, comment="Which office?")
    assert announcement.state == State.DRAFT
    assert announcement.comments.get().text == "Which office?"


def test_an_author_does_not_approve(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        actions.approve(desk.in_review(), by=desk.office.author, seen="")


def test_a_second_approval_finds_nothing_to_approve(desk: Desk) -> None:
    announcement = desk.approved()
    with pytest.raises(WrongState):
        desk.approve(announcement)
    assert Delivery.objects.count() == 2


def test_a_moment_without_a_zone_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="zone"):
        writing.plan(desk.draft(), by=desk.office.author, at=datetime(2030, 1, 1, 10, 0))  # noqa: DTZ001


def test_a_time_that_has_passed_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput):
        writing.plan(desk.draft(), by=desk.office.author, at=desk.tomorrow().replace(year=2025))
