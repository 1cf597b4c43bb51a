"""Pages: how they are, connecting one, letting it go live."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jauap.networks.base import Credentials, Elsewhere, Network
from jauap.office.pages import actions, connecting, queries, vault
from jauap.office.pages.forms import ChangeForm, ConnectForm
from jauap.office.pages.models import Page
from jauap.office.people.permissions import may, require
from jauap.office.web.request import Request, at_desk
from jauap.office.web.shortcuts import one, valid

KEPT = "connecting"


@at_desk
def listed(request: Request) -> HttpResponse:
    what = {
        "pages": queries.connected(request.organisation),
        "connects": may(request.person, "pages.connect", request.organisation),
    }
    return render(request, "pages/list.html", what)


@at_desk
def one_page(request: Request, code: str) -> HttpResponse:
    page = one(queries.pages(request.person), code=code)
    if request.method == "POST":
        form = valid(ChangeForm(page.organisation, request.POST))
        actions.change(page, by=request.person, language=form["language"], late_min=form["late_min"])
        return redirect("pages:one", code=code)
    what = {
        "page": page,
        "form": ChangeForm(page.organisation, initial={"language": page.language, "late_min": page.late_min}),
        "changes": may(request.person, "pages.change", page.organisation),
        "holds": page.holds.in_force(),
        "may_hold": may(request.person, "deliveries.hold", page.organisation),
    }
    return render(request, "pages/one.html", what)


@at_desk
def choose(request: Request) -> HttpResponse:
    require(request.person, "pages.connect", request.organisation)
    return render(
        request,
        "pages/choose.html",
        {"networks": {code: network.CAPABILITIES for code, network in connecting.offered().items()}},
    )


@sensitive_post_parameters()
@at_desk
def connect(request: Request, network: str) -> HttpResponse:
    """The path to connect a page; `?page=CODE` signs in again to one that lost its sign-in."""
    require(request.person, "pages.connect", request.organisation)
    kind = _known(network)
    form = ConnectForm(kind, request.organisation, request.POST or None)
    if request.method != "POST":
        what = {"code": network, "facts": kind.CAPABILITIES, "path": kind.PATH, "form": form}
        return render(request, "pages/connect.html", what)
    valid(form)
    back = request.build_absolute_uri(reverse("pages:back", args=[network]))
    got = connecting.begin(network, form.typed(), back)
    language, again = form.cleaned_data["language"], request.GET.get("page", "")
    if isinstance(got, Elsewhere):
        kept = {**got.kept, "_language": language, "_again": again, "_network": network}
        request.session[KEPT] = vault.seal_kept(kept)
        return redirect(got.url)
    return _keep(request, network, got, language, again)


@at_desk
def back(request: Request, network: str) -> HttpResponse:
    """Where the network sends the person after their yes."""
    require(request.person, "pages.connect", request.organisation)
    kept = vault.unseal_kept(request.session.pop(KEPT, ""))
    if kept.get("_network") != network:
        return redirect("pages:connect", network=network)
    credentials = connecting.finish(network, kept, request.GET.dict())
    return _keep(request, network, credentials, kept["_language"], kept["_again"])


def _keep(
    request: Request, network: str, credentials: Credentials, language: str, again: str
) -> HttpResponse:
    tested = connecting.tested(network, credentials)
    if again:
        page = one(queries.pages(request.person), code=again)
        actions.reconnect(page, by=request.person, credentials=tested.credentials, profile=tested.profile)
    else:
        page = actions.connect(
            request.organisation,
            by=request.person,
            network=network,
            credentials=tested.credentials,
            profile=tested.profile,
            language=language,
            limits=tested.limits,
        )
    return render(request, "pages/connected.html", {"page": page, "notes": tested.notes, "again": again})


def _known(code: str) -> type[Network]:
    kind = connecting.known(code)
    if kind is None:
        raise Http404
    return kind


@at_desk
@require_POST
def go_live(request: Request, code: str) -> HttpResponse:
    page = one(queries.pages(request.person), code=code)
    actions.go_live(page, by=request.person)
    return redirect("pages:one", code=code)


@at_desk
@require_POST
def disconnect(request: Request, code: str) -> HttpResponse:
    actions.disconnect(one(queries.pages(request.person), code=code), by=request.person)
    return redirect("pages:list")


@at_desk
@require_POST
def check(request: Request, code: str) -> HttpResponse:
    """Test the connection now; publishes nothing."""
    page: Page = one(queries.pages(request.person), code=code)
    require(request.person, "pages.check", page.organisation)
    tested = connecting.tested(page.network, vault.unseal(page.sealed))
    return render(request, "pages/connected.html", {"page": page, "notes": tested.notes, "again": "check"})
