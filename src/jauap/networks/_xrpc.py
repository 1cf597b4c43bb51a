"""XRPC to an account's personal data server (PDS), with a session that renews itself.

Sources: AT Protocol specification, "HTTP API (XRPC)", "Account" and lexicons com.atproto.server.*
(read 2026-11-24); the PDS's auth verifier and refreshSession (source of 2026-08-20): an access token
lives 2 hours, a refresh token 90 days and is replaced by each refresh; the old one works for a while.

Secrets: "identifier" and "app_password" until the first session stands; then "access", "refresh",
and "pds" where the account lives on another server than the one that was named (bsky.social).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from jauap.errors import NetworkError, OutcomeUnknown, Rejected, SignedOut, SignedOutKind, Unavailable
from jauap.networks.base import Credentials
from jauap.networks.connections import origin
from jauap.networks.http import Answer, Classify, Http, readable
from jauap.words import N_, words

EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})
GONE = frozenset(
    f"{what}{state}"
    for what in ("Account", "Repo")
    for state in ("Takedown", "Takendown", "Deactivated", "Suspended", "NotFound")
)
"""The account itself does not stand, whatever the token."""

NOT_A_PDS = words(N_("This address does not answer as a Bluesky server."))
WRONG_PASSWORD = words(
    N_(
        "Bluesky does not accept this name with this app password. "
        "Make a new app password in its settings and enter it here."
    )
)


class Refused(Rejected):
    """A refusal with the network's own name for it (`code`)."""

    def __init__(self, code: str, their_words: str) -> None:
        super().__init__(their_words or code)
        self.code = code


class Stale(SignedOut):
    """The token is past its time; the call was certainly not handled."""


