"""Who may what with pictures."""

from __future__ import annotations

from jauap.office.people.models import Role

WHO: dict[str, frozenset[Role]] = {"media.add": frozenset({Role.AUTHOR, Role.APPROVER})}
MACHINES = frozenset[str]()
