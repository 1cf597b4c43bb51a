"""One bot's calls to the Bot API: the address, what an answer means, and the token kept out of all words.

Source: Telegram, Bot API 10.3, "Making requests", "ResponseParameters" (read 2026-11-24); meaning of
single descriptions: tdlib/telegram-bot-api, Client.cpp, fail_query_with_error (commit 01a3679).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import regex

from jauap.errors import (
    NetworkError,
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SignedOutKind,
    SlowDown,
    Unavailable,
)
from jauap.networks.http import Answer, Http, readable, retry_at
from jauap.words import N_, words

TOKEN = regex.compile(r"\d{1,20}:[A-Za-z0-9_\-]{20,100}")
LONGEST_WAIT_S = 86_400

_ANOTHER_READER = words(
    N_(
        "Another program reads the messages of this bot, or a webhook is set. Telegram lets only one read: "
        "switch the other off, or make a new bot for jauap."
    )
)
_NOT_THE_PAGE = ("blocked by the user", "user is deactivated", "initiate conversation", "messages to bots")
_GONE = ("chat not found", "channel_private", "peer_id_invalid", "chat_id is empty", "group is deactivated")
_NO_RIGHT = ("not enough rights", "administrator rights", "no rights", "write_forbidden", "admin_required")

Upload = tuple[str, tuple[str, bytes, str]]
"""A file of a form: its field, and name, content, type."""


class Moved(Rejected):
    """The group has become a supergroup with another id; nothing was done."""

    def __init__(self, their_words: str, chat: str) -> None:
        super().__init__(their_words)
        self.chat = chat


@dataclass(frozen=True)
class Got:
    """result: as the method's documentation says. at: the network's own clock."""

    result: Any
    at: datetime


class Bot:
    """token: as BotFather gave it."""

    def __init__(self, http: Http, server: str, token: str) -> None:
        self._http, self._server, self._token = http, server.rstrip("/"), token

    @property
    def id(self) -> int:
        """The bot's own user id: the token begins with it. Raises SignedOut."""
        return int(self._checked().split(":")[0])

    def read(self, method: str, files: Sequence[Upload] = (), /, **params: Any) -> Any:
        """A call that may be repeated. Raises SignedOut, SlowDown, Rejected, Moved, Unavailable."""
        return self.read_at(method, files, **params).result

    def read_at(self, method: str, files: Sequence[Upload] = (), /, **params: Any) -> Got:
        try:
            answer = self._http.read("POST", self._url(method), classify=meaning, **_body(params, files))
            return Got(_result(answer, Unavailable), _clock(answer))
        except NetworkError as error:
            raise self._silenced(error) from None

    def act(self, method: str, files: Sequence[Upload] = (), /, **params: Any) -> Any:
        """The call that people see. Raises as `read`, and OutcomeUnknown."""
        try:
            answer = self._http.act("POST", self._url(method), classify=meaning, **_body(params, files))
            return _result(answer, OutcomeUnknown)
        except NetworkError as error:
            raise self._silenced(error) from None

    def _url(self, method: str) -> str:
        return f"{self._server}/bot{self._checked()}/{method}"

    def _checked(self) -> str:
        if not TOKEN.fullmatch(self._token):
            raise SignedOut(SignedOutKind.REVOKED)
        return self._token

    def _silenced(self, error: NetworkError) -> NetworkError:
        """The error without the token, which is part of every address; servers like to repeat addresses."""
        for secret in (self._token, self._token.split(":")[-1]):
            error.their_words = error.their_words.replace(secret, "…")
        return error


def meaning(answer: Answer) -> NetworkError | None:
    """What Telegram's own error means; None = none, or not Telegram's own."""
    if answer.ok:
        return None
    told = _told(answer)
    if told is None:
        return None
    description = str(told.get("description") or f"HTTP {answer.status}")
    parameters = told.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    match answer.status:
        case 401 | 404:
            return SignedOut(SignedOutKind.REVOKED, description)
        case 409:
            return Rejected(description, _ANOTHER_READER)
        case 429:
            return SlowDown(_until(parameters, answer), their_words=description)
        case 400 | 403 if isinstance(parameters.get("migrate_to_chat_id"), int):
            return Moved(description, str(parameters["migrate_to_chat_id"]))
        case 400 | 403:
            return _refused(answer.status, description)
    return None


def _refused(status: int, description: str) -> NetworkError:
    lower = description.lower()
    if any(said in lower for said in _NOT_THE_PAGE):
        return Rejected(description)
    if any(said in lower for said in _GONE):
        return SignedOut(SignedOutKind.GONE, description)
    if status == 403 or any(said in lower for said in _NO_RIGHT):
        return SignedOut(SignedOutKind.ROLE_LOST, description)
    return Rejected(description)


def _until(parameters: Mapping[str, Any], answer: Answer) -> datetime:
    now = datetime.now(UTC)
    wait_s = parameters.get("retry_after")
    if not isinstance(wait_s, int) or wait_s < 0:
        return retry_at(answer.headers, now)
    return now + timedelta(seconds=min(max(wait_s, 1), LONGEST_WAIT_S))


def _told(answer: Answer) -> dict[str, Any] | None:
    try:
        got = answer.json()
    except ValueError:
        return None
    return got if isinstance(got, dict) and got.get("ok") is False else None


def _result(answer: Answer, lost: type[OutcomeUnknown] | type[Unavailable]) -> Any:
    got = readable(answer, seen_by_people=lost is OutcomeUnknown)
    if not isinstance(got, dict) or got.get("ok") is not True or "result" not in got:
        raise lost("unreadable answer")
    return got["result"]


def _clock(answer: Answer) -> datetime:
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.now(UTC)


def _body(params: Mapping[str, Any], files: Sequence[Upload]) -> dict[str, Any]:
    """JSON, or a form where files travel too: there, what is not a text is JSON."""
    given = {name: value for name, value in params.items() if value is not None}
    if not files:
        return {"json": given}
    fields = {n: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for n, v in given.items()}
    return {"data": fields, "files": list(files)}
