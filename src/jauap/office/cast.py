"""One cast for the demo, the tests and the exam: an office, a person a role, pages to publish on.

Everything comes to be by actions; nothing sets a column. All names are plainly fictional.
"""

from __future__ import annotations

from dataclasses import dataclass

from jauap.networks.base import Credentials, Profile
from jauap.office.pages import actions as pages
from jauap.office.pages.models import Page
from jauap.office.people import actions as people
from jauap.office.people.acting import COMMAND
from jauap.office.people.models import Organisation, Person, Role

NAMES: dict[Role, str] = {
    Role.AUTHOR: "Dana Demo",
    Role.APPROVER: "Aigul Demo",
    Role.RESPONDER: "Ruslan Demo",
    Role.ADMINISTRATOR: "Timur Demo",
    Role.HEAD: "Marat Demo",
    Role.ANALYST: "Nina Demo",
    Role.EVALUATOR: "Olga Demo",
}


@dataclass(frozen=True)
class Cast:
    """An organisation and one person for each role."""

    organisation: Organisation
    author: Person
    approver: Person
    responder: Person
    administrator: Person
    head: Person
    analyst: Person
    evaluator: Person

    def people(self) -> dict[Role, Person]:
        return {role: getattr(self, role.value) for role in Role}


def gather(
    name: str,
    *,
    password: str,
    domain: str,
    languages: tuple[str, ...] = ("kk", "ru", "en"),
    demo: bool = False,
    parent: Organisation | None = None,
) -> Cast:
    """An organisation with a person a role: author@DOMAIN ..., all with one password."""
    organisation = people.found(name, by=COMMAND, languages=languages, demo=demo, parent=parent)
    cast = {role.value: _person(organisation, role, password, domain) for role in Role}
    return Cast(organisation, **cast)


def _person(organisation: Organisation, role: Role, password: str, domain: str) -> Person:
    email = f"{role.value}@{domain}"
    _, token = people.invite(organisation, by=COMMAND, email=email, name=NAMES[role], roles=[role])
    return people.accept(token, name=NAMES[role], email=email, password=password)


def page(
    cast: Cast, credentials: Credentials, profile: Profile, *, network: str, language: str, live: bool = True
) -> Page:
    """A page of the office, connected by its administrator."""
    made = pages.connect(
        cast.organisation,
        by=cast.administrator,
        network=network,
        credentials=credentials,
        profile=profile,
        language=language,
    )
    if live and not made.live:
        pages.go_live(made, by=cast.administrator)
    return made
