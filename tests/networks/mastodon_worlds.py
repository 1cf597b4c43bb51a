"""Two Mastodon worlds for the tests: the fake, and snac2 with a foreign client as the citizen."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import mastodon as foreign
import requests

from jauap.networks import oauth
from jauap.networks.base import Credentials, Network, Published
from jauap.networks.http import Http
from jauap.networks.mastodon import Mastodon
from tests.networks.fakes.mastodon import MastodonFake
from tests.networks.fakes.mastodon_shown import Note
from tests.networks.servers.snac import Snac, Someone
from tests.networks.world import Faults, World

HERE = "http://127.0.0.1:9/back"
"""Where a browser would come back to; nobody listens there."""


class _Text(HTMLParser):
    """HTML as a person reads it; no code of ours."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(shown)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.text += "\n" if tag == "br" else ""

    def handle_endtag(self, tag: str) -> None:
        self.text += "\n\n" if tag == "p" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def as_read(shown: str) -> str:
    return _Text(shown).text.strip()


def without_names(text: str) -> str:
    """Names at the head only say to whom an answer goes."""
    return re.sub(r"^(@\S+\s+)+", "", text)


class FakeWorld(World):
    """The fake server."""

    def __init__(self, fake: MastodonFake) -> None:
        self.fake = fake
        self.network: Network = Mastodon(
            Credentials(fake.origin, fake.office.id, {"access_token": fake.token}),
            Http(allowed=[fake.origin]),
        )

    def citizen_sees(self) -> list[str]:
        return [self._read(note) for note in self.fake.standing(self.fake.office)]

    def citizen_sees_thread(self, post: Published) -> list[str]:
        return [without_names(self._read(note)) for note in self.fake.under(post.ids[0])]

    def citizen_sees_alts(self) -> list[str] | None:
        return [m.description for m in self.fake.standing(self.fake.office)[0].media]

    def citizen_replies(self, to: Published, text: str) -> None:
        self.fake.write(self.fake.citizen, f"@{self.fake.office.username} {text}", parent=to.ids[0])

    def citizen_edits(self, old: str, new: str) -> bool:
        self.fake.clock.advance(seconds=5)
        self.fake.change(self._by_citizen(old), f"@{self.fake.office.username} {new}")
        return True

    def citizen_deletes(self, text: str) -> bool:
        self.fake.remove(self._by_citizen(text))
        return True

    def faults(self) -> Faults | None:
        return self.fake.faults

    def revoke(self) -> bool | None:
        self.fake.signing_in.tokens.clear()
        return None

    def _read(self, note: Note) -> str:
        return as_read(self.fake.shows.html(note.text))

    def _by_citizen(self, text: str) -> Note:
        living = self.fake.shows.living()
        return next(n for n in living if n.author is self.fake.citizen and text in n.text)


class OneCallSession(requests.Session):
    """One connection a call: snac2 closes it after the answer without saying so."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().request(*args, **kwargs)
        finally:
            self.close()


def foreign_client(origin: str) -> Any:
    """Mastodon.py with an app of its own, not signed in yet."""
    session = OneCallSession()
    identity, secret = foreign.Mastodon.create_app(
        "citizen", redirect_uris=HERE, api_base_url=origin, scopes=["read", "write"], session=session
    )
    return foreign.Mastodon(identity, secret, api_base_url=origin, version_check_mode="none", session=session)


class SnacWorld(World):
    """snac2: the page signs in by our own code flow, the citizen by Mastodon.py's."""

    patience_s = 60.0

    def __init__(self, server: Snac, office: Someone, person: Someone) -> None:
        self.server, self.office = server, office
        http = Http(allowed=[server.origin])
        app = oauth.register(http, server.origin, HERE)
        start = oauth.begin(app)
        back = server.says_yes(start.url, self.office)
        self.network: Network = Mastodon(oauth.finish(http, app, start, back), http)
        self.citizen = foreign_client(server.origin)
        url = self.citizen.auth_request_url(redirect_uris=HERE, scopes=["read", "write"])
        code = server.says_yes(url, person)["code"]
        self.citizen.log_in(code=code, redirect_uri=HERE, scopes=["read", "write"])

    def as_shown(self, text: str) -> str:
        """snac2 shows *words* in italics and `words` as code, without the signs, and trims around signs."""
        text = re.sub(r"\*([^*]+)\*", r"\1", text)
        return re.sub(r"`([^`]+)`", r"\1", text)

    def citizen_sees(self) -> list[str]:
        got = self.citizen.account_statuses(self.network.credentials.account, limit=40)
        return [as_read(s["content"]) for s in got if not s["in_reply_to_id"]]

    def citizen_sees_thread(self, post: Published) -> list[str]:
        below = self.citizen.status_context(post.ids[0])["descendants"]
        under = list(below)
        for status in below:
            under += self.citizen.status_context(status["id"])["descendants"]
        return [without_names(as_read(s["content"])) for s in under]

    def citizen_sees_alts(self) -> list[str] | None:
        newest = self.citizen.account_statuses(self.network.credentials.account, limit=1)[0]
        return [m["description"] for m in newest["media_attachments"]]

    def citizen_replies(self, to: Published, text: str) -> None:
        host = self.server.origin.removeprefix("http://")
        self.citizen.status_post(f"@{self.office.login}@{host} {text}", in_reply_to_id=to.ids[0])

    def citizen_edits(self, old: str, new: str) -> bool:
        """Mastodon.py's form of an edit empties the text on snac2, so the person uses JSON."""
        mine = self.citizen.account_statuses(self.citizen.me()["id"])
        status = next(s for s in mine if old in s["content"])
        token = {"Authorization": f"Bearer {self.citizen.access_token}", "Connection": "close"}
        url = f"{self.server.origin}/api/v1/statuses/{status['id']}"
        Http(allowed=[self.server.origin]).read("PUT", url, json={"status": new}, headers=token)
        return True

    def revoke(self) -> bool | None:
        oauth.revoke(self.network.http, self.network.credentials)
        return None
