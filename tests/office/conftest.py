"""The cast of an office, for every test above the networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jauap.networks.base import ExternalId, Profile
from jauap.networks.rehearsal import Rehearsal, Running, connect, serve
from jauap.office.cast import Cast, gather
from jauap.office.cast import page as add_page
from jauap.office.pages.models import Page
from jauap.office.pages.open import shared_http

PASSWORD = "heat-and-water-2026"


@pytest.fixture
def office(db: None) -> Cast:
    """An office with one person a role."""
    return gather("Ministry of Heat and Water", password=PASSWORD, domain="office.example")


@pytest.fixture
def stranger(db: None) -> Cast:
    """Another office, whose people must see nothing of the first."""
    return gather("Ministry of Roads", password=PASSWORD, domain="roads.example")


@pytest.fixture
def rehearsal(tmp_path: Path, settings: Any) -> Iterator[Running]:
    """A rehearsal network of its own on a free port, whose people keep silent."""
    running = serve(tmp_path / "rehearsal", port=0, people=False)
    settings.CONFIG = replace(settings.CONFIG, allowed_origins=(running.origin,), rehearsal=running.origin)
    shared_http.cache_clear()
    was, Rehearsal.server = Rehearsal.server, running.origin
    yield running
    Rehearsal.server = was
    shared_http.cache_clear()
    running.stop()


@pytest.fixture
def page(office: Cast, rehearsal: Running) -> Page:
    """A page of the office on the rehearsal network, live."""
    return rehearsed(office, rehearsal, "Heat and Water", "heat", "ru")


def rehearsed(office: Cast, rehearsal: Running, name: str, handle: str, language: str) -> Page:
    """One more page of the office on the rehearsal network."""
    credentials = connect(rehearsal.origin, name, handle, language=language)
    profile = Profile(ExternalId(credentials.account), name, handle, f"{rehearsal.origin}/@{handle}")
    return add_page(office, credentials, profile, network="rehearsal", language=language)
