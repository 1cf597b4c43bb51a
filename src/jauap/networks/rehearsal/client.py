"""The rehearsal network, as the press office speaks to it: over HTTP like any other network.

Source: the server's own API in this package (`api`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from jauap.errors import NetworkError, OutcomeUnknown, Unavailable
from jauap.networks.base import (
    Absent,
    Ask,
    Author,
    Capabilities,
    Checked,
    Credentials,
    Cursor,
    DeliveryKey,
    ExternalId,
    Figures,
    Find,
    Found,
    Gone,
    Incoming,
    Intent,
    Limit,
    Looked,
    Message,
    MessageKind,
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
from jauap.networks.counting import graphemes, utf8
from jauap.networks.http import Http, readable
from jauap.networks.rehearsal import rules
from jauap.words import N_, words

CAPABILITIES = Capabilities(
    name="Rehearsal",
    letters="Re",
    kind=PageKind.FEED,
    text=Limit(rules.TEXT_GRAPHEMES, graphemes),
    second_text=Limit(rules.TEXT_BYTES, utf8),
    pictures=rules.PICTURES,
    picture_bytes=rules.PICTURE_BYTES,
    picture_types=("image/jpeg", "image/png"),
    alt_text=rules.ALT_GRAPHEMES,
    edit=True,
    hide=True,
    delete=True,
    metrics=("views", "likes", "shares", "replies"),
    finds_by=Find.OWN_KEY,
    posts=Rate(50, 1.0),
    answers=Rate(50, 1.0),
    cannot=(words(N_("It is made up: nobody outside this installation sees what stands here.")),),
    source="The rehearsal network's own API, jauap.networks.rehearsal.api",
)

AT_ONCE = 100
"""Of how many posts the server gives figures in one call."""

Read = TypeVar("Read")


def connect(
    server: str, name: str, handle: str, *, language: str = "", http: Http | None = None
) -> Credentials:
    """Open a page of one's own on a rehearsal network; a taken handle gets a number.

    server: its origin, from the operator's settings. Raises Rejected, Unavailable.
    """
    http = http or Http(allowed=[server])
    body = {"name": name, "handle": handle, "language": language}
    got = readable(http.read("POST", f"{server}/api/pages", json=body), seen_by_people=False)
    return _read(lambda: Credentials(server, _id(got["id"]), {"token": str(got["token"])}))


class Rehearsal(Network):
    """secrets: token."""

    CAPABILITIES = CAPABILITIES
    ASKS = (
        Ask("name", N_("Name of the page"), N_("As people will read it, for example: Ministry of Heat")),
        Ask("handle", N_("Short name"), N_("Latin letters, without spaces, for example: heat")),
    )
    server: ClassVar[str] = "http://localhost:8010"
    """Where the rehearsal network runs; set once from the operator's settings."""

    @classmethod
    def sign_in(cls, http: Http, typed: Mapping[str, str], back: str) -> Credentials:
        """Open a fresh page there. Raises BadInput, Rejected, Unavailable."""
        return connect(cls.server, typed["name"], typed["handle"], http=http)

    def check(self) -> Checked:
        """Whether the token opens the page; publishes nothing."""
        try:
            return Checked(True, self.profile())
        except NetworkError as error:
            return Checked(False, None, (error.said,))

    # ---- out

    def prepare(self, step: Step) -> Prepared:
        if step.picture is None:
            return Prepared("")
        got = self._get("POST", "/api/media", content=step.picture.content())
        return Prepared(_read(lambda: _id(got["id"])))

    def commit(self, post: Post, key: DeliveryKey) -> Published:
        """The one call that shows it; the server takes a second one with the same key for the first."""
        body = _body(post)
        if post.out.reply_to:
            body["reply_to"] = post.out.reply_to.id
        headers = {**self._headers, "Idempotency-Key": key}
        answer = self.http.act("POST", self._url("/api/posts"), json=body, headers=headers)
        got = readable(answer, seen_by_people=True)
        return _read(lambda: _published(got), lost=OutcomeUnknown)

    def find(self, intent: Intent) -> Looked:
        got = self._get("GET", "/api/posts", params={"key": intent.key})
        standing = _read(lambda: [_published(one) for one in got["posts"]])
        ours = [published for published in standing if not intent.taken & set(published.ids)]
        return Found(ours[0]) if ours else Absent()

    def edit(self, target: Target, post: Post) -> Published:
        got = self._get("PUT", f"/api/posts/{_id(target.id)}", json=_body(post))
        return _read(lambda: _published(got))

    def hide(self, target: Target) -> None:
        self._get("POST", f"/api/messages/{_id(target.id)}/hide")

    def delete(self, target: Target) -> None:
        self._get("DELETE", f"/api/posts/{_id(target.id)}")

    # ---- in

    def read_posts(self, since: Cursor) -> Posts:
        got = self._get("GET", "/api/posts", params={"after": since or "0"})
        posts = _read(lambda: tuple(_standing(one) for one in got["posts"]))
        cursor = Cursor(posts[-1].id) if posts else since
        return Posts(posts, cursor, more=got.get("more") is True)

    def read_messages(self, since: Cursor, threads: tuple[Target, ...] = ()) -> Incoming:
        """By the server's rising number; edits and deletions come as later entries, so no sweep is needed."""
        got = self._get("GET", "/api/messages", params={"after": since or "0"})
        return _read(lambda: _incoming(got))

    def metrics(self, targets: tuple[Target, ...], at: datetime) -> tuple[Figures, ...]:
        pieces = [targets[start : start + AT_ONCE] for start in range(0, len(targets), AT_ONCE)]
        return tuple(figures for piece in pieces for figures in self._metrics(piece, at))

    def _metrics(self, targets: tuple[Target, ...], at: datetime) -> list[Figures]:
        got = self._get("GET", "/api/metrics", params={"ids": ",".join(_id(t.id) for t in targets)})
        return _read(lambda: [_figures(one, at) for one in got["metrics"]])

    def profile(self) -> Profile:
        got = self._get("GET", "/api/page")
        return _read(
            lambda: Profile(
                id=ExternalId(_id(got["id"])),
                name=str(got["name"]),
                handle=str(got["handle"]),
                url=str(got["url"]),
                followers=int(got["followers"]),
            )
        )

    # ---- the wire

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.credentials.secrets['token']}"}

    def _url(self, path: str) -> str:
        return f"{self.credentials.server}{path}"

    def _get(self, method: str, path: str, **what: Any) -> Any:
        """A call that may be repeated, and its JSON."""
        answer = self.http.read(method, self._url(path), headers=self._headers, **what)
        return readable(answer, seen_by_people=False)


