"""Forms of people: what an administrator fills in, and what somebody new does."""

from __future__ import annotations

import zoneinfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from jauap.office.people.models import Role

COUNTRIES = [("KZ", _("Kazakhstan")), ("GE", _("Georgia"))]
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English"), ("ka", "ქართული")]
"""Languages of announcements; the languages of screens are settings.LANGUAGES."""


def zones() -> list[tuple[str, str]]:
    """Zones by place; those without a place (EST, GMT) are left out."""
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones()) if "/" in name]


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    roles = forms.MultipleChoiceField(
        label=_("What they do"), choices=Role, widget=forms.CheckboxSelectMultiple
    )


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("What they do"), choices=Role, widget=forms.CheckboxSelectMultiple, required=False
    )


class ComeInForm(forms.Form):
    """For somebody whose name and address the invitation knows already."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )


class FirstRunForm(forms.Form):
    """Four fields and a person, then Today."""

    organisation = forms.CharField(label=_("Name of the organisation"), max_length=200)
    languages = forms.MultipleChoiceField(
        label=_("Languages of your announcements"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Your e-mail"))
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    languages = forms.MultipleChoiceField(
        label=_("Languages of your announcements"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    own_changes_approved = forms.BooleanField(
        label=_("An approver may approve a text that they changed themselves"), required=False
    )
    answers_need_second = forms.BooleanField(
        label=_("An answer to a person needs a second person"), required=False
    )


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)
