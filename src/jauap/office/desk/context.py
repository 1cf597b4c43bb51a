"""What the shell shows on every screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from jauap.office.deliveries import queries as deliveries
from jauap.office.deliveries.models import Hold
from jauap.office.desk.navigation import entries
from jauap.office.inbox import queries as inbox
from jauap.office.live import queries as live


@dataclass(frozen=True)
class PausedBand:
    """What the red band says: why, who, since when, and where one sees what is held."""

    reason: str
    by: str
    since: datetime
    url: str


def _band(hold: Hold | None) -> PausedBand | None:
    if hold is None:
        return None
    reason = hold.reason or gettext("This data was restored or moved. An administrator must confirm it.")
    return PausedBand(reason, hold.by.name if hold.by else "", hold.at, _url("deliveries:held"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Five queries for somebody signed in; nothing for others."""
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        return {}
    counts = {"inbox": inbox.open_count(organisation)}
    return {
        "person": request.user,
        "organisation": organisation,
        "organisations": getattr(request, "organisations", []),
        "navigation": entries(request, counts),
        "paused": _band(deliveries.paused(organisation)),
        "live_url": _url("live:stream"),
        "live_last": live.last_id(organisation.pk),
        "nobody_works": deliveries.nobody_works(),
    }


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
