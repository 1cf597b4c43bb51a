"""Worker processes that start together, and an office whose deliveries they send."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import simulated
from benchmarks.places import ROOT
from benchmarks.simulated import Manner

if TYPE_CHECKING:
    from jauap.office.cast import Cast
    from jauap.office.pages.models import Page

LONGEST_S = 300.0
STOPS_S = 60.0


class TooSlow(Exception):
    """The workers did not finish in `LONGEST_S`."""


def office() -> Cast:
    """An office in this installation, one person a role."""
    from jauap.office.cast import gather

    return gather("Ministry of Heat and Water", password=os.urandom(12).hex(), domain="office.example")


def pages(cast: Cast, count: int, *, read: bool = True) -> list[Page]:
    """Live pages on the simulated network. read: messages are asked for meanwhile, as in earnest."""
    from jauap.networks.base import Credentials, ExternalId, Profile
    from jauap.office.cast import page
    from jauap.office.pages.models import Page

    before = Page.objects.count()
    made = []
    for number in range(before, before + count):
        account = str(number)
        profile = Profile(ExternalId(account), f"Page {account}", account, "https://simulated.example")
        credentials = Credentials("https://simulated.example", account, {})
        made.append(page(cast, credentials, profile, network=simulated.NAME, language="ru"))
    if not read:
        Page.objects.filter(pk__in=[page.pk for page in made]).update(read_next_at=None)
    return made


def fill(cast: Cast, on: list[Page], count: int, *, answers: bool = False) -> None:
    """`count` approved deliveries, spread evenly over the pages, all due at this moment."""
    from django.db import transaction
    from django.utils import timezone

    from jauap.office.deliveries import actions
    from jauap.office.deliveries.content import Content, Place
    from jauap.office.deliveries.models import Act, Delivery, Lane

    now, first = timezone.now(), Delivery.objects.count()
    act, lane = (Act.REPLY, Lane.ANSWER) if answers else (Act.PUBLISH, Lane.ANNOUNCEMENT)
    with transaction.atomic():
        for number in range(first, first + count):
            page = on[number % len(on)]
            asked = Place((f"asked-{number}",)) if answers else None
            content = Content(f"No charge without heat, says notice {number}.", "en", on=asked)
            actions.put(
                page, act, lane, content,
                purpose=f"benchmark:{number}", due_at=now, consent_by=cast.approver, now=now,
            )  # fmt: skip


@contextmanager
def workers(count: int, manner: Manner) -> Iterator[Callable[[], datetime]]:
    """`count` real workers, ready and waiting; calling what is given starts them and says when."""
    from django.utils import timezone

    log = (Path(os.environ["JAUAP_DATA"]) / "workers.log").open("ab")
    command = [sys.executable, "-m", "benchmarks.one_worker"]
    crew = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **manner.environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        for _ in range(count)
    ]

    def start() -> datetime:
        at = timezone.now()
        for one in crew:
            _tell(one, b"go\n")
        return at

    try:
        for one in crew:
            _heard(one)
        yield start
    finally:
        for one in crew:
            _end(one)
        log.close()


def _heard(one: subprocess.Popen[bytes]) -> None:
    if one.stdout is None or one.stdout.readline() != b"ready\n":
        raise RuntimeError("a worker did not start")


def _tell(one: subprocess.Popen[bytes], what: bytes) -> None:
    if one.stdin:
        one.stdin.write(what)
        one.stdin.flush()


def _end(one: subprocess.Popen[bytes]) -> None:
    """Closing its input asks it to stop."""
    if one.stdin:
        with suppress(BrokenPipeError):
            one.stdin.close()
    try:
        one.wait(STOPS_S)
    except subprocess.TimeoutExpired:
        one.kill()
        one.wait()
    if one.stdout:
        one.stdout.close()


def drained(count: int, manner: Manner) -> float:
    """Seconds from the start until the last waiting delivery is sent. Raises TooSlow."""
    from django.db.models import Max, Min

    from jauap.office.deliveries.models import Delivery, State

    waiting = Delivery.objects.exclude(state=State.SENT)
    first = waiting.aggregate(pk=Min("pk"))["pk"]
    with workers(count, manner) as start:
        started = start()
        wait(lambda: not waiting.exists())
    last: datetime = Delivery.objects.filter(pk__gte=first).aggregate(at=Max("sent_at"))["at"]
    return (last - started).total_seconds()


def wait(until: Callable[[], bool], every_s: float = 0.3) -> float:
    """Seconds waited until it is so. Raises TooSlow."""
    started = time.monotonic()
    while not until():
        if time.monotonic() - started > LONGEST_S:
            raise TooSlow
        time.sleep(every_s)
    return time.monotonic() - started
