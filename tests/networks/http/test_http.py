"""`jauap.networks.http`: what a failed call means, and where a call never goes."""

from __future__ import annotations

import gzip
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from jauap.errors import (
    JauapError,
    NetworkError,
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SignedOutKind,
    SlowDown,
    Unavailable,
)
from jauap.networks import http as http_module
from jauap.networks.http import Answer, Http, origin, public, readable, retry_at
from tests.networks.fakes.core import Fake, Reply, Request

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Echo(Fake):
    """Answers what the test put into `reply`."""

    reply = Reply(200, {"ok": True})

    def operation(self, request: Request) -> str:
        return "commit" if request.method == "POST" else "read"

    def answer(self, request: Request) -> Reply:
        return self.reply


@pytest.fixture
def server() -> Iterator[Echo]:
    with Echo() as fake:
        yield fake


@pytest.fixture
def http(server: Echo) -> Iterator[Http]:
    client = Http(allowed=[server.origin])
    yield client
    client.close()


@contextmanager
def dripping(first: bytes, drop: bytes, every_s: float) -> Iterator[str]:
    """A server that sends `first`, then one drop at a time, until its client goes away."""
    stop = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65_536)
            try:
                connection.sendall(first)
                while not stop.wait(every_s):
                    connection.sendall(drop)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    stop.set()
    listening.close()
    thread.join(5)


# ---------------------------------------------------------------- what an answer means


@pytest.mark.parametrize(
    ("status", "read", "act"),
    [
        (401, SignedOut, SignedOut),
        (403, SignedOut, SignedOut),
        (404, Rejected, Rejected),
        (422, Rejected, Rejected),
        (429, SlowDown, SlowDown),
        (302, Unavailable, OutcomeUnknown),
        (408, Unavailable, OutcomeUnknown),
        (500, Unavailable, OutcomeUnknown),
        (502, Unavailable, OutcomeUnknown),
        (503, Unavailable, OutcomeUnknown),
        (504, Unavailable, OutcomeUnknown),
    ],
)
def test_a_status_means_what_its_door_says(
    server: Echo, http: Http, status: int, read: type[NetworkError], act: type[NetworkError]
) -> None:
    server.reply = Reply(status, {"error": "so it is"})
    with pytest.raises(read):
        http.read("GET", server.origin)
    with pytest.raises(act) as told:
        http.act("POST", server.origin)
    assert "so it is" in told.value.their_words


@pytest.mark.parametrize("fault", ["before:cut", "after:cut", "after:half"])
def test_a_cut_connection_is_unknown_only_where_people_may_see_the_call(
    server: Echo, http: Http, fault: str
) -> None:
    server.faults.plan("read", fault)
    server.faults.plan("commit", fault)
    with pytest.raises(Unavailable):
        http.read("GET", server.origin)
    with pytest.raises(OutcomeUnknown):
        http.act("POST", server.origin)


def test_one_call_is_one_request_whatever_goes_wrong(server: Echo, http: Http) -> None:
    for fault in ("after:500", "after:503", "after:cut", "429"):
        server.faults.plan("commit", fault)
        with pytest.raises(NetworkError):
            http.act("POST", server.origin)
    assert server.faults.requests("commit") == 4


def test_a_network_reads_its_own_odd_answer_first(server: Echo, http: Http) -> None:
    server.reply = Reply(400, {"error": "chat not found"})

    def odd(answer: Answer) -> NetworkError | None:
        return SignedOut(SignedOutKind.ROLE_LOST, answer.words()) if answer.status == 400 else None

    with pytest.raises(SignedOut):
        http.act("POST", server.origin, classify=odd)


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"", b'"word"', b"12", b"[" * 100_000])
def test_garbage_for_json_is_unknown_or_unavailable(server: Echo, http: Http, body: bytes) -> None:
    server.reply = Reply(200, body)
    answer = http.act("POST", server.origin)
    with pytest.raises(OutcomeUnknown):
        readable(answer, seen_by_people=True)
    with pytest.raises(Unavailable):
        readable(answer, seen_by_people=False)


