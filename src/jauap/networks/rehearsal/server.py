"""The rehearsal network's server: the API for offices, HTML for citizens, on 127.0.0.1 alone."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jauap.networks.rehearsal.api import Api
from jauap.networks.rehearsal.faults import HELD_S, Faults, when_to_return
from jauap.networks.rehearsal.pages import Pages
from jauap.networks.rehearsal.people import People
from jauap.networks.rehearsal.requests import Reply, Request
from jauap.networks.rehearsal.rules import PICTURE_BYTES, Refused
from jauap.networks.rehearsal.store import Store

BODY_BYTES = PICTURE_BYTES + 10_000


@dataclass(frozen=True)
class Running:
    """A server that answers. origin: "http://127.0.0.1:8010"."""

    origin: str
    network: RehearsalServer

    def stop(self) -> None:
        """Stop answering; everything that was answered stands in the file."""
        self.network.stop()


def serve(
    folder: Path,
    port: int = 8010,
    *,
    people: bool = True,
    speed: float = 1.0,
    seed: str = "",
    faults: bool = False,
) -> Running:
    """Start in threads of this process; port 0 = a free one. Raises OSError where the port is taken.

    people: whether they post by the script, `speed` times as fast. faults: opens `/admin` for the exam.
    """
    network = RehearsalServer(folder, port, people=people, speed=speed, seed=seed, faults=faults)
    network.start()
    return Running(network.origin, network)


class RehearsalServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(
        self, folder: Path, port: int, *, people: bool, speed: float, seed: str, faults: bool
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        self.store = Store(folder)
        self.faults = Faults()
        self.admin = faults
        self.people = People(self.store, speed=speed, seed=seed, awake=people)
        self.api = Api(self.store, self.people, lambda: self.faults.ignore_keys)
        self.pages = Pages(self.store)

    def start(self) -> None:
        self.people.start()
        threading.Thread(target=self.serve_forever, args=(0.1,), name="rehearsal", daemon=True).start()

    def stop(self) -> None:
        self.faults.stopping.set()
        self.shutdown()
        self.server_close()
        self.people.stop()
        self.store.close()

    # ---- one request

    def meet(self, request: Request) -> Reply | None:
        """The whole answer with its fault, if one is planned. None = cut the connection."""
        if request.path.startswith("/admin/"):
            return self._admin(request) if self.admin else Reply(404, {"error": "There is no such address."})
        if not request.path.startswith("/api/"):
            return self.pages.answer(request)
        fault = self.faults.take(operation(request), request.headers.get("idempotency-key", ""))
        self.faults.wait(self.faults.latency_s)
        when, _, what = fault.partition(":")
        if when == "429":
            return Reply(429, {"error": "Too many requests."}, when_to_return(what or "seconds"))
        if when == "before":
            return self._spoilt(what, Reply())
        reply = self._api(request)
        return self._spoilt(what, reply) if when == "after" else reply

    def _api(self, request: Request) -> Reply:
        try:
            return self.api.answer(request)
        except Refused as refused:
            return Reply(refused.status, {"error": refused.words})

    def _spoilt(self, what: str, reply: Reply) -> Reply | None:
        match what:
            case "timeout":
                self.faults.wait(HELD_S)
                return None
            case "cut":
                return None
            case "late":
                self.faults.wait(self.faults.late_s)
                return reply
            case "half":
                body, headers = reply.encoded()
                return Reply(
                    reply.status, body[: len(body) // 2], {**headers, "Content-Length": str(len(body))}
                )
            case "garbage":
                return Reply(200, b"\x89<!doctype html><p>It works!", {"Content-Type": "text/html"})
            case "refuse":
                return Reply(422, {"error": "Refused by plan."})
            case "429":
                return Reply(429, {"error": "Too many requests."}, when_to_return("seconds"))
            case _:
                return Reply(int(what), {"error": "Broken by plan."})

    def _admin(self, request: Request) -> Reply:
        """POST /admin/faults, POST /admin/settings, GET /admin/counts: see `Faults`."""
        try:
            asked = json.loads(request.body or b"{}")
            match request.method, request.path:
                case "POST", "/admin/faults":
                    self.faults.plan(str(asked["operation"]), [*asked["faults"]] * int(asked.get("times", 1)))
                    return Reply(200, {"planned": True})
                case "DELETE", "/admin/faults":
                    self.faults.forget()
                    return Reply(200, {"planned": False})
                case "POST", "/admin/settings":
                    return Reply(200, self._settings(asked))
                case "GET", "/admin/counts":
                    requests = {"requests": dict(self.faults.requests), "sent": dict(self.faults.keys)}
                    return Reply(200, {**self.store.counts(), **requests})
        except Refused as refused:
            return Reply(refused.status, {"error": refused.words})
        except (ValueError, KeyError, TypeError):
            return Reply(422, {"error": "This is no plan."})
        return Reply(404, {"error": "There is no such address."})

    def _settings(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.faults.latency_s = float(asked.get("latency_ms", self.faults.latency_s * 1000)) / 1000
        self.faults.late_s = float(asked.get("late_ms", self.faults.late_s * 1000)) / 1000
        self.faults.ignore_keys = bool(asked.get("ignore_keys", self.faults.ignore_keys))
        self.people.awake = bool(asked.get("people", self.people.awake))
        return {
            "latency_ms": self.faults.latency_s * 1000,
            "late_ms": self.faults.late_s * 1000,
            "ignore_keys": self.faults.ignore_keys,
            "people": self.people.awake,
        }

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def operation(request: Request) -> str:
    """commit, upload, read or change: what faults are planned for."""
    if request.method == "GET":
        return "read"
    if request.method == "POST" and request.path in ("/api/posts", "/api/media"):
        return "commit" if request.path == "/api/posts" else "upload"
    return "change"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "rehearsal"
    sys_version = ""
    wbufsize = -1
    timeout = 60
    disable_nagle_algorithm = True
    server: RehearsalServer

    def _any(self) -> None:
        request = self._request()
        reply = self.server.meet(request) if request else Reply(413, {"error": "The request is too large."})
        if reply is None:
            return self._cut()
        content, headers = reply.encoded()
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(content)))
        if request is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()
        if int(headers.get("Content-Length", 0)) > len(content):
            self._cut()
        return None

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _any  # noqa: N815  the standard library's names

    def _request(self) -> Request | None:
        """None: its body is too large, or does not say how large it is."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > BODY_BYTES or "transfer-encoding" in headers:
            return None
        parts = urlsplit(self.path)
        port = self.server.server_address[1]
        host = headers.get("host", "")
        known = host in (f"localhost:{port}", f"127.0.0.1:{port}")
        return Request(
            method="GET" if self.command == "HEAD" else self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=headers,
            body=self.rfile.read(int(length)),
            origin=f"http://{host}" if known else self.server.origin,
        )

    def _cut(self) -> None:
        """A reset, as when a cable is pulled."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())

    def finish(self) -> None:
        """Nothing to flush into a connection that was cut."""
        if self.connection.fileno() != -1:
            super().finish()

    def log_message(self, *_: object) -> None:
        """Quiet: what is worth knowing stands in the store."""
