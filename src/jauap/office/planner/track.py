"""The track at the foot: where an announcement stands, who brought it there and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jauap.office.deliveries.models import Delivery
from jauap.office.design.track import Step
from jauap.office.planner.models import Announcement, Approval, State

_PLACE = {State.DRAFT: 0, State.IN_REVIEW: 1, State.SCHEDULED: 3, State.SENDING: 4, State.PUBLISHED: 5}
_STEP = "step of an announcement"


def track(announcement: Announcement, approval: Approval | None, sent: Sequence[Delivery]) -> list[Step]:
    """approval: the standing one. sent: its deliveries that stand."""
    if announcement.state == State.WITHDRAWN:
        return [
            Step(pgettext(_STEP, "Draft"), "done", announcement.author.name, announcement.made_at),
            Step(pgettext(_STEP, "Withdrawn"), "now", "", announcement.state_since),
        ]
    place = _PLACE[State(announcement.state)]
    asked = announcement.sent_for_review_by if place >= 1 else None
    last = max((row.sent_at for row in sent if row.sent_at), default=None)
    published = "wrong" if place == 5 and not sent else _state(place, 4)
    return [
        Step(pgettext(_STEP, "Draft"), _state(place, 0), announcement.author.name, announcement.made_at),
        Step(
            pgettext(_STEP, "In review"), _state(place, 1),
            asked.name if asked else "", announcement.sent_for_review_at if asked else None,
        ),
        Step(
            pgettext(_STEP, "Approved"), _state(place, 2),
            approval.by.name if approval else "", approval.at if approval else None,
        ),
        Step(
            pgettext(_STEP, "Scheduled"), _state(place, 3),
            "", announcement.planned_at or _("as soon as approved"),
        ),
        Step(pgettext(_STEP, "Published"), published, "", last),
    ]  # fmt: skip


def counted(states: Sequence[str]) -> str:
    """ "7 sent, 1 failed": how its deliveries stand, in words; '' for none."""
    waiting = sum(1 for state in states if state in ("waiting", "retrying", "sending"))
    parts = [
        (states.count("sent"), lambda n: ngettext("{count} sent", "{count} sent", n)),
        (states.count("failed"), lambda n: ngettext("{count} failed", "{count} failed", n)),
        (states.count("unsure"), lambda n: ngettext("{count} unsure", "{count} unsure", n)),
        (waiting, lambda n: ngettext("{count} waits", "{count} wait", n)),
    ]
    return ", ".join(say(count).format(count=count) for count, say in parts if count)


def _state(place: int, step: int) -> Literal["done", "now", "ahead"]:
    return "done" if step < place else "now" if step == place else "ahead"
