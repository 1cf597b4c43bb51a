"""The small protocol behind which every social network stands.

One file a network: its facts as data (`CAPABILITIES`), then a class with no state but the
credentials and the shared `Http`. `jauap.networks.found()` lists the folder; nothing is registered.

How one outward act travels:

    out -> steps(out) -> prepare(step) ... prepare(step) -> commit(post, key) -> Published
                         repeatable, each saved            the one call people can see

Only `commit` may raise `OutcomeUnknown`. After it, `find(intent)` reads the network back.
`edit`, `hide` and `delete` may be repeated: a second time changes nothing people see.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType

from jauap.networks.counting import Count, codepoints
from jauap.networks.http import Http
from jauap.words import Words

DeliveryKey = NewType("DeliveryKey", str)
"""Made once for a delivery by `Network.new_key`, kept over all its tries."""

ExternalId = NewType("ExternalId", str)
"""The network's own id of a post or message, unique on its page, whatever its inner form."""

Cursor = NewType("Cursor", str)
"""Where reading stopped; the network's own, opaque to others. '' = from the beginning."""


# ---------------------------------------------------------------- facts as data


class Find(StrEnum):
    """How a post of ours is found again after a lost answer; decides what `Absent` is worth."""

    OWN_KEY = "own_key"
    """By a key that we chose: absence is certain at once."""
    OWN_LIST = "own_list"
    """In the page's own list: absence is certain after `settling_s`."""
    NOTHING = "nothing"
    """The network offers no way to read back: a person decides."""


class ReplyMode(StrEnum):
    API = "api"
    OPEN_ON_NETWORK = "open_on_network"


class PageKind(StrEnum):
    """The shape of the page's mark on screens."""

    MESSENGER = "messenger"
    MICROBLOG = "microblog"
    FEED = "feed"


@dataclass(frozen=True)
class Limit:
    """A text's upper limit; `cutting.length` counts by it.

    url: what any address with http(s):// counts as (None = its own length).
    near_mentions: `@name@server` counts as `@name`.
    """

    count: int
    unit: Count = codepoints
    url: int | None = None
    near_mentions: bool = False
    verified: bool = True
    """An unverified limit warns, and never refuses."""


@dataclass(frozen=True)
class Rate:
    """At most `count` calls in `per_s` seconds."""

    count: int
    per_s: float


@dataclass(frozen=True)
class Capabilities:
    """What a network can do and how much; composer, calendar, fakes and docs read only this."""

    name: str
    """As people call it: "Telegram"."""
    letters: str
    """Two letters of our own mark: "Tg"."""
    kind: PageKind
    text: Limit
    source: str
    """Title, section, date read."""
    second_text: Limit | None = None
    caption: Limit | None = None
    """The text's limit where pictures stand with it, if another."""
    pictures: int = 0
    picture_bytes: int = 10_000_000
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png")
    alt_text: int | None = None
    """Longest alt text in graphemes; None = the network has no place for it."""
    edit: bool = False
    hide: bool = False
    delete: bool = True
    delete_theirs: bool = False
    reply_mode: ReplyMode = ReplyMode.API
    reads_messages: bool = True
    lists_posts: bool = True
    metrics: tuple[str, ...] = ()
    """Names among views, likes, shares, replies, quotes, followers."""
    finds_by: Find = Find.NOTHING
    settling_s: float = 0
    posts: Rate = Rate(1, 1.0)
    """How often we let one page publish; below the network's own limit."""
    answers: Rate = Rate(1, 1.0)
    keeps_messages_h: float | None = None
    """Hours after which unread messages are lost to us; None = no such limit."""
    cannot: tuple[Words, ...] = ()
    """What the network's API can't do, for the Pages screen."""


# ---------------------------------------------------------------- what goes out


@dataclass(frozen=True)
class Picture:
    """A still picture. content: reads the bytes; called as late as possible."""

    sha256: str
    mime: str
    size_bytes: int
    width: int
    height: int
    alt: str
    content: Callable[[], bytes] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Target:
    """A post or message that stands on the network.

    ids: all ids of it, the first is the post itself (an album on Telegram has several).
    root: the post on top of its thread, where the network wants to know it ('' = itself).
    """

    ids: tuple[ExternalId, ...]
    root: ExternalId = ExternalId("")
    url: str = ""

    @property
    def id(self) -> ExternalId:
        return self.ids[0]


