"""The house's own rules, as far as a machine can hold them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "jauap"
ROOT = SOURCE.parents[1]
LONG_WITH_REASON: dict[str, str] = {
    "networks/base.py": "the whole protocol, read as one page",
    "networks/mastodon.py": "one network is one file; what can stand alone is in _mastodon_*",
    "networks/bluesky.py": "one network is one file; what can stand alone is in _bluesky_*",
}
"""Files above 400 lines, each with its reason."""

PART_OF_AN_ACTION = {
    "deliveries.put": "shares the transaction and the audit of the approval or answer that puts it in",
    "deliveries.take_out": "shares the transaction of the edit or withdrawal",
    "people.opened_by": "reads",
    "people.hashed": "pure",
    "people.come_in": "accept, found and set_roles in one transaction",
    "inbox.can_hide_there": "reads",
    "inbox.hide_purpose": "pure",
    "media.keep": "writes a file under its own hash; the row is written by add",
    "media.smaller": "reads",
    "media.whole": "reads",
    "planner.deliveries_of": "reads",
    "live.tell": "called by acting itself",
    "live.forget_old": "drops hints that nobody can still want; no fact is lost",
}
"""Public functions of actions.py that do not enter `acting` themselves, each with its reason."""


def test_every_floor_imports_only_from_floors_below() -> None:
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def _calls(node: ast.AST) -> set[str]:
    return {
        call.func.id
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }


def _public_actions() -> Iterator[tuple[str, bool]]:
    """Each public function of an actions.py, and whether it enters `acting`, itself or by one of its file."""
    for path in sorted((SOURCE / "office").glob("*/actions.py")):
        functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
        entering = {"acting"}
        for _ in functions:
            entering |= {node.name for node in functions if _calls(node) & entering}
        for node in functions:
            if not node.name.startswith("_"):
                yield f"{path.parent.name}.{node.name}", node.name in entering


@pytest.mark.parametrize(("name", "enters"), list(_public_actions()))
def test_every_action_enters_acting(name: str, enters: bool) -> None:
    assert enters or name in PART_OF_AN_ACTION


def test_long_files_have_a_reason() -> None:
    long = {
        str(path.relative_to(SOURCE)): lines
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 400
    }
    assert set(long) <= set(LONG_WITH_REASON), long


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}
    assert not [path for path in SOURCE.rglob("*.py") if path.stem in vague]


def test_nothing_personal_goes_into_logs() -> None:
    """Log calls carry ids only: no f-strings, and no attribute named like a text or a name."""
    forbidden = {"text", "name", "email", "handle", "author_name", "their_words"}
    wrong = []
    for path in (SOURCE / "office").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if isinstance(call.func.value, ast.Name) and call.func.value.id == "log":
                parts = [part for arg in call.args for part in ast.walk(arg)]
                said = {part.attr for part in parts if isinstance(part, ast.Attribute)}
                if said & forbidden or any(isinstance(part, ast.JoinedStr) for part in parts):
                    wrong.append(f"{path.name}:{call.lineno}")
    assert not wrong


def test_templates_hold_no_script_no_style_and_trust_no_text() -> None:
    wrong = []
    for path in (SOURCE / "office").rglob("*.html"):
        html = path.read_text()
        for bad in ("|safe", " style=", "onclick=", "hx-on", "javascript:", "<style"):
            if bad in html:
                wrong.append(f"{path.relative_to(SOURCE)}: {bad}")
    assert not wrong


def test_lower_floors_never_ask_the_clock() -> None:
    """Floors 1 to 3 get `now` as an argument (http reads a rate limit against the real clock)."""
    asks = [
        str(path.relative_to(SOURCE))
        for floor in ("text", "archive", "insight")
        for path in (SOURCE / floor).rglob("*.py")
        if "datetime.now(" in path.read_text()
    ]
    assert not asks
