"""Middleware: one host, the visitor, and refusals as sentences."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import translation

from jauap.errors import BadInput, NetworkError, NotAllowed, Refusal
from jauap.office.people.models import Organisation, Person
from jauap.office.web.request import Request
from jauap.office.web.wording import said

log = logging.getLogger("jauap.web")
GetResponse = Callable[[HttpRequest], HttpResponse]
ORGANISATION = "organisation"


class OneHost:
    """Passkeys refuse IP addresses: 127.0.0.1 leads to localhost."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host()
        if settings.CONFIG.host == "localhost" and host.split(":")[0] == "127.0.0.1":
            here = request.get_full_path()
            return HttpResponsePermanentRedirect(f"http://localhost:{request.get_port()}{here}")
        return self.get_response(request)


class Visitor:
    """Puts `person`, `organisation` and `organisations` on the request and speaks the person's language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            visitor = cast(Request, request)
            visitor.person = cast(Person, request.user)
            visitor.organisation = self._organisation(visitor)
            if visitor.person.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(visitor.person.language)
                request.LANGUAGE_CODE = visitor.person.language
        return self.get_response(request)

    def _organisation(self, request: Request) -> Organisation:
        mine = list(Organisation.objects.seen_by(request.person))
        request.organisations = mine
        chosen = request.session.get(ORGANISATION)
        found = next((one for one in mine if one.code == chosen), mine[0] if mine else None)
        return cast(Organisation, found)


class Refusals:
    """Turns a refusal, bad input or a failing network into a sentence and the right status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match error:
            case NotAllowed():
                return self._page(request, error, 403)
            case Refusal():
                return self._page(request, error, 409)
            case BadInput():
                return self._page(request, error, 422)
            case NetworkError():
                return self._page(request, error, 502)
            case DatabaseError():
                return self._ours(request, error, 503)
        return self._ours(request, error, 500)

    def _page(
        self, request: HttpRequest, error: Refusal | BadInput | NetworkError, status: int
    ) -> HttpResponse:
        advice = said(error.advice) if isinstance(error, Refusal) else ""
        fields = error.fields if isinstance(error, BadInput) else {}
        what = {
            "sentence": said(error.said),
            "advice": advice,
            "fields": {name: said(words) for name, words in fields.items()},
            "their_words": error.their_words if isinstance(error, NetworkError) else "",
        }
        return self._render(request, "refused", what, status)

    def _ours(self, request: HttpRequest, error: Exception, status: int) -> HttpResponse:
        code = secrets.token_hex(2).upper()
        log.error("web.bug code=%s", code, exc_info=error)
        return self._render(request, "broken", {"code": code, "status": status}, status)

    def _render(self, request: HttpRequest, name: str, what: dict[str, object], status: int) -> HttpResponse:
        toast = bool(request.headers.get("HX-Request"))
        template = f"desk/{name}.html#toast" if toast else f"desk/{name}.html"
        response = render(request, template, what, status=status)
        if toast:
            response["HX-Retarget"] = "[data-toasts]"
            response["HX-Reswap"] = "beforeend"
        return response
