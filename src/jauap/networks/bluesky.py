"""Bluesky and other servers of the AT Protocol, any personal data server (PDS).

A post is a record in our own repository under a key that we choose before sending it. Putting the
identical record again changes nothing, another one under the same key is refused; so a lost answer
is settled by asking the PDS for that very key.

Sources: atproto lexicons app.bsky.feed.post, app.bsky.embed.images, app.bsky.embed.gallery,
app.bsky.feed.threadgate, com.atproto.repo.putRecord; PDS source of 2026-08-20 (putRecord, rate
limits); Bluesky documentation, "Rate limits". Read 2026-11-24. What stands under "measured" in
docs/networks/bluesky.md was tried on PDS 0.4.217.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from jauap.errors import BadInput, NetworkError, OutcomeUnknown, Rejected, SignedOut, SlowDown, Unavailable
from jauap.networks import _bluesky_reading as reading
from jauap.networks import _bluesky_records as records
from jauap.networks import _bluesky_sentences as sentences
from jauap.networks import _rich_text as rich_text
from jauap.networks._bluesky_appview import AppView
from jauap.networks._bluesky_records import GALLERY, GATE, HIDDEN, IMAGES, MENTION, POST
from jauap.networks._tid import tid
from jauap.networks._xrpc import WRONG_PASSWORD, Refused, Xrpc
from jauap.networks.base import (
    Absent,
    Ask,
    CannotTell,
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
    Network,
    Out,
    PageKind,
    Picture,
    Post,
    Posts,
    Prepared,
    Profile,
    Published,
    Rate,
    Step,
    Target,
)
from jauap.networks.counting import graphemes, utf8
from jauap.networks.http import Http
from jauap.words import N_, Words, words

NO_COMMIT = "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
"""A well-formed id of a commit that no repository has: a put that demands it can't succeed."""

CAPABILITIES = Capabilities(
    name="Bluesky",
    letters="Bs",
    kind=PageKind.MICROBLOG,
    text=Limit(300, graphemes, url=rich_text.LINK),
    second_text=Limit(3000, utf8, url=3 * rich_text.LINK),
    source="atproto lexicons app.bsky.feed.post and app.bsky.embed.*, 2026-08-20, read 2026-11-24",
    pictures=IMAGES,
    picture_bytes=950_000,
    picture_types=("image/jpeg", "image/png", "image/webp"),
    alt_text=2000,
    hide=True,
    metrics=("likes", "shares", "replies", "quotes"),
    finds_by=Find.OWN_KEY,
    posts=Rate(1000, 3600.0),
    answers=Rate(1000, 3600.0),
    cannot=(
        words(N_("A post can't be edited: delete it and publish a new one.")),
        words(N_("The network does not count views.")),
        words(
            N_(
                "At most {count} answers under one post can be hidden.",
            ),
            count=HIDDEN,
        ),
        words(N_("Only answers under our own posts can be hidden.")),
        words(N_("Direct messages are not read.")),
    ),
)


