"""Moments in words, in the reader's language, with their zone.

Patterns are Unicode date patterns (UTS 35), formed by Babel from CLDR. Where CLDR's usual form is
not how a press office writes ("Thu, Nov 26"), the language has its own patterns here; a language
without an entry gets CLDR's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_timedelta, get_timezone_location
from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext


@dataclass(frozen=True)
class Patterns:
    """How a language writes a day: short and long, without and with its year."""

    locale: str
    short: str
    short_year: str
    long: str
    long_year: str


PATTERNS = {
    "en": Patterns("en_GB", "EEE d MMM", "EEE d MMM y", "EEEE d MMMM", "EEEE d MMMM y"),
    "kk": Patterns("kk", "EEE d MMM", "y 'ж'. d MMM, EEE", "d MMMM, EEEE", "y 'ж'. d MMMM, EEEE"),
    "ru": Patterns("ru", "EEE d MMM", "EEE d MMM y", "EEEE, d MMMM", "EEEE, d MMMM y 'г'."),
    "ka": Patterns("ka", "EEE d MMM", "EEE d MMM y", "EEEE, d MMMM", "EEEE, d MMMM, y"),
}
SOON_S = 45
FAR = timedelta(days=7)


def zone(named: object) -> tzinfo:
    """A time zone from a zone, its IANA name, or a thing with `.zone`; UTC where none is known."""
    if isinstance(named, tzinfo):
        return named
    if isinstance(named, str) and named:
        try:
            return ZoneInfo(named)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")
    inner = getattr(named, "zone", None)
    return zone(inner) if inner else ZoneInfo("UTC")


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def locale() -> Locale:
    """Babel's locale of the active language; British English for English."""
    language = _language()
    known = PATTERNS.get(language)
    try:
        return Locale.parse(known.locale if known else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def _written(day: date, pattern: str) -> str:
    return str(format_date(day, pattern, locale=locale()))


def short_day(day: date, *, today: date) -> str:
    """Thu 26 Nov; with the year where it is not this one's."""
    patterns, same_year = PATTERNS.get(_language()), day.year == today.year
    if patterns is None:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        return str(format_skeleton("MMMEd" if same_year else "yMMMEd", noon, locale=locale()))
    return _written(day, patterns.short if same_year else patterns.short_year)


def long_day(day: date, *, today: date) -> str:
    """Thursday 26 November; with the year where it is not this one's."""
    patterns = PATTERNS.get(_language())
    if patterns is None:
        return _written(day, "full")
    return _written(day, patterns.long if day.year == today.year else patterns.long_year)


def month(day: date) -> str:
    """November 2026, in the form that stands alone, with a capital."""
    words = _written(day, "LLLL y")
    return words[:1].upper() + words[1:] if _language() != "ka" else words


def weekdays(width: str = "wide") -> list[str]:
    """Names of the days from Monday. width: "wide" or "abbreviated"."""
    names = locale().days["stand-alone"][width]
    return [str(names[number]) for number in range(7)]


def relative_day(day: date, *, today: date) -> str:
    """today, tomorrow, yesterday, the day after tomorrow; else nothing."""
    words = {
        -1: gettext("yesterday"),
        0: gettext("today"),
        1: gettext("tomorrow"),
        2: gettext("the day after tomorrow"),
    }
    return words.get((day - today).days, "")


def zone_words(where: tzinfo) -> str:
    """Astana time.

    Kazakhstan keeps one time since 1 March 2024, called after its capital; IANA calls it Asia/Almaty.
    """
    name = getattr(where, "key", "") or str(where)
    if name in ("Asia/Almaty", "Asia/Qostanay"):
        return gettext("Astana time")
    if name in ("UTC", "Etc/UTC"):
        return "UTC"
    city = get_timezone_location(where, locale=locale(), return_city=True)
    return gettext("%(city)s time") % {"city": city}


def number(count: int) -> str:
    """10,000 as the active language groups it."""
    return str(format_decimal(count, locale=locale()))


def clock(at: datetime) -> str:
    """10:00, the 24-hour clock in every language."""
    return f"{at:%H:%M}"


def when(at: datetime, *, now: datetime, where: tzinfo) -> str:
    """Thu 26 Nov, 10:00."""
    local = at.astimezone(where)
    return f"{short_day(local.date(), today=now.astimezone(where).date())}, {clock(local)}"


def moment(at: datetime, *, now: datetime, where: tzinfo) -> str:
    """tomorrow, Thursday 26 November, 10:00, Astana time."""
    local, today = at.astimezone(where), now.astimezone(where).date()
    parts = (
        relative_day(local.date(), today=today),
        long_day(local.date(), today=today),
        clock(local),
        zone_words(where),
    )
    return ", ".join(part for part in parts if part)


def since(at: datetime, *, now: datetime, where: tzinfo) -> str:
    """3 hours ago, in 20 minutes; beyond a week the day itself."""
    gap = at - now
    if abs(gap) > FAR:
        return when(at, now=now, where=where)
    if abs(gap) < timedelta(seconds=SOON_S):
        return gettext("just now") if gap <= timedelta() else gettext("in less than a minute")
    return str(format_timedelta(gap, add_direction=True, threshold=1.2, locale=locale()))
