"""Who may what with deliveries. Enqueuing is part of an approval, and is asked there."""

from __future__ import annotations

from jauap.office.people.models import Role

WHO: dict[str, frozenset[Role]] = {
    "deliveries.hold": frozenset({Role.APPROVER, Role.HEAD}),
    "deliveries.release": frozenset({Role.APPROVER}),
    "deliveries.confirm_restored": frozenset({Role.ADMINISTRATOR}),
    "deliveries.send_now": frozenset({Role.APPROVER}),
    "deliveries.drop": frozenset({Role.APPROVER}),
    "deliveries.say_it_stands": frozenset({Role.APPROVER}),
    "deliveries.say_it_is_absent": frozenset({Role.APPROVER}),
    "deliveries.look_now": frozenset({Role.AUTHOR, Role.APPROVER, Role.RESPONDER}),
    "deliveries.try_again": frozenset({Role.APPROVER}),
}
DECISIONS = ("send_now", "drop", "say_it_stands", "say_it_is_absent", "try_again")
# A responder decides about answers to people, which were theirs to send.
WHO |= {f"deliveries.answer_{name}": WHO[f"deliveries.{name}"] | {Role.RESPONDER} for name in DECISIONS}
MACHINES = frozenset({"deliveries.settle", "deliveries.hold_restored"})
