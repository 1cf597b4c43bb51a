"""The rehearsal network's server and client at their edges."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from jauap.errors import NetworkError, OutcomeUnknown, Rejected, SignedOut, Unavailable
from jauap.networks.base import (
    Credentials,
    Cursor,
    DeliveryKey,
    ExternalId,
    Found,
    Intent,
    Out,
    Post,
    Published,
    Target,
)
from jauap.networks.http import Http
from jauap.networks.rehearsal import Rehearsal, connect, rules, serve
from tests.networks.acts import elsewhere, fresh_key, made, picture, publish, read_all, target
from tests.networks.fakes.core import Fake, Reply, Request
from tests.networks.rehearsal_world import RehearsalWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[RehearsalWorld]:
    made = RehearsalWorld(tmp_path)
    yield made
    made.close()


def status(world: RehearsalWorld, method: str, path: str, *, token: bool = True, **what: object) -> int:
    """What the API answers to a call that our client never makes."""
    statuses: list[int] = []
    headers = world.network._headers if token else {}

    def note(answer: object) -> None:
        statuses.append(answer.status)  # type: ignore[attr-defined]

    try:
        world.http.read(method, f"{world.origin}{path}", headers=headers, classify=note, **what)
    except NetworkError:
        assert statuses
    return statuses[0]


@pytest.mark.parametrize(
    ("method", "path", "what", "expected"),
    [
        ("POST", "/api/posts", {"content": b"{"}, 400),
        ("POST", "/api/posts", {"content": b"[" * 100_000}, 400),
        ("POST", "/api/posts", {"json": ["text"]}, 400),
        ("POST", "/api/posts", {"json": {}}, 422),
        ("POST", "/api/posts", {"json": {"text": None}}, 422),
        ("POST", "/api/posts", {"json": {"text": "a\x00"}}, 422),
        ("POST", "/api/posts", {"content": rb'{"text": "\ud800"}'}, 422),
        ("POST", "/api/posts", {"json": {"text": "а", "pictures": "x"}}, 422),
        ("POST", "/api/posts", {"json": {"text": "а", "pictures": [{"id": "9"}]}}, 422),
        ("POST", "/api/posts", {"json": {"text": "а", "pictures": [{}] * 5}}, 422),
        ("POST", "/api/posts", {"json": {"text": "а", "reply_to": "999"}}, 404),
        ("POST", "/api/posts", {"json": {"text": "а", "reply_to": "1 OR 1"}}, 422),
        ("POST", "/api/posts", {"json": {"text": "a" + "\u0301" * 20_000}}, 422),
        ("POST", "/api/media", {"content": b"GIF89a"}, 415),
        ("POST", "/api/media", {"content": b"<svg onload=alert(1)>"}, 415),
        ("POST", "/api/media", {"content": b"\x89PNG\r\n\x1a\n" + bytes(rules.PICTURE_BYTES)}, 413),
        ("GET", "/api/messages?after=-1", {}, 422),
        ("GET", "/api/messages?after=١", {}, 422),
        ("GET", "/api/nothing", {}, 404),
        ("PUT", "/api/posts/999", {"json": {"text": "а"}}, 404),
        ("POST", "/api/messages/999/hide", {}, 404),
    ],
)
def test_a_bad_call_is_refused_and_nothing_stands(
    world: RehearsalWorld, method: str, path: str, what: dict[str, object], expected: int
) -> None:
    assert status(world, method, path, **what) == expected
    assert world.citizen_sees() == []


def test_without_a_token_only_a_new_page_can_be_opened(world: RehearsalWorld) -> None:
    for method, path in (("GET", "/api/page"), ("POST", "/api/posts"), ("GET", "/api/messages")):
        assert status(world, method, path, token=False) == 401
    body = {"name": "Тағы бір", "handle": "taghy", "language": "kk"}
    assert status(world, "POST", "/api/pages", token=False, json=body) == 201


@pytest.mark.parametrize(
    "body", [{}, {"name": "", "handle": "ab"}, {"name": "А", "handle": "../x"}, {"name": "А", "handle": "A"}]
)
def test_a_page_needs_a_name_and_a_handle(world: RehearsalWorld, body: dict[str, str]) -> None:
    assert status(world, "POST", "/api/pages", json=body) == 422


def test_a_taken_handle_gets_a_number(world: RehearsalWorld) -> None:
    assert [world.page("akimdik").profile().handle for _ in range(2)] == ["akimdik2", "akimdik3"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(world: RehearsalWorld) -> None:
    host, port = world.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as raw:
        raw.sendall(b"POST /api/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert b"413" in raw.recv(1000)


def test_admin_is_closed_unless_faults_were_asked_for(tmp_path: Path) -> None:
    running = serve(tmp_path, 0, people=False)
    http = Http(allowed=[running.origin])
    with pytest.raises(Rejected):
        http.read("GET", f"{running.origin}/admin/counts")
    running.stop()


def test_a_taken_port_is_told(world: RehearsalWorld, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        serve(tmp_path / "other", int(world.origin.rsplit(":", 1)[1]))


def test_one_key_used_by_many_at_once_is_one_post(world: RehearsalWorld) -> None:
    key, post = fresh_key(world.network), made(world.network, Out("Все сразу", "ru"))
    got: list[Published] = []
    threads = [Thread(target=lambda: got.append(world.network.commit(post, key))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 8
    assert len({published.ids for published in got}) == 1
    assert world.citizen_sees() == ["Все сразу"]


def test_another_text_under_a_used_key_is_refused(world: RehearsalWorld) -> None:
    key = fresh_key(world.network)
    world.network.commit(made(world.network, Out("Первый", "ru")), key)
    with pytest.raises(Rejected):
        world.network.commit(made(world.network, Out("Второй", "ru")), key)
    assert world.citizen_sees() == ["Первый"]


def test_a_server_that_ignores_keys_shows_and_counts_every_commit(world: RehearsalWorld) -> None:
    world.admin("POST", "settings", ignore_keys=True)
    key, post = fresh_key(world.network), made(world.network, Out("Дважды", "ru"))
    for _ in range(2):
        world.network.commit(post, key)
    counts = world.admin("GET", "counts")
    assert world.citizen_sees() == ["Дважды", "Дважды"]
    assert counts["keys"][key] == counts["texts"]["Дважды"] == counts["sent"][key] == 2
    assert isinstance(world.network.find(Intent(key, post)), Found)


def test_of_two_posts_under_one_key_the_one_that_is_taken_is_not_ours(world: RehearsalWorld) -> None:
    world.admin("POST", "settings", ignore_keys=True)
    key, post = fresh_key(world.network), made(world.network, Out("Дважды", "ru"))
    first, second = (world.network.commit(post, key) for _ in range(2))
    looked = world.network.find(Intent(key, post, taken=frozenset(first.ids)))
    assert isinstance(looked, Found)
    assert looked.published.ids == second.ids


def test_a_late_answer_comes_after_its_client_has_gone(world: RehearsalWorld) -> None:
    world.admin("POST", "settings", late_ms=2000)
    world.faults().plan("commit", "after:late")
    key, post = fresh_key(world.network), made(world.network, Out("Поздно", "ru"))
    hasty = elsewhere(world.network, world.origin, timeout_s=0.5)
    with pytest.raises(OutcomeUnknown):
        hasty.commit(post, key)
    assert isinstance(world.network.find(Intent(key, post)), Found)


def test_planned_faults_can_be_forgotten_and_nonsense_is_refused(world: RehearsalWorld) -> None:
    world.faults().plan("commit", "after:500", times=3)
    assert status(world, "DELETE", "/admin/faults") == 200
    publish(world.network, "Без помех")
    for plan in ({"operation": "commit", "faults": ["before:rain"]}, {"faults": 3}, {"operation": "read"}):
        assert status(world, "POST", "/admin/faults", json=plan) == 422


def test_an_edit_keeps_the_pictures_that_it_names(world: RehearsalWorld) -> None:
    out = Out("С рисунком", "ru", pictures=(picture("Было"),))
    post = made(world.network, out)
    published = world.network.commit(post, fresh_key(world.network))
    better = Out("С рисунком лучше", "ru", pictures=(picture("Стало"),))
    world.network.edit(target(published), Post(better, post.prepared, datetime.now(UTC)))
    assert world.citizen_sees() == ["С рисунком лучше"]
    assert world.citizen_sees_alts() == ["Стало"]


def test_more_than_a_hundred_messages_are_read_in_pieces(world: RehearsalWorld) -> None:
    post = publish(world.network, "Много писем")
    for number in range(130):
        world.citizen_replies(post, f"Письмо {number}")
    first = world.network.read_messages(Cursor(""))
    assert (len(first.messages), first.more) == (100, True)
    messages, _, _ = read_all(world.network)
    assert [m.text for m in messages] == [f"Письмо {n}" for n in range(130)]


def test_figures_grow_with_the_age_of_a_post_and_never_fall(tmp_path: Path) -> None:
    world = RehearsalWorld(tmp_path)
    post = publish(world.network, "Растёт")
    begun = world.server.network.store.now()
    seen = []
    for minutes in (0, 1, 10, 60, 1440):
        world.server.network.store.now = lambda m=minutes: begun + m * 60  # type: ignore[misc]
        seen.append(world.network.metrics((target(post),), datetime.now(UTC))[0].counts["views"])
    assert seen == sorted(seen)
    assert seen[-1] > seen[1] > 0
    world.network.delete(target(post))
    assert world.network.metrics((target(post),), datetime.now(UTC)) == ()
    world.close()


class Odd(Fake):
    """A server that answers 200 with whatever the test wants."""

    body: object = None

    def operation(self, request: Request) -> str:
        return "read" if request.method == "GET" else "commit"

    def answer(self, request: Request) -> Reply:
        return Reply(200, self.body)


@pytest.mark.parametrize(
    "body",
    [[], {}, [None], {"id": None}, {"id": "1"}, {"id": "../1", "url": "", "at": ""}, {"posts": [{}]},
     {"messages": [{"kind": "written"}], "next": "1", "more": False}, {"messages": 3}, {"metrics": [3]},
     {"id": "1", "url": "x", "at": "yesterday"}],
    ids=str,
)  # fmt: skip
def test_an_answer_of_another_shape_is_unknown_for_a_commit_and_unavailable_for_a_reading(
    body: object,
) -> None:
    with Odd() as server:
        server.body = body
        network = Rehearsal(Credentials(server.origin, "1", {"token": "t"}), Http(allowed=[server.origin]))
        post = Post(Out("Что это", "ru"), {}, datetime.now(UTC))
        with pytest.raises(OutcomeUnknown):
            network.commit(post, DeliveryKey("k"))
        for read in (
            lambda: network.read_messages(Cursor("")),
            lambda: network.read_posts(Cursor("")),
            network.profile,
            lambda: network.find(Intent(DeliveryKey("k"), post)),
        ):
            with pytest.raises(Unavailable):
                read()
        assert not network.check().good


def test_one_dead_figure_among_several_takes_none_of_the_others_away() -> None:
    with Odd() as server:
        server.body = {"metrics": [{"id": "1", "views": 7, "shares": 0, "replies": 2}]}
        network = Rehearsal(Credentials(server.origin, "1", {"token": "t"}), Http(allowed=[server.origin]))
        figures = network.metrics((Target((ExternalId("1"),)),), datetime.now(UTC))
        assert [dict(f.counts) for f in figures] == [{"views": 7, "shares": 0, "replies": 2}]


def test_figures_of_more_posts_than_one_call_gives_are_all_there(world: RehearsalWorld) -> None:
    posts = [target(publish(world.network, f"Запись {n}")) for n in range(105)]
    figures = world.network.metrics(tuple(posts), datetime.now(UTC))
    assert [f.id for f in figures] == [post.id for post in posts]
    assert world.network.metrics((), datetime.now(UTC)) == ()


def test_connecting_to_nothing_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        connect("http://127.0.0.1:1", "Демо", "demo")


def test_a_wrong_token_is_signed_out(world: RehearsalWorld) -> None:
    wrong = Rehearsal(replace(world.network.credentials, secrets={"token": "wrong"}), world.http)
    with pytest.raises(SignedOut):
        wrong.profile()
