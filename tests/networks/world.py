"""One own page with followers, seen from the other side: what each network's tests must offer.

A subclass of `NetworkContract` gives a fixture `world` that returns a `World`. Subclass it; the
methods with a body have an answer that fits most networks.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol, TypeVar

from jauap.networks.base import Network, Published

Got = TypeVar("Got")


class Faults(Protocol):
    """The fault plan of a fake (`fakes.core.FaultPlan`); real servers have none."""

    def plan(self, operation: str, fault: str, times: int = 1) -> None:
        """The next `times` requests of the operation ("commit", "read", "upload") go wrong so."""

    def requests(self, operation: str) -> int:
        """How many requests of the operation have arrived since the start."""


class World(ABC):
    """network: signed in as the press office's page.

    patience_s: how long what was done may need to be seen (an AppView lags); 0 = at once.
    """

    network: Network
    patience_s: float = 0.0

    @abstractmethod
    def citizen_sees(self) -> list[str]:
        """Texts of the page's public posts (not its replies), newest first, plain, as a citizen sees them."""

    @abstractmethod
    def citizen_sees_thread(self, post: Published) -> list[str]:
        """Texts of all that stands under a post, people's and ours, oldest first, without the post itself."""

    @abstractmethod
    def citizen_replies(self, to: Published, text: str) -> None:
        """A citizen answers the post."""

    def citizen_edits(self, old: str, new: str) -> bool:
        """The citizen changes the reply with the text `old`. False where this world can't."""
        return False

    def citizen_deletes(self, text: str) -> bool:
        """The citizen deletes the reply with this text, and the network tells us. False where it can't."""
        return False

    def citizen_sees_alts(self) -> list[str] | None:
        """Alt texts of pictures of the page's newest post. None where this world can't see them."""
        return None

    def as_shown(self, text: str) -> str:
        """The approved text with the network's own documented changes (shortened links), if it makes any."""
        return text

    def time_passes(self, minutes: float) -> bool:
        """The network's clock moves forward. False where this world can't make that so."""
        return False

    def faults(self) -> Faults | None:
        """None for real servers: faults are planned only on fakes."""
        return None

    def revoke(self) -> bool | None:
        """Our credentials stop working. False where this world can't make that so."""
        return False

    def eventually(self, look: Callable[[], Got], good: Callable[[Got], bool]) -> Got:
        """Look until it is good, at most `patience_s`; the last look in any case."""
        until = time.monotonic() + self.patience_s
        got = look()
        while not good(got) and time.monotonic() < until:
            time.sleep(0.2)
            got = look()
        return got
