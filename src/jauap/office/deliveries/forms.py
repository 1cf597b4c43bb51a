"""What people say about deliveries."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class HoldForm(forms.Form):
    """page: code of one page; empty = all pages of the organisation."""

    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody in the office reads this on top of every screen."),
    )  # fmt: skip
    covers_answers = forms.BooleanField(label=_("Hold answers to people too"), required=False)
    page = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)


class StandsForm(forms.Form):
    url = forms.URLField(
        label=_("Address of the post, if you have it"), required=False, max_length=600, assume_scheme="https"
    )