class Bluesky(Network):
    """Secrets: see `_xrpc`. account: the DID, found at the first sign-in."""

    CAPABILITIES = CAPABILITIES
    ASKS = (
        Ask("identifier", N_("Account name"), N_("For example press.example.org or press.bsky.social")),
        Ask("app_password", N_("App password"), N_("Four groups of four letters"), secret=True),
        Ask(
            "server",
            N_("Server"),
            N_("Leave it as it is, unless your organisation runs a server of its own"),
            given="https://bsky.social",
        ),
    )
    PATH = (
        N_("Sign in to Bluesky with the account of your organisation."),
        N_("Open Settings, then Privacy and security, then App passwords."),
        N_("Add an app password, name it jauap, and copy it: it is shown only once."),
    )

    def __init__(
        self,
        credentials: Credentials,
        http: Http,
        *,
        renewed: Callable[[Credentials], None] = lambda _: None,
    ) -> None:
        super().__init__(credentials, http, renewed=renewed)
        self._xrpc = Xrpc(credentials, http, self._renew)
        self._appview = AppView(self._xrpc)

    def _renew(self, fresh: Credentials) -> None:
        self.credentials = fresh
        self.renewed(fresh)

    # ------------------------------------------------------------ the connection

    @classmethod
    def sign_in(cls, http: Http, typed: Mapping[str, str], back: str) -> Credentials:
        """The app password as typed; `check` exchanges it for a session and forgets it."""
        secrets = {name: typed.get(name, "").strip() for name in ("identifier", "app_password")}
        for name, value in secrets.items():
            if not value:
                raise BadInput(words(N_("This is needed to sign in.")), where=name)
        return Credentials(_server(typed.get("server", "")), "", secrets)

    def check(self) -> Checked:
        first = not self.credentials.secrets.get("access")
        try:
            self._xrpc.get("com.atproto.server.getSession")
        except SignedOut as error:
            return Checked(False, None, (WRONG_PASSWORD if first else error.said, *_theirs(error)))
        except NetworkError as error:
            return Checked(False, None, (error.said, *_theirs(error)))
        try:
            profile = self.profile()
            self._appview.notifications()
            gallery = self._knows_galleries()
        except NetworkError as error:
            what = sentences.NOT_READABLE if isinstance(error, Unavailable) else error.said
            return Checked(False, None, (what, *_theirs(error)))
        notes = () if gallery else (sentences.FOUR_PICTURES,)
        main = self._xrpc.scope() == "com.atproto.access"
        return Checked(True, profile, (sentences.MAIN_PASSWORD, *notes) if main else notes)

    def limits(self) -> Capabilities:
        return replace(CAPABILITIES, pictures=GALLERY) if self._knows_galleries() else CAPABILITIES

    def profile(self) -> Profile:
        got = self._xrpc.look("app.bsky.actor.getProfile", actor=self._xrpc.did)
        handle = str(got.get("handle") or self._xrpc.did)
        followers = got.get("followersCount")
        return Profile(
            id=ExternalId(self._xrpc.did),
            name=str(got.get("displayName") or handle),
            handle=handle,
            url=f"https://bsky.app/profile/{handle}",
            about=str(got.get("description") or ""),
            followers=followers if isinstance(followers, int) else None,
        )

    def _knows_galleries(self) -> bool:
        """Ask for a post with a broken gallery under a condition that can't hold: nothing is ever written.

        A server checks the record first. One that knows galleries says that it is broken; an older
        one lets unknown attachments pass and stumbles over the condition.
        """
        key = tid(datetime(2026, 1, 1, tzinfo=UTC), "gallery")
        try:
            self._put(POST, key, records.broken_gallery(), swapRecord=None, swapCommit=NO_COMMIT)
        except Refused as error:
            return error.code != "InvalidSwap" and "embed" in error.their_words
        return False

    # ------------------------------------------------------------ publishing

    @classmethod
    def new_key(cls, at: datetime, seed: str) -> DeliveryKey:
        return DeliveryKey(tid(at, seed))

    def steps(self, out: Out) -> tuple[Step, ...]:
        thread = (Step("thread", target=out.reply_to),) if out.reply_to else ()
        gallery = (Step("gallery"),) if len(out.pictures) > IMAGES else ()
        mentions = tuple(Step(f"{MENTION}{handle}") for handle in rich_text.mentioned(out.text))
        return (*thread, *gallery, *mentions, *super().steps(out))

    def prepare(self, step: Step) -> Prepared:
        if step.picture:
            return Prepared(json.dumps(self._upload(step.picture)))
        if step.target:
            return Prepared(json.dumps(self._thread(step.target)))
        if step.name.startswith(MENTION):
            return Prepared(self._resolved(step.name.removeprefix(MENTION)))
        if not self._knows_galleries():
            raise Rejected("", sentences.NO_GALLERY)
        return Prepared("yes")

    def commit(self, post: Post, key: DeliveryKey) -> Published:
        record = records.written(post)
        if graphemes(record["text"]) > 300 or utf8(record["text"]) > 3000:
            raise Rejected("", sentences.TOO_LONG)
        did = self._xrpc.did
        body = {"repo": did, "collection": POST, "rkey": key, "record": record, "swapRecord": None}
        got = self._xrpc.act("com.atproto.repo.putRecord", body)
        stands = reading.Uri(did, POST, key)
        if got.get("uri") != str(stands):
            raise OutcomeUnknown("unreadable answer")
        return _published(stands, post)

    def find(self, intent: Intent) -> Looked:
        """Ask the PDS itself for our key: it knows at once, the AppView only later."""
        here = reading.Uri(self._xrpc.did, POST, intent.key)
        stands = self._record(POST, here)
        if stands is None:
            return Absent()
        if str(here) in intent.taken or not records.is_ours(stands[1], intent.post):
            return CannotTell(sentences.OTHER_POST)
        return Found(_published(here, intent.post))

    def _upload(self, picture: Picture) -> dict[str, Any]:
        content = picture.content()
        if len(content) > CAPABILITIES.picture_bytes:
            raise Rejected("", sentences.PICTURE_TOO_LARGE)
        return self._xrpc.upload(content, picture.mime)

    def _thread(self, target: Target) -> dict[str, Any]:
        """Root and parent of an answer as the network wants them: address and hash of each."""
        here = reading.uri(target.id)
        if here is None:
            raise Rejected("", sentences.MESSAGE_GONE)
        stands = self._record(POST, here) if here.did == self._xrpc.did else self._shown(here)
        if stands is None:
            raise Rejected("", sentences.MESSAGE_GONE)
        parent = {"uri": str(here), "cid": stands[0]}
        reply = stands[1].get("reply")
        root = reply.get("root") if isinstance(reply, dict) else None
        return {"root": root if isinstance(root, dict) else parent, "parent": parent}

    def _record(self, collection: str, here: reading.Uri) -> tuple[str, dict[str, Any]] | None:
        """Hash and content of a record of ours, from the PDS, which knows it before the AppView does."""
        try:
            got = self._xrpc.get(
                "com.atproto.repo.getRecord", repo=here.did, collection=collection, rkey=here.key
            )
        except Refused as error:
            if error.code == "RecordNotFound":
                return None
            raise Unavailable(error.their_words) from error
        return _hash_and_record(got, "value")

    def _shown(self, here: reading.Uri) -> tuple[str, dict[str, Any]] | None:
        """Hash and content of anybody's post, from the AppView."""
        view = self._appview.posts([str(here)]).get(str(here))
        return _hash_and_record(view, "record") if view else None

    def _resolved(self, handle: str) -> str:
        """The DID behind a handle; '' where nobody has it: then it stays plain text."""
        try:
            got = self._xrpc.get("com.atproto.identity.resolveHandle", handle=handle)
        except Refused:
            return ""
        did = got.get("did")
        return did if isinstance(did, str) and did.startswith("did:") else ""

    # ------------------------------------------------------------ changing what stands

    def delete(self, target: Target) -> None:
        for one in target.ids:
            here = reading.uri(one)
            if here is None or here.did != self._xrpc.did:
                raise Rejected("", sentences.NOT_OURS)
            body = {"repo": here.did, "collection": POST, "rkey": here.key}
            self._xrpc.do("com.atproto.repo.deleteRecord", body)

    def hide(self, target: Target) -> None:
        """Put an answer behind "hidden replies" for everybody, by the threadgate of our post."""
        root = reading.uri(target.root)
        if root is None or root.did != self._xrpc.did or target.id == target.root:
            raise Rejected("", sentences.NOT_OURS)
        for _ in range(3):
            try:
                return self._hide(root, target.id)
            except Refused as error:
                if error.code != "InvalidSwap":
                    raise
        raise Unavailable("InvalidSwap")

    def _hide(self, root: reading.Uri, answer: ExternalId) -> None:
        """Read the gate, add the answer, write it back if nobody else wrote meanwhile."""
        new: dict[str, Any] = {"$type": GATE, "post": str(root), "createdAt": records.iso(datetime.now(UTC))}
        swap, gate = self._record(GATE, root) or (None, new)
        hidden = list(gate.get("hiddenReplies") or [])
        if answer in hidden:
            return
        if len(hidden) >= HIDDEN:
            raise Rejected("", sentences.GATE_FULL)
        self._put(GATE, root.key, {**gate, "hiddenReplies": [*hidden, answer]}, swapRecord=swap)

    def _put(self, collection: str, key: str, record: dict[str, Any], **condition: str | None) -> None:
        where = {"repo": self._xrpc.did, "collection": collection, "rkey": key}
        self._xrpc.do("com.atproto.repo.putRecord", {**where, "record": record, **condition})

    # ------------------------------------------------------------ reading

    def read_posts(self, since: Cursor) -> Posts:
        """Posts and answers of the page. A page never read before gives its newest five hundred first."""
        posts, place = reading.walk(reading.Place.of(since), self._appview.feed)
        posts.sort(key=lambda post: post.at)
        return Posts(tuple(posts), place.cursor(), more=bool(place.page))

    def read_messages(self, since: Cursor, threads: tuple[Target, ...] = ()) -> Incoming:
        """Notifications (answers, mentions, quotes) and, once they are read, the threads given.

        Told are deletions of answers that an earlier sweep saw, for the newest SWEPT of them.
        """
        place = reading.Place.of(since)
        told, after = reading.walk(place, self._appview.notifications)
        if after.page:
            return Incoming(_in_order(told), (), after.cursor(), more=True)
        known = {*place.seen, *(reading.mark(m.id) for m in told)}
        swept: dict[str, tuple[str, ...]] = {}
        gone: list[Gone] = []
        for thread in threads:
            found = {m.id: m for m in self._appview.answers(thread)}
            before = place.swept.get(thread.id, ())
            told += [m for m in found.values() if m.id not in before and reading.mark(m.id) not in known]
            known |= set(map(reading.mark, found))
            unseen = [ExternalId(one) for one in before if one not in found]
            lost = [one for one in unseen if not self._appview.stands(one)]
            gone += [Gone(one, datetime.now(UTC)) for one in lost]
            swept[thread.id] = (*found, *(one for one in unseen if one not in lost))
        return Incoming(_in_order(told), tuple(gone), after.with_swept(swept).cursor())

    def metrics(self, targets: tuple[Target, ...], at: datetime) -> tuple[Figures, ...]:
        views = self._appview.posts([target.id for target in targets])
        return tuple(Figures(t.id, at, _counts(views[t.id])) for t in targets if t.id in views)


