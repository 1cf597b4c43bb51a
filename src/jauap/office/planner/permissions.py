"""Who may what with announcements."""

from __future__ import annotations

from jauap.office.people.models import Role

_WRITES = frozenset({Role.AUTHOR, Role.APPROVER})
_APPROVES = frozenset({Role.APPROVER})

WHO: dict[str, frozenset[Role]] = {
    "planner.create": _WRITES,
    "planner.name": _WRITES,
    "planner.write": _WRITES,
    "planner.write_variant": _WRITES,
    "planner.choose_pages": _WRITES,
    "planner.add_picture": _WRITES,
    "planner.remove_picture": _WRITES,
    "planner.describe_picture": _WRITES,
    "planner.order_pictures": _WRITES,
    "planner.plan": _WRITES,
    "planner.send_for_review": _WRITES,
    "planner.take_back": _WRITES,
    "planner.discard": _WRITES,
    "planner.send_back": _APPROVES,
    "planner.approve": _APPROVES,
    "planner.withdraw": _APPROVES,
}
MACHINES = frozenset({"planner.note_progress"})
