"""People of the organisation, invitations, and coming in."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jauap.office.people import actions, forms, queries
from jauap.office.people.permissions import may
from jauap.office.web.request import ORGANISATION, Request, at_desk
from jauap.office.web.shortcuts import one, valid

BACKEND = "django.contrib.auth.backends.ModelBackend"


@at_desk
def listed(request: Request) -> HttpResponse:
    return render(request, "people/list.html", _list(request))


def _list(request: Request) -> dict[str, object]:
    changes = may(request.person, "people.set_roles", request.organisation)
    return {
        "colleagues": queries.colleagues(request.organisation),
        "invitations": queries.invitations(request.person).filter(organisation=request.organisation)
        if changes
        else [],
        "changes": changes,
        "invite_form": forms.InviteForm(),
    }


@at_desk
@require_POST
def invite(request: Request) -> HttpResponse:
    form = valid(forms.InviteForm(request.POST))
    invitation, token = actions.invite(
        request.organisation, by=request.person, email=form["email"], name=form["name"], roles=form["roles"]
    )
    link = request.build_absolute_uri(reverse("people:come_in", args=[token]))
    return render(request, "people/invited.html", {"invitation": invitation, "link": link})


@at_desk
@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    actions.revoke_invitation(one(queries.invitations(request.person), pk=pk), by=request.person)
    return redirect("people:list")


@at_desk
def roles(request: Request, pk: int) -> HttpResponse:
    person = one(queries.people(request.person).filter(memberships__organisation=request.organisation), pk=pk)
    if request.method == "POST":
        form = valid(forms.RolesForm(request.POST))
        actions.set_roles(person, request.organisation, by=request.person, roles=form["roles"])
        return redirect("people:list")
    held = person.roles_in(request.organisation.pk)
    what = {
        "colleague": person,
        "form": forms.RolesForm(initial={"roles": sorted(held)}),
        "changes": may(request.person, "people.set_roles", request.organisation),
    }
    return render(request, "people/roles.html", what)


@at_desk
def organisation(request: Request) -> HttpResponse:
    if request.method == "POST":
        form = valid(forms.OrganisationForm(request.POST))
        actions.change_organisation(request.organisation, by=request.person, **form)
        return redirect("people:organisation")
    here = request.organisation
    fields = ("name", "languages", "zone", "own_changes_approved", "answers_need_second")
    what = {
        "form": forms.OrganisationForm(initial={name: getattr(here, name) for name in fields}),
        "changes": may(request.person, "people.change_organisation", here),
    }
    return render(request, "people/organisation.html", what)


@at_desk
@require_POST
def switch(request: Request) -> HttpResponse:
    chosen = one(queries.organisations(request.person), pk=_number(request.POST.get("organisation", "")))
    request.session[ORGANISATION] = chosen.code
    return redirect("/")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@at_desk
def me(request: Request) -> HttpResponse:
    return redirect("mfa_index")


@never_cache
@sensitive_post_parameters("password")
def come_in(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation, of a new password, or of the first administrator."""
    invitation = actions.opened_by(token)
    first = invitation.organisation is None and invitation.person is None
    form_class = forms.FirstRunForm if first else forms.ComeInForm
    form = form_class(request.POST or None, initial={"languages": ["kk", "ru"], "country": "KZ"})
    if request.method == "POST" and form.is_valid():
        person = actions.come_in(token, form.cleaned_data, first=first)
        login(request, person, backend=BACKEND)
        return redirect("people:welcome" if first else "/")
    what = {"invitation": invitation, "form": form, "first": first}
    return render(request, "people/come_in.html", what, status=422 if form.errors else 200)


@at_desk
def welcome(request: Request) -> HttpResponse:
    """After the first run: a passkey, where the address allows it."""
    return render(request, "people/welcome.html")
