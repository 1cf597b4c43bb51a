"""The inbox on screens: list, thread, and what is done to a message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jauap.networks import cutting
from jauap.office.inbox import actions, answers, queries
from jauap.office.inbox.forms import AnswerForm, AssignForm, CountForm, HideForm, NoAnswerForm, NoteForm
from jauap.office.inbox.models import Message, Reason, State
from jauap.office.inbox.permissions import WHO
from jauap.office.people.models import DESK_ROLES
from jauap.office.web.request import Request, at_desk
from jauap.office.web.shortcuts import one, valid

ANSWERABLE = (State.OPEN, State.ANSWERED, State.NEEDS_NO_ANSWER)


@require_GET
@at_desk
def show_list(request: Request) -> HttpResponse:
    return render(request, "inbox/list.html", _list(request, timezone.now()))


@require_GET
@at_desk
def new(request: Request) -> HttpResponse:
    """How many came in since the list was drawn: they wait behind a bar, nothing jumps under the hand."""
    tab, after = request.GET.get("tab", ""), request.GET.get("after", "")
    last = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    count = queries.new_count(request.person, request.organisation, tab, last)
    return render(request, "inbox/list.html#new", {"count": count, "tab": tab, "after": last})


@require_GET
@at_desk
def show_thread(request: Request, code: str) -> HttpResponse:
    message, now = _message(request, code), timezone.now()
    what = {**_list(request, now), **_thread(request, message, now)}
    return render(request, "inbox/thread.html", what)


def _message(request: Request, code: str) -> Message:
    return one(queries.messages(request.person), code=code)


def _list(request: Request, now: datetime) -> dict[str, Any]:
    tab, before = request.GET.get("tab", ""), request.GET.get("before", "")
    listed = queries.listed(request.person, request.organisation, tab, before, now)
    reads = bool(request.person.roles_in(request.organisation.pk) & DESK_ROLES)
    return {"listed": listed, "tab": listed.tab, "before": before, "reads": reads}


def _thread(request: Request, message: Message, now: datetime) -> dict[str, Any]:
    roles = request.person.roles_in(message.organisation_id)
    may = {verb.split(".")[1]: bool(roles & allowed) for verb, allowed in WHO.items()}
    facts = message.page.capabilities
    languages = message.organisation.languages
    wanted = next(
        (code for code in (message.language, message.page.language) if code in languages), languages[0]
    )
    return {
        "thread": queries.thread(message, request.person, now),
        "message": message,
        "may": may,
        "answerable": may["answer"] and message.state in ANSWERABLE and not message.gone,
        "limit": facts.text.count,
        "used": 0,
        "languages": languages,
        "language": wanted,
        "reasons": Reason.choices,
        "hides_there": actions.can_hide_there(message),
        "facts": facts,
    }


@require_POST
@at_desk
def answer(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    form = valid(AnswerForm(request.POST, organisation=message.organisation))
    actions.answer(
        message,
        text=form["text"],
        by=request.person,
        language=form["language"],
        seen=form["seen"] or 0,
        over=form["over"],
    )
    return _back(request, message)


@require_POST
@at_desk
def count(request: Request, code: str) -> HttpResponse:
    """The network's own count of what is being written."""
    message = _message(request, code)
    limit = message.page.capabilities.text
    text = valid(CountForm(request.POST))["text"].replace("\r\n", "\n").strip()
    return render(
        request, "inbox/thread.html#count", {"used": cutting.length(text, limit), "limit": limit.count}
    )


@require_POST
@at_desk
def writing(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    other = actions.begin_answer(message, by=request.person)
    return render(request, "inbox/thread.html#answering", {"writing": other, "message": message})


@require_POST
@at_desk
def note(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    actions.note(message, text=valid(NoteForm(request.POST))["text"], by=request.person)
    return _back(request, message)


@require_POST
@at_desk
def assign(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    actions.assign(message, to=valid(AssignForm(request.POST, by=request.person))["to"], by=request.person)
    return _back(request, message)


@require_POST
@at_desk
def no_answer(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    form = valid(NoAnswerForm(request.POST))
    actions.needs_no_answer(message, reason=Reason(form["reason"]), more=form["more"], by=request.person)
    return _back(request, message)


@require_POST
@at_desk
def reopen(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    actions.reopen(message, by=request.person)
    return _back(request, message)


@require_POST
@at_desk
def hide(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    actions.hide(message, reason=valid(HideForm(request.POST))["reason"], by=request.person)
    return _back(request, message)


@require_POST
@at_desk
def unhide(request: Request, code: str) -> HttpResponse:
    message = _message(request, code)
    actions.unhide(message, by=request.person)
    return _back(request, message)


@require_POST
@at_desk
def withdraw(request: Request, number: int) -> HttpResponse:
    made = one(queries.answers_of(request.person), pk=number)
    answers.withdraw_answer(made, by=request.person)
    return _back(request, made.message)


@require_POST
@at_desk
def confirm(request: Request, number: int) -> HttpResponse:
    made = one(queries.answers_of(request.person), pk=number)
    answers.confirm_answer(made, by=request.person)
    return _back(request, made.message)


def _back(request: Request, message: Message) -> HttpResponse:
    """To the message, drawn anew; what was typed stays where the action refused."""
    url = reverse("inbox:thread", args=[message.code])
    if request.headers.get("HX-Request"):
        # Another address than the present one, or the browser would only scroll.
        return HttpResponse(
            status=204, headers={"HX-Redirect": f"{url}?drawn={timezone.now():%H%M%S%f}#current"}
        )
    return redirect(f"{url}#current")
