"""`{% load planner %}`: sentences of findings."""

from __future__ import annotations

from django import template

from jauap.office.web.wording import said as worded
from jauap.words import Words

register = template.Library()


@register.filter
def said(words: Words) -> str:
    """`{{ finding.said|said }}`: in the reader's language."""
    return worded(words)
