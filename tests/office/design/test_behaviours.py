"""Behaviours are small, listed, and carry no code in strings."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from jauap.office.design import vendored, version

SCRIPT = version.HERE / "static" / "design"
MODULES = sorted((SCRIPT / "behaviour").glob("*.js"))
TEMPLATES = sorted(version.HERE.parent.rglob("templates/**/*.html"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_behaviour_is_under_100_lines(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) < 100


@pytest.mark.parametrize("module", [*MODULES, SCRIPT / "design.js"], ids=lambda module: module.stem)
def test_a_behaviour_makes_no_code_of_strings(module: Path) -> None:
    assert not re.search(
        r"\beval\(|new Function|\.innerHTML|document\.write", module.read_text(encoding="utf-8")
    )


def test_every_behaviour_that_a_template_names_is_bound() -> None:
    bound = re.search(r"const behaviours = {(.*?)}", (SCRIPT / "design.js").read_text(encoding="utf-8"))
    assert bound
    names = set(re.findall(r"\w+", bound.group(1)))
    used = {
        name
        for template in TEMPLATES
        for words in re.findall(r'data-behaviour="([a-z ]+)"', template.read_text(encoding="utf-8"))
        for name in words.split()
    }
    assert {"live", "keys", "menu"} <= used
    assert used <= names


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda template: f"{template.parent.name}-{template.stem}"
)
def test_a_template_has_no_style_or_script_inside(template: Path) -> None:
    text = re.sub(
        r"{% comment %}.*?{% endcomment %}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|hx-on|\|safe\b|autoescape off"
        r"|<script(?![^>]*\s(?:src=|type=\"application/json\"))",
        text,
    )


def test_all_script_weighs_less_than_60_kilobytes_gzipped() -> None:
    htmx = (vendored.FOLDER / "htmx" / "htmx.min.js").read_bytes()
    ours = b"".join(module.read_bytes() for module in [*MODULES, SCRIPT / "design.js"])
    assert len(gzip.compress(htmx + ours)) < 60_000
