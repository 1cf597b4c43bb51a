"""What only Mastodon has: keys with an hour, hidden mentions, slow pictures, forks, clocks, names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from jauap.errors import OutcomeUnknown, Rejected, SignedOut, SignedOutKind, SlowDown
from jauap.networks import _mastodon_find as find
from jauap.networks._mastodon_entities import plain, software
from jauap.networks.base import (
    Absent,
    CannotTell,
    Cursor,
    ExternalId,
    Found,
    Intent,
    MessageKind,
    Out,
    Post,
    Target,
)
from jauap.networks.http import Answer, Http
from jauap.networks.mastodon import Mastodon
from tests.networks.acts import fresh_key, made, picture, publish, read_all, target
from tests.networks.fakes.mastodon import MastodonFake
from tests.networks.mastodon_worlds import FakeWorld


@pytest.fixture
def fake() -> Iterator[MastodonFake]:
    with MastodonFake() as server:
        yield server


@pytest.fixture
def page(fake: MastodonFake) -> Mastodon:
    network = FakeWorld(fake).network
    assert isinstance(network, Mastodon)
    return network


def notes(page: Mastodon) -> str:
    return " ".join(str(note) for note in page.check().notes)


# ---------------------------------------------------------------- sending


def test_the_same_key_within_an_hour_shows_one_post(fake: MastodonFake, page: Mastodon) -> None:
    key, post = fresh_key(page), made(page, Out("Бір рет", "kk"))
    first = page.commit(post, key)
    fake.clock.advance(minutes=59)
    assert page.commit(post, key).ids == first.ids
    assert fake.shown["Бір рет"] == 1


def test_after_an_hour_the_key_is_worth_nothing_and_only_reading_back_helps(
    fake: MastodonFake, page: Mastodon
) -> None:
    key, post = fresh_key(page), made(page, Out("Час прошёл", "ru"))
    fake.faults.plan("commit", "after:504")
    with pytest.raises(OutcomeUnknown):
        page.commit(post, key)
    fake.clock.advance(minutes=61)
    assert isinstance(page.find(Intent(key, post)), Found)
    assert fake.shown["Час прошёл"] == 1


def test_the_language_and_the_visibility_are_sent(fake: MastodonFake, page: Mastodon) -> None:
    publish(page, "Қазақша", "kk")
    note = fake.standing(fake.office)[0]
    assert (note.language, note.visibility) == ("kk", "public")


def test_a_picture_that_the_server_works_on_is_waited_for(fake: MastodonFake, page: Mastodon) -> None:
    fake.slow_media = 2
    publish(page, "С рисунком", pictures=(picture("Рисунок"),))
    assert [m.description for m in fake.standing(fake.office)[0].media] == ["Рисунок"]


def test_a_text_over_the_servers_limit_is_refused_by_the_server_too(
    fake: MastodonFake, page: Mastodon
) -> None:
    fake.max_characters = 100
    with pytest.raises(Rejected) as refused:
        publish(page, "ж" * 101)
    assert "100" in refused.value.their_words
    assert not fake.shown


def test_a_larger_limit_of_the_server_counts(fake: MastodonFake, page: Mastodon) -> None:
    fake.max_characters = 5000
    assert page.limits().text.count == 5000
    publish(page, "ж" * 4000)
    assert fake.shown["ж" * 4000] == 1


def test_addresses_count_23_and_far_names_by_their_first_half(fake: MastodonFake, page: Mastodon) -> None:
    text = "@someone@far.example " + "https://example.org/" + "a" * 300 + " " + "ж" * 466
    publish(page, text)
    assert fake.shown[text] == 1


def test_a_reset_time_in_iso_is_understood(fake: MastodonFake, page: Mastodon) -> None:
    fake.faults.plan("commit", "429:iso")
    with pytest.raises(SlowDown) as told:
        publish(page, "Слишком часто")
    assert timedelta(seconds=2) < told.value.until - datetime.now(UTC) < timedelta(seconds=9)


def test_a_login_that_a_moderator_switched_off_means_that_the_page_is_gone(
    fake: MastodonFake, page: Mastodon
) -> None:
    fake.disabled = True
    with pytest.raises(SignedOut) as told:
        publish(page, "Нас выключили")
    assert told.value.kind is SignedOutKind.GONE


# ---------------------------------------------------------------- answering


def test_an_answer_names_whom_it_answers_and_keeps_to_their_audience(
    fake: MastodonFake, page: Mastodon
) -> None:
    note = fake.write(fake.citizen, "@akimat менің мәселем", visibility="direct")
    (message,) = read_all(page)[0]
    assert (message.kind, message.private) == (MessageKind.DIRECT, True)
    publish(page, "Қабылданды", reply_to=message.target)
    answer = fake.under(note.id)[0]
    assert (answer.text, answer.visibility) == ("@aigul Қабылданды", "direct")
    assert [t.to for t in fake.told if t.note == answer.id] == [fake.citizen.id]


def test_a_name_that_is_already_there_is_not_put_twice(fake: MastodonFake, page: Mastodon) -> None:
    note = fake.write(fake.citizen, "@akimat когда?")
    publish(page, "Завтра, @aigul", reply_to=Target((ExternalId(note.id),)))
    assert fake.under(note.id)[0].text == "Завтра, @aigul"


def test_the_name_counts_in_the_limit(fake: MastodonFake, page: Mastodon) -> None:
    note = fake.write(fake.citizen, "@akimat когда?")
    there = Target((ExternalId(note.id),))
    publish(page, "ж" * (500 - len("@aigul ")), reply_to=there)
    with pytest.raises(Rejected):
        publish(page, "ж" * (501 - len("@aigul ")), reply_to=there)
    assert len(fake.under(note.id)) == 1


def test_an_answer_to_a_message_that_is_gone_is_refused_in_words(fake: MastodonFake, page: Mastodon) -> None:
    note = fake.write(fake.citizen, "@akimat удалю")
    post = made(page, Out("Ответ", "ru", reply_to=Target((ExternalId(note.id),))))
    fake.remove(note)
    with pytest.raises(Rejected) as refused:
        page.commit(post, fresh_key(page))
    assert "no longer there" in str(refused.value.said)


def test_an_edited_answer_goes_on_naming_the_person(fake: MastodonFake, page: Mastodon) -> None:
    note = fake.write(fake.citizen, "@akimat когда?")
    answer = publish(page, "Завтра", reply_to=Target((ExternalId(note.id),)))
    page.edit(target(answer), made(page, Out("Послезавтра", "ru")))
    assert fake.under(note.id)[0].text == "@aigul Послезавтра"


def test_an_edit_keeps_pictures_and_the_history_keeps_the_earlier_text(
    fake: MastodonFake, page: Mastodon
) -> None:
    shown = picture("Көпір")
    published = publish(page, "Бұрын", "kk", pictures=(shown,))
    page.edit(target(published), Post(Out("Кейін", "kk", (shown,)), {}, datetime.now(UTC)))
    note = fake.standing(fake.office)[0]
    assert (note.text, [m.description for m in note.media]) == ("Кейін", ["Көпір"])
    assert [text for _, text in note.history] == ["Бұрын"]


# ---------------------------------------------------------------- reading back


def test_a_clock_that_was_wrong_by_hours_never_makes_a_post_absent(
    fake: MastodonFake, page: Mastodon
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3)
    post = replace(made(page, Out("Часы врут", "ru")), at=ahead)
    page.commit(post, fresh_key(page))
    assert isinstance(page.find(Intent(fresh_key(page), post)), CannotTell)


def test_a_server_whose_clock_is_behind_ours_says_so_and_its_post_is_young_enough() -> None:
    now = datetime.now(UTC)
    theirs = now - timedelta(hours=3)
    status = {"id": "1", "created_at": theirs.isoformat(), "content": "<p>Часы врут</p>"}

    def answer(path: str, **params: object) -> Answer:
        return Answer(200, {"date": format_datetime(theirs, usegmt=True)}, json.dumps([status]).encode())

    post = Post(Out("Часы врут", "ru"), {}, now)
    assert [young for _, young in find.equal(answer, lambda path: None, "7", post)] == [True]


def test_an_equal_post_from_before_is_left_to_a_person(fake: MastodonFake, page: Mastodon) -> None:
    fake.write(fake.office, "Приём граждан по средам")
    later = replace(
        made(page, Out("Приём граждан по средам", "ru")), at=datetime.now(UTC) + timedelta(hours=1)
    )
    looked = page.find(Intent(fresh_key(page), later))
    assert isinstance(looked, CannotTell)
    assert "(UTC)" in str(looked.why)


def test_a_post_with_other_pictures_or_in_another_place_is_not_ours(
    fake: MastodonFake, page: Mastodon
) -> None:
    note = fake.write(fake.citizen, "@akimat когда?")
    post = made(page, Out("Завтра", "ru", reply_to=Target((ExternalId(note.id),))))
    publish(page, "Завтра", pictures=(picture("Афиша"),))
    other = fake.write(fake.citizen, "@akimat а у нас?")
    publish(page, "Завтра", reply_to=Target((ExternalId(other.id),)))
    assert isinstance(page.find(Intent(fresh_key(page), post)), Absent)


def test_two_posts_that_are_only_addresses_are_told_apart(fake: MastodonFake, page: Mastodon) -> None:
    publish(page, "https://example.org/one")
    post = made(page, Out("https://example.org/two", "ru"))
    assert isinstance(page.find(Intent(fresh_key(page), post)), Absent)


def test_an_answer_whose_question_was_deleted_is_still_found(fake: MastodonFake, page: Mastodon) -> None:
    note = fake.write(fake.citizen, "@akimat когда?")
    key, post = fresh_key(page), made(page, Out("Завтра", "ru", reply_to=Target((ExternalId(note.id),))))
    sent = page.commit(post, key)
    fake.remove(note)
    looked = page.find(Intent(key, post))
    assert isinstance(looked, Found)
    assert looked.published.ids == sent.ids


def test_a_post_of_long_ago_is_found_behind_many_newer_ones(fake: MastodonFake, page: Mastodon) -> None:
    key, post = fresh_key(page), made(page, Out("Первый", "ru"))
    sent = page.commit(post, key)
    for i in range(120):
        fake.write(fake.office, f"Позже {i}")
    looked = page.find(Intent(key, post))
    assert isinstance(looked, Found)
    assert looked.published.ids == sent.ids


# ---------------------------------------------------------------- listening


def test_mentions_that_the_policy_filters_are_read_all_the_same(fake: MastodonFake, page: Mastodon) -> None:
    fake.policy = {"for_new_accounts": "filter"}
    fake.write(fake.newcomer("zhana"), "@akimat көмектесіңіздер")
    assert [m.author.handle.split("@")[1] for m in read_all(page)[0]] == ["zhana"]


def test_a_policy_that_throws_mentions_away_is_warned_of(fake: MastodonFake, page: Mastodon) -> None:
    assert "throw away" not in notes(page)
    fake.policy = {"for_private_mentions": "drop", "for_new_accounts": "filter"}
    assert page.check().good
    assert notes(page).count("throw away") == 1
    assert "private mentions" in notes(page)


def test_a_reply_without_our_name_is_found_in_the_thread(fake: MastodonFake, page: Mastodon) -> None:
    post = publish(page, "Ескерту")
    fake.write(fake.citizen, "мне тоже интересно", parent=post.ids[0])
    assert not read_all(page)[0]
    (message,) = read_all(page, threads=(target(post),))[0]
    assert (message.text, message.post, message.parent) == ("мне тоже интересно", post.ids[0], post.ids[0])


def test_a_reply_deep_in_a_thread_not_swept_still_knows_its_post(fake: MastodonFake, page: Mastodon) -> None:
    post = publish(page, "Ескерту")
    first = fake.write(fake.citizen, "раз", parent=post.ids[0])
    fake.write(fake.newcomer("zhana"), "@akimat два", parent=first.id)
    (message,) = read_all(page)[0]
    assert (message.post, message.parent) == (post.ids[0], first.id)


def test_more_mentions_than_a_page_are_all_read_once(fake: MastodonFake, page: Mastodon) -> None:
    for i in range(130):
        fake.write(fake.citizen, f"@akimat {i}")
    messages, _, cursor = read_all(page)
    assert [m.text for m in messages] == [f"@akimat {i}" for i in range(130)]
    assert read_all(page, cursor)[0] == []


def test_a_mention_outside_our_threads_that_is_edited_or_deleted_is_told(
    fake: MastodonFake, page: Mastodon
) -> None:
    edited = fake.write(fake.citizen, "@akimat холдно")
    deleted = fake.write(fake.citizen, "@akimat лишнее")
    _, _, cursor = read_all(page)
    fake.clock.advance(seconds=5)
    fake.change(edited, "@akimat холодно")
    fake.remove(deleted)
    messages, gone, cursor = read_all(page, cursor)
    assert [(m.id, m.text) for m in messages] == [(edited.id, "@akimat холодно")]
    assert [g.id for g in gone] == [deleted.id]
    assert read_all(page, cursor)[:2] == ([], [])


def test_a_deletion_of_our_own_post_does_not_delete_what_people_wrote(
    fake: MastodonFake, page: Mastodon
) -> None:
    post = publish(page, "Отзовём")
    fake.write(fake.citizen, "@akimat я против", parent=post.ids[0])
    _, _, cursor = read_all(page, threads=(target(post),))
    page.delete(target(post))
    assert read_all(page, cursor, (target(post),))[1] == []


def test_hostile_text_loses_every_tag_and_odd_ids_are_dropped(fake: MastodonFake, page: Mastodon) -> None:
    fake.write(fake.citizen, "@akimat <script>alert(1)</script> &amp; <b>")
    (message,) = read_all(page)[0]
    assert message.text == "@akimat <script>alert(1)</script> &amp; <b>"
    assert plain("<p onclick=x>a<img src=x onerror=y>b</p><script>c</script><style>d</style>") == "ab"
    with pytest.raises(Rejected):
        page.delete(Target((ExternalId("../accounts/1"),)))


# ---------------------------------------------------------------- the connection


def test_a_token_without_the_right_to_write_is_told(fake: MastodonFake, page: Mastodon) -> None:
    lame = replace(
        page.credentials, secrets={"access_token": fake.let_in(fake.office, "read"), "scope": "read"}
    )
    checked = Mastodon(lame, page.http).check()
    assert not checked.good
    assert "write:statuses" in str(checked.notes[0])


def test_another_accounts_token_is_told(fake: MastodonFake, page: Mastodon) -> None:
    other = replace(page.credentials, secrets={"access_token": fake.let_in(fake.citizen)})
    checked = Mastodon(other, page.http).check()
    assert not checked.good
    assert "aigul" in str(checked.notes[0])


@pytest.mark.parametrize(
    ("version", "name", "real"),
    [
        ("4.5.2", "Mastodon", True),
        ("4.5.0-nightly.2026-11-20+glitch", "Mastodon", True),
        ("2.7.2 (compatible; Pleroma 2.9.1)", "Pleroma", False),
        ("4.0.0 (not true; really snac/2.75)", "snac", False),
        ("4.2.1 (compatible; Iceshrimp.NET/2026.1)", "Iceshrimp.NET", False),
    ],
)
def test_the_software_is_known_by_its_version(version: str, name: str, real: bool) -> None:
    runs = software({"version": version})
    assert (runs.name, runs.real) == (name, real)


def test_another_software_is_named_with_what_is_not_proven(fake: MastodonFake, page: Mastodon) -> None:
    assert page.check().notes == ()
    fake.version = "2.7.2 (compatible; Pleroma 2.9.1)"
    assert page.check().good
    assert "Pleroma" in notes(page)
    assert "not proven" in notes(page)


def test_absence_of_a_private_answer_on_another_software_is_left_to_a_person(
    fake: MastodonFake, page: Mastodon
) -> None:
    note = fake.write(fake.citizen, "@akimat лично", visibility="direct")
    post = made(page, Out("Ответ", "ru", reply_to=Target((ExternalId(note.id),))))
    assert isinstance(page.find(Intent(fresh_key(page), post)), Absent)
    fake.version = "2.7.2 (compatible; Pleroma 2.9.1)"
    assert isinstance(page.find(Intent(fresh_key(page), post)), CannotTell)


def test_figures_are_read_for_many_posts_and_those_gone_are_left_out(
    fake: MastodonFake, page: Mastodon
) -> None:
    sent = [publish(page, f"Есеп {i}") for i in range(25)]
    fake.shows.notes[sent[3].ids[0]].likes = 7
    page.delete(target(sent[5]))
    figures = page.metrics(tuple(target(p) for p in sent), datetime.now(UTC))
    assert len(figures) == 24
    assert {f.id: f.counts["likes"] for f in figures}[sent[3].ids[0]] == 7


def test_reading_needs_no_connection_kept_open(fake: MastodonFake) -> None:
    network = Mastodon(FakeWorld(fake).network.credentials, Http(allowed=[fake.origin]))
    network.read_messages(Cursor(""))
    assert {logged.request.headers["connection"] for logged in fake.log} == {"close"}
