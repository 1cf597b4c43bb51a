"""What the shell shows on every screen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jauap.office.deliveries import queries as deliveries
from jauap.office.desk.navigation import entries
from jauap.office.inbox import queries as inbox


def shell(request: HttpRequest) -> dict[str, Any]:
    """Three queries for somebody signed in; nothing for others."""
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        return {}
    counts = {"inbox": inbox.open_count(organisation)}
    return {
        "person": request.user,
        "organisation": organisation,
        "organisations": getattr(request, "organisations", []),
        "navigation": entries(request, counts),
        "paused": deliveries.paused(organisation),
        "nobody_works": deliveries.nobody_works(),
    }
