"""What the worker notes about a page while it works: its health and how long the network asks us to wait.

Called inside the transaction of the act that noticed it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from jauap.errors import NetworkError, Said, SignedOut
from jauap.office.live.actions import tell
from jauap.office.pages.models import Health, Page


def close_until(page: Page, until: datetime) -> None:
    """Nothing goes out on this page before `until`; a later moment already noted stays."""
    earlier = Q(closed_until=None) | Q(closed_until__lt=until)
    Page.objects.filter(earlier, pk=page.pk).update(closed_until=until)


def lost_sign_in(page: Page, error: SignedOut, *, now: datetime) -> None:
    """Everything of this page waits until a person signs in again."""
    _note(page, Health.SIGNED_OUT, error, now)


def unreachable(page: Page, error: NetworkError, *, now: datetime) -> None:
    _note(page, Health.UNREACHABLE, error, now)


def well(page: Page, *, now: datetime) -> None:
    """A call went well. A page that lost its sign-in stays so until somebody reconnects it."""
    rows = Page.objects.filter(pk=page.pk, health=Health.UNREACHABLE)
    if rows.update(health=Health.WELL, health_said={}, health_since=now):
        tell(page.organisation_id, "pages", page.code)


def _note(page: Page, health: Health, error: NetworkError, now: datetime) -> None:
    said = Said.of(error)
    rows = Page.objects.filter(pk=page.pk).exclude(health=health).exclude(health=Health.SIGNED_OUT)
    changed = rows.update(
        health=health,
        health_since=now,
        health_said={"msgid": said.msgid, "values": said.values, "their_words": said.their_words},
    )
    if changed:
        tell(page.organisation_id, "pages", page.code)
