"""Catalogues of words: what is to be translated, and the compiled files, all in Python.

    python -m jauap.office.catalogues extract    brings locale/*/LC_MESSAGES/django.po up to date

`compiled` makes the .mo files in the data folder when a .po has changed; Django and Python's own
gettext read the same files. A new interface language is one .po file.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1]
LOCALE = Path(__file__).parent / "locale"
DOMAIN = "django"
RELEASED = datetime(2026, 11, 25, tzinfo=UTC)
"""One date in every header: an unchanged catalogue is an unchanged file."""
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [
    ("**/templates/**.html", "jauap.office.catalogues:templates"),
    ("**/templates/**.txt", "jauap.office.catalogues:templates"),
    ("**.py", "jauap.office.catalogues:programs"),
]
_TAG = re.compile(r"\{%\s*(?P<name>\w+)(?P<rest>.*?)%\}|\{\{(?P<variable>.*?)\}\}|\{#.*?#\}", re.S)
_STRING = r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\''
_FIRST = re.compile(r"^\s*(?:" + _STRING + r")")
_CONTEXT = re.compile(r"\bcontext\s+(?:" + _STRING + r")")
_MARKED = re.compile(r"\b_\((?:" + _STRING + r")\)")

Found = tuple[int, str, Any, list[str]]


def compiled(languages: list[str], into: Path) -> Path:
    """The folder of compiled catalogues; a file is written aside and renamed."""
    for language in languages:
        source = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        target = into / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
        if source.exists() and not _up_to_date(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_suffix(f".{os.getpid()}")
            with source.open("rb") as po, fresh.open("wb") as mo:
                write_mo(mo, read_po(po, locale=language))
            fresh.replace(target)
            os.utime(target, ns=(source.stat().st_mtime_ns, source.stat().st_mtime_ns))
    return into


def _up_to_date(source: Path, target: Path) -> bool:
    return target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns


def extracted() -> Catalog:
    """Every message of the package."""
    catalog = Catalog(project="jauap", charset="utf-8")
    found = extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",))
    for filename, _, message, comments, context in found:
        if "locale" not in filename:
            catalog.add(message, locations=[(filename, 0)], auto_comments=comments, context=context)
    return catalog


def stored(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> int:
    """Bring one language's .po up to date. How many messages still lack a translation."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    catalog = stored(language) if path.exists() else Catalog(locale=language, project="jauap")
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = f"# jauap in {catalog.locale.english_name if catalog.locale else language}."
    catalog.creation_date = catalog.revision_date = RELEASED
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "jauap"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False, omit_header=False)
    return sum(bool(message.id) and not whole(message.string) for message in catalog)


def whole(string: Any) -> bool:
    """Whether a message (or each of its plural forms) is translated."""
    return all(string) if isinstance(string, list | tuple) else bool(string)


def programs(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Found]:
    """Babel's extraction method for our Python: a context may be a constant of the module.

    `Words(N_(one), plural=N_(many))` is one message with plural forms, as ngettext would make it.
    """
    tree = ast.parse(file.read())
    constants = dict(_constants(tree))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    pairs = [(call, plural) for call in calls if (plural := _plural_of(call)) is not None]
    second = {_text(plural, constants) for _, plural in pairs}
    for call, plural in pairs:
        yield call.lineno, "ngettext", (_text(call.args[0], constants), _text(plural, constants)), []
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        texts = [_text(argument, constants) for argument in call.args]
        if name in keywords and texts and texts[0] is not None and texts[0] not in second:
            yield call.lineno, name, texts[0] if len(texts) == 1 else tuple(texts), []


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The module's own names for strings, marked by N_ or not."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _text(node.value, {})
            if text is not None:
                yield node.targets[0].id, text


def _plural_of(call: ast.Call) -> ast.expr | None:
    """The plural that `Words(msgid, values, plural, count)` is given."""
    if getattr(call.func, "id", "") != "Words":
        return None
    named = next((keyword.value for keyword in call.keywords if keyword.arg == "plural"), None)
    return named or (call.args[2] if len(call.args) > 2 else None)


def _text(node: ast.expr, constants: dict[str, str]) -> str | None:
    """The string that stands there: written out, named, or marked by N_."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_" and node.args:
        return _text(node.args[0], constants)
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def templates(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Found]:
    """Babel's extraction method for Django templates: translate, blocktranslate and _("...")."""
    source = file.read().decode()
    position = 0
    while match := _TAG.search(source, position):
        position = match.end()
        line = source.count("\n", 0, match.start()) + 1
        name, rest = match["name"], match["rest"] or match["variable"] or ""
        if name in ("translate", "trans") and (first := _FIRST.match(rest)):
            yield _found(line, _unquoted(first), context=_CONTEXT.search(rest))
        elif name in ("blocktranslate", "blocktrans"):
            end = re.compile(r"\{%\s*endblocktrans(?:late)?\s*%\}").search(source, position)
            body = source[position : end.start()] if end else ""
            position = end.end() if end else position
            yield from _block(line, rest, body)
        for marked in _MARKED.finditer(rest):
            yield line, "gettext", _unquoted(marked), []


def _block(line: int, rest: str, body: str) -> Iterator[Found]:
    parts = re.split(r"\{%\s*plural\s*%\}", body)
    messages = [_message(part, trimmed=bool(re.search(r"\btrimmed\b", rest))) for part in parts]
    context = _CONTEXT.search(rest)
    if len(messages) == 1:
        yield _found(line, messages[0], context=context)
    elif context:
        yield line, "npgettext", (_unquoted(context), *messages), []
    else:
        yield line, "ngettext", tuple(messages), []


def _message(body: str, *, trimmed: bool) -> str:
    escaped = body.replace("%", "%%")
    named = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", escaped)
    if trimmed:
        return " ".join(line.strip() for line in named.strip().splitlines() if line.strip())
    return named


def _found(line: int, message: str, *, context: re.Match[str] | None) -> Found:
    if context:
        return line, "pgettext", (_unquoted(context), message), []
    return line, "gettext", message, []


def _unquoted(match: re.Match[str]) -> str:
    inner = match.group(1) if match.group(1) is not None else match.group(2)
    return re.sub(r"\\(.)", r"\1", inner)


if __name__ == "__main__" and sys.argv[1:] == ["extract"]:
    for folder in sorted(LOCALE.iterdir()):
        missing = update(folder.name)
        print(f"{folder.name}: {missing} messages without a translation")