def _read(look: Callable[[], Read], lost: type[Unavailable | OutcomeUnknown] = Unavailable) -> Read:
    """What stands in an answer, or `lost` where the answer has another shape."""
    try:
        return look()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise lost("unreadable answer") from None


def _id(given: object) -> str:
    if not re.fullmatch(r"\d{1,15}", str(given), re.ASCII):
        raise ValueError("an id is a number")
    return str(given)


def _body(post: Post) -> dict[str, Any]:
    pictures = [
        {"id": post.prepared[f"picture-{i}"], "alt": picture.alt}
        for i, picture in enumerate(post.out.pictures)
    ]
    return {"text": post.out.text, "language": post.out.language, "pictures": pictures}


def _published(got: Any) -> Published:
    return Published((ExternalId(_id(got["id"])),), str(got["url"]), _moment(got["at"]))


def _standing(got: Any) -> StandingPost:
    return StandingPost(
        id=ExternalId(_id(got["id"])),
        text=str(got["text"]),
        at=_moment(got["at"]),
        url=str(got["url"]),
        language=str(got["language"]),
        pictures=int(got["pictures"]),
    )


def _figures(got: Any, at: datetime) -> Figures:
    counts = {name: int(got[name]) for name in CAPABILITIES.metrics if name in got}
    return Figures(ExternalId(_id(got["id"])), at, counts)


def _incoming(got: Any) -> Incoming:
    events = got["messages"]
    return Incoming(
        messages=tuple(_message(one) for one in events if one["kind"] != "deleted"),
        gone=tuple(
            Gone(ExternalId(_id(one["id"])), _moment(one["changed"]))
            for one in events
            if one["kind"] == "deleted"
        ),
        cursor=Cursor(_id(got["next"])),
        more=got["more"] is True,
    )


def _message(got: Any) -> Message:
    entry, root = ExternalId(_id(got["id"])), ExternalId(_id(got["root"]))
    parent = ExternalId(_id(got["parent"]) if got["parent"] else "")
    letter = root == entry
    kind = MessageKind.MENTION if letter else MessageKind.COMMENT if parent == root else MessageKind.REPLY
    return Message(
        id=entry,
        kind=kind,
        author=Author(id=str(got["author"]), name=str(got["author"])),
        text=str(got["text"]),
        at=_moment(got["at"]),
        target=Target((entry,), root, str(got["url"])),
        post=ExternalId("") if letter else root,
        parent=parent,
        url=str(got["url"]),
        language=str(got["language"]),
        version=f"{int(got['version']):09d}",
        pictures=int(got["pictures"]),
    )


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
