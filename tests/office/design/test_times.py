"""Moments are words that a person would say, in three languages and a fourth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from jauap.office.design import times

ASTANA = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


def render(template: str, **context: object) -> str:
    return Template("{% load design %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [
        ("en", "Thu 26 Nov, 10:00", "Thursday 26 November"),
        ("ru", "чт 26 нояб., 10:00", "четверг, 26 ноября"),
        ("kk", "бс 26 қар., 10:00", "26 қараша, бейсенбі"),
        ("ka", "ხუთ 26 ნოე, 10:00", "ხუთშაბათი, 26 ნოემბერი"),
    ],
)
def test_a_moment_is_written_as_its_language_writes_it(language: str, short: str, long: str) -> None:
    with translation.override(language):
        assert times.when(TOMORROW, now=NOW, where=ASTANA) == short
        assert times.long_day(TOMORROW.date(), today=NOW.date()) == long


def test_another_year_is_said() -> None:
    with translation.override("en"):
        assert times.long_day(date(2027, 1, 1), today=NOW.date()) == "Friday 1 January 2027"
    with translation.override("ru"):
        assert times.long_day(date(2027, 1, 1), today=NOW.date()) == "пятница, 1 января 2027 г."
    with translation.override("kk"):
        assert times.long_day(date(2027, 1, 1), today=NOW.date()) == "2027 ж. 1 қаңтар, жұма"


def test_a_whole_moment_says_day_time_and_zone() -> None:
    with translation.override("en"):
        assert (
            times.moment(TOMORROW, now=NOW, where=ASTANA)
            == "tomorrow, Thursday 26 November, 10:00, Astana time"
        )


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Almaty", "Astana time"),
        ("Asia/Tbilisi", "Tbilisi time"),
        ("Europe/Berlin", "Berlin time"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_after_its_city(zone: str, words: str) -> None:
    with translation.override("en"):
        assert times.zone_words(ZoneInfo(zone)) == words


def test_tomorrow_is_counted_in_the_readers_zone() -> None:
    late = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    with translation.override("en"):
        assert times.moment(late, now=NOW, where=ASTANA).startswith("tomorrow")
        assert times.moment(late, now=NOW, where=ZoneInfo("UTC")).startswith("today")


@pytest.mark.parametrize(
    ("language", "gap", "words"),
    [
        ("en", timedelta(hours=-3), "3 hours ago"),
        ("en", timedelta(minutes=20), "in 20 minutes"),
        ("en", timedelta(seconds=-5), "just now"),
        ("en", timedelta(minutes=70), "in 70 minutes"),
        ("ru", timedelta(days=-2), "2 дня назад"),
        ("kk", timedelta(hours=-3), "3 сағат бұрын"),
        ("kk", timedelta(minutes=20), "20 минуттан кейін"),
        ("en", timedelta(days=-30), "Mon 26 Oct, 11:00"),
    ],
)
def test_a_gap_is_said_in_words(language: str, gap: timedelta, words: str) -> None:
    with translation.override(language):
        assert times.since(NOW + gap, now=NOW, where=ASTANA) == words


def test_weeks_begin_on_monday_in_kazakh() -> None:
    with translation.override("kk"):
        names = times.weekdays()
        assert names == ["дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"]
        assert times.month(date(2026, 12, 1)) == "Желтоқсан 2026"


def test_a_time_carries_its_machine_form_with_the_offset() -> None:
    said = render("{{ at|when:'Asia/Almaty' }}", at=TOMORROW)
    assert 'datetime="2026-11-26T10:00:00+05:00"' in said
    assert render("{{ at|when }}{{ at|moment }}{{ at|since }}{{ at|day }}{{ at|clock }}", at=None) == ""


@pytest.mark.parametrize("named", [None, "", "Mars/Olympus", "../../etc/passwd", object()])
def test_a_zone_that_nobody_knows_is_utc(named: object) -> None:
    assert times.zone(named) == ZoneInfo("UTC")
