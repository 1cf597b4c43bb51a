"""The worker's loop: it carries on, whatever one app or the database does to it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.db.utils import OperationalError

from jauap.office.jobs import Job
from jauap.office.worker import Worker, dues


@dataclass
class App:
    """An app's `due.py` in miniature."""

    LIMIT: int = 2
    todo: list[Job[Any]] = field(default_factory=list)
    tidied: int = 0

    def jobs(self, now: datetime, most: int) -> list[Job[Any]]:
        taken, self.todo = self.todo[:most], self.todo[most:]
        return taken

    def tidy(self, now: datetime) -> None:
        self.tidied += 1


class Sick(App):
    def jobs(self, now: datetime, most: int) -> list[Job[Any]]:
        raise RuntimeError("a bug")

    def tidy(self, now: datetime) -> None:
        raise RuntimeError("a bug")


def worker_of(monkeypatch: pytest.MonkeyPatch, **apps: App) -> Worker:
    monkeypatch.setattr("jauap.office.worker.dues", lambda: apps)
    return Worker()


def turns(worker: Worker, until: Any) -> None:
    for _ in range(400):
        worker.turn()
        if until():
            return
        time.sleep(0.005)
    raise AssertionError("it never happened")


def test_every_app_with_due_work_is_found() -> None:
    assert "deliveries" in dues()


@pytest.mark.django_db
def test_a_bug_in_one_app_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    well = App(todo=[Job(lambda n=n: n, written.append) for n in range(5)])
    turns(worker_of(monkeypatch, sick=Sick(), well=well), lambda: len(written) == 5)
    assert sorted(written) == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_a_call_that_breaks_is_let_go_and_the_next_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    def breaks() -> int:
        raise KeyError("a bug in a call")

    app = App(LIMIT=1, todo=[Job(breaks, written.append), Job(lambda: 7, written.append)])
    turns(worker_of(monkeypatch, app=app), lambda: written == [7])


@pytest.mark.django_db
def test_a_result_is_kept_until_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    away = [True, True]

    def write(result: int) -> None:
        if away:
            away.pop()
            raise OperationalError("the database went away")
        written.append(result)

    worker = worker_of(monkeypatch, app=App(todo=[Job(lambda: 7, write)]))
    for _ in range(400):
        try:
            worker.turn()
        except OperationalError:
            continue
        if written:
            break
        time.sleep(0.005)
    assert written == [7]


@pytest.mark.django_db
def test_results_of_one_round_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[list[int]] = []
    alone: list[int] = []
    together = lambda results: rounds.append(sorted(results))  # noqa: E731
    app = App(LIMIT=3, todo=[Job(lambda n=n: n, alone.append, together) for n in range(3)])
    turns(worker_of(monkeypatch, app=app), lambda: sum(len(one) for one in rounds) == 3)
    assert alone == []


@pytest.mark.django_db
def test_no_more_calls_are_in_flight_than_an_app_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    flying = [0, 0]
    written: list[int] = []

    def call() -> int:
        flying[0] += 1
        flying[1] = max(flying)
        time.sleep(0.01)
        flying[0] -= 1
        return 1

    app = App(LIMIT=2, todo=[Job(call, written.append) for _ in range(8)])
    turns(worker_of(monkeypatch, app=app), lambda: len(written) == 8)
    assert flying[1] <= 2
