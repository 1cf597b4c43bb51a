"""Who may what with pages."""

from __future__ import annotations

from jauap.office.people.models import Role

_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
WHO: dict[str, frozenset[Role]] = {
    "pages.connect": _ADMINISTRATOR,
    "pages.reconnect": _ADMINISTRATOR,
    "pages.disconnect": _ADMINISTRATOR,
    "pages.go_live": _ADMINISTRATOR,
    "pages.change": _ADMINISTRATOR,
    "pages.check": _ADMINISTRATOR | {Role.APPROVER, Role.AUTHOR},
}
MACHINES = frozenset({"pages.refresh"})
