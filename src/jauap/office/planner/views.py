"""The announcement, its approval, and the calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from jauap.office.design import times
from jauap.office.pages import queries as pages
from jauap.office.people.permissions import may
from jauap.office.planner import actions, month, queries
from jauap.office.planner.forms import CommentForm, SeenForm
from jauap.office.planner.models import Announcement, State
from jauap.office.planner.screen import screen
from jauap.office.web.request import Request, at_desk
from jauap.office.web.shortcuts import one, valid


@at_desk
@require_safe
def calendar(request: Request) -> HttpResponse:
    here, now = request.organisation, timezone.now()
    first = month.named(request.GET.get("month", ""), now.astimezone(here.zoneinfo).date())
    what = {
        "month": month.month(request.person, here, first, now),
        "now": now,
        "view": "list" if request.GET.get("view") == "list" else "month",
        "weekdays": times.weekdays(),
        "writes": may(request.person, "planner.create", here),
    }
    return render(request, "planner/calendar.html", what)


@at_desk
@require_POST
def new(request: Request) -> HttpResponse:
    """A fresh draft on every live page of the office; pages are taken out there."""
    made = actions.create(
        request.organisation, by=request.person, pages=pages.publishable(request.organisation)
    )
    return redirect("planner:one", code=made.code)


@at_desk
@require_safe
def one_announcement(request: Request, code: str) -> HttpResponse:
    announcement = found(request, code)
    return render(request, "planner/one.html", {"screen": screen(announcement, request.person)})


@at_desk
@require_safe
def changed(request: Request, code: str) -> HttpResponse:
    """A notice for an open screen: another person wrote, or the announcement has moved on. Else nothing."""
    announcement = found(request, code)
    since = parse_datetime(request.GET.get("since", "")) or announcement.changed_at
    what = {
        "announcement": announcement,
        "since": since,
        "state": request.GET.get("state", ""),
        "who": queries.changed_by_another(announcement, request.person, since),
        "moved": announcement.state != request.GET.get("state", ""),
    }
    return render(request, "planner/changed.html", what)


@at_desk
@require_POST
def send_for_review(request: Request, code: str) -> HttpResponse:
    announcement = found(request, code)
    actions.send_for_review(announcement, by=request.person)
    names = ", ".join(queries.approvers(announcement)[:3])
    messages.info(request, _("Sent for review. It can be approved by: {names}.").format(names=names or "—"))
    return redirect("planner:one", code=code)


@at_desk
@require_POST
def take_back(request: Request, code: str) -> HttpResponse:
    actions.take_back(found(request, code), by=request.person)
    messages.info(request, _("It is a draft again; nothing of it goes out."))
    return redirect("planner:one", code=code)


@at_desk
def approve(request: Request, code: str) -> HttpResponse:
    announcement = found(request, code)
    if request.method == "POST":
        seen = valid(SeenForm(request.POST))["seen"]
        actions.approve(announcement, by=request.person, seen=seen)
        messages.info(request, _("Approved. It goes out as you read it."))
        return redirect("planner:one", code=code)
    if announcement.state != State.IN_REVIEW:
        return redirect("planner:one", code=code)
    return render(request, "planner/approve.html", {"screen": screen(announcement, request.person)})


@at_desk
def send_back(request: Request, code: str) -> HttpResponse:
    announcement = found(request, code)
    if request.method == "POST":
        comment = valid(CommentForm(request.POST))["comment"]
        actions.send_back(announcement, by=request.person, comment=comment)
        messages.info(request, _("Sent back to {name}.").format(name=announcement.author.name))
        return redirect("planner:one", code=code)
    return render(request, "planner/send_back.html", {"announcement": announcement, "form": CommentForm()})


@at_desk
def withdraw(request: Request, code: str) -> HttpResponse:
    announcement = found(request, code)
    if request.method == "POST":
        by_hand = actions.withdraw(announcement, by=request.person)
        names = ", ".join(str(page) for page in by_hand)
        said = _("Withdrawn.")
        if by_hand:
            said = ngettext(
                "Withdrawn. Remove it by hand on {count} page: {names}.",
                "Withdrawn. Remove it by hand on {count} pages: {names}.",
                len(by_hand),
            ).format(count=len(by_hand), names=names)
        messages.info(request, said)
        return redirect("planner:one", code=code)
    what = {
        "announcement": announcement,
        "standing": actions.deliveries_of(announcement).filter(state="sent"),
    }
    return render(request, "planner/withdraw.html", what)


def found(request: Request, code: str) -> Announcement:
    return one(queries.announcements(request.person), code=code)
