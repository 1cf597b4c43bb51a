"""A public square in memory: simulated networks, what citizens see on them, and all that can go wrong.

Three networks that differ in how a lost post is found again. They are put where every network is
listed (`networks.found()`), and are reached by the real code alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from jauap.errors import (
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SignedOutKind,
    SlowDown,
    Unavailable,
)
from jauap.networks import found
from jauap.networks.base import (
    Absent,
    CannotTell,
    Capabilities,
    Checked,
    Cursor,
    DeliveryKey,
    ExternalId,
    Find,
    Found,
    Incoming,
    Intent,
    Limit,
    Looked,
    Network,
    PageKind,
    Post,
    Posts,
    Prepared,
    Profile,
    Published,
    Rate,
    StandingPost,
    Step,
    Target,
)
from jauap.words import words

SETTLING_S = 120.0


class Crash(BaseException):
    """The worker's process dies here: nothing catches it, and its memory is lost."""


@dataclass
class Standing:
    """A post as citizens see it. key: of the delivery that brought it; deleted ones stay in the list."""

    id: str
    server: str
    account: str
    text: str
    key: str
    at: datetime
    listed_at: datetime
    deleted: bool = False


@dataclass
class Square:
    """now: the network's own clock, which nobody here can turn. fault: asked before every call.

    lag: how late a list shows a post. late_s: how late a request that was lost on its way takes effect.
    during: runs while a call is in flight (other workers, people, time).
    """

    now: Callable[[], datetime]
    fault: Callable[[str, str], str] = lambda operation, network: ""
    during: Callable[[str], None] = lambda when: None
    entering: Callable[[Post, str], None] = lambda post, key: None
    standing: list[Standing] = field(default_factory=list)
    on_its_way: list[tuple[datetime, Callable[[], Standing]]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    lag: timedelta = timedelta()
    late_s: float = 40.0

    def arrive(self) -> None:
        """Requests that were lost on their way take effect now, if it is their time."""
        for at, effect in [one for one in self.on_its_way if one[0] <= self.now()]:
            self.on_its_way.remove((at, effect))
            effect()

    def count(self, key: str) -> int:
        """How often a delivery's post came to stand before citizens."""
        return sum(1 for post in self.standing if post.key == key)

    def show(self, server: str, account: str, text: str, key: str, *, once: bool) -> Standing:
        """once: the network takes a second call with one key for the first."""
        known = next((post for post in self.standing if once and post.key == key), None)
        if known:
            return known
        post = Standing(
            f"p{len(self.standing) + 1}", server, account, text, key, self.now(), self.now() + self.lag
        )
        self.standing.append(post)
        return post


SQUARE: list[Square] = []


def square() -> Square:
    return SQUARE[-1]


class _Simulated(Network):
    """The three manners share everything but `find`."""

    CAPABILITIES = Capabilities(
        name="Simulated",
        letters="Si",
        kind=PageKind.FEED,
        text=Limit(500),
        pictures=4,
        source="made up",
        edit=True,
        hide=True,
        metrics=(),
        posts=Rate(1000, 1.0),
        answers=Rate(1000, 1.0),
    )

    def check(self) -> Checked:
        return Checked(True, self.profile())

    def profile(self) -> Profile:
        return Profile(ExternalId(self.credentials.account), "A page", "page", "https://square.example/page")

    def steps(self, out: object) -> tuple[Step, ...]:
        return (Step("look"),) if "two steps" in getattr(out, "text", "") else ()

    def prepare(self, step: Step) -> Prepared:
        self._call("prepare")
        return Prepared("ready")

    def _call(self, operation: str) -> str:
        """Count a call; the faults that have no effect happen here."""
        here = square()
        here.calls[operation] += 1
        fault = here.fault(operation, self.CAPABILITIES.finds_by)
        match fault:
            case "unavailable":
                raise Unavailable("down")
            case "slow":
                raise SlowDown(here.now() + timedelta(seconds=3))
            case "signed out":
                raise SignedOut(SignedOutKind.EXPIRED)
            case "rejected":
                raise Rejected("not this")
            case "bug":
                raise RuntimeError("a bug before the effect")
            case "lost":
                raise OutcomeUnknown("lost without effect")
            case "crash":
                raise Crash
        return fault

    def commit(self, post: Post, key: DeliveryKey) -> Published:
        here = square()
        here.entering(post, key)
        fault = self._call("commit")
        here.during("before the effect")
        effect = self._effect(post, key)
        if fault == "late":
            here.on_its_way.append((here.now() + timedelta(seconds=here.late_s), effect))
            raise OutcomeUnknown("time-out")
        stands = effect()
        here.during("after the effect")
        match fault:
            case "answer lost":
                raise OutcomeUnknown("reset")
            case "answer slow":
                raise SlowDown(here.now() + timedelta(seconds=3))
            case "answer bug":
                raise KeyError("id")
            case "answer crash":
                raise Crash
        return Published((ExternalId(stands.id),), f"https://square.example/{stands.id}", stands.at)

    def _effect(self, post: Post, key: DeliveryKey) -> Callable[[], Standing]:
        here, server, account = square(), self.credentials.server, self.credentials.account
        text = post.out.text
        once = self.CAPABILITIES.finds_by == Find.OWN_KEY
        return lambda: here.show(server, account, text, key, once=once)

    def edit(self, target: Target, post: Post) -> Published:
        here = square()
        fault = self._call("edit")
        stands = self._standing(target)
        stands.text = post.out.text
        if fault.startswith("answer"):
            raise OutcomeUnknown("reset")
        return Published((ExternalId(stands.id),), "", here.now())

    def delete(self, target: Target) -> None:
        fault = self._call("delete")
        self._standing(target).deleted = True
        if fault.startswith("answer"):
            raise OutcomeUnknown("reset")

    def _standing(self, target: Target) -> Standing:
        return next(post for post in square().standing if post.id == target.id)

    def _mine(self) -> list[Standing]:
        here = square()
        return [
            post
            for post in here.standing
            if (post.server, post.account) == (self.credentials.server, self.credentials.account)
            and post.listed_at <= here.now()
            and not post.deleted
        ]

    def read_posts(self, since: Cursor) -> Posts:
        self._call("read")
        posts = (StandingPost(ExternalId(p.id), p.text, p.at, "") for p in self._mine())
        return Posts(tuple(posts), Cursor(""))

    def read_messages(self, since: Cursor, threads: tuple[Target, ...] = ()) -> Incoming:
        return Incoming((), (), since)


class ByKey(_Simulated):
    CAPABILITIES = replace(_Simulated.CAPABILITIES, name="By key", finds_by=Find.OWN_KEY)

    def find(self, intent: Intent) -> Looked:
        self._call("find")
        square().during("while looking")
        ours = [post for post in square().standing if post.key == intent.key and not post.deleted]
        return Found(_published(ours[0])) if ours else Absent()


class ByList(_Simulated):
    CAPABILITIES = replace(
        _Simulated.CAPABILITIES, name="By list", finds_by=Find.OWN_LIST, settling_s=SETTLING_S
    )

    def find(self, intent: Intent) -> Looked:
        self._call("find")
        square().during("while looking")
        since = intent.post.at - timedelta(minutes=2)
        same = [p for p in self._mine() if p.text == intent.post.out.text and p.id not in intent.taken]
        ours = [post for post in same if post.at >= since]
        if same and not ours:
            return CannotTell(words("An equal post stood there before this one was sent."))
        return Found(_published(ours[0])) if ours else Absent()


class Blind(_Simulated):
    CAPABILITIES = replace(_Simulated.CAPABILITIES, name="Blind", finds_by=Find.NOTHING, lists_posts=False)

    def find(self, intent: Intent) -> Looked:
        self._call("find")
        return CannotTell(words("This network can't be read back."))


def _published(post: Standing) -> Published:
    return Published((ExternalId(post.id),), f"https://square.example/{post.id}", post.at)


NETWORKS: dict[str, type[Network]] = {"sim_key": ByKey, "sim_list": ByList, "sim_blind": Blind}


def open_square(now: Callable[[], datetime]) -> Square:
    """A fresh square, on which the simulated networks stand from now on."""
    found().update(NETWORKS)
    SQUARE[:] = [Square(now)]
    return SQUARE[-1]
