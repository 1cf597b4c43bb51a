"""Opening a page: from the row to a `Network` that speaks for it."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from jauap.networks import found
from jauap.networks.base import Credentials, Network
from jauap.networks.http import Http
from jauap.office.pages import vault
from jauap.office.pages.models import Page


@cache
def shared_http() -> Http:
    """One client a process; its connections are shared by all threads."""
    return Http(allowed=settings.CONFIG.allowed_origins)


def network(page: Page) -> Network:
    """Raises SignedOut where the credentials can't be opened."""

    def renewed(fresh: Credentials) -> None:
        Page.objects.filter(pk=page.pk).update(sealed=vault.seal(fresh))

    return found()[page.network](vault.unseal(page.sealed), shared_http(), renewed=renewed)