@dataclass(frozen=True)
class Out:
    """What shall stand on a page: the approved content, nothing else. Text is NFC."""

    text: str
    language: str
    pictures: tuple[Picture, ...] = ()
    reply_to: Target | None = None


@dataclass(frozen=True)
class Step:
    """Something to do before the post: upload one picture, make a container. name: unique in its list.

    target: what to look at first, where an answer must know whom it answers.
    """

    name: str
    picture: Picture | None = None
    target: Target | None = None


Prepared = NewType("Prepared", str)
"""What a step gave: an id or a small JSON text, saved and handed to `commit`."""


@dataclass(frozen=True)
class Post:
    """All that `commit` needs. at: the moment of the intent, the same over all tries."""

    out: Out
    prepared: Mapping[str, Prepared]
    at: datetime


@dataclass(frozen=True)
class Published:
    """It stands there. ids: as in Target."""

    ids: tuple[ExternalId, ...]
    url: str
    at: datetime


# ---------------------------------------------------------------- reading back after a lost answer


@dataclass(frozen=True)
class Intent:
    """What was on its way when the answer was lost.

    taken: ids on this page that belong to other deliveries; a match among them is not ours.
    """

    key: DeliveryKey
    post: Post
    taken: frozenset[ExternalId] = frozenset()


@dataclass(frozen=True)
class Found:
    published: Published


@dataclass(frozen=True)
class Absent:
    """We looked where it would stand, and it does not."""


@dataclass(frozen=True)
class CannotTell:
    """This network can't be read back. why: for the person who decides."""

    why: Words


Looked = Found | Absent | CannotTell


# ---------------------------------------------------------------- what comes in


class MessageKind(StrEnum):
    COMMENT = "comment"
    REPLY = "reply"
    MENTION = "mention"
    DIRECT = "direct"


@dataclass(frozen=True)
class Author:
    id: str
    name: str
    handle: str = ""
    url: str = ""


@dataclass(frozen=True)
class Message:
    """What a person wrote to the page. Text is plain (no HTML), as hostile as it came.

    post: our post on top of the thread ('' = none known); parent: what it directly answers.
    version: rises when its author edits (the network's edit time or counter); decides which is newer.
    target: how to answer, hide or delete it.
    """

    id: ExternalId
    kind: MessageKind
    author: Author
    text: str
    at: datetime
    target: Target
    post: ExternalId = ExternalId("")
    parent: ExternalId = ExternalId("")
    url: str = ""
    language: str = ""
    version: str = ""
    pictures: int = 0
    private: bool = False


@dataclass(frozen=True)
class Gone:
    """A message that its author (or the network) has deleted."""

    id: ExternalId
    at: datetime


@dataclass(frozen=True)
class Incoming:
    """One reading. Its messages may repeat earlier ones; the inbox deduplicates by id and version.

    since, lost: where the network kept messages for less long than we were away, the interval
    of which nothing can be known (both None = no gap).
    more: there is more to read at once.
    """

    messages: tuple[Message, ...]
    gone: tuple[Gone, ...]
    cursor: Cursor
    more: bool = False
    gap: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class StandingPost:
    """A post as it stands on the page, ours or not."""

    id: ExternalId
    text: str
    at: datetime
    url: str
    language: str = ""
    pictures: int = 0
    reply_to: ExternalId = ExternalId("")


@dataclass(frozen=True)
class Posts:
    posts: tuple[StandingPost, ...]
    cursor: Cursor
    more: bool = False


@dataclass(frozen=True)
class Figures:
    """Counts of one post at one moment. A figure that the network does not give is not in it."""

    id: ExternalId
    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Profile:
    """The page as people see its head."""

    id: ExternalId
    name: str
    handle: str
    url: str
    about: str = ""
    followers: int | None = None


@dataclass(frozen=True)
class Credentials:
    """What opens a page. server: origin ("https://mastodon.example"). account: the network's id of the page.

    secrets are encrypted at rest and never shown, logged or put into an error.
    """

    server: str
    account: str
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Checked:
    """The connection's test. good: it can publish and read. notes: what is so, in words; the bad first."""

    good: bool
    profile: Profile | None
    notes: tuple[Words, ...] = ()


# ---------------------------------------------------------------- signing in


@dataclass(frozen=True)
class Ask:
    """One thing that a person types to connect a page. label, hint: msgids."""

    name: str
    label: str
    hint: str = ""
    secret: bool = False
    given: str = ""
    """What stands in the field beforehand."""


