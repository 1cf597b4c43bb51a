"""Forms of pages. What a network asks for is data in its own file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jauap.networks.base import Network
from jauap.office.people.forms import LANGUAGES
from jauap.office.people.models import Organisation


def languages_of(organisation: Organisation) -> list[tuple[str, str]]:
    names = dict(LANGUAGES)
    return [(code, names.get(code, code)) for code in organisation.languages]


class ConnectForm(forms.Form):
    """The fields that the network asks for, and the language of the page."""

    def __init__(self, network: type[Network], organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for ask in network.ASKS:
            widget = forms.PasswordInput(attrs={"autocomplete": "off"}) if ask.secret else forms.TextInput()
            self.fields[ask.name] = forms.CharField(
                label=gettext(ask.label),
                help_text=gettext(ask.hint) if ask.hint else "",
                initial=ask.given,
                max_length=500,
                widget=widget,
            )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the page"), choices=languages_of(organisation)
        )

    def typed(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "language"}


class ChangeForm(forms.Form):
    late_min = forms.IntegerField(
        label=_("How late may a post still go out by itself, in minutes?"), min_value=1, max_value=1440
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the page"), choices=languages_of(organisation)
        )