class Xrpc:
    """Calls for one account. The PDS answers itself, or (app.bsky.*) asks the AppView on our behalf."""

    def __init__(self, credentials: Credentials, http: Http, renewed: Callable[[Credentials], None]) -> None:
        self.credentials = credentials
        self._http = http
        self._renewed = renewed

    @property
    def did(self) -> str:
        """The account's permanent identifier; signs in where that is not known yet."""
        if not self.credentials.account.startswith("did:") or not self._secret("access"):
            self._sign_in()
        return self.credentials.account

    def get(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the PDS. Raises SignedOut, SlowDown, Refused, Unavailable."""
        return _object(self._signed("GET", method, params=params), seen_by_people=False)

    def look(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the AppView; its refusals say nothing about our sign-in.

        Raises SignedOut, SlowDown, Unavailable, and Refused only where what is asked for is not there.
        """
        answer = self._signed("GET", method, classify=_from_appview, params=params)
        return _object(answer, seen_by_people=False)

    def do(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change something in a way that may be repeated. Raises as `get`."""
        return _object(self._signed("POST", method, json=body), seen_by_people=False)

    def act(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """The call that people see. Raises as `get`, and OutcomeUnknown."""
        answer = self._signed("POST", method, seen_by_people=True, classify=_acted, json=body)
        return _object(answer, seen_by_people=True)

    def upload(self, content: bytes, mime: str) -> dict[str, Any]:
        """Store a blob; the same bytes give the same reference. Raises as `get`."""
        headers = {"Content-Type": mime}
        got = self._signed("POST", "com.atproto.repo.uploadBlob", content=content, headers=headers)
        blob = _object(got, seen_by_people=False).get("blob")
        if not isinstance(blob, dict):
            raise Unavailable("no blob in the answer")
        return blob

    def scope(self) -> str:
        """What kind of sign-in the access token is ("com.atproto.appPass"); '' where it can't be read."""
        parts = self._secret("access").split(".")
        try:
            claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        except (ValueError, IndexError):
            return ""
        return str(claims.get("scope", "")) if isinstance(claims, dict) else ""

    # ------------------------------------------------------------ the session

    def _signed(
        self,
        verb: str,
        method: str,
        *,
        seen_by_people: bool = False,
        classify: Classify | None = None,
        headers: dict[str, str] | None = None,
        **what: Any,
    ) -> Answer:
        """One call with a token; renewed once where the server says that it is past its time."""
        if not self._secret("access"):
            self._sign_in()
        call = self._http.act if seen_by_people else self._http.read

        def ask() -> Answer:
            sent = {**(headers or {}), "Authorization": f"Bearer {self._secret('access')}"}
            return call(verb, self._url(method), classify=classify or _told, headers=sent, **what)

        try:
            return ask()
        except Stale:
            self._refresh()
            return ask()

    def _sign_in(self) -> None:
        body = {
            "identifier": self._secret("identifier").strip().lstrip("@") or self.credentials.account,
            "password": self._secret("app_password").strip(),
        }
        if not body["password"]:
            raise SignedOut(SignedOutKind.EXPIRED)
        url = f"{self.credentials.server}/xrpc/com.atproto.server.createSession"
        got = _object(self._http.read("POST", url, classify=_told, json=body), seen_by_people=False)
        self._keep(got)

    def _refresh(self) -> None:
        """Fresh tokens. A lost answer may have used up the old one: it is tried once more, no oftener."""
        try:
            got = self._ask_refresh()
        except Unavailable:
            got = self._ask_refresh()
        self._keep(got)

    def _ask_refresh(self) -> dict[str, Any]:
        token = self._secret("refresh")
        if not token:
            raise SignedOut(SignedOutKind.EXPIRED)
        url = f"{self.credentials.server}/xrpc/com.atproto.server.refreshSession"
        headers = {"Authorization": f"Bearer {token}"}
        return _object(self._http.read("POST", url, classify=_told, headers=headers), seen_by_people=False)

    def _keep(self, session: dict[str, Any]) -> None:
        """Store the whole answer before its tokens are used; nothing empty replaces what we have."""
        access, did = _text(session, "accessJwt"), _text(session, "did")
        if not access or not did.startswith("did:"):
            raise Unavailable("no session in the answer", NOT_A_PDS)
        old = {k: v for k, v in self.credentials.secrets.items() if k not in ("identifier", "app_password")}
        new = {**old, "access": access, "refresh": _text(session, "refreshJwt") or old.get("refresh", "")}
        home = _home(session)
        if home and origin(home) != origin(self.credentials.server):
            new["pds"] = home
        self.credentials = replace(self.credentials, account=did, secrets=new)
        self._renewed(self.credentials)

    def _url(self, method: str) -> str:
        return f"{self._secret('pds') or self.credentials.server}/xrpc/{method}"

    def _secret(self, name: str) -> str:
        return self.credentials.secrets.get(name, "")


# ---------------------------------------------------------------- what an answer means


def _told(answer: Answer) -> NetworkError | None:
    """The PDS's own refusals; a refusal that is not XRPC's comes from a front door and says nothing."""
    if not 400 <= answer.status < 500 or answer.status in (408, 429):
        return None
    code, said = _refusal(answer)
    if answer.status == 413:
        return Refused(code or "BlobTooLarge", said)
    if not code:
        return Unavailable(f"HTTP {answer.status}", NOT_A_PDS)
    if code in EXPIRED:
        return Stale(SignedOutKind.EXPIRED, said)
    if code in GONE:
        return SignedOut(SignedOutKind.GONE, said)
    if answer.status == 401:
        return SignedOut(SignedOutKind.REVOKED, said)
    if answer.status == 403:
        return SignedOut(SignedOutKind.ROLE_LOST, said)
    return Refused(code, said)


def _acted(answer: Answer) -> NetworkError | None:
    """As `_told`, for the call that people see: what is not a clear refusal is unknown."""
    told = _told(answer)
    if isinstance(told, Unavailable) or (isinstance(told, Refused) and told.code == "InvalidSwap"):
        return OutcomeUnknown(told.their_words)
    return told


def _from_appview(answer: Answer) -> NetworkError | None:
    """As `_told`, for a call that the PDS passes on: only its own words about our account sign us out."""
    told = _told(answer)
    if told is None or isinstance(told, Stale):
        return told
    code, said = _refusal(answer)
    if code in ("NotFound", "RecordNotFound") or code.startswith("Repo"):
        return Refused(code, said)
    ours = isinstance(told, SignedOut) and told.kind is SignedOutKind.GONE
    return told if ours else Unavailable(told.their_words)


def _refusal(answer: Answer) -> tuple[str, str]:
    """XRPC's name of an error and its sentence; '' and '' where the answer is none of XRPC's."""
    try:
        got = answer.json()
    except ValueError:
        return "", ""
    if not isinstance(got, dict):
        return "", ""
    return _text(got, "error"), _text(got, "message")


def _object(answer: Answer, *, seen_by_people: bool) -> dict[str, Any]:
    got = readable(answer, seen_by_people=seen_by_people)
    if not isinstance(got, dict):
        raise (OutcomeUnknown if seen_by_people else Unavailable)("unreadable answer")
    return got


def _home(session: dict[str, Any]) -> str:
    """The origin of the account's own PDS, from its DID document; '' where it names none."""
    document = session.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            parts = urlsplit(_text(service, "serviceEndpoint"))
            return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""
    return ""


def _text(got: dict[str, Any], name: str) -> str:
    value = got.get(name)
    return value if isinstance(value, str) else ""
