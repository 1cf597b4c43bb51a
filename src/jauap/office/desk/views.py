"""Today, and the page for what is not there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jauap.office.desk import today as queries
from jauap.office.people.models import DESK_ROLES
from jauap.office.people.permissions import may
from jauap.office.web.request import Request, at_desk


@at_desk
def today(request: Request) -> HttpResponse:
    """The start. An analyst or evaluator sees no drafts and no messages, so Today is the calendar's."""
    here = request.organisation
    now = timezone.now()
    at_work = request.person.has_role(here.pk, DESK_ROLES)
    what = {
        "now": now,
        "today": queries.today(request.person, here, now) if at_work else queries.Today(),
        "writes": may(request.person, "planner.create", here),
    }
    return render(request, "desk/today.html", what)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "design/404.html", status=404)
