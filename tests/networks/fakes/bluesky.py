"""A contract fake of a PDS with its AppView: only what Bluesky's own servers can't be made to do.

Expired and rotated tokens, lost answers, refusals on command, a server that knows galleries. Error
names and sentences as the PDS of 2026-08-20 gives them (auth verifier, refreshSession, putRecord).
Everything else is tested on the real servers.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs

from tests.networks.fakes.core import Fake, Reply, Request

POST, GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
GRACE_S = 7200
"""How long a refresh token that was used still works on a PDS."""


@dataclass
class Account:
    did: str
    handle: str
    password: str
    app_passwords: list[str] = field(default_factory=list)
    down: bool = False


@dataclass
class Token:
    did: str
    kind: str
    until: datetime


@dataclass
class Record:
    cid: str
    value: dict[str, Any]
    at: datetime


class Refusal(Exception):
    """An XRPC error."""

    def __init__(self, status: int, code: str, said: str = "") -> None:
        super().__init__(code)
        self.reply = Reply(status, {"error": code, "message": said or code})


class BlueskyFake(Fake):
    """galleries: whether its lexicon has app.bsky.embed.gallery. grace: whether a used refresh token works.

    unnotified: answers of which nobody is ever told.
    answers_instead: what a front door or the AppView says to every call (None = nothing).
    """

    def __init__(self) -> None:
        super().__init__()
        self.galleries = True
        self.grace = True
        self.forgets_refresh = False
        self.answers_instead: tuple[int, bytes] | None = None
        self.unnotified: set[str] = set()
        self.accounts: dict[str, Account] = {}
        self.tokens: dict[str, Token] = {}
        self.records: dict[str, Record] = {}
        self.blobs: dict[str, bytes] = {}
        self._number = count(1)

    # ---- what tests do to it

    def take_down(self, did: str) -> None:
        self.accounts[did].down = True

    def expire(self, kind: str) -> None:
        """All tokens of a kind ("access", "refresh") are past their time."""
        for token in self.tokens.values():
            if token.kind == kind:
                token.until = self.clock.now()

    # ---- what the core asks

    def operation(self, request: Request) -> str:
        method = request.path.rpartition("/")[2]
        if method == "com.atproto.repo.putRecord":
            body = request.json()
            return "commit" if body["collection"] == POST and "swapCommit" not in body else "write"
        if method == "com.atproto.repo.uploadBlob":
            return "upload"
        if method == "com.atproto.server.refreshSession":
            return "refresh"
        return "read" if method == "app.bsky.notification.listNotifications" else method

    def refusal(self, request: Request) -> Reply:
        return Refusal(400, "InvalidRequest", "Invalid app.bsky.feed.post record: refused").reply

    def error(self, status: int, request: Request) -> Reply:
        if status in (502, 504):
            return super().error(status, request)
        return Reply(status, {"error": "InternalServerError", "message": "Internal Server Error"})

    def answer(self, request: Request) -> Reply:
        if self.answers_instead:
            return Reply(*self.answers_instead)
        method = request.path.rpartition("/")[2]
        todo = getattr(self, "on_" + method.replace(".", "_"), None)
        if not request.path.startswith("/xrpc/") or todo is None:
            return Refusal(501, "MethodNotImplemented", "Method Not Implemented").reply
        try:
            return Reply(200, todo(request))
        except Refusal as refused:
            return refused.reply

    # ---- accounts and sessions

    def on_com_atproto_server_createAccount(self, request: Request) -> dict[str, Any]:
        body = request.json()
        did = "did:plc:" + hashlib.sha256(body["handle"].encode()).hexdigest()[:24]
        self.accounts[did] = Account(did, body["handle"], body["password"])
        return self._session(self.accounts[did])

    def on_com_atproto_server_createAppPassword(self, request: Request) -> dict[str, Any]:
        account = self._signed(request)
        account.app_passwords.append(f"abcd-efgh-ijkl-{next(self._number):04}")
        return {"name": "jauap", "password": account.app_passwords[-1]}

    def on_com_atproto_server_createSession(self, request: Request) -> dict[str, Any]:
        body = request.json()
        for account in self.accounts.values():
            known = [account.password, *account.app_passwords]
            if body["identifier"] in (account.did, account.handle) and body["password"] in known:
                if account.down:
                    raise Refusal(401, "AccountTakedown", "Account has been taken down")
                return self._session(account)
        raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")

    def on_com_atproto_server_refreshSession(self, request: Request) -> dict[str, Any]:
        account = self._signed(request, "refresh")
        used = self.tokens[request.bearer]
        if not self.grace:
            used.until = self.clock.now()
        session = self._session(account)
        return {**session, "refreshJwt": ""} if self.forgets_refresh else session

    def on_com_atproto_server_getSession(self, request: Request) -> dict[str, Any]:
        account = self._signed(request)
        return {"did": account.did, "handle": account.handle, "active": True}

    def _session(self, account: Account) -> dict[str, Any]:
        given = {}
        for kind, days in (("access", 2 / 24), ("refresh", 90.0)):
            name = f"{kind}.{next(self._number)}.x"
            until = datetime.fromtimestamp(
                self.clock.now().timestamp() + days * 86_400, self.clock.now().tzinfo
            )
            self.tokens[name] = Token(account.did, kind, until)
            given[f"{kind}Jwt"] = name
        return {"did": account.did, "handle": account.handle, "active": True, **given}

    def _signed(self, request: Request, kind: str = "access") -> Account:
        token = self.tokens.get(request.bearer)
        if token is None or token.kind != kind:
            raise Refusal(400, "InvalidToken", "Token could not be verified")
        account = self.accounts[token.did]
        if account.down:
            raise Refusal(401, "AccountTakedown", "Account has been taken down")
        if token.until <= self.clock.now():
            raise Refusal(400, "ExpiredToken", "Token has expired")
        return account

    # ---- records

    def on_com_atproto_repo_putRecord(self, request: Request) -> dict[str, Any]:
        account, body = self._signed(request), request.json()
        if body["repo"] != account.did:
            raise Refusal(401, "AuthMissing")
        uri = f"at://{account.did}/{body['collection']}/{body['rkey']}"
        record, standing = body["record"], self.records.get(uri)
        self._validate(record)
        cid = _cid(record)
        if standing and standing.cid == cid:
            return {"uri": uri, "cid": cid, "validationStatus": "valid"}
        if "swapCommit" in body:
            raise Refusal(400, "InvalidSwap", "Commit was at none of these")
        if "swapRecord" in body and body["swapRecord"] != (standing.cid if standing else None):
            raise Refusal(400, "InvalidSwap", "Record was at another")
        self.records[uri] = Record(cid, record, self.clock.now())
        if body["collection"] == POST:
            self.shown[record["text"]] += 1
        return {"uri": uri, "cid": cid, "commit": {"cid": cid, "rev": "1"}, "validationStatus": "valid"}

    def on_com_atproto_repo_createRecord(self, request: Request) -> dict[str, Any]:
        account, body = self._signed(request), request.json()
        key = f"3{next(self._number):012}"
        record = body["record"]
        self._validate(record)
        uri = f"at://{account.did}/{body['collection']}/{key}"
        self.records[uri] = Record(_cid(record), record, self.clock.now())
        return {"uri": uri, "cid": _cid(record)}

    def on_com_atproto_repo_deleteRecord(self, request: Request) -> dict[str, Any]:
        account, body = self._signed(request), request.json()
        self.records.pop(f"at://{account.did}/{body['collection']}/{body['rkey']}", None)
        return {}

    def on_com_atproto_repo_getRecord(self, request: Request) -> dict[str, Any]:
        repo, asked = request.query["repo"], request.query
        if repo in self.accounts and self.accounts[repo].down:
            raise Refusal(400, "RepoTakendown", f"Repo has been takendown: {repo}")
        uri = f"at://{repo}/{asked['collection']}/{asked['rkey']}"
        if uri not in self.records:
            raise Refusal(400, "RecordNotFound", f"Could not locate record: {uri}")
        return {"uri": uri, "cid": self.records[uri].cid, "value": self.records[uri].value}

    def on_com_atproto_repo_listRecords(self, request: Request) -> dict[str, Any]:
        start = f"at://{request.query['repo']}/{request.query['collection']}/"
        found = [(u, r) for u, r in self.records.items() if u.startswith(start)]
        return {"records": [{"uri": u, "cid": r.cid, "value": r.value} for u, r in found]}

    def on_com_atproto_repo_uploadBlob(self, request: Request) -> dict[str, Any]:
        self._signed(request)
        name = "bafkrei" + hashlib.sha256(request.body).hexdigest()[:52]
        self.blobs[name] = request.body
        mime = request.headers["content-type"]
        return {
            "blob": {"$type": "blob", "ref": {"$link": name}, "mimeType": mime, "size": len(request.body)}
        }

    def on_com_atproto_identity_resolveHandle(self, request: Request) -> dict[str, Any]:
        for account in self.accounts.values():
            if account.handle == request.query["handle"]:
                return {"did": account.did}
        raise Refusal(400, "InvalidRequest", "Unable to resolve handle")

    def _validate(self, record: dict[str, Any]) -> None:
        embed = record.get("embed", {})
        items = embed.get("items")
        known = self.galleries and embed.get("$type") == "app.bsky.embed.gallery"
        if known and (not isinstance(items, list) or any("aspectRatio" not in item for item in items)):
            raise Refusal(400, "InvalidRequest", 'Missing required key "items" at $.record.embed.items')
        text = record.get("text", "")
        if len(text.encode()) > 3000:
            raise Refusal(400, "InvalidRequest", "string too big")

    # ---- the AppView

    def on_app_bsky_actor_getProfile(self, request: Request) -> dict[str, Any]:
        self._signed(request)
        account = self.accounts[request.query["actor"]]
        return {"did": account.did, "handle": account.handle, "followersCount": 0}

    def on_app_bsky_feed_getAuthorFeed(self, request: Request) -> dict[str, Any]:
        self._signed(request)
        start = f"at://{request.query['actor']}/{POST}/"
        found = [(u, r) for u, r in self.records.items() if u.startswith(start)]
        if request.query.get("filter") == "posts_no_replies":
            found = [(u, r) for u, r in found if "reply" not in r.value]
        found.sort(key=lambda one: one[1].at, reverse=True)
        return {"feed": [{"post": self._view(u)} for u, _ in found[:100]]}

    def on_app_bsky_feed_getPosts(self, request: Request) -> dict[str, Any]:
        self._signed(request)
        uris = parse_qs(request.raw_query).get("uris", [])
        return {"posts": [self._view(uri) for uri in uris if uri in self.records]}

    def on_app_bsky_feed_getPostThread(self, request: Request) -> dict[str, Any]:
        self._signed(request)
        if request.query["uri"] not in self.records:
            raise Refusal(400, "NotFound", f"Post not found: {request.query['uri']}")
        return {"thread": self._thread(request.query["uri"])}

    def on_app_bsky_notification_listNotifications(self, request: Request) -> dict[str, Any]:
        me = self._signed(request)
        found = []
        for uri, record in self.records.items():
            reply = record.value.get("reply", {})
            above = {end["uri"].split("/")[2] for end in reply.values()}
            if me.did in above and uri.split("/")[2] != me.did and uri not in self.unnotified:
                found.append({**self._view(uri), "reason": "reply", "isRead": False})
        found.sort(key=lambda view: view["indexedAt"], reverse=True)
        start = int(request.query.get("cursor", 0))
        more = {"cursor": str(start + 100)} if len(found) > start + 100 else {}
        return {"notifications": found[start : start + 100], **more}

    def _thread(self, uri: str) -> dict[str, Any]:
        under = [
            u for u, r in self.records.items() if r.value.get("reply", {}).get("parent", {}).get("uri") == uri
        ]
        replies = [self._thread(u) for u in under]
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": self._view(uri), "replies": replies}

    def _view(self, uri: str) -> dict[str, Any]:
        record, did = self.records[uri], uri.split("/")[2]
        view: dict[str, Any] = {
            "uri": uri,
            "cid": record.cid,
            "author": {"did": did, "handle": self.accounts[did].handle},
            "record": record.value,
            "indexedAt": record.at.isoformat(),
            "likeCount": 0,
            "repostCount": 0,
            "replyCount": 0,
            "quoteCount": 0,
        }
        if "embed" in record.value:
            view["embed"] = record.value["embed"]
        gate = self.records.get(uri.replace(POST, GATE))
        if gate:
            view["threadgate"] = {"record": gate.value}
        return view


def _cid(record: dict[str, Any]) -> str:
    return "bafyrei" + hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:52]
