"""Open screens are told what changed: everything, once, from where they were cut off."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from jauap.office.cast import Cast
from jauap.office.live import queries, views
from jauap.office.live.actions import tell
from jauap.office.live.models import Event
from jauap.office.live.views import Beat
from jauap.office.people import actions as people

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = Beat(look_s=0.01, comment_s=0.0, membership_s=0.0, end_s=5)


@pytest.fixture(autouse=True)
def _threads_let_go() -> Iterator[None]:
    """The stream's two threads keep their connections; a test database can only be dropped without them."""
    yield
    both = threading.Barrier(2)

    def close() -> None:
        both.wait(10)
        connections.close_all()

    for done in [views._reading.submit(close) for _ in range(2)]:
        done.result(20)


async def told(lines: AsyncIterator[bytes], count: int) -> list[tuple[int, str, str]]:
    """The next `count` hints of a stream: id, topic, ref."""
    found: list[tuple[int, str, str]] = []
    async for line in lines:
        if b"data: " in line:
            head, body = line.decode().strip().split("\n")
            hint = json.loads(body.removeprefix("data: "))
            found.append((int(head.removeprefix("id: ")), hint["topic"], hint["ref"]))
        if len(found) >= count:
            break
    return found


def always() -> bool:
    return True


def hear(organisation: int, last: int | None, count: int) -> list[tuple[int, str, str]]:
    async def listen() -> list[tuple[int, str, str]]:
        return await asyncio.wait_for(told(views.hints(organisation, last, always, QUICK), count), 20)

    return asyncio.run(listen())


def test_everything_that_was_told_during_a_cut_comes_after_it(office: Cast) -> None:
    number = office.organisation.pk
    start = queries.last_id(number)
    tell(number, "inbox", "A")
    first = hear(number, start, 1)
    for ref in "BCD":
        tell(number, "inbox", ref)
    again = hear(number, first[-1][0], 3)
    assert [ref for _, _, ref in first + again] == ["A", "B", "C", "D"]
    assert [one[0] for one in first + again] == sorted({one[0] for one in first + again})


def test_more_than_one_look_holds_is_told_whole(office: Cast) -> None:
    number = office.organisation.pk
    start = queries.last_id(number)
    many = queries.AT_ONCE * 2 + 7
    Event.objects.bulk_create(Event(organisation=number, topic="inbox", ref=str(n)) for n in range(many))
    assert [ref for _, _, ref in hear(number, start, many)] == [str(n) for n in range(many)]


def test_another_organisations_events_are_not_told(office: Cast, stranger: Cast) -> None:
    number = office.organisation.pk
    start = queries.last_id(number)
    tell(stranger.organisation.pk, "inbox", "theirs")
    tell(number, "inbox", "ours")
    assert [ref for _, _, ref in hear(number, start, 1)] == ["ours"]


def test_a_screen_that_is_quiet_hears_that_the_stream_lives(office: Cast) -> None:
    async def first_three() -> list[bytes]:
        lines = views.hints(office.organisation.pk, 0, always, Beat(look_s=0.001, comment_s=0.0, end_s=5))
        return [line async for line, _ in _zip(lines, 200) if line.startswith(b":")]

    Event.objects.all().delete()
    assert asyncio.run(first_three())


async def _zip(lines: AsyncIterator[bytes], most: int) -> AsyncIterator[tuple[bytes, int]]:
    number = 0
    async for line in lines:
        yield line, number
        number += 1
        if number >= most or line.startswith(b":"):
            return


def test_a_stream_ends_by_itself(office: Cast) -> None:
    async def whole() -> list[bytes]:
        return [
            line
            async for line in views.hints(office.organisation.pk, 0, always, Beat(look_s=0.01, end_s=0.0))
        ]

    assert len(asyncio.run(whole())) == 1


def test_who_is_no_longer_a_member_is_told_no_more(office: Cast) -> None:
    client = Client()
    client.force_login(office.author, backend="django.contrib.auth.backends.ModelBackend")
    request = client.get("/live/").wsgi_request  # type: ignore[attr-defined]
    organisation = type(office.organisation)
    assert views._still_there(request, organisation, office.organisation.pk)
    people.set_roles(office.author, office.organisation, by=office.administrator, roles=[])
    assert not views._still_there(request, organisation, office.organisation.pk)


def test_who_signed_out_is_told_no_more(office: Cast) -> None:
    client = Client()
    client.force_login(office.author, backend="django.contrib.auth.backends.ModelBackend")
    request = client.get("/live/").wsgi_request  # type: ignore[attr-defined]
    client.session.flush()
    assert not views._still_there(request, type(office.organisation), office.organisation.pk)


def test_nobody_is_told_without_signing_in(db: None) -> None:
    assert Client().get("/live/").status_code == 204


@pytest.mark.parametrize("how", ["header", "query"])
def test_the_address_resumes_by_last_event_id_and_carries_no_content(office: Cast, how: str) -> None:
    number = office.organisation.pk
    start = queries.last_id(number)
    tell(number, "announcement", "7KQ4M2XH")

    async def ask() -> tuple[StreamingHttpResponse, list[tuple[int, str, str]]]:
        client = AsyncClient()
        await sync_to_async(client.force_login)(
            office.author, backend="django.contrib.auth.backends.ModelBackend"
        )
        headers: dict[str, Any] = {"Last-Event-ID": str(start)} if how == "header" else {}
        response = cast(
            StreamingHttpResponse,
            await client.get("/live/" if how == "header" else f"/live/?after={start}", headers=headers),
        )
        lines = cast(AsyncIterator[bytes], response.streaming_content)
        hints = await asyncio.wait_for(told(lines, 1), 20)
        await sync_to_async(connections.close_all)()  # in the thread where the middleware ran
        return response, hints

    response, hints = asyncio.run(ask())
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.headers["Cache-Control"] == "no-store"
    assert [hint[1:] for hint in hints] == [("announcement", "7KQ4M2XH")]
