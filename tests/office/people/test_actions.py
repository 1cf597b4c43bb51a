"""People come in by a link and act by their roles."""

from __future__ import annotations

import pytest

from jauap.errors import NotAllowed
from jauap.office.cast import Cast
from jauap.office.people import actions
from jauap.office.people.models import AuditEntry, Role


def test_an_administrator_invites_somebody_who_comes_in_by_the_link(office: Cast) -> None:
    _, token = actions.invite(
        office.organisation,
        by=office.administrator,
        email="new@office.example",
        name="New",
        roles=[Role.AUTHOR],
    )
    person = actions.accept(token, name="New Demo", email="", password="a-long-new-password")
    assert person.roles_in(office.organisation.pk) == {Role.AUTHOR}
    assert AuditEntry.objects.filter(verb="people.accept").exists()


def test_an_author_invites_nobody(office: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.invite(
            office.organisation, by=office.author, email="x@y.example", name="", roles=[Role.AUTHOR]
        )


def test_a_link_opens_once(office: Cast) -> None:
    _, token = actions.invite(
        office.organisation,
        by=office.administrator,
        email="new@office.example",
        name="New",
        roles=[Role.AUTHOR],
    )
    actions.accept(token, name="New Demo", email="", password="a-long-new-password")
    with pytest.raises(actions.LinkIsSpent):
        actions.accept(token, name="New Demo", email="", password="a-long-new-password")


def test_the_last_administrator_stays(office: Cast) -> None:
    with pytest.raises(actions.LastAdministrator):
        actions.set_roles(
            office.administrator, office.organisation, by=office.administrator, roles=[Role.AUTHOR]
        )
