"""Writing: each form of the Announcement screen, with and without script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jauap.office.media import actions as media
from jauap.office.planner import content, previews, queries, walltime, writing
from jauap.office.planner.forms import MoveForm, NameForm, TimeForm, UploadForm, VariantForm
from jauap.office.planner.models import Announcement, Variant, as_written, mark
from jauap.office.planner.screen import screen
from jauap.office.planner.views import found
from jauap.office.web.request import Request, at_desk
from jauap.office.web.shortcuts import fragment, one, valid


@at_desk
@require_POST
def name(request: Request, code: str) -> HttpResponse:
    announcement = found(request, code)
    writing.name(announcement, by=request.person, **valid(NameForm(request.POST)))
    return redirect("planner:one", code=code)


@at_desk
@require_POST
def texts(request: Request, code: str) -> HttpResponse:
    """Autosaved: answers with what is to be mended, and the previews."""
    announcement = found(request, code)
    languages = announcement.organisation.languages
    typed = {each: request.POST[f"text_{each}"] for each in languages if f"text_{each}" in request.POST}
    seen = {each: request.POST[f"seen_{each}"] for each in languages if f"seen_{each}" in request.POST}
    writing.write(announcement, by=request.person, texts=typed, seen=seen)
    return _written(request, announcement, typed)


def _written(
    request: Request, announcement: Announcement, typed: dict[str, str] | None = None
) -> HttpResponse:
    cleaned = {language: as_written(text) for language, text in (typed or {}).items()}
    what = screen(announcement, request.person, cleaned)
    to = reverse("planner:one", args=[announcement.code])
    return fragment(request, "planner/written.html", to, screen=what)


@at_desk
@require_POST
def pages(request: Request, code: str) -> HttpResponse:
    """Checkboxes named "page" with values "CODE/language"."""
    announcement = found(request, code)
    pairs = [value.partition("/") for value in request.POST.getlist("page")]
    writing.choose_pages(
        announcement, by=request.person, chosen=[(page, language) for page, _, language in pairs]
    )
    return redirect("planner:one", code=code)


@at_desk
@require_POST
def time(request: Request, code: str) -> HttpResponse:
    """A time that the clocks skip or show twice is said first, and planned on a second yes."""
    announcement = found(request, code)
    form = valid(TimeForm(request.POST))
    if form["when"] == "approved":
        writing.plan(announcement, by=request.person, at=None)
        return redirect("planner:one", code=code)
    meant = walltime.meant(form["day"], form["clock"], announcement.organisation.zoneinfo)
    if (meant.missing or meant.twice) and not form["sure"]:
        what = {"announcement": announcement, "meant": meant, "day": form["day"], "clock": form["clock"]}
        return render(request, "planner/clocks.html", what)
    writing.plan(announcement, by=request.person, at=meant.at)
    return redirect("planner:one", code=code)


@at_desk
@require_POST
def upload(request: Request, code: str) -> HttpResponse:
    announcement = found(request, code)
    file = valid(UploadForm(request.POST, request.FILES))["picture"]
    picture = media.add(announcement.organisation, file, by=request.person, name=file.name)
    writing.add_picture(announcement, picture, by=request.person)
    return redirect(reverse("planner:one", args=[code]) + "#pictures")


@at_desk
@require_POST
def describe(request: Request, code: str, pk: int) -> HttpResponse:
    """Autosaved. Fields "alt_ru" ...; the checkbox "decorative"."""
    announcement = found(request, code)
    shown = one(queries.pictures(announcement), pk=pk)
    languages = announcement.organisation.languages
    alts = {each: request.POST[f"alt_{each}"] for each in languages if f"alt_{each}" in request.POST}
    writing.describe_picture(shown, by=request.person, alts=alts, decorative="decorative" in request.POST)
    return _written(request, announcement)


@at_desk
@require_POST
def remove(request: Request, code: str, pk: int) -> HttpResponse:
    shown = one(queries.pictures(found(request, code)), pk=pk)
    writing.remove_picture(shown, by=request.person)
    return redirect(reverse("planner:one", args=[code]) + "#pictures")


@at_desk
@require_POST
def move(request: Request, code: str, pk: int) -> HttpResponse:
    """One place earlier or later in the tray."""
    announcement = found(request, code)
    shown = one(queries.pictures(announcement), pk=pk)
    order = [each.pk for each in queries.pictures(announcement)]
    place = order.index(shown.pk)
    to = place - 1 if valid(MoveForm(request.POST))["to"] == "earlier" else place + 1
    if 0 <= to < len(order):
        order[place], order[to] = order[to], order[place]
    writing.order_pictures(announcement, by=request.person, order=order)
    return redirect(reverse("planner:one", args=[code]) + "#pictures")


@at_desk
def variant(request: Request, code: str, pk: int) -> HttpResponse:
    """One page's own text, beside the version it follows or left."""
    announcement = found(request, code)
    row = one(queries.variants(announcement), pk=pk)
    if request.method == "POST":
        form = valid(VariantForm(request.POST))
        writing.write_variant(row, by=request.person, text=form["text"], seen=form["seen"] or None)
        return redirect(reverse("planner:one", args=[code]) + "#previews")
    whole = content.read(announcement)
    piece = next(piece for piece in whole.pieces if piece.variant.pk == pk)
    what = {
        "screen": screen(announcement, request.person),
        "variant": row,
        "preview": previews.preview(piece, whole.pictures),
        "base": whole.text(row.language),
        "seen": mark(piece.content.text),
    }
    return render(request, "planner/variant.html", what)


@at_desk
@require_POST
def preview(request: Request, code: str, pk: int) -> HttpResponse:
    """What is being typed, as the network would count and cut it. Writes nothing."""
    announcement = found(request, code)
    row: Variant = one(queries.variants(announcement), pk=pk)
    whole = content.read(announcement)
    piece = next(piece for piece in whole.pieces if piece.variant.pk == row.pk)
    text = as_written(valid(VariantForm(request.POST))["text"])
    what = {"preview": previews.preview(piece, whole.pictures, text), "announcement": announcement}
    return render(request, "planner/preview.html", what)


@at_desk
@require_POST
def follow(request: Request, code: str, pk: int) -> HttpResponse:
    row = one(queries.variants(found(request, code)), pk=pk)
    writing.follow_again(row, by=request.person)
    return redirect(reverse("planner:one", args=[code]) + "#previews")
