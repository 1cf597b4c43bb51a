"""Every sentence stands in every language."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message

from jauap.office import catalogues

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


@pytest.fixture(scope="module")
def wanted() -> list[Message]:
    return [message for message in catalogues.extracted() if message.id]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_message_lacks_a_translation(wanted: list[Message], language: str) -> None:
    stored = catalogues.stored(language)
    missing = []
    for message in wanted:
        first = message.id[0] if isinstance(message.id, tuple | list) else message.id
        found = stored.get(first, context=message.context)
        if found is None or not catalogues.whole(found.string):
            missing.append(first)
    assert not missing, f"{len(missing)} missing in {language}: {missing[:20]}"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_translations_keep_the_placeholders(language: str) -> None:
    wrong = []
    for message in catalogues.stored(language):
        if not message.id or not catalogues.whole(message.string):
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        known = {name for text in ids for name in _names(text)}
        needed = set.intersection(*[_names(text) for text in ids])
        for string in strings:
            if not needed <= _names(string) | {"count", "number"} or not _names(string) <= known:
                wrong.append((ids[0], string))
    assert not wrong


def _names(text: str) -> set[str]:
    return {a or b for a, b in PLACEHOLDER.findall(text)}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_nothing_obsolete_stays(wanted: list[Message], language: str) -> None:
    known = {(m.id[0] if isinstance(m.id, tuple | list) else m.id, m.context) for m in wanted}
    stored = {
        (m.id[0] if isinstance(m.id, tuple | list) else m.id, m.context)
        for m in catalogues.stored(language)
        if m.id
    }
    assert stored <= known


def test_a_named_context_and_a_plural_of_words_are_extracted(wanted: list[Message]) -> None:
    """pgettext(_MESSAGE, "Open") and Words(N_(one), plural=N_(many)) are looked up so at run time."""
    found = {(message.context, message.id) for message in wanted}
    assert ("state of a message", "Open") in found
    assert (
        None,
        (
            "{count} character too many for this network.",
            "{count} characters too many for this network.",
        ),
    ) in found
