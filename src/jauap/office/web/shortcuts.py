"""The few things every view does: one thing or 404, a valid form or BadInput, a fragment or a redirect."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jauap.errors import BadInput
from jauap.words import N_, Words, words

M = TypeVar("M", bound=Model)


def one(rows: QuerySet[M], **by: Any) -> M:
    """The one row, or 404: strangers learn nothing, not even that it exists."""
    found = rows.filter(**by).first()
    if found is None:
        raise Http404
    return found


def valid(form: forms.BaseForm) -> dict[str, Any]:
    """The form's cleaned values. Raises BadInput with a sentence for each field."""
    if form.is_valid():
        cleaned: dict[str, Any] = form.cleaned_data
        return cleaned
    fields = {name: Words(str(errors[0])) for name, errors in form.errors.items()}
    raise BadInput(words(N_("Something in the form is missing or wrong.")), more=fields)


def fragment(request: HttpRequest, template: str, to: str, **what: Any) -> HttpResponse:
    """A piece of the screen for htmx; without script, a redirect to where the whole stands."""
    if request.headers.get("HX-Request"):
        return render(request, template, what)
    return redirect(to)
