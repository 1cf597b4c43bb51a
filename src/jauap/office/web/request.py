"""The request of somebody signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from jauap.office.people.models import Organisation, Person


ORGANISATION = "organisation"
"""Name in the session of the chosen organisation's code."""


class Request(HttpRequest):
    """person: who asks. organisation: the one that the screens show now. organisations: all of theirs."""

    person: Person
    organisation: Organisation
    organisations: list[Organisation]


View = Callable[..., HttpResponse]


def at_desk(view: View) -> View:
    """For people signed in and in an organisation; others are led to the sign-in, or told whom to ask."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visitor = cast(Request, request)
        if visitor.organisation is None:
            return render(request, "desk/nowhere.html", status=403)
        return view(visitor, *args, **kwargs)

    return wrapped