def test_letters_that_no_database_stores_are_replaced_and_emoji_stay() -> None:
    answer = Answer(200, {}, rb'{"a\u0000": ["x\ud83dy", "\ud83d\ude00", "\u049b"]}')
    assert answer.json() == {"a\N{REPLACEMENT CHARACTER}": ["x\N{REPLACEMENT CHARACTER}y", "😀", "қ"]}


# ---------------------------------------------------------------- too many calls


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Tue, 24 Nov 2026 09:05:00 GMT"}, 300),
        ({"x-ratelimit-reset": "2026-11-24T09:01:40.000Z"}, 100),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 50)}, 50),
        ({"retry-after": "soon", "x-ratelimit-reset": "2026-11-24T09:01:40Z"}, 100),
        ({}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "nan"}, 60),
        ({"retry-after": "inf"}, 60),
        ({"retry-after": "-5"}, 1),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "999999"}, 86_400),
        ({"x-ratelimit-reset": "2020-01-01T00:00:00Z"}, 1),
        ({"x-ratelimit-reset": "9999-12-31T23:59:59-14:00"}, 86_400),
    ],
)
def test_every_form_of_when_to_come_back_is_understood(headers: dict[str, str], wait_s: float) -> None:
    assert retry_at(headers, NOW) - NOW == timedelta(seconds=wait_s)


@pytest.mark.parametrize("form", ["seconds", "date", "iso", "epoch", "bare"])
def test_slow_down_says_until_when(server: Echo, http: Http, form: str) -> None:
    server.faults.plan("commit", f"429:{form}")
    with pytest.raises(SlowDown) as told:
        http.act("POST", server.origin)
    assert told.value.until > datetime.now(UTC)


# ---------------------------------------------------------------- size and time


def test_an_answer_over_the_size_limit_is_not_swallowed(server: Echo, http: Http) -> None:
    server.reply = Reply(200, b" " * (http_module.MAX_ANSWER_BYTES + 1))
    with pytest.raises(Unavailable):
        http.read("GET", server.origin)
    with pytest.raises(OutcomeUnknown):
        http.act("POST", server.origin)


def test_a_packed_answer_is_unpacked(server: Echo, http: Http) -> None:
    server.reply = Reply(200, gzip.compress(b'{"ok": 1}'), {"Content-Encoding": "gzip"})
    assert http.read("GET", server.origin).json() == {"ok": 1}


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(bytes(200_000_000), 9), gzip.compress(b"whole" * 100)[:-9], b"not packed at all"],
    ids=["bomb", "cut", "lie"],
)
def test_a_packed_answer_that_lies_is_unavailable(server: Echo, http: Http, packed: bytes) -> None:
    server.reply = Reply(200, packed, {"Content-Encoding": "gzip"})
    with pytest.raises(Unavailable):
        http.read("GET", server.origin)


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"", b"H"),
    ],
    ids=["body", "headers", "status"],
)
def test_a_slow_drip_ends_with_the_answers_time(first: bytes, drop: bytes) -> None:
    with dripping(first, drop, every_s=0.05) as address:
        http = Http(allowed=[address], timeout_s=5, answer_s=0.5)
        with pytest.raises(Unavailable):
            http.read("GET", address)
        http.close()


def test_silence_ends_with_the_time_out(server: Echo) -> None:
    http = Http(allowed=[server.origin], timeout_s=0.3)
    server.faults.plan("commit", "after:timeout")
    with pytest.raises(OutcomeUnknown):
        http.act("POST", server.origin)


