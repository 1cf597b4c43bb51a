"""A page on Bluesky with a citizen beside it: on Bluesky's own servers, and on the fake.

The citizen speaks plain XRPC, none of our network code.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from itertools import count
from typing import Any

from jauap.networks._bluesky_reading import uri
from jauap.networks.base import Credentials, Published
from jauap.networks.bluesky import Bluesky
from jauap.networks.http import Http
from tests.networks.fakes.bluesky import BlueskyFake
from tests.networks.servers.bluesky import ADMIN, Servers
from tests.networks.world import Faults, World

PASSWORD = "correct horse battery"
_number = count(1)


class Person:
    """An account at a PDS, driven by hand."""

    def __init__(self, http: Http, pds: str, handle: str) -> None:
        self._http, self.pds, self.handle = http, pds, handle
        body = {"handle": handle, "email": f"{handle}@example.org", "password": PASSWORD}
        got = self.call("com.atproto.server.createAccount", body)
        self.did, self._token = got["did"], got["accessJwt"]

    def call(self, method: str, body: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        """POST where there is a body, else GET."""
        token = getattr(self, "_token", "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        how: dict[str, Any] = {"params": params} if body is None else {"json": body}
        verb = "GET" if body is None else "POST"
        answer = self._http.read(verb, f"{self.pds}/xrpc/{method}", headers=headers, **how)
        got: dict[str, Any] = answer.json() if answer.body else {}
        return got

    def app_password(self) -> str:
        return str(self.call("com.atproto.server.createAppPassword", {"name": "jauap"})["password"])

    def post(self, text: str, **more: Any) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": now, "langs": ["ru"], **more}
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "record": record}
        return self.call("com.atproto.repo.createRecord", body)

    def answer(self, parent: str, text: str, **more: Any) -> dict[str, Any]:
        """Answer a post, once the AppView shows it."""
        view = self.call("app.bsky.feed.getPosts", uris=[parent])["posts"][0]
        here = {"uri": view["uri"], "cid": view["cid"]}
        root = view["record"].get("reply", {}).get("root", here)
        return self.post(text, reply={"root": root, "parent": here}, **more)

    def delete(self, post: str) -> None:
        _, _, did, collection, key = post.split("/")
        self.call("com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": key})


class BlueskyWorld(World):
    """What a citizen sees through the AppView, as the official app shows it."""

    def __init__(self, pds: str, citizen: Person, http: Http) -> None:
        self.http, self.citizen = http, citizen
        self.page = Person(http, pds, f"press{next(_number)}.test")
        secrets = {"identifier": self.page.handle, "app_password": self.page.app_password()}
        self.kept: list[Credentials] = []
        self.network = Bluesky(Credentials(pds, "", secrets), http, renewed=self.kept.append)

    def citizen_sees(self) -> list[str]:
        asked = {"actor": self.page.did, "filter": "posts_no_replies", "limit": 100}
        feed = self.citizen.call("app.bsky.feed.getAuthorFeed", **asked)["feed"]
        return [item["post"]["record"]["text"] for item in feed]

    def citizen_sees_thread(self, post: Published) -> list[str]:
        """Without what the page has hidden: the app keeps it behind "Show hidden replies"."""
        thread = self.citizen.call("app.bsky.feed.getPostThread", uri=post.ids[0], depth=20)["thread"]
        hidden = thread["post"].get("threadgate", {}).get("record", {}).get("hiddenReplies", [])
        found, waiting = [], list(thread.get("replies", []))
        while waiting:
            node = waiting.pop()
            found.append(node["post"])
            waiting += node.get("replies", [])
        found.sort(key=lambda view: view["indexedAt"])
        return [view["record"]["text"] for view in found if view["uri"] not in hidden]

    def citizen_sees_alts(self) -> list[str] | None:
        feed = self.citizen.call("app.bsky.feed.getAuthorFeed", actor=self.page.did)["feed"]
        embed = feed[0]["post"].get("embed", {}) if feed else {}
        return [image["alt"] for image in embed.get("images", embed.get("items", []))]

    def citizen_replies(self, to: Published, text: str) -> None:
        def shown() -> list[Any]:
            found: list[Any] = self.citizen.call("app.bsky.feed.getPosts", uris=list(to.ids))["posts"]
            return found

        self.eventually(shown, bool)
        self.citizen.answer(to.ids[0], text)

    def citizen_deletes(self, text: str) -> bool:
        asked = {"repo": self.citizen.did, "collection": "app.bsky.feed.post"}
        records = self.citizen.call("com.atproto.repo.listRecords", **asked)["records"]
        self.citizen.delete(next(r["uri"] for r in records if r["value"]["text"] == text))
        return True

    def as_shown(self, text: str) -> str:
        """The one link of the contract's texts; how links are shortened is tested by a table."""
        return text.replace("https://example.org", "example.org")


class RealWorld(BlueskyWorld):
    """Bluesky's own PDS and AppView."""

    patience_s = 15.0

    def __init__(self, servers: Servers, citizen: Person, http: Http) -> None:
        super().__init__(servers.pds, citizen, http)
        self.eventually(self._indexed, bool)

    def _indexed(self) -> bool:
        asked = {"actors": [self.page.did, self.citizen.did]}
        return len(self.citizen.call("app.bsky.actor.getProfiles", **asked)["profiles"]) == 2

    def revoke(self) -> bool:
        """The server's administrator takes the account down."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": self.page.did}
        body = {"subject": subject, "takedown": {"applied": True, "ref": "1"}}
        basic = base64.b64encode(":".join(ADMIN).encode()).decode()
        url = f"{self.page.pds}/xrpc/com.atproto.admin.updateSubjectStatus"
        self.http.read("POST", url, json=body, headers={"Authorization": f"Basic {basic}"})
        return True


class FakeWorld(BlueskyWorld):
    """The contract fake: what real servers can't be made to do."""

    def __init__(self, fake: BlueskyFake) -> None:
        http = Http(allowed=[fake.origin])
        self.fake = fake
        super().__init__(fake.origin, Person(http, fake.origin, f"citizen{next(_number)}.test"), http)

    def faults(self) -> Faults:
        return self.fake.faults

    def revoke(self) -> bool:
        self.fake.take_down(self.page.did)
        return True


def key_of(post: Published) -> str:
    here = uri(post.ids[0])
    assert here
    return here.key
