"""Reading a page: claimed by a counted UPDATE with a lease, called without a transaction, then written down.

Messages come on a beat that follows the page: a few seconds after something happened there, up to a
minute where nothing does. Posts and figures of the page are read on slower beats of their own.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from jauap.errors import NetworkError, SignedOut, SlowDown, Unavailable
from jauap.networks.base import Cursor, Figures, Incoming, Posts, Target
from jauap.office.deliveries.models import Delivery
from jauap.office.deliveries.models import State as DeliveryState
from jauap.office.inbox.intake import take_in
from jauap.office.inbox.models import Post, Rhythm
from jauap.office.inbox.standing import take_in_figures, take_in_posts
from jauap.office.pages import health
from jauap.office.pages.models import Health, Page
from jauap.office.pages.open import network as open_network
from jauap.words import N_, words

log = logging.getLogger("jauap.inbox")
LEASE = timedelta(minutes=5)
QUICKEST = timedelta(seconds=5)
SLOWEST = timedelta(seconds=60)
REHEARSAL = timedelta(seconds=3)
AT_ONCE_AGAIN = timedelta(milliseconds=200)
"""Where the network has more to give: no pause, but others come to their turn."""
JUST_PUBLISHED = timedelta(minutes=10)
POSTS_EVERY = timedelta(minutes=2)
FIGURES_EVERY = timedelta(minutes=10)
FIGURES_FOR = timedelta(days=7)
THREADS_FOR = timedelta(days=14)
THREADS = 40
WORST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Turn:
    """The right to read a page until `lease`. threads: own posts whose threads are swept too.

    posts, figures: whether they are due as well; figures: the posts to be counted.
    """

    page: Page
    lease: datetime
    threads: tuple[Target, ...]
    posts: bool
    figures: tuple[Target, ...]


@dataclass(frozen=True)
class Read:
    """What a turn brought; error: what ended it. What was read before the error counts."""

    incoming: Incoming | None = None
    posts: Posts | None = None
    figures: tuple[Figures, ...] = ()
    error: NetworkError | None = None


def claim(now: datetime, most: int) -> list[Turn]:
    """Take up to `most` pages whose time has come. Whose UPDATE counts one has the page."""
    due = Page.objects.filter(
        Q(read_lease_until=None) | Q(read_lease_until__lt=now), read_next_at__lte=now, disconnected_at=None
    ).exclude(health=Health.SIGNED_OUT)
    turns = []
    for page in due.order_by("read_next_at")[:most]:
        lease = now + LEASE
        if due.filter(pk=page.pk).update(read_lease_until=lease):
            page.read_lease_until = lease
            turns.append(_turn(page, lease, now))
    return turns


def _turn(page: Page, lease: datetime, now: datetime) -> Turn:
    rhythm, _ = Rhythm.objects.get_or_create(page=page)
    facts = page.capabilities
    figures = bool(facts.metrics) and _is_due(rhythm.figures_next_at, now)
    return Turn(
        page=page,
        lease=lease,
        threads=own_posts(page, now - THREADS_FOR),
        posts=facts.lists_posts and _is_due(rhythm.posts_next_at, now),
        figures=own_posts(page, now - FIGURES_FOR) if figures else (),
    )


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is None or at <= now


def own_posts(page: Page, since: datetime) -> tuple[Target, ...]:
    """The page's own latest posts, newest first: what we sent, and what was published elsewhere."""
    found: dict[str, Target] = {}
    sent = Delivery.objects.filter(page=page, act="publish", state=DeliveryState.SENT, sent_at__gte=since)
    for ids, url in (
        sent.exclude(external_id="").order_by("-sent_at").values_list("external_ids", "url")[:THREADS]
    ):
        found[ids[0]] = Target(tuple(ids), url=url)
    for post in Post.objects.filter(page=page, at__gte=since).order_by("-at")[:THREADS]:
        found.setdefault(post.external_id, Target(post.place.target().ids, url=post.url))
    removed = Delivery.objects.filter(page=page, act="delete", state=DeliveryState.SENT, sent_at__gte=since)
    gone = {
        content["on"]["ids"][0] for content in removed.values_list("content", flat=True) if content.get("on")
    }
    return tuple(target for external_id, target in found.items() if external_id not in gone)[:THREADS]


