"""One delivery and its decisions; what is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jauap.office.deliveries import actions, queries, reading
from jauap.office.deliveries.forms import HoldForm, StandsForm
from jauap.office.deliveries.models import Delivery, Hold, Lane, NeedsPerson, State
from jauap.office.pages.models import Page
from jauap.office.people.permissions import roles_for
from jauap.office.web.request import Request, at_desk
from jauap.office.web.shortcuts import one, valid


@at_desk
def show(request: Request, code: str) -> HttpResponse:
    delivery = one(queries.deliveries(request.person), code=code)
    undecided = delivery.state == State.UNSURE and delivery.needs_person != NeedsPerson.NO
    return render(
        request,
        "deliveries/one.html",
        {
            "delivery": delivery,
            "may": _may(request, delivery),
            "readings": reading.side_by_side(delivery) if undecided else None,
            "stands": StandsForm(),
        },
    )


@at_desk
def line(request: Request, code: str) -> HttpResponse:
    """The delivery's line alone, fetched anew when something happened to it."""
    delivery = one(queries.deliveries(request.person), code=code)
    here = "one" if request.GET.get("here") == "one" else ""
    return render(request, "deliveries/line.html", {"delivery": delivery, "here": here})


def _may(request: Request, delivery: Delivery) -> dict[str, bool]:
    """Decisions that stand open now and that this person may take."""
    sent_before = delivery.state == State.UNSURE
    undecided = sent_before and delivery.needs_person != NeedsPerson.NO
    late = delivery.needs_person == NeedsPerson.LATE and delivery.state in (State.WAITING, State.RETRYING)
    unsent = delivery.state in (State.WAITING, State.RETRYING, State.FAILED)
    possible = {
        "send_now": late,
        "try_again": delivery.state == State.FAILED,
        "drop": unsent,
        "look_now": sent_before,
        "say_it_stands": undecided,
        "say_it_is_absent": undecided,
    }
    allowed = _allowed(request, delivery.organisation_id)
    return {name: so and allowed(_verb(delivery, name)) for name, so in possible.items()}


def _allowed(request: Request, organisation: int) -> Callable[[str], bool]:
    """Whether the person may do a verb there; one query for all verbs of a screen."""
    roles = request.person.roles_in(organisation)
    return lambda verb: bool(roles & (roles_for(verb) or frozenset()))


def _verb(delivery: Delivery, name: str) -> str:
    kind = "answer_" if delivery.lane == Lane.ANSWER and name != "look_now" else ""
    return f"deliveries.{kind}{name}"


def _decision(act: Callable[..., None]) -> Callable[..., HttpResponse]:
    """A view that takes one decision and leads back to the delivery."""

    @require_POST
    @at_desk
    def view(request: Request, code: str) -> HttpResponse:
        delivery = one(queries.deliveries(request.person), code=code)
        act(delivery, by=request.person)
        return redirect("deliveries:one", code)

    return view


send_now = _decision(actions.send_now)
try_again = _decision(actions.try_again)
drop = _decision(actions.drop)
look_now = _decision(actions.look_now)
say_it_is_absent = _decision(actions.say_it_is_absent)


@require_POST
@at_desk
def say_it_stands(request: Request, code: str) -> HttpResponse:
    delivery = one(queries.deliveries(request.person), code=code)
    form = valid(StandsForm(request.POST))
    actions.say_it_stands(delivery, by=request.person, url=form["url"])
    return redirect("deliveries:one", code)


@at_desk
def held(request: Request) -> HttpResponse:
    """What is held and why, and what else waits for a person."""
    organisation = request.organisation
    holds = list(queries.holds(request.person, organisation))
    allowed = _allowed(request, organisation.pk)
    restored = next((hold for hold in holds if hold.restored), None)
    what: dict[str, Any] = {
        "holds": holds,
        "restored": restored,
        "held": queries.held(request.person, organisation)[:200],
        "undecided": queries.undecided(request.person, organisation)[:200],
        "may_hold": allowed("deliveries.hold"),
        "may_release": allowed("deliveries.release"),
        "may_confirm": bool(restored) and allowed("deliveries.confirm_restored"),
        "form": HoldForm(),
    }
    return render(request, "deliveries/held.html", what)


@require_POST
@at_desk
def hold(request: Request) -> HttpResponse:
    """Pause all pages of the organisation, or one page of it."""
    form = valid(HoldForm(request.POST))
    code = form["page"]
    page = one(Page.objects.seen_by(request.person), code=code) if code else None
    actions.hold(
        page.organisation if page else request.organisation,
        by=request.person,
        reason=form["reason"],
        page=page,
        covers_answers=form["covers_answers"],
    )
    return _back(request)


@require_POST
@at_desk
def release(request: Request, number: int) -> HttpResponse:
    released = one(Hold.objects.seen_by(request.person), pk=number)
    actions.release(released, by=request.person)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(reverse("deliveries:held"))
