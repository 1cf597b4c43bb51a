"""What the inbox shows."""

from __future__ import annotations

from jauap.office.people.models import Organisation


def open_count(organisation: Organisation) -> int:
    """How many messages wait for an answer."""
    return 0
