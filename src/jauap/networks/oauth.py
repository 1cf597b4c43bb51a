"""Signing in to a page on any Mastodon server: an app of ours there, a person's yes, a token.

    register(http, server, redirect_uri) -> App     once a server; may be kept and used again
    begin(app) -> Start                             the person is sent to `start.url`
    finish(http, app, start, answer) -> Credentials when they come back; answer: the query as it came

`App` and `Start` are kept in the person's session between the two requests; `Start.verifier` and
`App.client_secret` never leave it. Nothing is published.

Sources: Mastodon documentation, methods "apps", "oauth" (PKCE S256 since 4.3; older servers leave
its parameters unread), read 2026-11-24; RFC 7636 (PKCE); RFC 6749, 4.1.2 (state, error), 10.12.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from jauap.errors import BadInput, NetworkError, Rejected
from jauap.networks import _mastodon_entities as entities
from jauap.networks._mastodon_check import SCOPES, instance_at, not_mastodon, sent_on
from jauap.networks.base import Credentials
from jauap.networks.http import Answer, Http, readable
from jauap.words import N_, words

CLIENT_NAME = "jauap"
_ONCE = {"Connection": "close"}
"""One connection a call: some servers close it after the answer and do not say so."""
_HOST = re.compile(r"[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?")


@dataclass(frozen=True)
class App:
    """What a server knows us as. server: origin."""

    server: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scope: str = " ".join(SCOPES)


@dataclass(frozen=True)
class Start:
    """A sign-in under way. url: where the person says yes."""

    url: str
    state: str
    verifier: str = field(repr=False)


def origin_of(typed: str) -> str:
    """The server's origin from what a person typed: host, address or @account@host.

    Raises BadInput where nothing of that can be read.
    """
    text = typed.strip()
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "https", text.rsplit("@", 1)[-1]
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].casefold().rstrip(".")
    ascii_host = _ascii(host)
    if scheme.casefold() not in ("http", "https") or not ascii_host:
        said = N_("Enter the server's address, for example mastodon.example.")
        raise BadInput(words(said), where="server")
    return f"{scheme.casefold()}://{ascii_host}"


def _ascii(host: str) -> str:
    """Punycode of a host such as адал.қаз; '' where it is no host."""
    if not _HOST.fullmatch(host):
        return ""
    if host.isascii():
        return host
    name, colon, port = host.partition(":")
    try:
        return name.encode("idna").decode() + colon + port
    except UnicodeError:
        return ""


def register(http: Http, server: str, redirect_uri: str, *, website: str = "") -> App:
    """Make an app of ours on the server. server: what the person typed.

    Raises BadInput, Rejected (in words, where there is no Mastodon), SlowDown, Unavailable.
    """
    origin = origin_of(server)

    def get(path: str) -> Any:
        """Public, so a 401 or 403 is an answer of something that is not Mastodon."""
        return readable(
            http.read("GET", origin + path, headers=_ONCE, classify=_elsewhere), seen_by_people=False
        )

    instance_at(get, origin)
    form = {"client_name": CLIENT_NAME, "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)}
    if website:
        form["website"] = website
    answer = http.read("POST", f"{origin}/api/v1/apps", data=form, headers=_ONCE)
    got = readable(answer, seen_by_people=False)
    identity, secret = _texts(got, "client_id", "client_secret")
    if not identity or not secret:
        raise not_mastodon(origin)
    return App(origin, identity, secret, redirect_uri)


def begin(app: App, *, language: str = "", state: str = "", verifier: str = "") -> Start:
    """Where to send the person. state, verifier: fresh random ones unless given."""
    state = state or secrets.token_urlsafe(24)
    verifier = verifier or secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": app.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "force_login": "true",
        **({"lang": language} if language else {}),
    }
    return Start(f"{app.server}/oauth/authorize?{urlencode(query)}", state, verifier)


def finish(http: Http, app: App, start: Start, answer: Mapping[str, str]) -> Credentials:
    """Turn the person's yes into a token. answer: the query with which they came back.

    Raises BadInput (they said no, or this sign-in was not begun here), Rejected, SignedOut,
    SlowDown, Unavailable.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), start.state.encode()):
        raise BadInput(words(N_("This sign-in was not begun in this browser, or is too old. Begin again.")))
    code = answer.get("code", "")
    if answer.get("error") or not code:
        raise BadInput(words(N_("The network was not allowed to let jauap in. Nothing was changed.")))
    token, scope = _token(http, app, start, code)
    headers = {**_ONCE, "Authorization": f"Bearer {token}"}
    told = http.read("GET", f"{app.server}/api/v1/accounts/verify_credentials", headers=headers)
    got = readable(told, seen_by_people=False)
    account = entities.known_id(got.get("id")) if isinstance(got, dict) else ""
    if not account:
        raise not_mastodon(app.server)
    return Credentials(
        server=app.server,
        account=account,
        secrets={
            "access_token": token,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "scope": scope,
        },
    )


def _token(http: Http, app: App, start: Start, code: str) -> tuple[str, str]:
    """The token and the rights that it was given."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri,
        "scope": app.scope,
        "code_verifier": start.verifier,
    }
    got = readable(
        http.read("POST", f"{app.server}/oauth/token", data=form, headers=_ONCE, classify=_refused),
        seen_by_people=False,
    )
    token, scope = _texts(got, "access_token", "scope")
    if not token:
        raise not_mastodon(app.server)
    return token, scope or app.scope


def revoke(http: Http, credentials: Credentials) -> None:
    """Give the token back when a page is disconnected; already dead is success.

    Raises SlowDown, Unavailable.
    """
    form = {
        "client_id": credentials.secrets.get("client_id", ""),
        "client_secret": credentials.secrets.get("client_secret", ""),
        "token": credentials.secrets.get("access_token", ""),
    }
    with suppress(Rejected):
        http.read("POST", f"{credentials.server}/oauth/revoke", data=form, headers=_ONCE, classify=_dead)


def _elsewhere(answer: Answer) -> NetworkError | None:
    if answer.status in (401, 403, 404, 410):
        return Rejected(answer.words())
    return sent_on(answer)


def _refused(answer: Answer) -> NetworkError | None:
    """A code that is used, too old or not ours: begin again; the old token, if any, is untouched."""
    if answer.status in (400, 401, 403):
        return Rejected(answer.words(), words(N_("The network did not accept this sign-in. Begin again.")))
    return None


def _dead(answer: Answer) -> NetworkError | None:
    """403: the token is not ours or no longer one. Either way it opens nothing for us."""
    return Rejected(answer.words()) if answer.status in (400, 401, 403) else None


def _texts(got: object, *names: str) -> list[str]:
    told = got if isinstance(got, dict) else {}
    return [value if isinstance(value := told.get(name), str) else "" for name in names]
