"""Words that stand beside a page: its health, what its network can't do."""

from __future__ import annotations

from typing import Any

from django import template

from jauap.office.web.wording import kept
from jauap.office.web.wording import said as worded
from jauap.words import Words

register = template.Library()


@register.filter
def said(words: Words | dict[str, Any] | None) -> str:
    """A sentence of the lower floors, in the reader's language."""
    if not words:
        return ""
    return worded(words) if isinstance(words, Words) else kept(words)
