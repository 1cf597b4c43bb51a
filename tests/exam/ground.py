"""The ground of the exam with real processes: an office on a database file, the rehearsal network as its
own process, workers that are forked, run the product's own loop, and can be killed.

Only one ground a process: Django knows one data folder.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jauap.office.cast import Cast
    from jauap.office.pages.models import Page


class Ground:
    """pages: rehearsal pages to publish on. texts: every text put in the outbox, each of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.network = subprocess.Popen(
            [sys.executable, "-m", "jauap.networks.rehearsal", "--folder", str(folder / "network"),
             "--port", "0", "--no-people", "--faults"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.network.stdout is not None
        self.origin = self.network.stdout.readline().strip()
        environment(folder / "data", self.origin)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        self.office = _office()
        self.pages = [self._page(n) for n in range(4)]
        self.made = 0
        self.workers: list[int] = []

    def _page(self, number: int) -> Page:
        from jauap.networks.base import ExternalId, Profile
        from jauap.networks.rehearsal import connect
        from jauap.office.cast import page

        opens = connect(self.origin, f"Exam {number}", f"exam{number}")
        profile = Profile(ExternalId(opens.account), f"Exam {number}", f"exam{number}", self.origin)
        return page(self.office, opens, profile, network="rehearsal", language="en")

    # ---------------------------------------------------------------- the outbox

    def put(self, how_many: int) -> None:
        """Approved texts, due at once, spread over the pages."""
        from django.db import transaction
        from django.utils import timezone

        from jauap.office.deliveries import actions
        from jauap.office.deliveries.content import Content
        from jauap.office.deliveries.models import Act, Lane

        now = timezone.now()
        with transaction.atomic():
            for _ in range(how_many):
                self.made += 1
                actions.put(
                    self.pages[self.made % len(self.pages)], Act.PUBLISH, Lane.ANNOUNCEMENT,
                    Content(f"Exam text {self.made}.", "en"), purpose=f"exam:{self.made}",
                    due_at=now, consent_by=self.office.approver, now=now,
                )  # fmt: skip

    def bury(self) -> None:
        """Its worker is dead, and so are its calls: nobody need wait five minutes for the lease."""
        from datetime import timedelta

        from django.db.models import F

        from jauap.office.deliveries.models import Delivery

        Delivery.objects.exclude(lease_until=None).update(lease_until=F("lease_until") - timedelta(minutes=6))

    def come_to_rest(self, seconds: float) -> None:
        """Wait until everything is settled; a person decides what only a person can."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.open_rows():
            self._decide()
            time.sleep(0.2)

    def open_rows(self) -> int:
        from jauap.office.deliveries.models import Delivery, State

        return Delivery.objects.exclude(state__in=[State.SENT, State.DROPPED]).count()

    def _decide(self) -> None:
        from jauap.errors import Refusal
        from jauap.office.deliveries import actions
        from jauap.office.deliveries.models import Delivery, State

        texts = self.counts()["texts"]
        for row in Delivery.objects.filter(needs_person="undecided"):
            stands = texts.get(row.content["text"], 0) > 0
            with suppress(Refusal):  # a worker may have been quicker
                (actions.say_it_stands if stands else actions.say_it_is_absent)(row, by=self.office.approver)
        for row in Delivery.objects.filter(state=State.FAILED):
            actions.try_again(row, by=self.office.approver)

    # ---------------------------------------------------------------- workers

    def start_worker(self) -> int:
        """A process of its own that runs the product's loop until it is ended or killed."""
        from django.db import connections

        connections.close_all()
        pid = os.fork()
        if pid == 0:
            _work()
        self.workers.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.workers.remove(pid)

    def stop_workers(self) -> None:
        for pid in list(self.workers):
            self.kill(pid)

    # ---------------------------------------------------------------- the network

    def ask(self, method: str, path: str, body: object = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.origin}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def counts(self) -> dict[str, dict[str, int]]:
        got: dict[str, dict[str, int]] = self.ask("GET", "/admin/counts")
        return got

    def faults(self, *faults: str, operation: str = "commit") -> None:
        self.ask("POST", "/admin/faults", {"operation": operation, "faults": faults})

    def close(self) -> None:
        self.stop_workers()
        self.network.terminate()
        self.network.wait(10)


def quiet() -> None:
    logging.getLogger("jauap").setLevel(logging.CRITICAL + 1)


def environment(data: Path, origin: str) -> None:
    os.environ.update(
        JAUAP_DATA=str(data), JAUAP_TEST="1", JAUAP_REHEARSAL=origin,
        DJANGO_SETTINGS_MODULE="jauap.office.settings",
    )  # fmt: skip


def _office() -> Cast:
    from django.utils import timezone

    from jauap.office.cast import gather
    from jauap.office.deliveries import installation

    installation.noticed(timezone.now())
    return gather("Ministry of Heat", password="heat-and-water-2026", domain="exam.example")


def _work() -> None:
    """Never returns: this is another process now."""
    from jauap.office.worker import Worker

    quiet()
    try:
        Worker().run()
    finally:
        os._exit(1)


def wait_for(so: Callable[[], bool], seconds: float) -> bool:
    """Whether it became so in time; asked without a pause."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if so():
            return True
    return False
