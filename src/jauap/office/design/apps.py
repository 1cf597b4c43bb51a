"""Tells Django about this app."""

from django.apps import AppConfig


class Design(AppConfig):
    """Templates, static files and template tags of the design system."""

    name = "jauap.office.design"
    label = "design"
