"""What the gallery shows: made-up words in three languages, and the shapes that screens give to parts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jauap.office.design import times
from jauap.office.design.navigation import Item
from jauap.office.design.track import Step

FOLDER = Path(__file__).parent / "sample_words"
NOW = datetime(2026, 12, 15, 6, 4, tzinfo=UTC)


@cache
def words(language: str) -> dict[str, Any]:
    """The sample words of a language; English where it has none."""
    file = FOLDER / f"{language}.toml"
    return tomllib.loads((file if file.is_file() else FOLDER / "en.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Named:
    """A person or an organisation of the gallery."""

    name: str
    initials: str = ""
    pk: int = 1


@dataclass(frozen=True)
class Picture:
    """A drawn stand-in for a photograph."""

    url: str
    alt: str


@dataclass(frozen=True)
class Square:
    """A day of the sample month. items: those of the samples' `out` that stand on it."""

    day: date
    kind: str
    off: str
    items: list[dict[str, Any]]


class Sample(forms.Form):
    """Each kind of field once."""

    email = forms.EmailField(label="Email")
    title = forms.CharField(label="Title", help_text="What it is about, in one line.", max_length=120)
    text = forms.CharField(label="Text", widget=forms.Textarea, required=False)
    language = forms.ChoiceField(label="Language", choices=[("kk", "Қазақша"), ("ru", "Русский")])
    manner = forms.ChoiceField(
        label="Manner",
        widget=forms.RadioSelect,
        choices=[("now", "At once"), ("later", "At a time"), ("never", "Not at all")],
    )
    pages = forms.MultipleChoiceField(
        label="Pages",
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "Telegram, @jylu_su"), ("b", "Mastodon, @heat@social.example")],
    )
    sure = forms.BooleanField(
        label="Answers go out as well", help_text="One-to-one answers are not held unless you ask."
    )


def month() -> list[list[Square]]:
    """December 2026 in weeks from Monday."""
    sample, first = words((get_language() or "en").split("-")[0]), date(2026, 11, 30)
    on = {
        1: sample["out"][:1],
        10: sample["out"][1:3],
        15: sample["out"][:2],
        17: sample["out"][2:3],
        22: sample["out"][3:],
        24: sample["out"],
    }
    squares = []
    for number in range(35):
        day = first + timedelta(days=number)
        inside = day.month == 12
        off = sample["day_off"] if (day.month, day.day) == (12, 16) else ""
        squares.append(Square(day, "" if inside else "outside", off, on.get(day.day, []) if inside else []))
    return [squares[week * 7 : week * 7 + 7] for week in range(5)]


def context() -> dict[str, Any]:
    """All that the gallery's templates read, in the active language."""
    language = (get_language() or "en").split("-")[0]
    sample = words(language)
    return {
        "s": sample,
        "all": {code: words(code) for code in ("kk", "ru", "en")},
        "organisation": Named(sample["organisation"]),
        "person": Named(sample["person"], sample["initials"]),
        "steps": _steps(),
        "zone": "Asia/Almaty",
        "soon": datetime.now(UTC) + timedelta(hours=20),
        "earlier": datetime.now(UTC) - timedelta(hours=3),
        "picture": Picture(static("design/sample.svg"), sample["alt"]),
        "link": {"title": sample["title"], "host": "jylu-su.example"},
        "form": Sample(),
        "wrong": _wrong(),
        "many": _many(),
        "weekdays": times.weekdays(),
        "month": month(),
        "month_first": date(2026, 12, 1),
        "surge": [6, 5, 7, 6, 6, 8, 7, 9, 14, 60, 140, 212],
        "bluesky_limit": 300,
        "zalgo": "H" + "\u0337\u0321\u032a\u0363" * 12 + "e comes <script>alert(1)</script> \u202eolleh",
    }


def navigation(current: str) -> list[Item]:
    """The rail of the gallery: its own screens."""
    places = [
        ("today", _("Today"), "sun", 6, "t"),
        ("inbox", _("Inbox"), "inbox", 41, "i"),
        ("calendar", _("Calendar"), "calendar", 0, "c"),
        ("announcement", _("Announcement"), "pen-line", 0, "a"),
        ("approve", _("Approving"), "badge-check", 0, "p"),
        ("deliveries", _("Deliveries"), "send", 0, "d"),
        ("sign-in", _("Sign in"), "log-in", 0, "s"),
    ]
    items = [
        Item(reverse("gallery:screen", args=[name]), label, sign, count, name == current, key=key)
        for name, label, sign, count, key in places
    ]
    return [*items, Item(reverse("gallery:parts"), _("Parts"), "layers", 0, current == "", key="g")]


def _steps() -> list[Step]:
    return [
        Step(_("Draft"), "done", "Dana A.", NOW - timedelta(hours=26)),
        Step(_("In review"), "now", "Aigul S.", NOW),
        Step(_("Approved"), "ahead"),
        Step(_("Scheduled"), "ahead", "", NOW + timedelta(days=2)),
        Step(_("Published"), "ahead"),
    ]


def _wrong() -> Sample:
    form = Sample({"wrong-email": "aigul", "wrong-title": ""}, prefix="wrong")
    form.is_valid()
    return form


def _many() -> Page[int]:
    return Paginator(range(10_000), 50).page(2)
