"""What goes wrong on purpose: only where the server was started with `--faults`.

    before:500 before:503 before:refuse before:cut before:timeout     without effect
    after:cut after:half after:500 ... after:504 after:garbage after:timeout after:late
                                                the effect happens, its answer is lost or late
    429 429:iso 429:date 429:bare               too many calls, without effect

Operations: "commit" (a post or an answer), "upload", "read", "change" (edit, hide, delete).
"""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from jauap.networks.rehearsal.rules import Refused

HELD_S = 30.0
"""How long an answer that never comes is held."""
_FAULT = re.compile(
    r"|before:(500|503|refuse|cut|timeout)|after:(cut|half|50[0234]|429|garbage|timeout|late)"
    r"|429(:(iso|date|bare|seconds))?"
)


@dataclass
class Faults:
    """The plan, the requests so far, and how slow the server is.

    latency_s: before every answer. late_s: how late an answer of `after:late` comes.
    ignore_keys: the server takes every commit for a new one, as servers do that know no keys.
    """

    latency_s: float = 0.0
    late_s: float = 5.0
    ignore_keys: bool = False
    requests: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    """Commit requests by their key, whatever became of them."""
    stopping: threading.Event = field(default_factory=threading.Event)
    _planned: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, operation: str, faults: Iterable[str]) -> None:
        """The next requests of the operation meet these faults in turn; '' = goes well. Raises Refused."""
        for fault in faults:
            if not isinstance(fault, str) or not _FAULT.fullmatch(fault):
                raise Refused(422, f"There is no fault {fault!r}.")
            self._planned[operation].append(fault)

    def forget(self) -> None:
        """Nothing goes wrong any more; the counts stay."""
        with self._lock:
            self._planned.clear()

    def take(self, operation: str, key: str) -> str:
        """Count a request, and give the fault that it meets ('' = none)."""
        with self._lock:
            self.requests[operation] += 1
            if operation == "commit" and key:
                self.keys[key] += 1
            planned = self._planned[operation]
            return planned.popleft() if planned else ""

    def wait(self, seconds: float) -> None:
        """Slow as planned; ends at once when the server stops."""
        self.stopping.wait(seconds)


def when_to_return(form: str) -> dict[str, str]:
    """Headers of a 429; form: seconds, iso, date, bare."""
    until = datetime.now(UTC) + timedelta(seconds=3)
    return {
        "seconds": {"Retry-After": "3"},
        "date": {"Retry-After": format_datetime(until, usegmt=True)},
        "iso": {"X-RateLimit-Reset": until.isoformat()},
        "bare": {},
    }[form]
