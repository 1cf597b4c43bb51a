"""The gallery: every part in every state, and whole screens made of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jauap.office.design import samples

SCREENS = ("today", "inbox", "calendar", "announcement", "approve", "deliveries", "sign-in")


def gallery(request: HttpRequest) -> HttpResponse:
    """Each part once, in each state."""
    return render(request, "design/gallery.html", _context("", request))


def screen(request: HttpRequest, screen: str) -> HttpResponse:
    """A whole screen of samples. 404 for an unknown one."""
    if screen not in SCREENS:
        raise Http404
    return render(request, f"design/gallery/{screen}.html", _context(screen, request))


def _context(current: str, request: HttpRequest) -> dict[str, object]:
    context = {**samples.context(), "navigation": samples.navigation(current), "live_url": ""}
    if "empty" in request.GET:
        context["s"] = {**context["s"], "rows": [], "late_rows": [], "out": []}
    if "paused" in request.GET:
        context["paused"] = {
            "reason": context["s"]["paused_reason"],
            "by": context["person"].name,
            "since": context["earlier"],
            "url": "#",
        }
    return context
