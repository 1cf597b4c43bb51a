"""A network in memory that answers after a set time: what is measured is our side alone.

It is put where every network is listed (`networks.found()`) and reached by the real worker. How it
behaves stands in the environment, so that worker processes know it too.
"""

from __future__ import annotations

import os
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from benchmarks import messages
from jauap.networks import found
from jauap.networks.base import (
    Absent,
    Capabilities,
    Checked,
    Cursor,
    DeliveryKey,
    ExternalId,
    Find,
    Incoming,
    Intent,
    Limit,
    Looked,
    Network,
    PageKind,
    Post,
    Posts,
    Profile,
    Published,
    Rate,
    Target,
)

NAME = "benchmark"


@dataclass(frozen=True)
class Manner:
    """answers_s: how long a call takes. calls, per_s: each page's rate. messages: what each page has.

    a_reading: messages in one answer.
    """

    answers_s: float = 0.0
    calls: int = 1000
    per_s: float = 1.0
    messages: int = 0
    a_reading: int = 100

    def environment(self) -> dict[str, str]:
        return {f"BENCHMARK_{name.upper()}": str(value) for name, value in asdict(self).items()}

    @classmethod
    def here(cls) -> Manner:
        """As the environment says."""
        usual = cls()
        said = {name: os.environ.get(f"BENCHMARK_{name.upper()}") for name in asdict(usual)}
        return cls(**{name: type(getattr(usual, name))(value) for name, value in said.items() if value})


def stand_up(manner: Manner) -> None:
    """From now on the network is there, in this process."""

    class Simulated(_Simulated):
        MANNER = manner
        CAPABILITIES = replace(
            _Simulated.CAPABILITIES,
            posts=Rate(manner.calls, manner.per_s),
            answers=Rate(manner.calls, manner.per_s),
        )

    found()[NAME] = Simulated


class _Simulated(Network):
    MANNER = Manner()
    CAPABILITIES = Capabilities(
        name="Simulated",
        letters="Si",
        kind=PageKind.FEED,
        text=Limit(500),
        source="made up for measuring",
        finds_by=Find.OWN_KEY,
        lists_posts=False,
    )

    def check(self) -> Checked:
        return Checked(True, self.profile())

    def profile(self) -> Profile:
        return Profile(ExternalId(self.credentials.account), "A page", "page", "https://simulated.example")

    def commit(self, post: Post, key: DeliveryKey) -> Published:
        if self.MANNER.answers_s:
            time.sleep(self.MANNER.answers_s)
        return Published((ExternalId(key),), f"https://simulated.example/{key}", datetime.now(UTC))

    def find(self, intent: Intent) -> Looked:
        return Absent()

    def read_posts(self, since: Cursor) -> Posts:
        return Posts((), since)

    def read_messages(self, since: Cursor, threads: tuple[Target, ...] = ()) -> Incoming:
        first, there = int(since or 0), self.MANNER.messages
        count = max(0, min(self.MANNER.a_reading, there - first))
        return messages.reading(int(self.credentials.account), first, count, more=first + count < there)
