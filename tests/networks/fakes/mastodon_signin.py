"""How the fake Mastodon lets an app in: registration, a person's yes, code and token with PKCE."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from tests.networks.fakes.core import Clock, Reply, Request

CODE_LIFE = timedelta(minutes=10)


@dataclass
class Code:
    app: str
    redirect_uri: str
    scope: str
    challenge: str
    person: str
    at: datetime


@dataclass
class Token:
    person: str
    scope: str
    app: str


class SignIn:
    """Apps, codes and tokens of one server."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.tokens: dict[str, Token] = {}
        self.apps: dict[str, dict[str, str]] = {}
        self.codes: dict[str, Code] = {}

    def let_in(self, person_id: str, scope: str) -> str:
        """A token without the way to it."""
        token = secrets.token_urlsafe(32)
        self.tokens[token] = Token(person_id, scope, "")
        return token

    def consent(self, url: str, person_id: str, *, agree: bool = True) -> dict[str, str]:
        """What a browser brings back after a person has said yes (or no) at `url`."""
        asked = {k: v[-1] for k, v in parse_qs(urlsplit(url).query).items()}
        app = self.apps[asked["client_id"]]
        assert asked["response_type"] == "code"
        assert asked["redirect_uri"] in app["redirect_uris"].split()
        if not agree:
            return {"error": "access_denied", "state": asked["state"]}
        assert set(asked["scope"].split()) <= set(app["scopes"].split())
        assert asked.get("code_challenge_method", "S256") == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = Code(
            app=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            scope=asked["scope"],
            challenge=asked.get("code_challenge", ""),
            person=person_id,
            at=self.clock.now(),
        )
        return {"code": code, "state": asked["state"]}

    def register(self, request: Request) -> Reply:
        given = request.fields
        if not given.get("client_name") or not given.get("redirect_uris"):
            return Reply(422, {"error": "Validation failed: Application name can't be blank"})
        identity = secrets.token_urlsafe(24)
        self.apps[identity] = {
            "client_id": identity,
            "client_secret": secrets.token_urlsafe(24),
            "name": given["client_name"],
            "redirect_uris": given["redirect_uris"],
            "scopes": given.get("scopes", "read"),
        }
        return Reply(200, {**self.apps[identity], "redirect_uri": given["redirect_uris"]})

    def token(self, request: Request) -> Reply:
        given = request.fields
        app = self.apps.get(given.get("client_id", ""))
        if app is None or app["client_secret"] != given.get("client_secret"):
            return Reply(
                401, {"error": "invalid_client", "error_description": "Client authentication failed"}
            )
        code = self.codes.pop(given.get("code", ""), None)
        verifier = given.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if (
            code is None
            or code.app != app["client_id"]
            or code.redirect_uri != given.get("redirect_uri")
            or self.clock.now() - code.at > CODE_LIFE
            or (code.challenge and code.challenge != challenge)
        ):
            error = "The provided authorization grant is invalid, expired, revoked"
            return Reply(400, {"error": "invalid_grant", "error_description": error})
        token = secrets.token_urlsafe(32)
        self.tokens[token] = Token(code.person, code.scope, code.app)
        told = {"access_token": token, "token_type": "Bearer", "scope": code.scope}
        return Reply(200, {**told, "created_at": int(self.clock.now().timestamp())})
