"""Who may what in the inbox."""

from __future__ import annotations

from jauap.office.people.models import Role

_ANSWERS = frozenset({Role.RESPONDER, Role.APPROVER})
WHO: dict[str, frozenset[Role]] = {
    "inbox.answer": _ANSWERS,
    "inbox.begin_answer": _ANSWERS,
    "inbox.confirm_answer": _ANSWERS,
    "inbox.withdraw_answer": _ANSWERS,
    "inbox.note": _ANSWERS,
    "inbox.assign": _ANSWERS,
    "inbox.needs_no_answer": _ANSWERS,
    "inbox.reopen": _ANSWERS,
    "inbox.hide": frozenset({Role.RESPONDER, Role.HEAD}),
    "inbox.unhide": frozenset({Role.RESPONDER, Role.APPROVER, Role.HEAD}),
    "inbox.hide_many": frozenset({Role.HEAD}),
}
MACHINES = frozenset(
    {
        "inbox.take_in",
        "inbox.take_in_posts",
        "inbox.take_in_figures",
        "inbox.follow_answer",
        "inbox.archive",
        "inbox.erase",
    }
)