# ---------------------------------------------------------------- where a call never goes


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_an_address_of_a_private_network_is_not_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://0x7f.1/",
    ],
)
def test_a_private_host_is_refused_in_words(url: str) -> None:
    with pytest.raises(Unavailable) as told:
        Http().act("POST", url)
    assert "private network" in str(told.value.said)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://user:word@example.org/",
        "https://",
        "//example.org",
        "",
        "https://[::1",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://" + "a" * 70 + ".org/",
        "https://a..b/",
        "javascript:alert(1)",
    ],
)
def test_an_odd_address_is_unavailable_and_nothing_else(url: str) -> None:
    with pytest.raises(Unavailable):
        Http().act("POST", url)


def test_only_the_exact_origin_of_the_list_may_be_private(server: Echo) -> None:
    port = server.origin.rsplit(":", 1)[1]
    http = Http(allowed=[server.origin])
    assert http.read("GET", f"{server.origin}/any/path").ok
    for other in (f"http://localhost:{port}", f"https://127.0.0.1:{port}", "http://127.0.0.1:1"):
        with pytest.raises(Unavailable):
            http.read("GET", other)


def test_a_redirect_is_not_followed(server: Echo, http: Http) -> None:
    server.reply = Reply(302, b"", {"Location": f"{server.origin}/secret"})
    with pytest.raises(Unavailable):
        http.read("GET", server.origin)
    assert [entry.request.path for entry in server.log] == ["/"]


def test_a_name_is_looked_up_once_and_the_checked_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        if len(asked) > 1:
            raise OSError("the test lets no connection out")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with pytest.raises(Unavailable):
        Http().read("GET", "https://rebind.example/")
    assert asked == ["rebind.example", "8.8.8.8"]


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolver(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with pytest.raises(Unavailable) as told:
        Http().read("GET", "https://mixed.example/")
    assert "private network" in str(told.value.said)


def test_a_proxy_of_the_environment_is_not_used(
    server: Echo, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert Http(allowed=[server.origin]).read("GET", server.origin).ok


# ---------------------------------------------------------------- what never leaks


def told_by(error: JauapError) -> str:
    """All that a log or a screen could show of an error."""
    lines = "".join(traceback.format_exception(error))
    return f"{lines}{error!r}{error.said}{getattr(error, 'their_words', '')}"


def test_the_token_is_in_no_error(server: Echo, http: Http) -> None:
    token, bot = "s3cr3t-token-of-a-page", "123456:AAbot-token-that-stands-in-the-path"
    server.reply = Reply(422, {"error": f"no {token} here, nor /bot{bot}/send"})
    for fault in ("", "after:500", "after:cut", "429"):
        server.faults.plan("commit", fault)
        with pytest.raises(NetworkError) as told:
            http.act("POST", f"{server.origin}/bot{bot}/send", headers={"Authorization": f"Bearer {token}"})
        assert token not in told_by(told.value)
        assert bot not in told_by(told.value)
    with pytest.raises(Unavailable) as refused:
        http.act("POST", f"http://127.0.0.1:1/bot{bot}/send")
    assert bot not in told_by(refused.value)


@pytest.mark.parametrize("token", ["сөз", "two\nlines", "a\x00b"])
def test_a_token_with_impossible_letters_is_a_lost_sign_in_and_never_sent(
    server: Echo, http: Http, token: str
) -> None:
    with pytest.raises(SignedOut) as told:
        http.act("POST", server.origin, headers={"Authorization": f"Bearer {token}"})
    assert token not in told_by(told.value)
    assert server.log == []


def test_a_cookie_of_one_page_is_not_sent_for_another(server: Echo, http: Http) -> None:
    server.reply = Reply(200, {"ok": True}, {"Set-Cookie": "session=page1; Path=/"})
    http.read("GET", server.origin)
    http.read("GET", server.origin)
    assert "cookie" not in server.log[1].request.headers


def test_an_origin_has_its_port_and_lower_case_written_out() -> None:
    assert origin("https://Example.ORG/x") == "https://example.org:443"
    assert origin("http://[::1]:8010/") == "http://[::1]:8010"
