"""What the screens of the planner send."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jauap.office.planner.writing import LONGEST_TEXT


def text_field() -> forms.CharField:
    """A text as typed: nothing is stripped here, the action cleans it."""
    return forms.CharField(required=False, strip=False, max_length=LONGEST_TEXT * 2)


class NameForm(forms.Form):
    title = forms.CharField(label=_("What we call it"), required=False, max_length=200)
    decision = forms.CharField(label=_("The decision behind it"), required=False, max_length=300)
    decision_url = forms.CharField(label=_("Where the decision stands"), required=False, max_length=500)


class VariantForm(forms.Form):
    text = text_field()
    seen = forms.CharField(required=False, max_length=16)


class TimeForm(forms.Form):
    """when: "approved" = as soon as approved; "at" = on that day, at that time of the office's clock."""

    when = forms.ChoiceField(
        choices=[("approved", _("As soon as it is approved")), ("at", _("At this time"))]
    )
    day = forms.DateField(required=False, error_messages={"invalid": _("Write the day as 2026-12-17.")})
    clock = forms.TimeField(required=False, error_messages={"invalid": _("Write the time as 10:00.")})
    sure = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("when") == "at":
            for name in ("day", "clock"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose the day and the time."))
        return cleaned


class SeenForm(forms.Form):
    seen = forms.CharField(max_length=64)


class CommentForm(forms.Form):
    comment = forms.CharField(label=_("What should change?"), max_length=4000, widget=forms.Textarea)


class UploadForm(forms.Form):
    picture = forms.FileField(
        error_messages={"required": _("Choose a picture first."), "empty": _("The file is empty.")}
    )


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=[("earlier", ""), ("later", "")])