def read(turn: Turn) -> Read:
    """Call the network. Never raises: an error that we do not know counts as unavailable."""
    incoming: Incoming | None = None
    posts: Posts | None = None
    figures: tuple[Figures, ...] = ()
    page = turn.page
    try:
        network = open_network(page)
        if page.capabilities.reads_messages:
            incoming = network.read_messages(Cursor(page.cursor), turn.threads)
        if turn.posts:
            posts = network.read_posts(Cursor(page.posts_cursor))
        if turn.figures:
            figures = network.metrics(turn.figures, turn.lease - LEASE)
    except NetworkError as error:
        return Read(incoming, posts, figures, error)
    except Exception as error:  # the worker's edge: a network's surprise must not stop other pages
        log.exception("reading.bug page=%s", page.pk)
        return Read(incoming, posts, figures, Unavailable(type(error).__name__, said=BUG))
    return Read(incoming, posts, figures)


BUG = words(N_("Reading failed on our side. Nothing is lost; we try again."))


def write(turn: Turn, read: Read, now: datetime) -> bool:
    """Take in what was read and set the next time. False = the lease is old and nothing was written."""
    page = turn.page
    if not Page.objects.filter(pk=page.pk, read_lease_until=turn.lease).update(read_lease_until=now + LEASE):
        log.info("reading.old_lease page=%s", page.pk)
        return False
    rhythm = Rhythm.objects.get(page=page)
    news = again = False
    if read.incoming is not None:
        taken = take_in(page, read.incoming, now)
        news, again = taken.anything, taken.again
    if read.posts is not None:
        take_in_posts(page, read.posts, now)
        rhythm.posts_next_at = now if read.posts.more else now + POSTS_EVERY
    if turn.figures and read.error is None:
        take_in_figures(page, read.figures, now)
    if read.error is None:
        _went_well(turn, rhythm, news, now)
    else:
        rhythm.fails += 1
        _note(page, read.error, now)
    rhythm.save()
    _next(page, rhythm, read.error, again, now)
    return True


def _went_well(turn: Turn, rhythm: Rhythm, news: bool, now: datetime) -> None:
    rhythm.fails = 0
    rhythm.quiet = 0 if news else rhythm.quiet + 1
    if turn.figures or not rhythm.figures_next_at or rhythm.figures_next_at <= now:
        rhythm.figures_next_at = now + FIGURES_EVERY
    health.well(turn.page, now=now)


def _note(page: Page, error: NetworkError, now: datetime) -> None:
    log.info("reading.failed page=%s error=%s", page.pk, type(error).__name__)
    match error:
        case SignedOut():
            health.lost_sign_in(page, error, now=now)
        case SlowDown():
            return
        case _:
            health.unreachable(page, error, now=now)


def _next(page: Page, rhythm: Rhythm, error: NetworkError | None, again: bool, now: datetime) -> None:
    """Give the lease back and say when the page is read next."""
    if isinstance(error, SlowDown):
        at = max(error.until, now + QUICKEST)
    elif error is not None:
        at = now + min(QUICKEST * 2 ** min(rhythm.fails, 7), WORST_WAIT)
    elif again:
        at = now + AT_ONCE_AGAIN
    else:
        at = now + pause(page, rhythm.quiet, now)
    Page.objects.filter(pk=page.pk).update(read_next_at=at, read_lease_until=None)


def pause(page: Page, quiet: int, now: datetime) -> timedelta:
    """Until the next reading: 3 s on the rehearsal network; elsewhere 5 s after news or a post of ours,
    then longer with every quiet reading, up to a minute."""
    if page.rehearsal:
        return REHEARSAL
    fresh = Delivery.objects.filter(page=page, state=DeliveryState.SENT, sent_at__gte=now - JUST_PUBLISHED)
    if quiet < 2 or fresh.exists():
        return QUICKEST
    return min(QUICKEST * 2 ** min(quiet - 1, 5), SLOWEST)
