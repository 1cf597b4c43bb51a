"""The cast of an office, for every test above the networks."""

from __future__ import annotations

import pytest

from jauap.office.cast import Cast, gather

PASSWORD = "heat-and-water-2026"


@pytest.fixture
def office(db: None) -> Cast:
    """An office with one person a role."""
    return gather("Ministry of Heat and Water", password=PASSWORD, domain="office.example")


@pytest.fixture
def stranger(db: None) -> Cast:
    """Another office, whose people must see nothing of the first."""
    return gather("Ministry of Roads", password=PASSWORD, domain="roads.example")
