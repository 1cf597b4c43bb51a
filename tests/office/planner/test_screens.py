"""The planner's screens, with and without script, for who may and who may not."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from jauap.office.cast import Cast
from jauap.office.people.models import Person
from jauap.office.planner import actions, content, writing
from jauap.office.planner.models import Announcement, State, mark

from .conftest import TEXTS, Desk

HTMX = {"headers": {"host": "localhost", "hx-request": "true", "x-autosave": "true"}}
PLAIN = {"headers": {"host": "localhost"}}


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Client, path: str) -> str:
    answer = client.get(path, **PLAIN)  # type: ignore[arg-type]
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def address(announcement: Announcement, *more: object) -> str:
    return "/announcements/" + "/".join(map(str, (announcement.code, *more))) + "/"


def test_a_new_announcement_opens_on_every_live_page(desk: Desk) -> None:
    client = signed_in(desk.office.author)
    answer = client.post("/announcements/new/", **PLAIN)  # type: ignore[arg-type]
    made = Announcement.objects.get()
    assert answer["Location"] == address(made)
    assert {variant.page for variant in made.variants.all()} == {desk.kk, desk.ru}


def test_autosave_keeps_the_text_and_shows_it_as_people_will(desk: Desk) -> None:
    announcement = desk.draft()
    shown = read(signed_in(desk.office.author), address(announcement))
    seen = dict(re.findall(r'name="(seen_\w+)" value="(\w*)"', shown))
    typed = {"text_kk": "Жаңа мәтін", "text_ru": TEXTS["ru"], "text_en": ""}
    answer = signed_in(desk.office.author).post(address(announcement, "texts"), {**typed, **seen}, **HTMX)  # type: ignore[arg-type]
    body = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="seen_kk" value="{mark("Жаңа мәтін")}"' in body
    assert 'hx-swap-oob="innerHTML"' in body
    assert "Жаңа мәтін" in body
    assert content.read(announcement).text("kk") == "Жаңа мәтін"


def test_without_script_saving_leads_back_to_the_screen(desk: Desk) -> None:
    announcement = desk.draft()
    answer = signed_in(desk.office.author).post(
        address(announcement, "texts"),
        {"text_ru": "Иначе."},
        **PLAIN,  # type: ignore[arg-type]
    )
    assert answer["Location"] == address(announcement)
    assert content.read(announcement).text("ru") == "Иначе."


def test_what_another_wrote_meanwhile_is_not_seen_after_ones_own_autosave(desk: Desk) -> None:
    announcement = desk.draft()
    seen = {"seen_kk": mark(TEXTS["kk"]), "seen_ru": mark(TEXTS["ru"])}
    writing.write(announcement, by=desk.office.approver, texts={"ru": "Айгуль пишет."})
    client = signed_in(desk.office.author)
    typed = {"text_kk": "Дана жазады.", "text_ru": TEXTS["ru"]}
    body = client.post(address(announcement, "texts"), {**typed, **seen}, **HTMX).content.decode()  # type: ignore[arg-type]
    kept = dict(re.findall(r'name="(seen_\w+)" value="(\w*)"', body))
    assert kept["seen_ru"] == mark(TEXTS["ru"])
    late = {**typed, "text_ru": "Дана тоже пишет.", **kept}
    answer = client.post(address(announcement, "texts"), late, **HTMX)  # type: ignore[arg-type]
    assert answer.status_code == 409
    assert "Aigul Demo changed this text at" in answer.content.decode()
    assert content.read(announcement).text("ru") == "Айгуль пишет."


def test_an_open_screen_learns_that_another_wrote(desk: Desk) -> None:
    announcement = desk.draft()
    path = address(announcement, "changed")
    query = f"?since={announcement.changed_at.isoformat().replace('+', '%2B')}&state=draft"
    mine, hers = signed_in(desk.office.author), signed_in(desk.office.approver)
    assert "Dana Demo" not in read(hers, path + query)
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    assert "Dana Demo has changed this" in read(hers, path + query)
    assert "has changed this" not in read(mine, path + query)
    actions.send_for_review(announcement, by=desk.office.author)
    assert "moved on" in read(mine, path + query)


def picture_file() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    out.seek(0)
    out.name = "blue.png"
    return out


def test_a_picture_is_added_described_moved_and_taken_out(desk: Desk) -> None:
    announcement, client = desk.draft(), signed_in(desk.office.author)
    client.post(address(announcement, "pictures"), {"picture": picture_file()}, **PLAIN)  # type: ignore[arg-type]
    first = announcement.pictures.get()
    assert "has no description in" in read(client, address(announcement))
    alts = {"alt_kk": "Көк", "alt_ru": "Синий"}
    body = client.post(address(announcement, "pictures", first.pk), alts, **HTMX).content.decode()  # type: ignore[arg-type]
    assert "has no description in" not in body
    second = desk.with_picture(announcement)
    client.post(address(announcement, "pictures", second.pk, "move"), {"to": "earlier"}, **PLAIN)  # type: ignore[arg-type]
    assert [shown.pk for shown in content.read(announcement).pictures] == [second.pk, first.pk]
    client.post(address(announcement, "pictures", second.pk, "remove"), **PLAIN)  # type: ignore[arg-type]
    assert [shown.pk for shown in content.read(announcement).pictures] == [first.pk]


def test_a_file_that_is_no_picture_is_refused_in_words(desk: Desk) -> None:
    file = BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    file.name = "picture.jpg"
    answer = signed_in(desk.office.author).post(
        address(desk.draft(), "pictures"),
        {"picture": file},
        **PLAIN,  # type: ignore[arg-type]
    )
    assert answer.status_code == 422
    assert "SVG drawing" in answer.content.decode()


def test_a_time_is_planned_on_the_offices_own_clock(desk: Desk) -> None:
    announcement, client = desk.draft(), signed_in(desk.office.author)
    form = {"when": "at", "day": "2031-12-17", "clock": "10:00"}
    client.post(address(announcement, "time"), form, **PLAIN)  # type: ignore[arg-type]
    announcement.refresh_from_db()
    assert announcement.planned_at is not None
    assert announcement.planned_at.isoformat() == "2031-12-17T05:00:00+00:00"
    shown = read(client, address(announcement))
    assert 'value="2031-12-17"' in shown
    assert 'value="10:00"' in shown


def test_an_hour_that_does_not_exist_is_said_before_it_is_planned(desk: Desk) -> None:
    announcement, client = desk.draft(), signed_in(desk.office.author)
    organisation = announcement.organisation
    organisation.zone = "Europe/Brussels"
    organisation.save()
    form = {"when": "at", "day": "2031-03-30", "clock": "02:30"}
    asked = client.post(address(announcement, "time"), form, **PLAIN)  # type: ignore[arg-type]
    announcement.refresh_from_db()
    assert (asked.status_code, announcement.planned_at) == (200, None)
    assert "There is no 02:30 on that day" in asked.content.decode()
    client.post(address(announcement, "time"), {**form, "sure": "on"}, **PLAIN)  # type: ignore[arg-type]
    announcement.refresh_from_db()
    assert announcement.planned_at is not None
    assert announcement.planned_at.isoformat() == "2031-03-30T01:00:00+00:00"


def test_a_page_gets_its_own_text_and_sees_it_counted_while_typed(desk: Desk) -> None:
    announcement, client = desk.draft(), signed_in(desk.office.author)
    row = announcement.variants.get(language="ru")
    body = client.post(
        address(announcement, "on", row.pk, "preview"), {"text": "ы" * 512}, **HTMX
    ).content.decode()  # type: ignore[arg-type]
    assert "512 of 500" in body
    assert "12 characters too many" in body
    form = {"text": "Короче.", "seen": mark(TEXTS["ru"])}
    client.post(address(announcement, "on", row.pk), form, **PLAIN)  # type: ignore[arg-type]
    row.refresh_from_db()
    assert row.text == "Короче."
    assert "its own text" in read(client, address(announcement, "on", row.pk))
    client.post(address(announcement, "on", row.pk, "follow"), **PLAIN)  # type: ignore[arg-type]
    row.refresh_from_db()
    assert row.text is None


def test_pages_are_chosen_by_their_boxes(desk: Desk) -> None:
    announcement = desk.draft()
    form = {"page": [f"{desk.kk.code}/kk", f"{desk.kk.code}/ru"]}
    signed_in(desk.office.author).post(address(announcement, "pages"), form, **PLAIN)  # type: ignore[arg-type]
    assert {(v.page, v.language) for v in announcement.variants.all()} == {(desk.kk, "kk"), (desk.kk, "ru")}


def test_from_draft_to_approval_through_the_screens(desk: Desk) -> None:
    announcement = desk.draft(at=desk.tomorrow())
    author, approver = signed_in(desk.office.author), signed_in(desk.office.approver)
    assert "Send for review" in read(author, address(announcement))
    author.post(address(announcement, "review"), **PLAIN)  # type: ignore[arg-type]
    reading = read(approver, address(announcement, "approve"))
    assert TEXTS["kk"] in reading
    assert TEXTS["ru"] in reading
    assert "Approve 2 pages" in reading
    assert "Approve 2 pages" not in read(author, address(announcement, "approve"))
    seen = re.findall(r'name="seen" value="(\w+)"', reading)[0]
    approver.post(address(announcement, "approve"), {"seen": seen}, **PLAIN)  # type: ignore[arg-type]
    announcement.refresh_from_db()
    assert announcement.state == State.SCHEDULED
    assert desk.outbox(announcement) == ["waiting", "waiting"]


def test_an_approval_of_what_was_changed_meanwhile_is_a_sentence(desk: Desk) -> None:
    announcement = desk.in_review()
    seen = content.read(announcement).hash
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    answer = signed_in(desk.office.approver).post(
        address(announcement, "approve"),
        {"seen": seen},
        **PLAIN,  # type: ignore[arg-type]
    )
    assert answer.status_code == 409
    assert "changed while you were reading" in answer.content.decode()


def test_an_approver_sees_what_changed_since_the_last_yes(desk: Desk) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    writing.write(
        announcement, by=desk.office.author, texts={"ru": TEXTS["ru"].replace("не нужно", "нельзя")}
    )
    actions.send_for_review(announcement, by=desk.office.author)
    reading = read(signed_in(desk.office.approver), address(announcement, "approve"))
    assert "<del>не нужно.</del><ins>нельзя.</ins>" in reading


def test_sending_back_and_withdrawing_ask_first(desk: Desk) -> None:
    announcement, approver = desk.in_review(), signed_in(desk.office.approver)
    read(approver, address(announcement, "send-back"))
    empty = approver.post(address(announcement, "send-back"), {"comment": ""}, **PLAIN)  # type: ignore[arg-type]
    assert empty.status_code == 422
    approver.post(address(announcement, "send-back"), {"comment": "Which office?"}, **PLAIN)  # type: ignore[arg-type]
    assert "Which office?" in read(signed_in(desk.office.author), address(announcement))
    read(approver, address(announcement, "withdraw"))
    approver.post(address(announcement, "withdraw"), **PLAIN)  # type: ignore[arg-type]
    announcement.refresh_from_db()
    assert announcement.state == State.WITHDRAWN
    read(approver, address(announcement))


def test_hostile_text_is_shown_as_text(desk: Desk) -> None:
    announcement = desk.draft(
        {"ru": "</textarea><script>alert(1)</script>", "kk": "<img src=x onerror=alert(1)>"}
    )
    for path in ((), ("approve",)):
        if path:
            actions.send_for_review(announcement, by=desk.office.author)
        shown = read(signed_in(desk.office.approver), address(announcement, *path))
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


PATHS = ["", "changed/", "approve/", "send-back/", "withdraw/"]


@pytest.mark.parametrize("path", PATHS)
def test_strangers_and_analysts_find_nothing(desk: Desk, stranger: Cast, path: str) -> None:
    announcement = desk.in_review()
    for person in (stranger.author, stranger.approver, desk.office.analyst, desk.office.evaluator):
        answer = signed_in(person).get(address(announcement) + path, **PLAIN)  # type: ignore[arg-type]
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "path", ["name/", "texts/", "pages/", "time/", "review/", "back/", "approve/", "send-back/", "withdraw/"]
)
@pytest.mark.parametrize("role", ["responder", "head", "administrator"])
def test_who_may_read_but_not_write_is_told_so(desk: Desk, role: str, path: str) -> None:
    announcement = desk.in_review()
    before = content.read(announcement).hash
    form = {
        "text_ru": "Подмена", "page": f"{desk.ru.code}/en", "when": "approved", "title": "x", "comment": "x",
        "seen": before,
    }  # fmt: skip
    answer = signed_in(getattr(desk.office, role)).post(address(announcement) + path, form, **PLAIN)  # type: ignore[arg-type]
    announcement.refresh_from_db()
    assert answer.status_code == 403
    assert (announcement.state, content.read(announcement).hash) == (State.IN_REVIEW, before)


def test_buttons_are_shown_to_those_who_may(desk: Desk) -> None:
    announcement = desk.in_review()
    assert "Read and approve" in read(signed_in(desk.office.approver), address(announcement))
    for role in ("author", "responder", "head"):
        shown = read(signed_in(getattr(desk.office, role)), address(announcement))
        assert "Read and approve" not in shown
    assert "<textarea" not in read(signed_in(desk.office.responder), address(announcement))


def test_the_calendar_places_things_by_the_offices_own_days(desk: Desk) -> None:
    late_evening = (timezone.now() + timedelta(days=40)).replace(hour=20, minute=30, second=0, microsecond=0)
    announcement = desk.draft(at=late_evening)
    writing.name(announcement, by=desk.office.author, title="After midnight in Astana")
    local = late_evening.astimezone(desk.office.organisation.zoneinfo)
    client = signed_in(desk.office.responder)
    shown = read(client, f"/calendar/?view=list&month={local:%Y-%m}")
    day = shown.split(f'id="d{local.day}"')[1].split("</section>")[0]
    assert "After midnight in Astana" in day
    assert "01:30" in day
    assert "After midnight in Astana" in read(client, f"/calendar/?month={local:%Y-%m}")


@pytest.mark.parametrize(
    "query", ["", "?month=garbage", "?month=2026-13", "?month=2031-02&view=list", "?view=x"]
)
def test_the_calendar_opens_for_whatever_is_asked(desk: Desk, query: str) -> None:
    desk.draft()
    desk.approved()
    assert "Without a time" in read(signed_in(desk.office.author), f"/calendar/{query}")


def test_a_strangers_calendar_is_empty_of_ours(desk: Desk, stranger: Cast) -> None:
    writing.name(desk.draft(), by=desk.office.author, title="Only ours")
    writing.name(desk.approved(), by=desk.office.author, title="Only ours")
    assert "Only ours" not in read(signed_in(stranger.author), "/calendar/")


SHELL = 10
"""Queries of the frame around every screen: session, person, offices, bands, counts, live."""


def test_screens_take_few_queries_however_much_they_show(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    announcement = desk.approved(at=desk.tomorrow())
    actions.take_back(announcement, by=desk.office.author)
    for colour in ("red", "green", "blue"):
        writing.add_picture(announcement, desk.picture(colour), by=desk.office.author)
    actions.send_for_review(announcement, by=desk.office.author)
    for _ in range(6):
        desk.draft(at=desk.tomorrow())
    client = signed_in(desk.office.approver)
    for path in (address(announcement), address(announcement, "approve"), "/calendar/"):
        with django_assert_max_num_queries(SHELL + 12):  # type: ignore[operator]
            read(client, path)