# ---------------------------------------------------------------- small things


def _server(typed: str) -> str:
    """The server's origin from what a person types: "pds.example.org" or a whole address."""
    address = typed.strip() or "https://bsky.social"
    parts = urlsplit(address if "://" in address else f"https://{address}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise BadInput(words(N_("This is not the address of a server.")), where="server")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _hash_and_record(got: dict[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    cid, record = got.get("cid"), got.get(name)
    if not isinstance(cid, str) or not isinstance(record, dict):
        raise Unavailable("unreadable answer")
    return cid, record


_COUNTS = {"likes": "likeCount", "shares": "repostCount", "replies": "replyCount", "quotes": "quoteCount"}


def _counts(view: dict[str, Any]) -> dict[str, int]:
    return {ours: view[theirs] for ours, theirs in _COUNTS.items() if isinstance(view.get(theirs), int)}


def _published(here: reading.Uri, post: Post) -> Published:
    return Published((ExternalId(str(here)),), here.url, post.at)


def _in_order(messages: list[Message]) -> tuple[Message, ...]:
    return tuple(sorted(messages, key=lambda message: message.at))


def _theirs(error: NetworkError) -> tuple[Words, ...]:
    quoted = words(N_("The network says: {words}"), words=error.their_words)
    return (quoted,) if error.their_words and not isinstance(error, SlowDown) else ()


NETWORK = Bluesky
