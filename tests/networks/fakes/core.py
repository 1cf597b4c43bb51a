"""The common core of all fakes: a loopback server over real sockets that can misbehave.

A fake subclasses `Fake` with two methods:

    operation(request) -> "commit" | "read" | "upload" | another word   what this call is
    answer(request) -> Reply                                           the effect, then the answer

and the core does the rest: the request log, the fault plan, the counter of what citizens see, the
clock that tests move. `answer` runs under `self.lock`, one request at a time.

Faults (see `FaultPlan.plan`), each taken by the next request of its operation:

    before:refuse   the network's own refusal of this content (`refusal()`), without effect
    before:500      before:503      an error without effect
    before:cut      the request is read, then the connection is cut, without effect
    before:timeout  never answered, without effect
    after:cut       the effect happens, the connection is cut before a byte of the answer
    after:half      ... cut in the middle of the answer's body
    after:500       after:502 (HTML of a front door)   after:503   after:504   after:429
    after:garbage   ... a 200 whose body is no JSON
    after:timeout   ... never answered
    429             too many calls, with Retry-After in seconds (`too_many("seconds")`), without effect
    429:iso         429:date        429:epoch       429:bare        the other ways to say how long
"""

from __future__ import annotations

import json as jsonlib
import os
import re
import socket
import struct
import sys
import threading
from abc import ABC, abstractmethod
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from email.utils import format_datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

HELD_S = 30.0
"""How long an answer that never comes is held, unless the fake is stopped before."""


class Clock:
    """The fake's time: the real one, moved forward by tests."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, **how_much: float) -> None:
        """how_much: as in timedelta (seconds=, minutes=, hours=)."""
        self._ahead += timedelta(**how_much)


@dataclass(frozen=True)
class File:
    """A part of a multipart form. filename: '' for a plain field."""

    name: str
    filename: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Request:
    """path: without query. query, fields: the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    body: bytes = field(repr=False)
    raw_query: str = ""
    """The query as it came, for names that come more than once."""

    @cached_property
    def lists(self) -> dict[str, list[str]]:
        """All values of the urlencoded body, `media_ids[]` as it came."""
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @cached_property
    def fields(self) -> dict[str, str]:
        """Plain fields of the body, whether urlencoded, multipart or a JSON object (values as text)."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/"):
            return {f.name: f.content.decode("utf-8", "replace") for f in self.files if not f.filename}
        if "json" in kind:
            got = self.json()
            return {str(k): v if isinstance(v, str) else jsonlib.dumps(v) for k, v in got.items()}
        return {name: values[-1] for name, values in self.lists.items()}

    def json(self) -> Any:
        return jsonlib.loads(self.body or b"{}")

    @cached_property
    def files(self) -> tuple[File, ...]:
        """All parts of a multipart form, plain fields too (those have no filename)."""
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + self.body)
        found = []
        for part in parts.iter_parts():
            given = part["content-disposition"].params if part["content-disposition"] else {}
            content = part.get_payload(decode=True)
            name, filename = str(given.get("name", "")), str(given.get("filename", ""))
            found.append(File(name, filename, part.get_content_type(), bytes(content or b"")))
        return tuple(found)

    @property
    def bearer(self) -> str:
        """The token of the Authorization header; '' where there is none."""
        return re.sub(r"^bearer\s+", "", self.headers.get("authorization", ""), flags=re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """body: bytes as they are; a dict or list is sent as JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, dict[str, str]]:
        headers = dict(self.headers)
        if isinstance(self.body, bytes):
            return self.body, headers
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return jsonlib.dumps(self.body, ensure_ascii=False).encode(), headers


@dataclass(frozen=True)
class Logged:
    """One request as it came. fault: the fault that it met ('' = none)."""

    operation: str
    at: datetime
    request: Request
    fault: str


class FaultPlan:
    """Which requests go wrong, and how many came at all."""

    def __init__(self) -> None:
        self._planned: dict[str, deque[str]] = defaultdict(deque)
        self.counts: Counter[str] = Counter()

    def plan(self, operation: str, fault: str, times: int = 1) -> None:
        """The next `times` requests of `operation` meet `fault`; several plans queue up. '' = goes well."""
        assert re.fullmatch(r"(before|after|429)(:\w+)?|", fault), fault
        self._planned[operation].extend([fault] * times)

    def requests(self, operation: str) -> int:
        return self.counts[operation]

    def take(self, operation: str) -> str:
        """Count a request, and give the fault that it meets."""
        self.counts[operation] += 1
        waiting = self._planned[operation]
        return waiting.popleft() if waiting else ""


