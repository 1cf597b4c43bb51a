"""A page on a square, and a worker whose turns a test takes by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from jauap.networks import found
from jauap.networks.base import Credentials, ExternalId, Profile
from jauap.office.cast import Cast, page
from jauap.office.deliveries import actions, claims, due
from jauap.office.deliveries.attempt import Ended, attempt
from jauap.office.deliveries.claims import Claim
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Act, Delivery, Lane
from jauap.office.deliveries.settle import settle
from jauap.office.pages.models import Page
from tests.exam.square import NETWORKS, Square, open_square


class Clock:
    """The machine's clock, turned by hand."""

    def __init__(self) -> None:
        self.at = timezone.now()

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    turned = Clock()
    monkeypatch.setattr(timezone, "now", turned)
    return turned


@pytest.fixture
def square(clock: Clock) -> Iterator[Square]:
    yield open_square(clock)
    for name in NETWORKS:
        found().pop(name)


@dataclass
class Desk:
    """What a test does: put something in the outbox, and let a worker take turns."""

    office: Cast
    clock: Clock
    square: Square
    made: int = 0

    def page(self, network: str = "sim_list", account: str = "1") -> Page:
        return page(
            self.office,
            Credentials(f"https://{network}.example", account, {}),
            Profile(ExternalId(account), f"Page {account}", "page", "https://square.example"),
            network=network,
            language="ru",
        )

    def put(self, here: Page, text: str = "No charge without heat.", **more: object) -> Delivery:
        self.made += 1
        what: dict[str, object] = {
            "purpose": f"variant:{self.made}",
            "due_at": self.clock(),
            "consent_by": self.office.approver,
            "now": self.clock(),
        }
        act, lane = more.pop("act", Act.PUBLISH), more.pop("lane", Lane.ANNOUNCEMENT)
        content = more.pop("content", Content(text, "en"))
        return actions.put(here, act, lane, content, **{**what, **more})  # type: ignore[arg-type]

    def claim(self, most: int = 8) -> list[Claim]:
        return claims.begin(self.clock(), most)

    def turn(self) -> list[Ended]:
        """One round of one worker: sweep, claim, call, write."""
        due.tidy(self.clock())
        ended = [job.call() for job in due.jobs(self.clock(), 8)]
        settle(ended, self.clock())
        return ended

    def turns(self, times: int, seconds: float = 1) -> None:
        for _ in range(times):
            self.turn()
            self.clock.forward(seconds=seconds)

    def once(self, *faults: str, operation: str = "commit") -> None:
        """The next calls of this kind meet these faults in turn."""
        planned = list(faults)
        before = self.square.fault
        self.square.fault = lambda op, finds: (
            planned.pop(0) if op == operation and planned else before(op, finds)
        )


@pytest.fixture
def desk(office: Cast, clock: Clock, square: Square) -> Desk:
    return Desk(office, clock, square)


Fresh = Callable[[Delivery], Delivery]


@pytest.fixture
def fresh() -> Fresh:
    def read(delivery: Delivery) -> Delivery:
        delivery.refresh_from_db()
        return delivery

    return read


def finish(claim: Claim, now: datetime) -> int:
    """Call and write down, as a worker that claimed earlier does."""
    return settle([attempt(claim)], now)
