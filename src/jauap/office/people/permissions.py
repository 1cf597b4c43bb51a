"""Who may what in this app, and the one function that asks any app's table.

Each app has `permissions.py` with `WHO` (verb -> roles) and `MACHINES` (verbs that a worker or a
command may do by itself). An unknown verb is refused: absence of a rule is a no.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jauap.errors import NotAllowed
from jauap.office.people.models import Membership, Organisation, Person, Role

if TYPE_CHECKING:
    from jauap.office.people.acting import Actor

SELF = frozenset[Role]()
"""A verb that everybody does for oneself alone; the action makes sure of that."""

WHO: dict[str, frozenset[Role]] = {
    "people.invite": frozenset({Role.ADMINISTRATOR}),
    "people.revoke_invitation": frozenset({Role.ADMINISTRATOR}),
    "people.set_roles": frozenset({Role.ADMINISTRATOR}),
    "people.remove": frozenset({Role.ADMINISTRATOR}),
    "people.change_organisation": frozenset({Role.ADMINISTRATOR}),
    "people.add_organisation": frozenset({Role.ADMINISTRATOR}),
    "people.change_oneself": SELF,
    "people.accept": SELF,
}
MACHINES = frozenset(
    {"people.found", "people.invite", "people.accept", "people.set_roles", "people.add_organisation"}
)


def roles_for(verb: str) -> frozenset[Role] | None:
    """Roles that may do it; None = there is no such verb."""
    table = import_module(f"jauap.office.{verb.split('.', 1)[0]}.permissions")
    roles: frozenset[Role] | None = table.WHO.get(verb)
    return roles


def may(by: Actor, verb: str, organisation: Organisation | None) -> bool:
    """Whether the actor may do the verb in the organisation. One query for a person."""
    if not isinstance(by, Person):
        return verb in import_module(f"jauap.office.{verb.split('.', 1)[0]}.permissions").MACHINES
    roles = roles_for(verb)
    if roles is None or not by.is_active:
        return False
    if not roles:
        return True
    return organisation is not None and by.has_role(organisation.pk, roles)


def require(by: Actor, verb: str, organisation: Organisation | None) -> None:
    """Raises NotAllowed with the names of those who may."""
    if not may(by, verb, organisation):
        raise NotAllowed(verb, ask=whom_to_ask(verb, organisation))


def whom_to_ask(verb: str, organisation: Organisation | None) -> str:
    """Up to three names of those who have the right, by name."""
    roles = roles_for(verb) or frozenset()
    if organisation is None or not roles:
        return ""
    rows = Membership.objects.filter(organisation=organisation, role__in=roles, person__is_active=True)
    names = rows.order_by("person__name").values_list("person__name", flat=True).distinct()
    return ", ".join(names[:3])
