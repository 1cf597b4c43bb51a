"""The rail: only what is built."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jauap.office.design.navigation import Item


@dataclass(frozen=True)
class Room:
    """url_name: where it leads. icon: a Lucide icon. key: the letter after `g`. app: whose views."""

    url_name: str
    label: str | Promise
    icon: str
    key: str
    app: str


ROOMS = (
    Room("desk:today", gettext_lazy("Today"), "sun", "t", "desk"),
    Room("inbox:list", gettext_lazy("Inbox"), "inbox", "i", "inbox"),
    Room("planner:calendar", gettext_lazy("Calendar"), "calendar", "c", "planner"),
    Room("pages:list", gettext_lazy("Pages"), "layers", "p", "pages"),
    Room("people:list", gettext_lazy("People"), "users", "l", "people"),
)


def entries(request: HttpRequest, counts: dict[str, int]) -> list[Item]:
    match = request.resolver_match
    here = match.app_names[-1] if match and match.app_names else ""
    return [
        Item(
            url=reverse(room.url_name),
            label=room.label,
            icon=room.icon,
            key=room.key,
            current=room.app == here,
            count=counts.get(room.app, 0),
        )
        for room in ROOMS
        if _built(room)
    ]


def _built(room: Room) -> bool:
    try:
        return bool(reverse(room.url_name))
    except NoReverseMatch:
        return False
