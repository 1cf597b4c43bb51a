"""A seeded simulator: the real outbox on a real database, with everything around it simulated.

One schedule: an office with two to five deliveries on three kinds of networks; two to three workers;
people who edit, withdraw, pause, decide; a clock that runs, leaps and goes back; and faults at every
commit, every statement and every call. After a while all goes well again, and everything must come
to rest: each purpose stands at most once, nothing approved is lost, nothing unapproved stands.

The same seed gives the same schedule. Nothing of the product is replaced: `claims`, `attempt`,
`settle`, `late` and the actions of people run as they are; only the clock and the networks are ours.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone

from jauap.errors import Refusal
from jauap.networks.base import Credentials, ExternalId, Find, Post, Profile
from jauap.office.cast import Cast
from jauap.office.deliveries import actions, due
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Act, Delivery, Hold, Lane, NeedsPerson, Pace, State
from jauap.office.jobs import Job
from jauap.office.pages import actions as pages
from jauap.office.pages.models import Health, Page
from jauap.office.people.acting import lock
from jauap.office.people.models import AuditEntry
from tests.exam.square import Crash, Square, open_square

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE = ["unavailable", "slow", "bug", "lost", "crash", "rejected", "signed out"]
AFTER = ["late", "answer lost", "answer bug", "answer crash"]
COMMIT_FAULTS = {
    Find.OWN_KEY: [*BEFORE, *AFTER, "answer slow"],
    Find.OWN_LIST: [*BEFORE, *AFTER, "answer slow", "late", "late"],
    # A network that nobody can read back must at least not lie when it says "not handled".
    Find.NOTHING: [*BEFORE, *AFTER],
}
READ_FAULTS = ["unavailable", "slow", "bug", "crash", "signed out"]
PREPARE_FAULTS = ["unavailable", "slow", "bug", "lost", "crash", "rejected"]


@dataclass
class Result:
    """Counts of one schedule; all zeros is a pass."""

    doubles: int = 0
    lost: int = 0
    unapproved: int = 0
    stuck: int = 0
    story: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not (self.doubles or self.lost or self.unapproved or self.stuck)


@dataclass
class SimulatedWorker:
    """What a worker process holds in its memory: claims under way, results not yet written."""

    name: str
    jobs: list[Job[Any]] = field(default_factory=list)
    results: list[tuple[Job[Any], Any]] = field(default_factory=list)


class Simulation:
    """office: gathered once, shared by all schedules of a process."""

    def __init__(self, office: Cast, seed: int) -> None:
        self.office, self.seed = office, seed
        self.dice = random.Random(seed)
        self.wall, self.world = START, START
        self.square: Square = open_square(lambda: self.world)
        self.square.fault, self.square.during = self._fault, self._during
        self.square.entering = self._entering
        self.square.lag = timedelta(seconds=self.dice.choice([0, 0, 5, 60]))
        self.workers = [SimulatedWorker(f"w{n}") for n in range(self.dice.randint(1, 3))]
        self.trouble = self.dice.choice([0.0, 0.15, 0.35, 0.6])
        self.crash_in: int | None = None
        self.lie_about_commit = False
        self.depth = 0
        self.leaps = self.dice.random() < 0.2
        self.leapt = self.lied = False
        # Shorter than two minutes, the time in which a lost request is taken to arrive; less one wait
        # between looks where the clock leaps.
        self.square.late_s = 50.0 if self.leaps else 110.0
        self.rules_broken: list[str] = []
        self.story: list[str] = []
        self.made: list[Delivery] = []
        self.looked: set[int] = set()
        self.purposes = 0

    # ---------------------------------------------------------------- time and faults

    def now(self) -> datetime:
        return self.wall

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.world += timedelta(seconds=seconds)
        self.square.arrive()

    def _leap(self) -> None:
        """The machine's clock is turned; the world's is not."""
        by = timedelta(seconds=self.dice.choice([-7200, -600, 400, 1200]))
        self.wall += by
        self.leapt = True
        self._tell(f"the clock leaps by {by}")
        self.leaps = False

    def _fault(self, operation: str, network: str) -> str:
        if self.dice.random() >= self.trouble:
            return ""
        if operation == "commit":
            fault = self.dice.choice(COMMIT_FAULTS[Find(network)])
            if fault == "answer slow" and self.leapt:
                fault = "answer lost"  # two lies at once, the network's and the clock's: nobody could tell
        else:
            fault = self.dice.choice(PREPARE_FAULTS if operation == "prepare" else READ_FAULTS)
        self._tell(f"{operation}: {fault}")
        self.lied |= fault == "answer slow"
        return fault

    def _entering(self, post: Post, key: str) -> None:
        """The call that people see begins: it must be approved, due, and under no hold."""
        delivery = next(one for one in self.made if one.key == key)
        self._tell(f"commit {delivery.purpose}")
        row = Delivery.objects.get(pk=delivery.pk)
        if row.state != State.SENDING or not row.committing:
            self.rules_broken.append(f"{row.purpose} called in state {row.state}")
        if row.due_at > self.wall and not self.leapt:
            self.rules_broken.append(f"{row.purpose} called before its time")
        if post.out.text != row.content["text"]:
            self.rules_broken.append(f"{row.purpose} called with another text")
        over = Hold.objects.filter(released_at=None)
        if any(hold.page_id in (None, row.page_id) for hold in over):
            self.rules_broken.append(f"{row.purpose} called under a hold")

    def _during(self, when: str) -> None:
        """While a call is in flight others go on; a call lasts two minutes at most."""
        if self.depth > 1 or self.dice.random() > 0.3:
            return
        self.depth += 1
        left = 110.0
        for _ in range(self.dice.randint(1, 3)):
            if self.leaps and self.dice.random() < 0.5:
                self._leap()
            step = min(left, self.dice.choice([1, 5, 30, 60]))
            left -= step
            self.pass_time(step)
            self._somebody_acts(people=False)
        self.depth -= 1

    @contextmanager
    def _may_die(self) -> Any:
        """A process that may die at any statement, before or after it took effect."""
        if self.dice.random() < self.trouble * 0.25:
            self.crash_in = self.dice.randint(1, 25)
        elif self.dice.random() < self.trouble * 0.1:
            self.lie_about_commit = True
        with connection.execute_wrapper(self._statement):
            yield

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.crash_in is None:
            return execute(sql, params, many, context)
        self.crash_in -= 1
        if self.crash_in > 0:
            return execute(sql, params, many, context)
        self.crash_in = None
        if self.dice.random() < 0.5 and not sql.startswith("BEGIN"):
            execute(sql, params, many, context)
        self._tell(f"dies at {sql[:40]}")
        raise Crash

    # ---------------------------------------------------------------- who acts

    def _somebody_acts(self, *, people: bool = True) -> None:
        if people and self.dice.random() < 0.25:
            self._a_person_acts()
        else:
            self._a_worker_acts(self.dice.choice(self.workers))

    def _a_worker_acts(self, worker: SimulatedWorker) -> None:
        """One piece of a worker's round. It may die in it, and comes back with an empty memory."""
        try:
            with self._may_die():
                match self.dice.choice(["tidy", "claim", "call", "write", "round", "round"]):
                    case "tidy":
                        due.tidy(self.wall)
                    case "claim":
                        worker.jobs += due.jobs(self.wall, self.dice.randint(1, 4))
                    case "call":
                        self._call(worker)
                    case "write":
                        self._write(worker)
                    case "round":
                        worker.jobs += due.jobs(self.wall, self.dice.randint(1, 8))
                        while worker.jobs:
                            self._call(worker)
                        self._write(worker)
        except Crash:
            self._tell(f"{worker.name} is gone")
            worker.jobs, worker.results = [], []
        except OperationalError:
            self._tell(f"{worker.name} heard that its commit failed")
        finally:
            self.crash_in, self.lie_about_commit = None, False

    def _call(self, worker: SimulatedWorker) -> None:
        if worker.jobs:
            job = worker.jobs.pop(self.dice.randrange(len(worker.jobs)))
            worker.results.append((job, job.call()))

    def _write(self, worker: SimulatedWorker) -> None:
        """As the worker's loop does: a result leaves the memory only when it was written."""
        if not worker.results:
            return
        together = worker.results[0][0].together
        assert together is not None
        if self.dice.random() < 0.5:
            together([result for _, result in worker.results])
        else:
            for job, result in worker.results:
                job.then(result)
        if self.lie_about_commit:
            raise OperationalError("the connection broke just after the commit")
        worker.results = []

    def _a_person_acts(self) -> None:
        with suppress(Refusal):
            match self.dice.choice(["edit", "withdraw", "hold", "release", "decide", "decide", "reconnect"]):
                case "edit":
                    self._edit(self.dice.choice(self.made))
                case "withdraw":
                    chosen = self.dice.choice(self.made)
                    actions.take_out([chosen.purpose], self.wall)
                    self._tell(f"withdraw {chosen.purpose}")
                case "hold":
                    self._hold()
                case "release":
                    self._release()
                case "decide":
                    self._decide()
                case "reconnect":
                    self._reconnect()

    def _edit(self, old: Delivery) -> None:
        """What was approved is changed and approved anew: the old text must never stand afterwards."""
        lock(old)
        actions.take_out([old.purpose], self.wall)
        if old.act == Act.PUBLISH and not Delivery.objects.filter(purpose=old.purpose).exclude(
            state=State.DROPPED
        ):
            self._put(old.page, f"{old.content['text']} Changed.", old.purpose)
            self._tell(f"edit {old.purpose}")

    def _hold(self) -> None:
        page = self.dice.choice([None, self.dice.choice(self.made).page])
        actions.hold(
            self.office.organisation, by=self.office.head, reason="Pause", page=page, covers_answers=True
        )
        self._tell("hold")

    def _release(self) -> None:
        for held in Hold.objects.filter(released_at=None):
            actions.release(held, by=self.office.approver)
            self._tell("release")

    def _reconnect(self) -> None:
        for page in Page.objects.filter(health=Health.SIGNED_OUT):
            profile = Profile(ExternalId(page.account), page.name, page.handle, page.url)
            credentials = Credentials(page.server, page.account, {})
            pages.reconnect(page, by=self.office.administrator, credentials=credentials, profile=profile)
            self._tell("reconnect")

    def _decide(self, *, always: bool = False) -> None:
        """A person looks at the square and says what stands there; sends or drops what is late or failed."""
        for row in Delivery.objects.exclude(needs_person="") | Delivery.objects.filter(state=State.FAILED):
            by, send = self.office.approver, always or self.dice.random() < 0.7
            with suppress(Refusal):
                if row.needs_person == NeedsPerson.UNDECIDED and row.pk not in self.looked:
                    self.looked.add(row.pk)
                    actions.look_now(row, by=by)
                elif row.needs_person == NeedsPerson.UNDECIDED and not self.square.on_its_way:
                    (actions.say_it_stands if self._stands(row) else actions.say_it_is_absent)(row, by=by)
                elif row.needs_person == NeedsPerson.LATE:
                    (actions.send_now if send else actions.drop)(row, by=by)
                elif row.state == State.FAILED:
                    (actions.try_again if send else actions.drop)(row, by=by)
                self._tell(f"decide {row.purpose}: {row.state}")

    def _stands(self, row: Delivery) -> bool:
        """What a person sees: more posts with these words than we already know to be ours."""
        text, account = row.content["text"], row.page.account
        where = (row.page.server, account, text)
        seen = sum(1 for post in self.square.standing if (post.server, post.account, post.text) == where)
        known = Delivery.objects.filter(
            page=row.page, content_hash=row.content_hash, state=State.SENT
        ).count()
        return seen > known

    # ---------------------------------------------------------------- one schedule

    def run(self) -> Result:
        real = timezone.now
        timezone.now = self.now
        try:
            self._prepare()
            for _ in range(self.dice.randint(8, 40)):
                self._somebody_acts()
                self.pass_time(self.dice.choice([0, 0, 1, 2, 3, 8, 20, 60, 310]))
                if self.leaps and self.dice.random() < 0.1:
                    self._leap()
            self._come_to_rest()
            return self._judge()
        finally:
            timezone.now = real

    def _prepare(self) -> None:
        for table in (Delivery, Hold, Pace, AuditEntry):
            rows = table._base_manager.all()
            rows._raw_delete(rows.db)
        Page.objects.all().update(health=Health.WELL, closed_until=None)
        all_pages = list(Page.objects.order_by("pk"))
        same = self.dice.random() < 0.3
        for _ in range(self.dice.randint(2, 5)):
            self.purposes += 1
            page = self.dice.choice(all_pages)
            steps = self.dice.choice(["", "", " In two steps"]).replace("In two steps", "two steps")
            text = "The same words." if same else f"Text {self.purposes}.{steps}"
            self._put(page, text, f"variant:{self.purposes}")

    def _put(self, page: Page, text: str, purpose: str) -> None:
        after = timedelta(seconds=self.dice.choice([0, 0, 0, 30, 400]))
        answer = self.dice.random() < 0.2
        lane = Lane.ANSWER if answer else Lane.ANNOUNCEMENT
        self.made.append(
            actions.put(
                page, Act.PUBLISH, lane, Content(text, "en"), purpose=purpose,
                due_at=self.wall + after, consent_by=self.office.approver, now=self.wall,
            )
        )  # fmt: skip

    def _come_to_rest(self) -> None:
        """All goes well from now on; people take every decision. An hour of quiet is enough for anything."""
        self.trouble, self.leaps, self.depth = 0.0, False, 9
        for worker in self.workers:
            worker.jobs, worker.results = [], []
        self.pass_time(self.dice.choice([0, 7200]))
        self._release()
        self._reconnect()
        idle = 0
        for _ in range(200):
            due.tidy(self.wall)
            jobs = due.jobs(self.wall, 8)
            if jobs:
                due.settle([job.call() for job in jobs], self.wall)
            unsettled = Delivery.objects.exclude(state__in=[State.SENT, State.DROPPED]).order_by()
            rows = list(unsettled.values_list("take_at", "needs_person", "state"))
            if not rows:
                return
            if any(needs or state == State.FAILED for _, needs, state in rows):
                self._decide(always=True)
            idle = 0 if jobs else idle + 1
            next_at = (min(at for at, _, _ in rows) - self.wall).total_seconds()
            self.pass_time(min(max(next_at, 0.1, 2.0**idle - 1), 310))

    def _judge(self) -> Result:
        result = Result(story=self.story)
        sent: Counter[tuple[str, str, str]] = Counter()
        dropped: set[tuple[str, str, str]] = set()
        for row in Delivery.objects.select_related("page"):
            what = (row.page.server, row.page.account, row.content["text"])
            sent[what] += row.state == State.SENT
            if row.state == State.DROPPED:
                dropped.add(what)
            elif row.state != State.SENT:
                result.stuck += 1
                self._tell(f"{row.purpose} rests in {row.state} {row.needs_person}")
        stands = Counter((post.server, post.account, post.text) for post in self.square.standing)
        for what in sent.keys() | stands.keys():
            over = stands[what] - sent[what]
            result.lost += max(0, -over)
            if what in dropped:
                # Withdrawn on the network's word that it had not taken it, which was a lie: not promised.
                result.unapproved += max(0, over) if not self.lied else 0
            else:
                result.doubles += max(0, over)
            if over:
                self._tell(f"{what} stands {stands[what]} times, {sent[what]} were sent")
        result.unapproved += len(self.rules_broken)
        for broken in self.rules_broken:
            self._tell(broken)
        return result

    def _tell(self, what: str) -> None:
        self.story.append(f"{(self.wall - START).total_seconds():8.1f} {what}")


def quiet() -> None:
    logging.getLogger("jauap").setLevel(logging.CRITICAL + 1)
