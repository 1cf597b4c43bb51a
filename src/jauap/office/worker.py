"""The worker: one loop a process that takes due rows of every app and carries each out.

The rows are the only truth: any job may run twice, a killed worker's rows are swept up, and a
wake-up only shortens the wait. All writing happens in the loop's own thread.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.apps import apps
from django.db import close_old_connections, connection
from django.db.utils import DatabaseError, InterfaceError
from django.utils import timezone

from jauap.office.jobs import Due, Job

log = logging.getLogger("jauap.worker")
IDLE_S = 0.25
TIDY_EVERY_S = 2.0
AFTER_TROUBLE_S = 2.0
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
        self._tidied = 0.0

    def run(self) -> None:
        """Work until `stop` is set. A database that goes away is waited for."""
        while not self.stop.is_set():
            try:
                busy = self.turn()
            except (DatabaseError, InterfaceError):
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
        now = time.monotonic()
        if now - self._tidied > TIDY_EVERY_S:
            self._tidied = now
            for due in self._dues.values():
                due.tidy(timezone.now())
        landed = self._write_down()
        return self._claim() or landed

    def land(self) -> None:
        """Wait for the calls in flight and write them down."""
        self._pool.shutdown(wait=True)
        self._write_down()

    def _claim(self) -> bool:
        claimed = False
        for label, due in self._dues.items():
            flying = sum(1 for name, _ in self._flying.values() if name == label)
            for job in due.jobs(timezone.now(), due.LIMIT - flying) if flying < due.LIMIT else []:
                self._flying[self._pool.submit(_call, job)] = (label, job)
                claimed = True
        return claimed

    def _write_down(self) -> bool:
        done = [future for future in self._flying if future.done()]
        for future in done:
            label, job = self._flying.pop(future)
            try:
                job.then(future.result())
            except (DatabaseError, InterfaceError):
                raise
            except Exception:  # the worker's edge: one bad job must not stop the others
                log.exception("worker.bug app=%s", label)
        return bool(done)


def _call(job: Job[Any]) -> Any:
    try:
        return job.call()
    finally:
        _woken.set()
        close_old_connections()
