"""An office with a page that can be answered on, and what people write to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jauap.networks.base import (
    Author,
    Credentials,
    Cursor,
    ExternalId,
    Gone,
    Incoming,
    Message,
    MessageKind,
    Profile,
    Target,
)
from jauap.office import cast as casting
from jauap.office.cast import Cast
from jauap.office.inbox import actions
from jauap.office.inbox import models as inbox
from jauap.office.pages.models import Page

NOON = datetime(2026, 10, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_archive(settings: Any, tmp_path: Path) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, folder=tmp_path)


@pytest.fixture
def page(office: Cast) -> Page:
    return connected(office, "100")


def connected(office: Cast, account: str, network: str = "rehearsal") -> Page:
    credentials = Credentials("http://127.0.0.1:9", account, {"token": "t"})
    profile = Profile(ExternalId(account), "Ministry", "ministry", "http://127.0.0.1:9/@ministry")
    return casting.page(office, credentials, profile, network=network, language="ru")


def said(
    number: int,
    text: str = "Когда дадут тепло?",
    *,
    by: str = "saule",
    post: str = "p1",
    at: datetime = NOON,
    version: str = "",
    **more: Any,
) -> Message:
    """A comment as a network gives it."""
    return Message(
        id=ExternalId(f"m{number}"),
        kind=MessageKind.COMMENT,
        author=Author(by, by.title(), f"@{by}"),
        text=text,
        at=at,
        target=Target((ExternalId(f"m{number}"),), ExternalId(post), f"http://127.0.0.1:9/m{number}"),
        post=ExternalId(post),
        version=version,
        url=f"http://127.0.0.1:9/m{number}",
        **more,
    )


def reading(*messages: Message, gone: tuple[str, ...] = (), cursor: str = "c1", **more: Any) -> Incoming:
    left = tuple(Gone(ExternalId(one), NOON) for one in gone)
    return Incoming(messages, left, Cursor(cursor), **more)


@pytest.fixture
def written(page: Page) -> Callable[..., inbox.Message]:
    """`written(1, "text")`: a message that has come in."""

    def write(number: int, text: str = "Когда дадут тепло?", **more: Any) -> inbox.Message:
        actions.take_in(page, reading(said(number, text, **more)), NOON + timedelta(seconds=number))
        return inbox.Message.objects.get(page=page, external_id=f"m{number}")

    return write
