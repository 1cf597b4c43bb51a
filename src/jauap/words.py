"""A message with values, worded at the edge in the reader's language.

Below `office` nobody knows who will read: an error is raised in a worker, a finding is made by
a rule. Both carry an English msgid and values; `say` turns them into a sentence at the edge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

Value = str | int | float


def N_(msgid: str) -> str:
    """Mark a msgid for the catalogue without translating it here."""
    return msgid


@dataclass(frozen=True)
class Words:
    """A sentence in English with named placeholders (`{page}`), and the values for them.

    plural, count: where a number decides the form; `count` is a value named "count" too.
    """

    msgid: str
    values: Mapping[str, Value] = field(default_factory=dict)
    plural: str = ""
    count: int = 0

    def __str__(self) -> str:
        return say(self, gettext=lambda s: s, ngettext=lambda s, p, n: s if n == 1 else p)


Gettext = Callable[[str], str]
Ngettext = Callable[[str, str, int], str]

NOTHING: Final = Words("")


def words(msgid: str, **values: Value) -> Words:
    """Short form: `words(N_("The page {page} is gone"), page=name)`."""
    return Words(msgid, values)


def say(thing: Words, *, gettext: Gettext, ngettext: Ngettext) -> str:
    """The sentence in the language that the two functions speak.

    A value that the translation does not name is left out; a placeholder without a value is
    shown as it stands, because a clumsy sentence is better than none.
    """
    if not thing.msgid:
        return ""
    pattern = ngettext(thing.msgid, thing.plural, thing.count) if thing.plural else gettext(thing.msgid)
    values = {"count": thing.count, **thing.values} if thing.plural else dict(thing.values)
    return pattern.format_map(_Lenient(values))


class _Lenient(dict[str, Value]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
