"""A server's own limits, kept beside the page as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jauap.networks.base import Capabilities

NUMBERS = ("pictures", "picture_bytes", "alt_text")


def own_limits(found: Capabilities) -> dict[str, int]:
    """What is kept of the limits that a server gave."""
    kept = {name: getattr(found, name) for name in NUMBERS if getattr(found, name) is not None}
    return {"text": found.text.count, **kept}


def with_own_limits(base: Capabilities, kept: Mapping[str, int]) -> Capabilities:
    """The network's facts, with the kept numbers put in. An unknown name is passed over."""
    if not kept:
        return base
    numbers = {name: int(kept[name]) for name in NUMBERS if name in kept}
    text = replace(base.text, count=int(kept["text"])) if "text" in kept else base.text
    return replace(base, text=text, **numbers)  # type: ignore[arg-type]
