"""Colours live in tokens.css alone, and can be read by everyone."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from jauap.office.design import version

STYLE = version.HERE / "static" / "design"
TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9A-Fa-f]{6}), (#[0-9A-Fa-f]{6})\)")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|lab)\(")
TOKENS = {name: pair for name, *pair in TOKEN.findall((STYLE / "tokens.css").read_text(encoding="utf-8"))}
SHEETS = sorted(STYLE.rglob("*.css"))
STATES = ["waiting", "review", "approved", "sent", "unsure", "failed"]
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink2", "ink3") for ground in ("paper", "sheet", "sunk")],
    *[(state, ground) for state in STATES for ground in ("sheet", "paper", f"{state}-soft")],
    *[("ink", f"{state}-soft") for state in STATES],
    *[("ink2", ground) for ground in ("accent-soft", "failed-soft", "unsure-soft")],
    ("accent", "paper"),
    ("accent", "sheet"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("on-failed", "failed"),
    ("on-float", "float"),
    ("on-float-quiet", "float"),
]
MARKS = [("edge", "paper"), ("edge", "sheet"), ("accent", "sunk")]


def light_of(colour: str) -> float:
    """Relative luminance (WCAG 2.2, "relative luminance")."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([light_of(one), light_of(other)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(ink: str, ground: str, theme: int) -> None:
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_a_mark_stands_out_from_its_ground(mark: str, ground: str, theme: int) -> None:
    assert contrast(TOKENS[mark][theme], TOKENS[ground][theme]) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_only_the_tokens_know_colours(sheet: Path) -> None:
    if sheet.name != "tokens.css":
        assert not COLOUR.findall(sheet.read_text(encoding="utf-8"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_is_flat_logical_and_never_shouts(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert "!important" not in text
    assert not re.search(r"(?m)^\s*#[a-z]", text), "no ids"
    assert not re.search(
        r"(?:margin|padding|border)-(?:left|right|top|bottom)\b|[;{ ](?:left|right|top|bottom):", text
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_every_token_that_is_used_exists(sheet: Path) -> None:
    defined = set(re.findall(r"--([a-z0-9-]+):", (STYLE / "tokens.css").read_text(encoding="utf-8")))
    assert set(re.findall(r"var\(--([a-z0-9-]+)", sheet.read_text(encoding="utf-8"))) <= defined


def test_every_part_is_part_of_the_whole() -> None:
    whole = (STYLE / "design.css").read_text(encoding="utf-8")
    assert all(f'"parts/{part.name}"' in whole for part in (STYLE / "parts").glob("*.css"))


def test_all_style_weighs_less_than_40_kilobytes_gzipped() -> None:
    assert len(gzip.compress(b"".join(sheet.read_bytes() for sheet in SHEETS))) < 40_000
