"""Words at the edge: in the language of whoever reads now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from jauap.words import Words, say


def said(words: Words) -> str:
    """The sentence in the active language."""
    return say(words, gettext=gettext, ngettext=ngettext)


def kept(said_json: dict[str, Any]) -> str:
    """A sentence that was stored beside a row (msgid and values), in the active language; '' for none."""
    return said(Words(said_json["msgid"], said_json.get("values", {}))) if said_json.get("msgid") else ""
