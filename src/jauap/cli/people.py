"""`jauap people`: links for people, from the machine itself."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from jauap.cli import app
from jauap.cli.ready import console, django_ready, tables_ready
from jauap.cli.run import Data

people = typer.Typer(no_args_is_help=True, help="People: list them, open a link for one.")
app.add_typer(people, name="people")


@people.command("list")
def listed(data: Data = None, format: Annotated[str, typer.Option(help="text or json")] = "text") -> None:
    """Who has an account, with roles."""
    django_ready(data)
    tables_ready()
    from jauap.office.people.models import Person

    rows: list[dict[str, Any]] = [
        {
            "email": person.email,
            "name": person.name,
            "active": person.is_active,
            "roles": [f"{m.role} @ {m.organisation.name}" for m in person.memberships.all()],
        }
        for person in Person.objects.prefetch_related("memberships__organisation")
    ]
    if format == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        console.print(f"{row['email']:<36} {row['name']:<28} {', '.join(row['roles'])}")


@people.command("reset")
def reset(email: str, data: Data = None) -> None:
    """Print a one-time link with which the person sets a new password."""
    django_ready(data)
    tables_ready()
    from jauap.office.people import actions
    from jauap.office.people.acting import COMMAND
    from jauap.office.people.models import Person

    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        console.print("Nobody has this address. `jauap people list` shows who has an account.")
        raise typer.Exit(1)
    _, token = actions.open_reset(person, by=COMMAND)
    console.print(f"Valid for 24 hours, once:\n{_address(token)}")


def first_link() -> str:
    """A fresh link that makes the first administrator; earlier ones that nobody used are closed."""
    from django.utils import timezone

    from jauap.office.people import actions
    from jauap.office.people.acting import COMMAND
    from jauap.office.people.models import Invitation, Role

    unused = Invitation.objects.filter(organisation=None, person=None, used_at=None)
    unused.update(revoked_at=timezone.now())
    _, token = actions.invite(None, by=COMMAND, email="", name="", roles=[Role.ADMINISTRATOR])
    return _address(token)


def _address(token: str) -> str:
    from django.conf import settings
    from django.urls import reverse

    return f"{settings.CONFIG.origin}{reverse('people:come_in', args=[token])}"