@dataclass(frozen=True)
class Elsewhere:
    """The person must say yes at `url`; `kept` stays in their session until they come back."""

    url: str
    kept: Mapping[str, str] = field(repr=False)


# ---------------------------------------------------------------- the protocol


class Network(ABC):
    """One page on one network. No state but credentials and Http; safe to make for each call.

    renewed: called with fresh credentials whenever the network rotated them, before they are used.
    """

    CAPABILITIES: ClassVar[Capabilities]
    ASKS: ClassVar[tuple[Ask, ...]] = ()
    """What connecting asks for, in order."""
    PATH: ClassVar[tuple[str, ...]] = ()
    """The small steps a person takes on the network beforehand; msgids."""

    def __init__(
        self,
        credentials: Credentials,
        http: Http,
        *,
        renewed: Callable[[Credentials], None] = lambda _: None,
    ) -> None:
        self.credentials = credentials
        self.http = http
        self.renewed = renewed

    @classmethod
    def sign_in(cls, http: Http, typed: Mapping[str, str], back: str) -> Credentials | Elsewhere:
        """From what the person typed to credentials, or to where they must say yes.

        back: the address of ours to which the network sends them back.
        Raises BadInput (with the field's name), SignedOut, SlowDown, Rejected, Unavailable.
        """
        raise TypeError(f"{cls.CAPABILITIES.name} is not connected by hand")

    @classmethod
    def come_back(cls, http: Http, kept: Mapping[str, str], answer: Mapping[str, str]) -> Credentials:
        """After `Elsewhere`: the query with which the person came back. Raises as `sign_in`."""
        raise TypeError(f"{cls.CAPABILITIES.name} sends nobody elsewhere")

    @abstractmethod
    def check(self) -> Checked:
        """Test the connection; publishes nothing. Says what is wrong in words instead of raising."""

    def limits(self) -> Capabilities:
        """The limits of this very server, read from it; those in the file where it does not say."""
        return self.CAPABILITIES

    @classmethod
    def new_key(cls, at: datetime, seed: str) -> DeliveryKey:
        """A key for a new delivery; the same for the same moment and seed. A network may form its own."""
        return DeliveryKey(str(uuid.uuid5(uuid.NAMESPACE_OID, f"jauap {seed} {at.isoformat()}")))

    def steps(self, out: Out) -> tuple[Step, ...]:
        """What must be prepared before `commit`; pure. One step a picture unless overridden."""
        return tuple(Step(f"picture-{i}", picture) for i, picture in enumerate(out.pictures))

    def prepare(self, step: Step) -> Prepared:
        """Do one step; may be repeated freely. Raises SignedOut, SlowDown, Rejected, Unavailable."""
        return Prepared("")

    @abstractmethod
    def commit(self, post: Post, key: DeliveryKey) -> Published:
        """The one call that shows the post (or the answer, with `out.reply_to`) to people.

        Raises SignedOut, SlowDown, Rejected, Unavailable, OutcomeUnknown.
        """

    @abstractmethod
    def find(self, intent: Intent) -> Looked:
        """Read the page back after a lost answer. Raises SignedOut, SlowDown, Unavailable."""

    def edit(self, target: Target, post: Post) -> Published:
        """Replace the text (and pictures) of our own post. Only where CAPABILITIES.edit."""
        raise TypeError(f"{self.CAPABILITIES.name} can't edit")

    def hide(self, target: Target) -> None:
        """Hide a person's message from others. Only where CAPABILITIES.hide."""
        raise TypeError(f"{self.CAPABILITIES.name} can't hide")

    def delete(self, target: Target) -> None:
        """Delete our own post (or, with CAPABILITIES.delete_theirs, a message). Already gone is success."""
        raise TypeError(f"{self.CAPABILITIES.name} can't delete")

    @abstractmethod
    def read_posts(self, since: Cursor) -> Posts:
        """Posts of the page, oldest first, from the cursor on; one page of results a call."""

    @abstractmethod
    def read_messages(self, since: Cursor, threads: tuple[Target, ...] = ()) -> Incoming:
        """What people wrote since the cursor. threads: own recent posts whose threads are swept too.

        Reading twice from one cursor gives the same messages (Telegram confirms by the next cursor).
        """

    def metrics(self, targets: tuple[Target, ...], at: datetime) -> tuple[Figures, ...]:
        """Figures of own posts now. Posts that are gone are left out."""
        return ()

    @abstractmethod
    def profile(self) -> Profile:
        """The page's head as people see it."""
