"""What the stream and the shell read of the events."""

from __future__ import annotations

from dataclasses import dataclass

from jauap.office.live.models import Event

AT_ONCE = 200


@dataclass(frozen=True)
class Hint:
    """Something of `topic` changed; ref: the code of the thing. Nothing of its content."""

    id: int
    topic: str
    ref: str


def after(organisation: int, last: int) -> list[Hint]:
    """The next events of the organisation, oldest first, at most AT_ONCE. One query along an index."""
    rows = Event.objects.filter(organisation=organisation, id__gt=last).order_by("id")
    return [Hint(*row) for row in rows.values_list("id", "topic", "ref")[:AT_ONCE]]


def last_id(organisation: int) -> int:
    """Up to where a screen that is drawn now has seen everything; 0 = no event yet. One query."""
    rows = Event.objects.filter(organisation=organisation).order_by("-id")
    return rows.values_list("id", flat=True).first() or 0
