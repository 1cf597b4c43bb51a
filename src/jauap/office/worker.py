"""The worker: one loop a process that takes due rows of every app and carries each out.

The rows are the only truth: any job may run twice, a killed worker's rows are swept up, and a
wake-up only shortens the wait. All writing happens in the loop's own thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.apps import apps
from django.db import close_old_connections, connection
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone

from jauap.office.jobs import Due, Job

log = logging.getLogger("jauap.worker")
IDLE_S = 0.25
TIDY_EVERY_S = 2.0
AFTER_TROUBLE_S = 2.0
GONE = (OperationalError, InterfaceError)
"""The database went away, is locked or full: the same write is tried again."""
_woken = threading.Event()


def wake() -> None:
    """Something is due now, in this process. May be lost; the loop looks by itself."""
    _woken.set()


def dues() -> dict[str, Due]:
    """`due.py` of every app that has one, by the app's label."""
    mine = [config for config in apps.get_app_configs() if config.name.startswith("jauap.office.")]
    return {
        config.label: cast(Due, import_module(f"{config.name}.due"))
        for config in mine
        if find_spec(f"{config.name}.due")
    }


class Worker:
    """stop: set from outside; the loop ends after the calls in flight."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._dues = dues()
        self._pool = ThreadPoolExecutor(sum(due.LIMIT for due in self._dues.values()), "jauap-call")
        self._flying: dict[Future[Any], tuple[str, Job[Any]]] = {}
        self._tidied = float("-inf")

    def run(self) -> None:
        """Work until `stop` is set. A database that goes away is waited for."""
        while not self.stop.is_set():
            try:
                busy = self.turn()
            except GONE:
                log.exception("worker.database")
                connection.close()
                self.stop.wait(AFTER_TROUBLE_S)
                continue
            if not busy:
                _woken.wait(IDLE_S)
                _woken.clear()
        self.land()

    def turn(self) -> bool:
        """One round: write what came back, claim what is due. Whether anything was done."""
        landed = self._write_down()
        now = time.monotonic()
        if now - self._tidied > TIDY_EVERY_S:
            self._tidied = now
            for label, due in self._dues.items():
                self._careful(label, partial(due.tidy, timezone.now()))
        return self._claim() or landed

    def land(self) -> None:
        """Wait for the calls in flight and write them down; what can't be written is swept up later."""
        self._pool.shutdown(wait=True)
        try:
            self._write_down()
        except GONE:
            log.exception("worker.database")

    def _claim(self) -> bool:
        claimed = False
        for label, due in self._dues.items():
            flying = sum(1 for name, _ in self._flying.values() if name == label)
            if flying >= due.LIMIT:
                continue
            for job in self._careful(label, partial(due.jobs, timezone.now(), due.LIMIT - flying)) or []:
                future = self._pool.submit(_call, job)
                self._flying[future] = (label, job)
                future.add_done_callback(lambda _: wake())
                claimed = True
        return claimed

    def _write_down(self) -> bool:
        """Write what came back. A result leaves the list only when it is written or can never be."""
        done = [future for future in self._flying if future.done()]
        failed = [future for future in done if future.exception()]
        for future in failed:
            label, _ = self._flying.pop(future)
            log.error("worker.bug app=%s", label, exc_info=future.exception())
        for futures in self._rounds([future for future in done if future not in failed]):
            label, job = self._flying[futures[0]]
            results = [future.result() for future in futures]
            write = partial(job.together, results) if job.together else partial(job.then, results[0])
            self._careful(label, write)
            for future in futures:
                del self._flying[future]
        return bool(done)

    def _rounds(self, done: list[Future[Any]]) -> list[list[Future[Any]]]:
        """What is written in one transaction: results that know how to, and every other alone."""
        rounds: dict[object, list[Future[Any]]] = {}
        for future in done:
            together = self._flying[future][1].together
            rounds.setdefault(together or future, []).append(future)
        return list(rounds.values())

    def _careful(self, label: str, act: Callable[[], Any]) -> Any:
        """The worker's edge: a bug in one app must not stop the others. A lost database is passed on."""
        try:
            return act()
        except GONE:
            raise
        except Exception:
            log.exception("worker.bug app=%s", label)
            return None


def _call(job: Job[Any]) -> Any:
    try:
        return job.call()
    finally:
        close_old_connections()
