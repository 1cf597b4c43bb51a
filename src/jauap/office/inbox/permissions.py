"""Who may what here."""

from __future__ import annotations

from jauap.office.people.models import Role

WHO: dict[str, frozenset[Role]] = {}
MACHINES = frozenset[str]()
