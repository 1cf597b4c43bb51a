"""Where a call may go and how long it may take: checked addresses, bounded connections.

A name is resolved once, every address of it is checked, and the connection goes to the checked
address, so that a second look-up (DNS rebinding) can't lead elsewhere. A server that drips its
answer byte by byte is cut at the call's own end, also within the headers.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

PRIVATE = "private address"
"""Why a connection was refused; the error's whole text."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def origin(url: str) -> str:
    """scheme://host:port with the default port written out; host in lower case. Raises ValueError."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    host = (parts.hostname or "").lower()
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def public(address: str) -> bool:
    """Whether an IP address is one of the open Internet; what it embeds (mapped, 6to4, NAT64) counts."""
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Bounds(threading.local):
    """What the call of this thread may do. One Http, one Bounds.

    private: the call goes to an origin of the operator's list.
    call_end, answer_end: monotonic seconds; the answer's own time begins with its first read.
    """

    private: bool = False
    answer_s: float = 60.0
    call_end: float = float("inf")
    answer_end: float | None = None

    def begin(self, *, private: bool, call_s: float, answer_s: float) -> None:
        self.private, self.answer_s = private, answer_s
        self.call_end, self.answer_end = time.monotonic() + call_s, None

    def left_to_write(self, timeout: float | None) -> float:
        return self._left(self.call_end, timeout, httpcore2.WriteTimeout)

    def left_to_read(self, timeout: float | None) -> float:
        if self.answer_end is None:
            self.answer_end = time.monotonic() + self.answer_s
        return self._left(min(self.call_end, self.answer_end), timeout, httpcore2.ReadTimeout)

    def _left(self, end: float, timeout: float | None, late: type[Exception]) -> float:
        left = end - time.monotonic()
        if left <= 0:
            raise late("the whole call took too long")
        return left if timeout is None else min(left, timeout)


class _Bounded(httpcore2.NetworkStream):
    """A connection whose every read and write ends with the call."""

    def __init__(self, inner: httpcore2.NetworkStream, bounds: Bounds) -> None:
        self._inner, self._bounds = inner, bounds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._bounds.left_to_read(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), 65_536):
            self._inner.write(buffer[start : start + 65_536], self._bounds.left_to_write(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, timeout), self._bounds)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _CheckedConnections(httpcore2.NetworkBackend):
    """Resolves a name itself and connects to an address that it has checked."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        problem: Exception = httpcore2.ConnectError("no address")
        for address in self._addresses(host, port):
            try:
                inner = self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
                return _Bounded(inner, self._bounds)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
        raise problem

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("name not found") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._bounds.private and not all(map(public, addresses)):
            raise httpcore2.ConnectError(PRIVATE)
        return addresses


@cache
def _trust() -> ssl.SSLContext:
    """The certificates that all clients of this process trust; reading them takes a tenth of a second."""
    return httpx2.create_ssl_context(trust_env=False)


class CheckedTransport(httpx2.HTTPTransport):
    """httpx's transport over checked, bounded connections; no retries, no proxies from the environment."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(verify=_trust(), trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_trust(),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
            retries=0,
            network_backend=_CheckedConnections(bounds),
        )