class Fake(ABC):
    """A fake network. Use as a context manager: `with TelegramFake() as fake: ... fake.origin`."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.faults = FaultPlan()
        self.log: list[Logged] = []
        self.shown: Counter[str] = Counter()
        """How often a text came to stand before citizens; a double is two; a deletion takes nothing off."""
        self.lock = threading.RLock()
        self._stopping = threading.Event()
        self._server = _Server(self)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    # ---- what a fake says about itself

    @abstractmethod
    def operation(self, request: Request) -> str:
        """What this call is; "commit", "read" and "upload" have the meaning of `world.Faults`."""

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """The effect, then the answer."""

    def refusal(self, request: Request) -> Reply:
        """How this network refuses content."""
        return Reply(422, {"error": "Validation failed: refused"})

    def error(self, status: int, request: Request) -> Reply:
        """How this network says that it is broken; 502 and 504 come from a front door, as HTML."""
        if status in (502, 504):
            return Reply(status, b"<html><h1>Bad Gateway</h1></html>", {"Content-Type": "text/html"})
        return Reply(status, {"error": "Internal error"})

    def too_many(self, form: str, request: Request) -> Reply:
        """429; form: seconds, iso, date, epoch, bare."""
        until = self.clock.now() + timedelta(seconds=7)
        headers = {
            "seconds": {"Retry-After": "7"},
            "date": {"Retry-After": format_datetime(until, usegmt=True)},
            "iso": {"X-RateLimit-Reset": until.isoformat()},
            "epoch": {"X-RateLimit-Reset": str(int(until.timestamp()))},
            "bare": {},
        }[form]
        return Reply(429, {"error": "Too many requests"}, headers)

    # ---- the round trip

    def meet(self, request: Request) -> Reply | None:
        """The whole answer with its fault. None = cut the connection."""
        operation = self.operation(request)
        with self.lock:
            fault = self.faults.take(operation)
            self.log.append(Logged(operation, self.clock.now(), request, fault))
        when, _, what = fault.partition(":")
        if when == "429":
            return self.too_many(what or "seconds", request)
        if when == "before":
            return self._instead(what, request)
        with self.lock:
            reply = self.answer(request)
        return self._spoilt(what, request, reply) if when == "after" else reply

    def _instead(self, what: str, request: Request) -> Reply | None:
        if what == "refuse":
            return self.refusal(request)
        return self._spoilt(what, request, Reply())

    def _spoilt(self, what: str, request: Request, reply: Reply) -> Reply | None:
        if what == "timeout":
            self._stopping.wait(HELD_S)
        if what in ("cut", "timeout"):
            return None
        if what == "half":
            body, headers = reply.encoded()
            return Reply(reply.status, body[: len(body) // 2], {**headers, "Content-Length": str(len(body))})
        if what == "garbage":
            return Reply(200, b"\x89<!doctype html><p>It works!", {"Content-Type": "text/html"})
        return self.too_many("seconds", request) if what == "429" else self.error(int(what), request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; anything else is a bug of the fake and shown by pytest."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def _any(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[-1] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._chunks() if "chunked" in headers.get("transfer-encoding", "") else self._counted(headers)
        reply = self.server.fake.meet(Request(self.command, parts.path, query, headers, body, parts.query))
        if reply is None:
            return self._cut()
        content, sent = reply.encoded()
        self.send_response(reply.status)
        for name, value in sent.items():
            self.send_header(name, value)
        if "Content-Length" not in sent:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()
        if "Content-Length" in sent and int(sent["Content-Length"]) > len(content):
            self._cut()
        return None

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815  the standard library's names

    def _counted(self, headers: Mapping[str, str]) -> bytes:
        return self.rfile.read(int(headers.get("content-length", 0)))

    def _chunks(self) -> bytes:
        """A body of chunks, as aiohttp sends its forms."""
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _cut(self) -> None:
        """A reset, as when a cable is pulled: no orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())

    def finish(self) -> None:
        """Nothing to flush into a connection that was cut."""
        if self.connection.fileno() != -1:
            super().finish()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header tells the fake's time."""
        return super().date_time_string(timestamp or self.server.fake.clock.now().timestamp())

    def log_message(self, *_: object) -> None:
        """Quiet: the fake keeps its own log."""
