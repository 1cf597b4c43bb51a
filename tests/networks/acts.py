"""What the outbox and the inbox do with a network, in the fewest lines, for tests of networks."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count

from PIL import Image

from jauap.networks.base import (
    Cursor,
    DeliveryKey,
    Gone,
    Message,
    Network,
    Out,
    Picture,
    Post,
    Published,
    Target,
)
from jauap.networks.http import Http

_number = count(1)


def fresh_key(network: Network, at: datetime | None = None) -> DeliveryKey:
    """A key that no delivery has had."""
    return network.new_key(at or datetime.now(UTC), f"delivery-{next(_number)}")


def made(network: Network, out: Out, at: datetime | None = None) -> Post:
    """The post ready for `commit`: every step prepared."""
    prepared = {step.name: network.prepare(step) for step in network.steps(out)}
    return Post(out=out, prepared=prepared, at=at or datetime.now(UTC))


def publish(network: Network, text: str, language: str = "ru", **more: object) -> Published:
    """Publish a text; more: other fields of `Out`."""
    out = replace(Out(text=text, language=language), **more)  # type: ignore[arg-type]
    return network.commit(made(network, out), fresh_key(network))


def target(published: Published) -> Target:
    return Target(ids=published.ids, url=published.url)


def read_all(
    network: Network, since: Cursor = Cursor(""), threads: tuple[Target, ...] = ()
) -> tuple[list[Message], list[Gone], Cursor]:
    """Read until there is no more (at most 50 readings)."""
    messages: list[Message] = []
    gone: list[Gone] = []
    for _ in range(50):
        got = network.read_messages(since, threads)
        messages += got.messages
        gone += got.gone
        since = got.cursor
        if not got.more:
            return messages, gone, since
    raise AssertionError("fifty readings, and there is still more")


def elsewhere(network: Network, server: str, timeout_s: float = 20.0) -> Network:
    """The same page with the same sign-in, spoken to at another address or with less patience."""
    http = Http(allowed=[*network.http.allowed, server], timeout_s=timeout_s)
    return type(network)(replace(network.credentials, server=server), http)


@cache
def _png(colour: str, width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def picture(alt: str, colour: str = "teal", width: int = 64, height: int = 48) -> Picture:
    content = _png(colour, width, height)
    return Picture(
        sha256=hashlib.sha256(content).hexdigest(),
        mime="image/png",
        size_bytes=len(content),
        width=width,
        height=height,
        alt=alt,
        content=lambda: content,
    )
