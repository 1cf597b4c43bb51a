"""Tags and filters of the design system: `{% load design %}`.

Every one is shown in the gallery and in docs/design-system.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from jauap.office.design import icons, marks, rings, states, times
from jauap.office.design.track import Step

register = template.Library()

OWN_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English", "ka": "ქართული"}
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """`{% icon "eye" %}`; with label= it is an image with that name."""
    return icons.icon(name, label=label, size=size)


@register.simple_tag
def chip(
    state: object = "", word: object = "", icon: str = "", tone: str = "", guess: bool = False
) -> SafeString:
    """A state as sign, word and colour.

    word, icon, tone replace the list's; guess: dashed with "?" until a person confirms.
    """
    look = states.look(state)
    shown_icon = icon or ("" if (word and not str(state)) or guess else look.icon)
    edge = SafeString(' data-edge="dashed"') if guess or (look.dashed and not tone) else ""
    return format_html(
        '<span class="chip" data-tone="{}"{}>{}{}{}</span>',
        tone or look.tone,
        edge,
        icons.icon(shown_icon) if shown_icon else "",
        word or look.word,
        "?" if guess else "",
    )


@register.simple_tag
def page_mark(network: object, handle: object = "", size: str = "") -> SafeString:
    """`{% page_mark page.network page.handle %}`: letters in the shape of the network's kind."""
    return marks.page_mark(network, str(handle or ""), size=size)


@register.filter
def network_name(code: object) -> str:
    """`{{ page.network|network_name }}`: "Telegram"."""
    return marks.network_name(code)


@register.simple_tag
def count_ring(used: int, limit: int) -> SafeString:
    """Fills as the text does; says the number only near the limit."""
    return rings.count_ring(int(used), int(limit))


@register.simple_tag
def clock_ring(share_left: float | None, label: str = "") -> SafeString:
    """Empties with the time; share_left from 1 to 0, None draws nothing."""
    return SafeString("") if share_left is None else rings.clock_ring(float(share_left), label)


@register.simple_tag
def band_meter(band: int, words: object) -> SafeString:
    """How plain: band 1 (plainest) to 5, with its words."""
    return rings.band_meter(int(band), str(words))


@register.simple_tag
def sparkline(values: Sequence[float], label: object, tone: str = "") -> SafeString:
    """A small line; label is the finding in words. tone: "", "sent" or "quiet"."""
    return rings.sparkline(values, str(label), tone)


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """A person's initials; silent, because the name stands beside it."""
    sized = format_html(' data-size="{}"', size) if size else ""
    return format_html('<span class="avatar"{} aria-hidden="true">{}</span>', sized, person.initials)


@register.simple_tag
def lang_text(text: object, lang: object = "") -> SafeString:
    """What somebody wrote, shut in so that its direction and marks touch nothing around it.

    Escaped even where somebody upstream called it safe.
    """
    code = str(lang or "")
    tagged = format_html(' lang="{}"', code) if _LANGUAGE_TAG.fullmatch(code) else ""
    return format_html('<bdi class="said"{} dir="auto">{}</bdi>', tagged, escape(text))


@register.filter
def own_name(code: str) -> str:
    """A language as its own speakers call it."""
    return OWN_NAMES.get(code) or str(get_language_info(code)["name_local"])


@register.inclusion_tag("design/track.html")
def track(steps: Iterable[Step], zone: object = None) -> dict[str, object]:
    """Stations of a thing: who and when at each, in the organisation's zone."""
    return {"steps": list(steps), "zone": zone}


@register.inclusion_tag("design/pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any]) -> dict[str, object]:
    """Turns pages and counts: "51–100 of 10,000". Other parameters of the address stay."""
    request = context.get("request")
    others = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if others is None:
            return f"?page={number}"
        others["page"] = str(number)
        return f"?{others.urlencode()}"

    return {
        "page": page,
        "first": times.number(page.start_index()),
        "last": times.number(page.end_index()),
        "all": times.number(page.paginator.count),
        "before": address(page.previous_page_number()) if page.has_previous() else "",
        "after": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("design/field.html")
def field(bound: BoundField, hint: object = "", width: str = "", cards: bool = False) -> dict[str, object]:
    """A form field in order: label, hint, error, control. width: "", "short" or "middle"."""
    widget = bound.field.widget
    many = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    said = hint or bound.help_text
    errors = list(bound.errors)
    described = [f"{bound.auto_id}_hint"] * bool(said) + [f"{bound.auto_id}_error"] * bool(errors)
    attributes: dict[str, Any] = {"class": _control(widget)}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if errors:
        attributes["aria-invalid"] = "true"
    if width:
        attributes["data-width"] = width
    one = isinstance(widget, CheckboxInput)
    return {
        "bound": bound,
        "hint": said,
        "errors": errors,
        "many": many,
        "one": one,
        "cards": cards,
        "control": "" if many else bound.as_widget(attrs=attributes),
    }


def _control(widget: object) -> str:
    if isinstance(widget, Textarea):
        return "textarea"
    if isinstance(widget, Select) and not isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "select"
    return "" if isinstance(widget, CheckboxInput | ClearableFileInput) else "input"


def _time(at: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), words)


def _where(zone: object) -> Any:
    return times.zone(zone) if zone else timezone.get_current_timezone()


@register.filter
def when(at: datetime | None, zone: object = None) -> SafeString | str:
    """`{{ at|when:organisation.zone }}`: "Thu 26 Nov, 10:00"."""
    if at is None:
        return ""
    where = _where(zone)
    return _time(at.astimezone(where), times.when(at, now=timezone.now(), where=where))


@register.filter
def moment(at: datetime | None, zone: object = None) -> SafeString | str:
    """tomorrow, Thursday 26 November, 10:00, Astana time."""
    if at is None:
        return ""
    where = _where(zone)
    return _time(at.astimezone(where), times.moment(at, now=timezone.now(), where=where))


@register.filter
def since(at: datetime | None, zone: object = None) -> SafeString | str:
    """3 hours ago, "in 20 minutes"; the whole moment in its title."""
    if at is None:
        return ""
    where, now = _where(zone), timezone.now()
    local = at.astimezone(where)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        times.moment(at, now=now, where=where),
        times.since(at, now=now, where=where),
    )


@register.filter
def clock(at: datetime | None, zone: object = None) -> SafeString | str:
    """10:00."""
    if at is None:
        return ""
    local = at.astimezone(_where(zone))
    return _time(local, times.clock(local))


@register.filter
def day(at: datetime | date | None, zone: object = None) -> SafeString | str:
    """Thursday 26 November."""
    if at is None:
        return ""
    where = _where(zone)
    local = at.astimezone(where).date() if isinstance(at, datetime) else at
    words = times.long_day(local, today=timezone.now().astimezone(where).date())
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words)


@register.filter
def month(at: date) -> str:
    """November 2026."""
    return times.month(at)


@register.filter
def zone_words(zone: object) -> str:
    """Astana time."""
    return times.zone_words(_where(zone))


@register.filter
def is_moment(value: object) -> bool:
    """Whether a track's `when` is a moment, not words."""
    return isinstance(value, datetime)
