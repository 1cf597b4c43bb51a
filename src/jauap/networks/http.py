"""The one way in which jauap speaks to the outside: time-outs, size limits, no retries, no redirects.

What a failed call means depends on whether it can have shown something to people, so there are
two doors and no third:

    read(...)   a call that changes nothing people see (GET, an upload, a token): may be repeated
    act(...)    the call that people see: after the first byte on the wire, only a clear answer
                is an answer; everything else is OutcomeUnknown

Addresses that came from a person, a page or a server lead only to public hosts (`connections`).
Exact origins that the operator lists pass. No cookies are kept: one client serves many pages.
Errors are raised `from None`: the cause would carry the address and headers, and so the token.
"""

from __future__ import annotations

import json as jsonlib
import logging
import re
import weakref
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
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
from jauap.networks.connections import PRIVATE, Bounds, CheckedTransport
from jauap.networks.connections import origin as origin
from jauap.networks.connections import public as public
from jauap.words import N_, words

logging.getLogger("httpx2").setLevel(logging.WARNING)  # at INFO: whole addresses, tokens in them

MAX_ANSWER_BYTES = 8_000_000
WHOLE_ANSWER_S = 60.0
WHOLE_CALL_S = 180.0
"""No call takes longer, uploads included; a delivery's lease must be longer."""
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
        """The body as JSON; letters that no database stores become U+FFFD. Raises ValueError."""
        try:
            got = jsonlib.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deep") from None
        return _storable(got) if _ODD_ESCAPE.search(self.body) else got

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


_ODD_ESCAPE = re.compile(rb"(?i)\\u(d[89a-f]|0000)")
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


def _storable(got: Any) -> Any:
    if isinstance(got, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", got)
    if isinstance(got, list):
        return [_storable(item) for item in got]
    if isinstance(got, dict):
        return {_storable(name): _storable(value) for name, value in got.items()}
    return got


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
    timeout_s: how long a read may be silent. answer_s: how long the whole answer may take to arrive.
    """

    def __init__(
        self,
        *,
        allowed: Iterable[str] = (),
        user_agent: str = "jauap",
        timeout_s: float = 20.0,
        answer_s: float = WHOLE_ANSWER_S,
    ) -> None:
        self.allowed = frozenset(origin(url) for url in allowed)
        self._answer_s = answer_s
        self._bounds = Bounds()
        self._client = httpx2.Client(
            transport=CheckedTransport(self._bounds),
            timeout=httpx2.Timeout(timeout_s, connect=8.0, write=60.0),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
        )

        self.close = weakref.finalize(self, self._client.close)
        """Ends all connections; also when the last reader of this object is gone."""

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
        request = self._request(method, url, **what)
        try:
            answer = self._whole(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise _not_connected(error) from None
        except httpx2.LocalProtocolError:
            raise _unwritable() from None
        except (httpx2.HTTPError, httpcore2.ConnectionNotAvailable, _Oversize) as error:
            lost = OutcomeUnknown if seen_by_people else Unavailable
            raise lost(type(error).__name__.strip("_")) from None
        problem = classify(answer) if classify else None
        problem = problem or usual(answer, seen_by_people=seen_by_people)
        if problem is not None:
            problem.their_words = _without_secrets(problem.their_words, request)
            raise problem
        return answer

    def _request(self, method: str, url: str, **what: Any) -> httpx2.Request:
        """The request ready to go. Raises Unavailable for an odd address, SignedOut for an odd token."""
        try:
            parts = urlsplit(url)
            here = origin(url)
            request = self._client.build_request(method, url, **what)
        except UnicodeEncodeError:
            raise _unwritable() from None
        except (ValueError, httpx2.InvalidURL):
            raise Unavailable("address") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise Unavailable("address")
        if parts.scheme == "http" and here not in self.allowed:
            raise Unavailable("address without encryption")
        return request

    def _whole(self, request: httpx2.Request) -> Answer:
        self._bounds.begin(
            private=origin(str(request.url)) in self.allowed, call_s=WHOLE_CALL_S, answer_s=self._answer_s
        )
        response = self._client.send(request, stream=True)
        try:
            encoding = response.headers.get("content-encoding", "identity").lower()
            body = _body(response.iter_raw(), encoding)
            return Answer(response.status_code, response.headers, body)
        finally:
            response.close()


class _Oversize(Exception):
    """An answer of more than MAX_ANSWER_BYTES, packed or unpacked, or packed in a way we did not ask for."""


def _body(pieces: Iterable[bytes], encoding: str) -> bytes:
    """The whole body, unpacked with an eye on its size: a gzip bomb is never unpacked whole."""
    if encoding not in ("gzip", "x-gzip", "identity", ""):
        raise _Oversize
    unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    body = bytearray()
    for piece in pieces:
        try:
            body += unpack.decompress(piece, MAX_ANSWER_BYTES + 1 - len(body)) if unpack else piece
        except zlib.error:
            raise httpx2.DecodingError("broken gzip") from None
        if len(body) > MAX_ANSWER_BYTES or (unpack and unpack.unconsumed_tail):
            raise _Oversize
    if unpack and body and not unpack.eof:
        raise httpx2.DecodingError("gzip ends too early")
    return bytes(body)


def _not_connected(error: Exception) -> Unavailable:
    if PRIVATE in str(error):
        return Unavailable(PRIVATE, words(N_("This address lies in a private network and is not called.")))
    return Unavailable(type(error).__name__)


def _unwritable() -> SignedOut:
    """Only the sign-in varies in a header: one with letters that no header can hold was pasted wrongly."""
    return SignedOut(SignedOutKind.REVOKED, "The token has letters that no token has.")


def _without_secrets(theirs: str, request: httpx2.Request) -> str:
    """A server's words without the token, should it repeat what we sent."""
    secrets = request.headers.get("authorization", "").split()[-1:]
    secrets += [part for part in request.url.path.split("/") if ":" in part and len(part) > 20]
    for secret in secrets:
        theirs = theirs.replace(secret, "***")
    return theirs


def readable(answer: Answer, *, seen_by_people: bool) -> Any:
    """The answer's JSON object. Raises OutcomeUnknown (a call people see) or Unavailable."""
    try:
        got = answer.json()
    except ValueError as error:
        raise (OutcomeUnknown if seen_by_people else Unavailable)("unreadable answer") from error
    if not isinstance(got, dict | list):
        raise (OutcomeUnknown if seen_by_people else Unavailable)("unreadable answer")
    return got
