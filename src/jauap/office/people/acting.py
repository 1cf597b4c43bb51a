"""`acting`: the one door through which anything is written.

It opens the transaction, locks the row and refreshes it in place, checks who may, and on success
writes the audit entry and tells open screens. If anything raises, nothing of it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from jauap.office.live import actions as live
from jauap.office.people import permissions
from jauap.office.people.models import AuditEntry, Organisation, Person


@dataclass(frozen=True)
class Machine:
    """A worker or a command that acts by itself. name: "worker", "command"."""

    name: str


Actor = Person | Machine
WORKER = Machine("worker")
COMMAND = Machine("command")


@dataclass
class Entry:
    """What the action wants to stand in the audit and on open screens. at: the action's one clock reading."""

    at: datetime
    notes: dict[str, Any] = field(default_factory=dict)
    told: dict[tuple[str, str], None] = field(default_factory=dict)

    def note(self, **values: Any) -> None:
        """Values for the audit entry: ids, hashes, states; never text or names of people."""
        self.notes |= values

    def tell(self, topic: str, ref: str = "") -> None:
        """Open screens that listen to `topic` fetch anew after the commit."""
        self.told[topic, ref] = None


@contextmanager
def acting(
    by: Actor,
    verb: str,
    thing: models.Model | None = None,
    *,
    organisation: Organisation | None = None,
    now: datetime | None = None,
) -> Iterator[Entry]:
    """Do one verb of DESIGN.md's table on a thing (or in an organisation, where the thing is yet to be made).

    Raises NotAllowed, and whatever the body raises.
    """
    entry = Entry(at=now or timezone.now())
    with transaction.atomic():
        if thing is not None and thing.pk is not None:
            lock(thing)
        where = organisation or _organisation_of(thing)
        permissions.require(by, verb, where)
        yield entry
        AuditEntry.objects.create(
            organisation=where,
            at=entry.at,
            person=by if isinstance(by, Person) else None,
            machine=by.name if isinstance(by, Machine) else "",
            verb=verb,
            thing=_named(thing),
            note=entry.notes,
        )
        if where is not None:
            for topic, ref in entry.told:
                live.tell(where.pk, topic, ref)


def lock(thing: models.Model) -> None:
    """Lock the row until the end of the transaction and read it anew into the same object."""
    rows: models.QuerySet[Any] = type(thing)._base_manager.select_for_update(of=("self",))
    thing.refresh_from_db(from_queryset=rows)


def _organisation_of(thing: models.Model | None) -> Organisation | None:
    if isinstance(thing, Organisation):
        return thing
    return getattr(thing, "organisation", None)


def _named(thing: models.Model | None) -> str:
    if thing is None:
        return ""
    return f"{thing._meta.model_name} {getattr(thing, 'code', thing.pk)}"
