"""Mastodon and servers that speak its API.

Sources: Mastodon documentation, methods "statuses", "media", "notifications", "instance",
"accounts", "apps"; "Rate limits"; "OAuth tokens" (read 2026-11-24). What other software leaves
out: snac 2.75, tried. The Idempotency-Key is kept by Mastodon for an hour and read before the
post is made, so two requests at once can both post: a key never replaces `find`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from jauap.errors import NetworkError, OutcomeUnknown, Rejected, SignedOut, SignedOutKind, Unavailable
from jauap.networks import _mastodon_entities as entities
from jauap.networks import _mastodon_find as find
from jauap.networks import _mastodon_inbox as inbox
from jauap.networks import cutting, oauth
from jauap.networks._mastodon_check import checked, sent_on
from jauap.networks._mastodon_entities import Entity
from jauap.networks.base import (
    Absent,
    Ask,
    CannotTell,
    Capabilities,
    Checked,
    Credentials,
    Cursor,
    DeliveryKey,
    Elsewhere,
    ExternalId,
    Figures,
    Find,
    Found,
    Incoming,
    Intent,
    Limit,
    Looked,
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
from jauap.networks.counting import graphemes
from jauap.networks.http import Answer, Http, readable
from jauap.words import N_, words

CAPABILITIES = Capabilities(
    name="Mastodon",
    letters="Ms",
    kind=PageKind.MICROBLOG,
    text=Limit(500, graphemes, url=23, near_mentions=True),
    source="Mastodon documentation, entity Instance; Posting to your profile; Rate limits (read 2026-11-24)",
    pictures=4,
    picture_bytes=16_000_000,
    picture_types=("image/jpeg", "image/png", "image/webp"),
    alt_text=1500,
    edit=True,
    hide=False,
    delete=True,
    metrics=("likes", "shares", "replies", "quotes"),
    finds_by=Find.OWN_LIST,
    settling_s=120,
    posts=Rate(100, 10_800.0),
    answers=Rate(180, 10_800.0),
    cannot=(
        words(N_("Replies of other people can't be hidden; they can be reported to the server.")),
        words(N_("How often a post was seen is not counted.")),
        words(N_("Likes and boosts on other servers are counted only in part.")),
    ),
)

PAGE = 40
READY_TRIES = 20
READY_PAUSE_S = 0.5
ROOM_FOR_ADDRESS = 100


class Missing(Rejected):
    """404 or 410: what the call was about is not there."""


@dataclass(frozen=True)
class Parent:
    """What an answer must know of the message it answers."""

    acct: str
    visibility: str


class Mastodon(Network):
    """secrets: access_token; client_id, client_secret and scope, where we registered the app."""

    CAPABILITIES = CAPABILITIES
    ASKS = (
        Ask(
            "server",
            N_("Server"),
            N_("For example mastodon.example, or the whole account name: @press@mastodon.example"),
        ),
    )
    PATH = (
        N_("Sign in to your Mastodon server in this browser, with the account of your organisation."),
        N_("Enter the server here. It will ask you whether jauap may speak for the account: say yes."),
    )

    # ------------------------------------------------------------ the connection

    @classmethod
    def sign_in(cls, http: Http, typed: Mapping[str, str], back: str) -> Elsewhere:
        """The person must say yes on their own server. Raises BadInput, Rejected, SlowDown, Unavailable."""
        app = oauth.register(http, typed["server"], back)
        start = oauth.begin(app)
        return Elsewhere(start.url, {**asdict(app), "state": start.state, "verifier": start.verifier})

    @classmethod
    def come_back(cls, http: Http, kept: Mapping[str, str], answer: Mapping[str, str]) -> Credentials:
        """Raises BadInput (they said no, or another sign-in), Rejected, SignedOut, SlowDown, Unavailable."""
        app = oauth.App(**{field.name: kept[field.name] for field in fields(oauth.App)})
        start = oauth.Start("", kept["state"], kept["verifier"])
        return oauth.finish(http, app, start, answer)

    def check(self) -> Checked:
        return checked(self.get, self.account, self.credentials, self.host)

    def limits(self) -> Capabilities:
        return entities.limits_of(self.instance(), CAPABILITIES)

    def profile(self) -> Profile:
        return entities.profile(self.account(), self.host)

    # ------------------------------------------------------------ publishing

    def steps(self, out: Out) -> tuple[Step, ...]:
        """Pictures; the message that is answered; this server's limits, where the usual may be too small."""
        more = [Step("parent", target=out.reply_to)] if out.reply_to else []
        room = CAPABILITIES.text.count - (ROOM_FOR_ADDRESS if out.reply_to else 0)
        if cutting.length(out.text, CAPABILITIES.text) > room:
            more.append(Step("limits"))
        return (*super().steps(out), *more)

    def prepare(self, step: Step) -> Prepared:
        if step.picture:
            return self._uploaded(step.picture)
        if step.target:
            parent = self._parent(step.target)
            return Prepared(json.dumps([parent.acct, parent.visibility]))
        text = self.limits().text
        return Prepared(json.dumps([text.count, text.url]))

    def commit(self, post: Post, key: DeliveryKey) -> Published:
        body = self._body(post)
        if post.out.reply_to:
            body["in_reply_to_id"] = _in_path(post.out.reply_to.id)
            body["visibility"] = self._parent_of(post).visibility
        else:
            body["visibility"] = "public"
        self._refuse_long(body["status"], post)
        headers = {**self._signed, "Idempotency-Key": str(key)}
        try:
            answer = self.http.act(
                "POST", self._url("/api/v1/statuses"), json=body, headers=headers, classify=_classify
            )
        except Missing as error:
            gone = words(N_("The message that you answer is no longer there."))
            raise Rejected(error.their_words, gone if post.out.reply_to else None) from error
        stands = entities.published(_entity(readable(answer, seen_by_people=True)))
        if stands is None:
            raise OutcomeUnknown("an answer that is no status")
        return stands

    def find(self, intent: Intent) -> Looked:
        """The page's own list and, for an answer, the thread: same text, pictures and place, not taken."""
        post = intent.post
        ours = [
            (stands, fresh)
            for stands, fresh in find.equal(
                self._answer, self.fetch, _in_path(self.credentials.account), post
            )
            if stands.ids[0] not in intent.taken
        ]
        in_time = [stands for stands, fresh in ours if fresh]
        if in_time:
            return Found(min(in_time, key=lambda stands: stands.at))
        if ours:
            older = max(stands.at for stands, _ in ours)
            why = N_("An equal post has stood there since {time} (UTC), before this one was sent.")
            return CannotTell(words(why, time=f"{older:%Y-%m-%d %H:%M}"))
        # A list read without our sign-in may lack what is not public, so absence needs a valid one.
        self.account()
        if not self._lists_all(post):
            return CannotTell(words(N_("This server does not list answers that are not public.")))
        return Absent()

    def edit(self, target: Target, post: Post) -> Published:
        """An answer goes on naming whom it answers; pictures not sent anew stay those that stand."""
        path = f"/api/v1/statuses/{_in_path(target.id)}"
        standing = self.get(path)
        body = self._body(post)
        parent = entities.known_id(standing.get("in_reply_to_id"))
        if parent and not post.out.reply_to:
            body["status"] = entities.addressed(body["status"], self._acct(parent))
        if post.out.pictures and not body.get("media_ids"):
            body["media_ids"] = [m.get("id") for m in entities.entities(standing.get("media_attachments"))]
        stands = entities.published(self._send("PUT", path, json=body))
        if stands is None:
            raise Unavailable("an answer that is no status")
        return stands

    def delete(self, target: Target) -> None:
        for identity in target.ids:
            path = f"/api/v1/statuses/{_in_path(identity)}"
            try:
                self.http.read("DELETE", self._url(path), headers=self._signed, classify=_classify)
            except Missing as error:
                if self.fetch(path) is not None:
                    said = N_("This server can't delete by its API. Delete the post on the network itself.")
                    raise Rejected(error.their_words, words(said)) from error

    # ------------------------------------------------------------ listening

    def read_posts(self, since: Cursor) -> Posts:
        path = f"/api/v1/accounts/{_in_path(self.credentials.account)}/statuses"
        newer = inbox.newer(self.get, path, since, PAGE, exclude_reblogs="true")
        listed = [post for status in newer.entries if (post := entities.standing(entities.own(status)))]
        listed.sort(key=lambda post: post.at)
        cursor = listed[-1].id if listed else since
        return Posts(tuple(listed), Cursor(cursor), more=newer.full)

    def read_messages(self, since: Cursor, threads: tuple[Target, ...] = ()) -> Incoming:
        """One page of mentions, what changed in known ones, and each thread's descendants.

        Costs one or two requests, one a thread, and one for each reply deep in a thread not given.
        """
        reader = inbox.Reader(self.get, self.fetch, self.host, self.credentials.account)
        return reader.read(since, threads, datetime.now(UTC))

    def metrics(self, targets: tuple[Target, ...], at: datetime) -> tuple[Figures, ...]:
        found = inbox.several(self.get, self.fetch, [ExternalId(_in_path(target.id)) for target in targets])
        return tuple(entities.figures(entities.own(status), at) for status in found)

    # ------------------------------------------------------------ the way to the server

    @property
    def host(self) -> str:
        return urlsplit(self.credentials.server).netloc

    def get(self, path: str, **params: Any) -> Any:
        """The JSON at a path. Raises SignedOut, SlowDown, Rejected (Missing), Unavailable."""
        return readable(self._answer(path, **params), seen_by_people=False)

    def fetch(self, path: str) -> Entity | None:
        """The entity at a path; None where there is none."""
        try:
            return _entity(self.get(path))
        except Missing:
            return None

    def account(self) -> Entity:
        """The page's own account. Raises SignedOut where the token opens none."""
        try:
            return _entity(self.get("/api/v1/accounts/verify_credentials"))
        except Missing:
            raise
        except Rejected as error:  # snac2 says 422 to a token that it does not know
            raise SignedOut(SignedOutKind.REVOKED, error.their_words) from error

    def instance(self) -> Entity:
        """What the server says about itself, in its newer form or its older one."""
        return self.fetch("/api/v2/instance") or _entity(self.get("/api/v1/instance"))

    def _answer(self, path: str, **params: Any) -> Answer:
        return self.http.read(
            "GET", self._url(path), params=params, headers=self._signed, classify=_classify_read
        )

    def _send(self, method: str, path: str, **what: Any) -> Entity:
        answer = self.http.read(method, self._url(path), headers=self._signed, classify=_classify, **what)
        return _entity(readable(answer, seen_by_people=False))

    def _url(self, path: str) -> str:
        return self.credentials.server.rstrip("/") + path

    @property
    def _signed(self) -> dict[str, str]:
        # A server may close an idle connection just when we use it again, and a post would be unsure
        # for nothing (snac2 closes after each answer and does not say so): one connection a call.
        token = self.credentials.secrets.get("access_token", "")
        return {"Authorization": f"Bearer {token}", "Connection": "close"}

    # ------------------------------------------------------------ parts of a post

    def _uploaded(self, picture: Picture) -> Prepared:
        # snac2 makes the id of the name alone: the name must differ where picture or words differ.
        name = hashlib.sha256(f"{picture.sha256} {picture.alt}".encode()).hexdigest()[:32]
        ending = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}.get(picture.mime, "bin")
        got = self._send(
            "POST",
            "/api/v2/media",
            files={"file": (f"{name}.{ending}", picture.content(), picture.mime)},
            data={"description": picture.alt},
        )
        identity = entities.known_id(got.get("id"))
        if not identity:
            raise Unavailable("an upload without an id")
        if not got.get("url"):
            self._wait_until_ready(identity)
        return Prepared(identity)

    def _wait_until_ready(self, identity: ExternalId) -> None:
        """Until the server has worked the picture through. 206: not yet."""
        for _ in range(READY_TRIES):
            if self._answer(f"/api/v1/media/{identity}").status == 200:
                return
            time.sleep(READY_PAUSE_S)
        raise Unavailable(said=words(N_("The server is still working on a picture.")))

    def _parent(self, target: Target) -> Parent:
        status = self.fetch(f"/api/v1/statuses/{_in_path(target.id)}")
        if status is None:
            raise Rejected("", words(N_("The message that you answer is no longer there.")))
        return Parent(self._whom(status), str(status.get("visibility") or "public"))

    def _acct(self, identity: ExternalId) -> str:
        return self._whom(self.fetch(f"/api/v1/statuses/{identity}") or {})

    def _whom(self, status: Entity) -> str:
        """Whom an answer to this must name; '' for ourselves."""
        account = status.get("account")
        ours = entities.author_id(status) == self.credentials.account
        return str(account.get("acct") or "") if isinstance(account, dict) and not ours else ""

    def _parent_of(self, post: Post) -> Parent:
        if "parent" in post.prepared:
            return Parent(*json.loads(post.prepared["parent"]))
        return self._parent(post.out.reply_to) if post.out.reply_to else Parent("", "public")

    def _text(self, post: Post) -> str:
        return entities.addressed(post.out.text, self._parent_of(post).acct)

    def _body(self, post: Post) -> dict[str, Any]:
        body: dict[str, Any] = {"status": self._text(post), "language": post.out.language.split("-")[0]}
        media: list[str] = [post.prepared.get(f"picture-{i}", "") for i in range(len(post.out.pictures))]
        if all(media) and media:
            body["media_ids"] = media
        return body

    def _refuse_long(self, text: str, post: Post) -> None:
        """Some servers cut or take anything; what is over their own limit is refused here."""
        if "limits" not in post.prepared:
            return
        count, url = json.loads(post.prepared["limits"])
        over = cutting.length(text, replace(CAPABILITIES.text, count=count, url=url)) - count
        if over > 0:
            said = N_(
                "The text is too long for this server, with the name of whom it answers: {over} over {limit}."
            )
            raise Rejected("", words(said, over=over, limit=count))

    # ------------------------------------------------------------ reading back

    def _lists_all(self, post: Post) -> bool:
        """Whether the own list would hold the post: other software than Mastodon lists public ones alone."""
        public = not post.out.reply_to or '"public"' in post.prepared.get("parent", "")
        return public or entities.software(self.instance()).real


def _classify(answer: Answer) -> NetworkError | None:
    """404 and 410 are told apart; a sentence about the account itself means that the page is gone."""
    said = answer.words() if not answer.ok else ""
    if answer.status in (404, 410):
        return Missing(said or f"HTTP {answer.status}")
    if answer.status == 403 and any(word in said.casefold() for word in ("disabled", "suspended")):
        return SignedOut(SignedOutKind.GONE, said)
    if answer.status == 422 and "authenticated user" in said:
        return SignedOut(SignedOutKind.REVOKED, said)
    return None


def _classify_read(answer: Answer) -> NetworkError | None:
    return sent_on(answer) or _classify(answer)


def _entity(got: object) -> Entity:
    return got if isinstance(got, dict) else {}


def _in_path(identity: str) -> str:
    known = entities.known_id(identity)
    if not known:
        raise Rejected("", words(N_("This is not the id of a post on Mastodon.")))
    return known


NETWORK = Mastodon
