"""What the contract looks at, over and over: the page as a citizen sees it, an answer that arrived."""

from __future__ import annotations

import pytest

from jauap.networks.base import (
    CannotTell,
    Capabilities,
    DeliveryKey,
    Find,
    Found,
    Intent,
    Message,
    Out,
    Post,
    Published,
)
from tests.networks.acts import fresh_key, made, read_all, target
from tests.networks.world import Faults, World


def as_planned(world: World) -> Faults:
    faults = world.faults()
    if faults is None:
        pytest.skip("a real server: faults are planned only on fakes")
    return faults


def seen(world: World, text: str, times: int = 1) -> list[str]:
    """The page as a citizen sees it, once the text stands there `times` times (or patience ends)."""
    shown = world.as_shown(text)
    return world.eventually(world.citizen_sees, lambda texts: texts.count(shown) == times)


def times_seen(world: World, text: str, expected: int = 1) -> int:
    return seen(world, text, expected).count(world.as_shown(text))


def answered(world: World, post: Published, text: str) -> Message:
    """A citizen answers the post, and we have read it."""
    world.citizen_replies(post, text)
    found = world.eventually(
        lambda: [m for m in read_all(world.network, threads=(target(post),))[0] if text in m.text], bool
    )
    assert found, "the citizen's reply has not arrived"
    return found[-1]


def limit_text(caps: Capabilities) -> str:
    """A text exactly at the limit, of letters that are two bytes each."""
    text = "қ" * caps.text.count
    assert caps.text.unit(text) == caps.text.count
    return text


def an_intent(world: World, text: str) -> tuple[DeliveryKey, Post]:
    """An intent that is about to be sent."""
    return fresh_key(world.network), made(world.network, Out(text, "ru"))


def stands_once(world: World, faults: Faults, key: DeliveryKey, post: Post) -> None:
    """After a lost answer: read back as far as the network lets us, one post, one request."""
    looked = world.network.find(Intent(key, post))
    if world.network.CAPABILITIES.finds_by is Find.NOTHING:
        assert isinstance(looked, CannotTell)
    else:
        assert isinstance(looked, Found)
    assert times_seen(world, post.out.text) == 1
    assert faults.requests("commit") == 1
