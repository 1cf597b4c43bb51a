"""The stream of hints to open screens: server-sent events, resumed by Last-Event-ID.

Source: WHATWG HTML, "Server-sent events", read 2026-11-25: `retry` in milliseconds, comment lines begin
with a colon, a 204 tells the browser to stop.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from jauap.office.live import queries
from jauap.office.live.queries import Hint

T = TypeVar("T")
_reading = ThreadPoolExecutor(2, "jauap-live")
"""Own threads: streams of a hundred screens share two database connections."""


@dataclass(frozen=True)
class Beat:
    """Seconds: between looks, between comments, until the membership is asked anew, until the end.

    The stream ends by itself, so that no proxy, sleeping laptop or forgotten tab keeps one for ever.
    """

    look_s: float = 0.5
    comment_s: float = 15
    membership_s: float = 60
    end_s: float = 600
    retry_ms: int = 1000


BEAT = Beat()


@require_GET
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Hints of the visitor's organisation after `Last-Event-ID` or `?after=`; else from now on."""
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        return HttpResponse(status=204)
    asked = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    last = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    still = partial(_still_there, request, type(organisation), organisation.pk)
    lines = hints(organisation.pk, last, still)
    response = StreamingHttpResponse(lines, content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def hints(
    organisation: int, last: int | None, still: Callable[[], bool], beat: Beat | None = None
) -> AsyncIterator[bytes]:
    """The stream's lines. last None = from now on."""
    rhythm = beat or BEAT
    began = said = asked = time.monotonic()
    if last is None:
        last = await _read(queries.last_id, organisation)
    # The id of where we stand: a browser that is cut off before the first event resumes from here.
    yield f"retry: {rhythm.retry_ms}\nid: {last}\n\n".encode()
    while time.monotonic() - began < rhythm.end_s:
        try:
            found = await _read(queries.after, organisation, last)
        except DatabaseError:
            return  # The browser comes back by itself.
        for hint in found:
            last = hint.id
            yield _event(hint)
        now = time.monotonic()
        if found:
            said = now
        elif now - said > rhythm.comment_s:
            said = now
            yield b": still here\n\n"
        if now - asked > rhythm.membership_s:
            asked = now
            if not await _read(still):
                return
        if len(found) < queries.AT_ONCE:
            await asyncio.sleep(rhythm.look_s)


def _event(hint: Hint) -> bytes:
    body = json.dumps({"topic": hint.topic, "ref": hint.ref}, ensure_ascii=True)
    return f"id: {hint.id}\ndata: {body}\n\n".encode()


async def _read(query: Callable[..., T], *args: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_reading, _in_thread, query, args)


def _in_thread(query: Callable[..., T], args: tuple[Any, ...]) -> T:
    close_old_connections()
    try:
        return query(*args)
    finally:
        close_old_connections()


def _still_there(request: HttpRequest, organisations: Any, organisation: int) -> bool:
    """Signed in still, active still, a member still."""
    person = get_user_model()._default_manager.filter(pk=request.user.pk or 0, is_active=True).first()
    if person is None or not request.session.exists(request.session.session_key or ""):
        return False
    return bool(organisations.objects.seen_by(person).filter(pk=organisation).exists())
