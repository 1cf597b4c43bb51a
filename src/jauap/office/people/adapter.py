"""allauth's adapter: nobody signs up by themselves, and its words are ours, in every language."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask your administrator."),
        "email_password_mismatch": _("This address and this password do not belong together. Try again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This is not the code that the app shows now."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("Signing in did not work. Try again."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "same_as_current": _("The new password must differ from the present one."),
        "rate_limited": _("Too many tries. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondSteps(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not the code that the app shows now."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first."),
    }


class SignInForm(LoginForm):
    """allauth's form with our labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
