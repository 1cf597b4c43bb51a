"""The tree of errors.

    JauapError
    ├── Refusal            a rule or a state forbids it        -> the person, a sentence, 403/409
    │   ├── NotAllowed     one's own organisation, without the right
    │   ├── WrongState     the thing is not in a state that allows it
    │   └── (each app adds its own)
    ├── BadInput           a file or a form is wrong           -> the person, where and what, 422
    └── NetworkError       the outside failed                  -> the outbox, the page's health
        ├── SignedOut      expired, revoked, role lost
        ├── SlowDown       too many calls, until a moment
        ├── Rejected       this content or target, final
        ├── Unavailable    certainly not handled, try again
        └── OutcomeUnknown the call may have taken effect: never repeated blindly

Errors carry values; they are worded at the edge, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jauap.words import N_, Value, Words, words


class JauapError(Exception):
    """Root of all errors that jauap raises on purpose."""

    said: Words

    def __init__(self, said: Words) -> None:
        self.said = said
        super().__init__(said.msgid)


class Refusal(JauapError):
    """A rule or a state forbids it. `said`: what is so; `advice`: what the person can do."""

    advice: Words

    def __init__(self, said: Words, advice: Words = Words("")) -> None:
        super().__init__(said)
        self.advice = advice


class NotAllowed(Refusal):
    """The person lacks the right in their own organisation. `ask`: names of whom to ask."""

    def __init__(self, verb: str, ask: str = "") -> None:
        advice = words(N_("Ask {people}."), people=ask) if ask else Words("")
        super().__init__(words(N_("Your role does not allow this.")), advice)
        self.verb = verb


class WrongState(Refusal):
    """The thing stands in a state that does not allow this move."""

    def __init__(self, thing: str, state: str, wanted: str) -> None:
        super().__init__(
            words(N_("This has changed meanwhile and can't be done now.")),
            words(N_("Look at it again: somebody else may have worked on it.")),
        )
        self.thing, self.state, self.wanted = thing, state, wanted


class BadInput(JauapError):
    """A file or a form is wrong. `where`: the field or line; '' = the whole."""

    def __init__(self, said: Words, where: str = "", more: Mapping[str, Words] | None = None) -> None:
        super().__init__(said)
        self.where = where
        self.fields: dict[str, Words] = {**({where: said} if where else {}), **(more or {})}


class NetworkError(JauapError):
    """The outside failed. `their_words`: the network's own sentence, '' where it gave none."""

    def __init__(self, said: Words, their_words: str = "") -> None:
        super().__init__(said)
        self.their_words = their_words[:1000]


class SignedOutKind(StrEnum):
    EXPIRED = "expired"
    REVOKED = "revoked"
    ROLE_LOST = "role_lost"
    GONE = "gone"
    """The page itself is suspended, deleted or moved."""


class SignedOut(NetworkError):
    """The credentials no longer open the page; a person must sign in again or be let in."""

    def __init__(self, kind: SignedOutKind, their_words: str = "") -> None:
        super().__init__(_SIGNED_OUT[kind], their_words)
        self.kind = kind


_SIGNED_OUT: dict[SignedOutKind, Words] = {
    SignedOutKind.EXPIRED: words(N_("The sign-in to this page has expired. Sign in again.")),
    SignedOutKind.REVOKED: words(N_("The network no longer accepts our sign-in. Sign in again.")),
    SignedOutKind.ROLE_LOST: words(
        N_("Our account has lost its rights on this page. Give them back on the network.")
    ),
    SignedOutKind.GONE: words(N_("The network says that this page does not exist or is suspended.")),
}


class Scope(StrEnum):
    """What a rate limit counts."""

    PAGE = "page"
    APP = "app"
    METHOD = "method"


class SlowDown(NetworkError):
    """Too many calls. until: when to try again (aware, UTC)."""

    def __init__(self, until: datetime, scope: Scope = Scope.PAGE, their_words: str = "") -> None:
        super().__init__(words(N_("The network asks us to wait.")), their_words)
        self.until, self.scope = until, scope


class Rejected(NetworkError):
    """The network refuses this content or target; repeating changes nothing."""

    def __init__(self, their_words: str, said: Words | None = None) -> None:
        super().__init__(said or words(N_("The network refused this.")), their_words)


class Unavailable(NetworkError):
    """Certainly not handled: no connection, or a failed call that changes nothing."""

    def __init__(self, their_words: str = "", said: Words | None = None) -> None:
        super().__init__(said or words(N_("The network can't be reached just now.")), their_words)


class OutcomeUnknown(NetworkError):
    """A call that shows something to people was on the wire and its answer was lost."""

    def __init__(self, their_words: str = "") -> None:
        super().__init__(words(N_("The network's answer was lost.")), their_words)


@dataclass(frozen=True)
class Said:
    """An error's words ready for storing beside a row: msgid, values, the network's own words."""

    msgid: str
    values: dict[str, Value]
    their_words: str

    @classmethod
    def of(cls, error: JauapError) -> Said:
        theirs = error.their_words if isinstance(error, NetworkError) else ""
        return cls(error.said.msgid, dict(error.said.values), theirs)
