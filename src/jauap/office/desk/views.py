"""Today, and the page for what is not there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jauap.office.web.request import Request, at_desk


@at_desk
def today(request: Request) -> HttpResponse:
    return render(request, "desk/today.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "design/404.html", status=404)
