"""What the stream reads."""

from __future__ import annotations

from jauap.office.live.models import Event


def last_id(organisation: int) -> int:
    """The newest event's id, 0 for none: where a screen that was just drawn goes on. One query."""
    ids = Event.objects.filter(organisation=organisation).order_by("-id").values_list("id", flat=True)
    return ids.first() or 0
