"""What a worker does: a job is a call to the outside and what is written down after it.

Each app has `due.py` with `LIMIT` (calls in flight), `jobs(now, most)` (claims rows, commits, and
returns a job for each) and `tidy(now)` (every few seconds: sweeps without calls).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Job(Generic[T]):
    """call: runs in a thread, holds no transaction. then: runs in the loop, writes the result.

    together: writes several results of one round in one transaction, where an app can.
    """

    call: Callable[[], T]
    then: Callable[[T], object]
    together: Callable[[Sequence[T]], object] | None = None


class Due(Protocol):
    """The module `due.py` of an app."""

    LIMIT: int

    def jobs(self, now: datetime, most: int) -> list[Job[object]]: ...

    def tidy(self, now: datetime) -> None: ...
