"""Reading Bluesky's lists: long ones, late ones, lost ones. On the fake, which can lose and be late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from jauap.networks.base import Cursor, Published
from tests.networks.acts import publish, read_all, target
from tests.networks.bluesky_worlds import FakeWorld
from tests.networks.fakes.bluesky import BlueskyFake, Record


@pytest.fixture
def world() -> Iterator[FakeWorld]:
    with BlueskyFake() as server:
        yield FakeWorld(server)


def written(world: FakeWorld, to: Published, text: str, at: datetime, **more: Any) -> str:
    """An answer of the citizen that the AppView took in at `at`."""
    end = {"uri": to.ids[0], "cid": world.fake.records[to.ids[0]].cid}
    record = {"text": text, "createdAt": at.isoformat(), "reply": {"root": end, "parent": end}, **more}
    uri = f"at://{world.citizen.did}/app.bsky.feed.post/{len(world.fake.records):013}"
    world.fake.records[uri] = Record("bafy", record, at)
    return uri


def test_a_long_list_is_read_whole_in_pieces_and_each_message_once(world: FakeWorld) -> None:
    post, now = publish(world.network, "Много ответов"), world.fake.clock.now()
    for i in range(1050):
        written(world, post, f"Ответ {i}", now - timedelta(minutes=i))
    first = world.network.read_messages(Cursor(""))
    assert first.more
    assert len(first.messages) == 500
    messages, _, cursor = read_all(world.network)
    assert len({m.id for m in messages}) == len(messages) == 1050
    written(world, post, "Ещё один", now + timedelta(seconds=1))
    assert [m.text for m in read_all(world.network, cursor)[0]] == ["Ещё один"]


def test_a_message_that_came_in_late_with_an_earlier_time_is_read(world: FakeWorld) -> None:
    post, now = publish(world.network, "Опоздавшие"), world.fake.clock.now()
    written(world, post, "Вовремя", now)
    _, _, cursor = read_all(world.network)
    written(world, post, "Из метро", now - timedelta(minutes=50))
    written(world, post, "Из степи", now - timedelta(days=2))
    assert [m.text for m in read_all(world.network, cursor)[0]] == ["Из степи", "Из метро"]


def test_an_answer_of_which_nobody_was_told_is_found_in_its_thread_once(world: FakeWorld) -> None:
    post, now = publish(world.network, "Потерянное"), world.fake.clock.now()
    world.fake.unnotified.add(written(world, post, "Меня не слышно", now))
    threads = (target(post),)
    assert read_all(world.network)[0] == []
    messages, _, cursor = read_all(world.network, threads=threads)
    assert [m.text for m in messages] == ["Меня не слышно"]
    assert read_all(world.network, cursor, threads)[0] == []


def test_a_deletion_is_told_once_and_a_thread_left_out_is_not_forgotten(world: FakeWorld) -> None:
    one, two, now = publish(world.network, "Раз"), publish(world.network, "Два"), world.fake.clock.now()
    gone = written(world, one, "Удалю", now)
    written(world, two, "Останется", now)
    both = (target(one), target(two))
    _, _, cursor = read_all(world.network, threads=both)
    del world.fake.records[gone]
    _, nothing, cursor = read_all(world.network, cursor, (target(two),))
    _, told, cursor = read_all(world.network, cursor, both)
    _, again, _ = read_all(world.network, cursor, both)
    assert (nothing, [g.id for g in told], again) == ([], [gone], [])


def test_a_cursor_stays_small_however_much_was_read(world: FakeWorld) -> None:
    post, now = publish(world.network, "Очень много"), world.fake.clock.now()
    for i in range(1500):
        written(world, post, f"Ответ {i}", now - timedelta(seconds=i))
    messages, _, cursor = read_all(world.network, threads=(target(post),))
    assert len({m.id for m in messages}) == 1500
    assert len(cursor) < 60_000


@pytest.mark.parametrize(
    "odd",
    [
        {"text": 5},
        {"text": "a", "langs": "kk", "reply": {"root": {"uri": 5}, "parent": "x"}},
        {"text": "a", "embed": {"$type": "app.bsky.embed.images", "images": {}}},
        {"text": "a", "embed": ["x"], "createdAt": "0000-00-00", "langs": [None]},
        {"text": "x" * 3000, "createdAt": "9999-12-31T23:59:59+23:00"},
    ],
)
def test_an_odd_record_stops_no_reading(world: FakeWorld, odd: dict[str, Any]) -> None:
    post, now = publish(world.network, "Странное"), world.fake.clock.now()
    uri = written(world, post, "Странное письмо", now)
    kept = world.fake.records[uri].value
    page = world.page.post("Наша")["uri"]
    world.fake.records[uri] = Record("bafy", {**kept, **odd, "reply": kept["reply"]}, now)
    world.fake.records[page] = Record("bafy", odd if "reply" not in odd else {"text": "a"}, now)
    written(world, post, "Обычное письмо", now)
    assert "Обычное письмо" in [m.text for m in read_all(world.network)[0]]
    assert world.network.read_posts(Cursor("")).posts


def test_a_citizens_own_clock_does_not_decide_when_a_message_came(world: FakeWorld) -> None:
    post, now = publish(world.network, "Часы"), world.fake.clock.now()
    written(world, post, "Из прошлого", now, createdAt="1990-01-01T00:00:00Z")
    (message,) = read_all(world.network)[0]
    assert message.at == now
