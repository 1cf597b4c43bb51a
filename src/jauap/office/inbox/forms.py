"""What the screens of the inbox send. Texts arrive as typed; the actions clean and count them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jauap.office.inbox.models import Reason
from jauap.office.people.models import Organisation, Person

LONGEST = 40_000


class AnswerForm(forms.Form):
    """seen: how many answers stood on the screen; over: take the message over from whom is writing."""

    text = forms.CharField(required=False, strip=False, max_length=LONGEST)
    language = forms.ChoiceField()
    seen = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    over = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, organisation: Organisation) -> None:
        super().__init__(data)
        self.fields["language"].choices = [(code, code) for code in organisation.languages]  # type: ignore[attr-defined]


class CountForm(forms.Form):
    text = forms.CharField(required=False, strip=False, max_length=LONGEST)


class NoteForm(forms.Form):
    text = forms.CharField(
        required=False,
        max_length=4000,
        error_messages={"max_length": _("A note has at most 4,000 characters.")},
    )


class NoAnswerForm(forms.Form):
    reason = forms.ChoiceField(choices=Reason.choices)
    more = forms.CharField(required=False, max_length=500)


class HideForm(forms.Form):
    reason = forms.CharField(required=False, max_length=500)


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(queryset=Person.objects.none(), required=False)

    def __init__(self, data: Any, *, by: Person) -> None:
        super().__init__(data)
        self.fields["to"].queryset = Person.objects.seen_by(by)  # type: ignore[attr-defined]
