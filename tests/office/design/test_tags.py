"""Tags draw what the docs promise, and shut in what people wrote."""

from __future__ import annotations

import html
import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from jauap.office.design import states
from jauap.office.design.track import Step
from jauap.office.design.version import HERE, look

HOSTILE = '"><script>alert(1)</script>\u202eevil'


def render(template: str, **context: object) -> str:
    with translation.override("en"):
        return Template("{% load design %}" + template).render(Context(context))


def test_an_icon_is_silent_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in render('{% icon "eye" %}')
    named = render('{% icon "eye" label="Seen" %}')
    assert 'role="img" aria-label="Seen"' in named
    assert "aria-hidden" not in named


@pytest.mark.parametrize("state", states.LOOKS)
def test_every_state_has_sign_word_and_tone(state: str) -> None:
    chip = render("{% chip state %}", state=state)
    assert "<svg" in chip
    assert str(states.LOOKS[state].word) in html.unescape(chip)
    assert f'data-tone="{states.LOOKS[state].tone}"' in chip


@pytest.mark.parametrize("value", ["in_review", "in review", "In-Review"])
def test_a_state_is_found_however_it_is_written(value: str) -> None:
    assert "In review" in render("{% chip state %}", state=value)


def test_an_unknown_state_is_shown_as_it_calls_itself() -> None:
    assert "Brand new" in render("{% chip state %}", state="brand_new")


def test_a_guess_is_dashed_and_asks() -> None:
    guess = render('{% chip word="question" guess=True %}')
    assert 'data-edge="dashed"' in guess
    assert "question?" in guess
    assert 'data-edge="dashed"' not in render('{% chip word="question" icon="check" %}')


@pytest.mark.parametrize("tag", ["{% lang_text bad bad %}", "{% chip word=bad %}", "{% page_mark bad bad %}"])
def test_nothing_that_people_wrote_becomes_markup(tag: str) -> None:
    assert "<script" not in render(tag, bad=HOSTILE)


def test_what_people_wrote_is_isolated_and_tagged_with_its_language() -> None:
    assert (
        render("{% lang_text text 'kk' %}", text="Жауап")
        == '<bdi class="said" lang="kk" dir="auto">Жауап</bdi>'
    )
    assert " lang=" not in render("{% lang_text text lang %}", text="x", lang='en" onclick="x')


def test_a_page_mark_speaks_its_full_name() -> None:
    mark = render("{% page_mark 'bluesky' '@jylu' %}")
    assert 'aria-label="Bluesky, @jylu"' in mark
    assert ">Bs<" in mark
    assert "polygon" in mark


@pytest.mark.parametrize(
    ("used", "limit", "state", "number"),
    [
        (0, 500, "well", ""),
        (440, 500, "well", ""),
        (450, 500, "near", "50"),
        (281, 300, "near", "19"),
        (300, 300, "near", "0"),
        (312, 300, "over", "−12"),
        (5, 60, "well", ""),
    ],
)
def test_a_count_says_its_number_only_near_the_limit(used: int, limit: int, state: str, number: str) -> None:
    ring = render("{% count_ring used limit %}", used=used, limit=limit)
    assert f'data-state="{state}"' in ring
    shown = re.search(r"<text[^>]*>(.*?)</text>", ring)
    assert (shown.group(1) if shown else "") == number


@pytest.mark.parametrize(
    ("left", "state"), [(1, "well"), (0.51, "well"), (0.5, "half"), (0.01, "half"), (0, "out"), (-3, "out")]
)
def test_a_clock_empties(left: float, state: str) -> None:
    assert f'data-state="{state}"' in render("{% clock_ring left %}", left=left)


def test_no_clock_draws_nothing() -> None:
    assert render("{% clock_ring left %}", left=None) == ""


def test_a_line_without_values_draws_nothing() -> None:
    assert render("{% sparkline values 'none' %}", values=[]) == ""
    assert "NaN" not in render("{% sparkline values 'still' %}", values=[0, 0, 0])


def test_a_track_says_where_a_thing_stands() -> None:
    track = render(
        "{% track steps %}",
        steps=[Step("Draft", "done", "Dana"), Step("In review", "now"), Step("Sent", "ahead")],
    )
    assert track.count('aria-current="step"') == 1
    assert "Dana" in track


class Form(forms.Form):
    name = forms.CharField(help_text="As people call it.")
    kind = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])


def test_an_error_is_read_before_its_field() -> None:
    form = Form({})
    field = render("{% field form.name %}", form=form)
    assert field.index("field-error") < field.index("<input")
    assert 'aria-describedby="id_name_hint id_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert "fieldset" in render("{% field form.kind %}", form=form)


def test_turning_pages_keeps_the_other_parameters() -> None:
    request = RequestFactory().get("/", {"state": "open", "page": "1"})
    pager = render("{% pager page %}", page=Paginator(range(120), 50).page(1), request=request)
    assert "1–50 of 120" in pager
    assert "?state=open&amp;page=2" in pager


def test_the_look_has_one_short_name_until_a_file_changes() -> None:
    assert re.fullmatch("[0-9a-f]{10}", look())
    assert look() == look()
    assert (HERE / "static").is_dir()
