"""What the rehearsal network has answered stands, whatever becomes of its process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from jauap.errors import NetworkError
from jauap.networks.base import Cursor, DeliveryKey, Found, Intent, Out, Post
from jauap.networks.http import Http
from jauap.networks.rehearsal import Rehearsal, connect
from tests.networks.acts import fresh_key, made, read_all


@contextmanager
def process(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server as a process of its own, and its origin."""
    command = [
        sys.executable,
        "-m",
        "jauap.networks.rehearsal",
        "--folder",
        str(folder),
        "--port",
        "0",
        *more,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            yield running, running.stdout.readline().strip()
        finally:
            running.kill()


def there(network: Rehearsal, origin: str) -> Rehearsal:
    """The same page after its server came back on another port."""
    return Rehearsal(replace(network.credentials, server=origin), Http(allowed=[origin]))


def test_a_post_whose_answer_was_sent_outlives_sigkill(tmp_path: Path) -> None:
    with process(tmp_path, "--no-people") as (running, origin):
        network = Rehearsal(connect(origin, "Демо", "demo"), Http(allowed=[origin]))
        key, post = fresh_key(network), made(network, Out("Переживёт", "ru"))
        published = network.commit(post, key)
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    with process(tmp_path, "--no-people") as (_, origin):
        looked = there(network, origin).find(Intent(key, post))
        assert isinstance(looked, Found)
        assert looked.published.ids == published.ids
        assert [p.text for p in there(network, origin).read_posts(Cursor("")).posts] == ["Переживёт"]


def test_of_many_posts_under_way_at_sigkill_none_that_was_answered_is_lost_or_doubled(tmp_path: Path) -> None:
    answered: list[DeliveryKey] = []
    posts: dict[DeliveryKey, Post] = {}
    with process(tmp_path, "--no-people") as (running, origin):
        network = Rehearsal(connect(origin, "Демо", "demo"), Http(allowed=[origin]))

        def publish_until_it_dies(number: int) -> None:
            for i in range(10_000):
                post = Post(Out(f"Поток {number}, запись {i}", "ru"), {}, datetime.now(UTC))
                key = network.new_key(post.at, f"{number}-{i}")
                posts[key] = post
                try:
                    network.commit(post, key)
                except NetworkError:
                    return
                answered.append(key)
                if len(answered) == 60:
                    running.send_signal(signal.SIGKILL)

        threads = [Thread(target=publish_until_it_dies, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    with process(tmp_path, "--no-people", "--faults") as (_, origin):
        again = there(network, origin)
        assert len(answered) >= 60
        assert all(isinstance(again.find(Intent(key, posts[key])), Found) for key in answered)
        for key, post in posts.items():
            again.commit(post, key)
        counts = again.http.read("GET", f"{origin}/admin/counts").json()
        assert set(counts["texts"].values()) == {1}
        assert len(counts["texts"]) == len(posts)


def test_people_answer_also_in_a_process_of_its_own(tmp_path: Path) -> None:
    with process(tmp_path, "--speed", "1000") as (_, origin):
        network = Rehearsal(connect(origin, "Демо", "demo"), Http(allowed=[origin]))
        network.commit(made(network, Out("Жылу беріледі", "kk")), fresh_key(network))
        for _ in range(1500):
            messages, gone, _ = read_all(network)
            if len({m.id for m in messages}) == 5 and gone:
                break
            time.sleep(0.02)
        assert len({m.id for m in messages}) == 5
        assert len(gone) == 1


def test_the_process_ends_in_order_when_asked(tmp_path: Path) -> None:
    with process(tmp_path) as (running, _):
        running.terminate()
        assert running.wait(20) == 0
