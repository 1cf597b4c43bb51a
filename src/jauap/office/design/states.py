"""The states that a chip can show: sign, word, tone.

One list, so that a state looks alike on every screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

_ANNOUNCEMENT = "state of an announcement"
_DELIVERY = "state of a delivery"
_MESSAGE = "state of a message"
_PAGE = "health of a page"


@dataclass(frozen=True)
class Look:
    """How a state looks. tone: a state colour of tokens.css; dashed: not yet anybody's decision."""

    icon: str
    word: str | Promise
    tone: str
    dashed: bool = False


LOOKS: dict[str, Look] = {
    # an announcement
    "draft": Look("pen-line", pgettext_lazy(_ANNOUNCEMENT, "Draft"), "waiting", dashed=True),
    "in_review": Look("eye", pgettext_lazy(_ANNOUNCEMENT, "In review"), "review"),
    "approved": Look("badge-check", pgettext_lazy(_ANNOUNCEMENT, "Approved"), "approved"),
    "scheduled": Look(
        "badge-check", pgettext_lazy(_ANNOUNCEMENT, "Approved, waits for its time"), "approved"
    ),
    "published": Look("circle-check", pgettext_lazy(_ANNOUNCEMENT, "Published"), "sent"),
    "withdrawn": Look("undo-2", pgettext_lazy(_ANNOUNCEMENT, "Withdrawn"), "waiting"),
    # a delivery
    "waiting": Look("clock", pgettext_lazy(_DELIVERY, "Waiting"), "waiting"),
    "held": Look("circle-pause", pgettext_lazy(_DELIVERY, "Held"), "failed"),
    "late": Look("hourglass", pgettext_lazy(_DELIVERY, "Late, waits for a person"), "unsure"),
    "sending": Look("send", pgettext_lazy(_DELIVERY, "Sending"), "review"),
    "sent": Look("circle-check", pgettext_lazy(_DELIVERY, "Sent"), "sent"),
    "retrying": Look("refresh-cw", pgettext_lazy(_DELIVERY, "Trying again"), "unsure"),
    "unsure": Look("circle-question-mark", pgettext_lazy(_DELIVERY, "Unsure"), "unsure"),
    "failed": Look("circle-x", pgettext_lazy(_DELIVERY, "Failed"), "failed"),
    "dropped": Look("circle-slash", pgettext_lazy(_DELIVERY, "Not sent"), "waiting"),
    # a message
    "received": Look("message-square", pgettext_lazy(_MESSAGE, "New"), "review"),
    "open": Look("message-square", pgettext_lazy(_MESSAGE, "Open"), "review"),
    "answered": Look("reply", pgettext_lazy(_MESSAGE, "Answered"), "sent"),
    "no_answer": Look("check", pgettext_lazy(_MESSAGE, "Needs no answer"), "waiting"),
    "needs_no_answer": Look("check", pgettext_lazy(_MESSAGE, "Needs no answer"), "waiting"),
    "hidden": Look("eye-off", pgettext_lazy(_MESSAGE, "Hidden"), "waiting"),
    "deleted": Look("trash-2", pgettext_lazy(_MESSAGE, "Deleted by its author"), "waiting"),
    # a page
    "well": Look("circle-check", pgettext_lazy(_PAGE, "Well"), "sent"),
    "trial": Look("rocket", pgettext_lazy(_PAGE, "Trial"), "accent"),
    "live": Look("circle-check", pgettext_lazy(_PAGE, "Live"), "sent"),
    "signed_out": Look("unplug", pgettext_lazy(_PAGE, "Signed out"), "failed"),
    "slow": Look("hourglass", pgettext_lazy(_PAGE, "Slowed down by the network"), "unsure"),
    "unreachable": Look("wifi-off", pgettext_lazy(_PAGE, "Can't be reached"), "unsure"),
    "paused": Look("circle-pause", pgettext_lazy(_PAGE, "Paused"), "failed"),
}


def look(state: object) -> Look:
    """The look of a state, by its value ("in_review", "in review", an enum member).

    A state that the list does not know is shown as its own words, in grey, so that a screen never
    breaks on a new one.
    """
    value = str(getattr(state, "value", state)).strip()
    known = LOOKS.get(value.lower().replace(" ", "_").replace("-", "_"))
    return known or Look("circle", value.replace("_", " ").capitalize(), "waiting")
