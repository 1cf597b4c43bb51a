"""Vendored icons and the brand's drawings as inline SVG: they take the colour of the words beside them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString

FOLDER = Path(__file__).parent / "vendor" / "lucide"
_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(LookupError):
    """No vendored icon has this name."""


@lru_cache(maxsize=256)
def drawing(name: str) -> SafeString:
    """The paths of a vendored icon, 24 x 24. Raises UnknownIcon."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise UnknownIcon(name)
    file = FOLDER / f"{name}.svg"
    if not file.is_file():
        raise UnknownIcon(name)
    inner = _INNER.search(file.read_text(encoding="utf-8"))
    if inner is None:
        raise UnknownIcon(name)
    # Only files of vendor/lucide come in here, and a test checks their hashes.
    return SafeString(re.sub(r"\s*\n\s*", "", inner.group(1)))  # nosec B703


def icon(name: str, *, label: str = "", size: str = "") -> SafeString:
    """An icon; silent for screen readers unless it has a label. size: "", "small" or "large"."""
    heard = (
        format_html(' role="img" aria-label="{}"', label)
        if label
        else SafeString(' aria-hidden="true" focusable="false"')
    )
    sized = format_html(' data-size="{}"', size) if size else ""
    return format_html(
        '<svg class="icon"{}{} viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
        ' stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        sized,
        heard,
        drawing(name),
    )
