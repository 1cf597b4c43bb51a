"""Why the inbox says no."""

from __future__ import annotations

from jauap.errors import Refusal
from jauap.office.inbox.models import Answer, Message
from jauap.office.people.models import Person
from jauap.words import N_, words


class AnswersAlready(Refusal):
    """An answer to this person stands, is on its way, or waits for its second person."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(
            words(N_("{name} has answered this meanwhile. Nothing was sent twice."), name=answer.by.name),
            words(N_("Read that answer first; you can add to it.")),
        )


class IsBeingAnswered(Refusal):
    """A colleague is writing at this moment."""

    def __init__(self, who: Person) -> None:
        super().__init__(
            words(N_("{name} is answering at this moment. Your answer was not sent."), name=who.name),
            words(N_("Talk to each other, or take the message over.")),
        )


class TakenBack(Refusal):
    """Its author has deleted the message."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("The author has deleted this message, so it can't be answered.")),
            words(N_("Mark it as needing no answer.")),
        )


class NoAnswerByApi(Refusal):
    """The network lets nobody answer this from outside."""

    def __init__(self, message: Message) -> None:
        super().__init__(
            words(N_("{network} does not let us answer from here."), network=message.page.capabilities.name),
            words(N_("Open the message on the network and answer there.")),
        )


class TooManyHides(Refusal):
    """More than ten in a minute: that needs the head of the agency."""

    def __init__(self, head: str) -> None:
        super().__init__(
            words(N_("You have hidden ten messages within a minute.")),
            words(N_("Hiding more at once is for the head of the agency: {people}."), people=head or "–"),
        )


class SecondIsAnother(Refusal):
    """Nobody confirms an answer of their own."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("A second person must confirm this answer.")),
            words(N_("Ask a colleague who answers people.")),
        )


class CannotBeTakenBack(Refusal):
    """The ten seconds are over: it stands, or is on its way."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("The answer has been sent already, so it can't be undone.")),
            words(N_("You can add to it, or delete it on the network.")),
        )
