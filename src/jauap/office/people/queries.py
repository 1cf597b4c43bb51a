"""What screens show of people."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from jauap.office.people.models import Invitation, Membership, Organisation, Person, Role


@dataclass(frozen=True)
class Colleague:
    """A person of the organisation and their roles, in the order of `Role`."""

    person: Person
    roles: tuple[Role, ...]


def colleagues(organisation: Organisation) -> list[Colleague]:
    """People of the organisation by name. One query."""
    rows = Membership.objects.filter(organisation=organisation).select_related("person")
    roles: dict[Person, set[str]] = {}
    for row in rows.order_by("person__name"):
        roles.setdefault(row.person, set()).add(row.role)
    return [Colleague(person, tuple(role for role in Role if role in held)) for person, held in roles.items()]


def people(person: Person) -> QuerySet[Person]:
    return Person.objects.seen_by(person)


def invitations(person: Person) -> QuerySet[Invitation]:
    """Open links of the person's organisations, the newest first. One query."""
    rows = Invitation.objects.seen_by(person).filter(used_at=None, revoked_at=None, person=None)
    return rows.filter(expires_at__gt=timezone.now()).select_related("made_by")


def organisations(person: Person) -> QuerySet[Organisation]:
    return Organisation.objects.seen_by(person)
