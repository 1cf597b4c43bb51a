"""The one way in which jauap speaks to the outside: time-outs, size limits, no retries, no redirects.

What a failed call means depends on whether it can have shown something to people, so there are
two doors and no third:

    read(...)   a call that changes nothing people see (GET, an upload, a token): may be repeated
    act(...)    the call that people see: after the first byte on the wire, only a clear answer
                is an answer; everything else is OutcomeUnknown

Addresses that came from a person, a page or a server lead only to public hosts: the name is
resolved once, every address is checked, and the connection goes to the checked address, so a
second look-up (DNS rebinding) can't lead elsewhere. Exact origins that the operator lists pass.
"""

from __future__ import annotations

import ipaddress
import json as jsonlib
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from jauap.errors import (
    NetworkError,
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SignedOutKind,
    SlowDown,
    Unavailable,
)

MAX_ANSWER_BYTES = 8_000_000
WHOLE_ANSWER_S = 60.0
WAIT_WITHOUT_WORD = timedelta(seconds=60)
"""How long we wait after a 429 that does not say how long."""


@dataclass(frozen=True)
class Answer:
    """A whole answer. body: at most MAX_ANSWER_BYTES."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return jsonlib.loads(self.body)

    def words(self) -> str:
        """The server's own words about an error, as far as they can be found; at most 500 characters."""
        try:
            got = self.json()
        except ValueError:
            return self.body[:500].decode("utf-8", "replace").strip()
        if isinstance(got, dict):
            for name in ("description", "message", "error_description", "error"):
                if isinstance(got.get(name), str) and got[name]:
                    return str(got[name])[:500]
        return ""


Classify = Callable[[Answer], NetworkError | None]
"""A network's own reading of an answer that is odd there; None = the usual reading."""


def usual(answer: Answer, *, seen_by_people: bool) -> NetworkError | None:
    """What an answer means on most networks; None = it went well."""
    words = answer.words() if not answer.ok else ""
    match answer.status:
        case status if 200 <= status < 300:
            return None
        case 401:
            return SignedOut(SignedOutKind.REVOKED, words)
        case 403:
            return SignedOut(SignedOutKind.ROLE_LOST, words)
        case 429:
            return SlowDown(retry_at(answer.headers, datetime.now(UTC)), their_words=words)
        case status if 400 <= status < 500 and status != 408:
            return Rejected(words or f"HTTP {status}")
    if seen_by_people:
        return OutcomeUnknown(f"HTTP {answer.status} {words}".strip())
    return Unavailable(f"HTTP {answer.status} {words}".strip())


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """When to try again: Retry-After (seconds or a date), else X-RateLimit-Reset (ISO or epoch).

    Never in the past, never more than a day ahead; a minute where the server says nothing.
    """
    for name in ("retry-after", "x-ratelimit-reset", "ratelimit-reset"):
        value = headers.get(name, "").strip()
        moment = _moment(value, now) if value else None
        if moment is not None:
            return min(max(moment, now + timedelta(seconds=1)), now + timedelta(days=1))
    return now + WAIT_WITHOUT_WORD


def _moment(value: str, now: datetime) -> datetime | None:
    try:
        number = float(value)
        if number != number or number > 4e9:
            return None
        return datetime.fromtimestamp(number, UTC) if number > 1e9 else now + timedelta(seconds=number)
    except ValueError:
        pass
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


class Http:
    """The shared client; safe to use from several threads.

    allowed: origins ("http://127.0.0.1:8010") that may be private; the operator's own list.
    user_agent: who we say that we are.
    timeout_s: how long each read may be silent; a slower whole answer ends at WHOLE_ANSWER_S.
    """

    def __init__(
        self, *, allowed: Iterable[str] = (), user_agent: str = "jauap", timeout_s: float = 20.0
    ) -> None:
        self.allowed = frozenset(origin(url) for url in allowed)
        transport = _Transport(self.allowed)
        self._client = httpx2.Client(
            transport=transport,
            timeout=httpx2.Timeout(timeout_s, connect=8.0, write=60.0),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": user_agent},
        )

    def close(self) -> None:
        self._client.close()

    def read(self, method: str, url: str, *, classify: Classify | None = None, **what: Any) -> Answer:
        """A call that may be repeated. what: httpx arguments (params, json, data, files, content, headers).

        Raises SignedOut, SlowDown, Rejected, Unavailable.
        """
        return self._call(method, url, classify, seen_by_people=False, **what)

    def act(self, method: str, url: str, *, classify: Classify | None = None, **what: Any) -> Answer:
        """The call that people see. Raises as `read`, and OutcomeUnknown."""
        return self._call(method, url, classify, seen_by_people=True, **what)

    def _call(
        self, method: str, url: str, classify: Classify | None, *, seen_by_people: bool, **what: Any
    ) -> Answer:
        self._refuse_odd(url)
        try:
            answer = self._whole(method, url, **what)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise Unavailable(type(error).__name__) from error
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise Unavailable("address") from error
        except (httpx2.HTTPError, httpcore2.ConnectionNotAvailable) as error:
            lost = OutcomeUnknown if seen_by_people else Unavailable
            raise lost(type(error).__name__) from error
        problem = classify(answer) if classify else None
        problem = problem or usual(answer, seen_by_people=seen_by_people)
        if problem is not None:
            raise problem
        return answer

    def _whole(self, method: str, url: str, **what: Any) -> Answer:
        deadline = time.monotonic() + WHOLE_ANSWER_S
        with self._client.stream(method, url, **what) as response:
            body = bytearray()
            for piece in response.iter_bytes(65_536):
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    raise httpx2.ReadError("answer too large")
                if time.monotonic() > deadline:
                    raise httpx2.ReadTimeout("answer too slow")
            return Answer(response.status_code, response.headers, bytes(body))

    def _refuse_odd(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise Unavailable("address")
        if parts.scheme == "http" and origin(url) not in self.allowed:
            raise Unavailable("address without encryption")


def readable(answer: Answer, *, seen_by_people: bool) -> Any:
    """The answer's JSON object. Raises OutcomeUnknown (a call people see) or Unavailable."""
    try:
        got = answer.json()
    except ValueError as error:
        raise (OutcomeUnknown if seen_by_people else Unavailable)("unreadable answer") from error
    if not isinstance(got, dict | list):
        raise (OutcomeUnknown if seen_by_people else Unavailable)("unreadable answer")
    return got


def origin(url: str) -> str:
    """scheme://host:port with the default port written out; host in lower case."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def public(address: str) -> bool:
    """Whether an IP address is one of the open Internet."""
    ip = ipaddress.ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _CheckedConnections(httpcore2.NetworkBackend):
    """Resolves a name itself and connects to an address that it has checked."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._open = frozenset(item.split("://", 1)[1] for item in allowed)
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore2.ConnectError("name not found") from error
        addresses = [str(entry[4][0]) for entry in found]
        if f"{host.lower()}:{port}" not in self._open and not all(map(public, addresses)):
            raise httpcore2.ConnectError("private address")
        problem: Exception = httpcore2.ConnectError("no address")
        for address in dict.fromkeys(addresses):
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
        raise problem


class _Transport(httpx2.HTTPTransport):
    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
            retries=0,
            network_backend=_CheckedConnections(allowed),
        )
