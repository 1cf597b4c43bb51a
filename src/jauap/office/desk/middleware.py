"""Middleware: one host, the visitor, and refusals as sentences."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from jauap.errors import BadInput, NetworkError, NotAllowed, Refusal
from jauap.office.people.models import Organisation
from jauap.office.web.request import ORGANISATION, Request
from jauap.office.web.wording import said

log = logging.getLogger("jauap.web")
GetResponse = Callable[[HttpRequest], HttpResponse]


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
            visitor.person = request.user
            visitor.organisation = self._organisation(visitor)
            if visitor.organisation is not None:
                timezone.activate(visitor.organisation.zoneinfo)
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
                what = {"said": said(error.said), "advice": said(error.advice)}
                return render(request, "design/403.html", what, status=403)
            case Refusal():
                title = gettext("This can't be done now")
                what = {"title": title, "said": said(error.said), "advice": said(error.advice)}
                return render(request, "desk/refused.html", what, status=409)
            case BadInput():
                fields = {name: said(words) for name, words in error.fields.items()}
                return render(
                    request, "design/422.html", {"said": said(error.said), "fields": fields}, status=422
                )
            case NetworkError():
                title = gettext("The network did not play along")
                what = {"title": title, "said": said(error.said), "advice": error.their_words}
                return render(request, "desk/refused.html", what, status=502)
            case Http404() | PermissionDenied() | SuspiciousOperation():
                return None
        return self._our_bug(request, error)

    def _our_bug(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """The person gets a code and "nothing was lost"; the operator gets the code and the traceback."""
        code = secrets.token_hex(2).upper()
        log.error("web.bug code=%s", code, exc_info=error)
        status = 503 if isinstance(error, DatabaseError) else 500
        return HttpResponse(render_to_string("design/500.html", {"code": code}), status=status)
