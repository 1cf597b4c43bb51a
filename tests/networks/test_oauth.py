"""Signing in to a page on a Mastodon server: the code flow against the fake and against snac2."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jauap.errors import BadInput, Rejected, SignedOut, Unavailable
from jauap.networks import oauth
from jauap.networks.base import Credentials
from jauap.networks.http import Http
from jauap.networks.mastodon import Mastodon
from tests.networks.acts import publish
from tests.networks.fakes.mastodon import MastodonFake
from tests.networks.mastodon_worlds import HERE, foreign_client
from tests.networks.servers.snac import Snac, snac  # noqa: F401  a fixture


@pytest.fixture
def fake() -> Iterator[MastodonFake]:
    with MastodonFake() as server:
        yield server


@pytest.fixture
def http(fake: MastodonFake) -> Http:
    return Http(allowed=[fake.origin])


def test_the_code_flow_opens_the_page(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start = oauth.begin(app, language="kk")
    credentials = oauth.finish(http, app, start, fake.consent(start.url))
    assert credentials.account == fake.office.id
    assert Mastodon(credentials, http).check().good
    publish(Mastodon(credentials, http), "Кірдік", "kk")
    assert fake.shown["Кірдік"] == 1


@pytest.mark.servers
def test_the_code_flow_opens_a_page_on_snac2(snac: Snac) -> None:  # noqa: F811
    http = Http(allowed=[snac.origin])
    app = oauth.register(http, snac.origin, HERE)
    start = oauth.begin(app)
    who = snac.newcomer("basshy")
    credentials = oauth.finish(http, app, start, snac.says_yes(start.url, who))
    checked = Mastodon(credentials, http).check()
    assert checked.good
    assert checked.profile
    assert who.login in checked.profile.handle
    assert "snac" in " ".join(str(note) for note in checked.notes)
    oauth.revoke(http, credentials)
    assert not Mastodon(credentials, http).check().good


def test_nothing_is_published_by_signing_in(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start = oauth.begin(app)
    oauth.finish(http, app, start, fake.consent(start.url))
    assert not fake.shown


def test_a_foreign_state_is_refused(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start, other = oauth.begin(app), oauth.begin(app)
    with pytest.raises(BadInput):
        oauth.finish(http, app, start, fake.consent(other.url))


def test_a_no_is_said_in_words_and_changes_nothing(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start = oauth.begin(app)
    with pytest.raises(BadInput) as told:
        oauth.finish(http, app, start, fake.consent(start.url, agree=False))
    assert "not allowed" in str(told.value.said)


def test_a_stolen_code_is_worth_nothing_without_the_verifier(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start = oauth.begin(app)
    back = fake.consent(start.url)
    thief = oauth.Start(start.url, start.state, "another-verifier-of-the-right-length-0123456789")
    with pytest.raises(Rejected):
        oauth.finish(http, app, thief, back)


def test_a_code_works_once_and_ten_minutes(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start = oauth.begin(app)
    back = fake.consent(start.url)
    oauth.finish(http, app, start, back)
    with pytest.raises(Rejected):
        oauth.finish(http, app, start, back)
    late = fake.consent(start.url)
    fake.clock.advance(minutes=11)
    with pytest.raises(Rejected):
        oauth.finish(http, app, start, late)


def test_a_token_given_back_opens_nothing_and_may_be_given_back_twice(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start = oauth.begin(app)
    credentials = oauth.finish(http, app, start, fake.consent(start.url))
    oauth.revoke(http, credentials)
    oauth.revoke(http, credentials)
    with pytest.raises(SignedOut):
        Mastodon(credentials, http).profile()


def test_secrets_are_not_shown(fake: MastodonFake, http: Http) -> None:
    app = oauth.register(http, fake.origin, HERE)
    start = oauth.begin(app)
    credentials = oauth.finish(http, app, start, fake.consent(start.url))
    shown = f"{app!r} {start!r} {credentials!r}"
    for secret in (app.client_secret, start.verifier, credentials.secrets["access_token"]):
        assert secret not in shown


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("mastodon.example", "https://mastodon.example"),
        (" https://Mastodon.Example/@akimat?x=1 ", "https://mastodon.example"),
        ("@akimat@mastodon.example", "https://mastodon.example"),
        ("акимат.қаз", "https://xn--80aaxgf3d.xn--80ao21a"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
    ],
)
def test_the_server_is_read_from_what_people_type(typed: str, origin: str) -> None:
    if not typed.isascii():
        origin = "https://" + typed.encode("idna").decode()
    assert oauth.origin_of(typed) == origin


@pytest.mark.parametrize("typed", ["", "   ", "ftp://x.example", "no spaces here", "https://"])
def test_what_is_no_server_is_refused_where_it_was_typed(typed: str) -> None:
    with pytest.raises(BadInput) as told:
        oauth.origin_of(typed)
    assert told.value.where == "server"


def test_a_private_address_is_not_called_unless_the_operator_lists_it(fake: MastodonFake) -> None:
    with pytest.raises(Unavailable):
        oauth.register(Http(), fake.origin, HERE)
    assert not fake.log


class _Website(BaseHTTPRequestHandler):
    """A web server that is not Mastodon. status: what it answers to everything."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.status == 301:
            self.send_header("Location", "https://social.example/api/v2/instance")
        self.end_headers()
        self.wfile.write(b"<h1>Welcome</h1>")

    do_POST = do_GET  # noqa: N815  the standard library's names

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture(params=[200, 301, 403, 404])
def website(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    handler = type("Website", (_Website,), {"status": request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", request.param
        server.shutdown()


def test_a_server_that_is_not_mastodon_is_told_in_words(website: tuple[str, int]) -> None:
    origin, status = website
    http = Http(allowed=[origin])
    with pytest.raises(Rejected) as told:
        oauth.register(http, origin, HERE)
    checked = Mastodon(Credentials(origin, "1", {"access_token": "t"}), http).check()
    assert not checked.good
    wanted = "https://social.example" if status == 301 else "does not answer as a Mastodon"
    assert wanted in str(told.value.said)
    if status != 403:
        assert wanted in str(checked.notes[0])


def test_the_fake_is_a_mastodon_to_a_client_that_others_wrote(fake: MastodonFake) -> None:
    """Mastodon.py signs in, posts, uploads, edits, reads and deletes on the fake."""
    client = foreign_client(fake.origin)
    back = fake.consent(client.auth_request_url(redirect_uris=HERE, scopes=["read", "write"]))
    client.log_in(code=back["code"], redirect_uri=HERE, scopes=["read", "write"])
    assert client.me()["username"] == "akimat"
    media = client.media_post(b"\x89PNG", mime_type="image/png", description="Көпір")
    first = client.status_post("Сәлем", media_ids=[media], language="kk", idempotency_key="k1")
    again = client.status_post("Сәлем", media_ids=[media], language="kk", idempotency_key="k1")
    assert first["id"] == again["id"]
    assert first["media_attachments"][0]["description"] == "Көпір"
    client.status_update(first["id"], status="Сәлем!")
    assert [h["content"] for h in client.status_history(first["id"])] == ["<p>Сәлем</p>", "<p>Сәлем!</p>"]
    reply = fake.write(fake.citizen, "@akimat жауап", parent=str(first["id"]))
    assert [n["status"]["id"] for n in client.notifications(types=["mention"])] == [reply.id]
    assert [s["id"] for s in client.status_context(first["id"])["descendants"]] == [reply.id]
    assert [s["id"] for s in client.account_statuses(client.me()["id"])] == [first["id"]]
    assert client.instance_v2()["configuration"]["statuses"]["max_characters"] == 500
    client.status_delete(first["id"])
    assert fake.standing(fake.office) == []
