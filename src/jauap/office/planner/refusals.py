"""Why an announcement can't be changed, approved or withdrawn just now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from jauap.errors import Refusal
from jauap.words import N_, Words, words


class ChangedMeanwhile(Refusal):
    """Somebody else wrote the same text since it was opened. Nothing of either text is lost."""

    def __init__(self, who: str, at: datetime, zone: ZoneInfo) -> None:
        super().__init__(
            words(N_("{who} changed this text at {time}."), who=who, time=f"{at.astimezone(zone):%H:%M}"),
            words(
                N_("Yours was not saved over it. Copy your text, load the screen again and compare the two.")
            ),
        )


class ContentChanged(Refusal):
    """What stands now is not what the approver has read."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("This was changed while you were reading, so nothing was approved.")),
            words(N_("Read it again: the screen now shows what stands.")),
        )


class OwnChange(Refusal):
    """The approver has changed this content."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("You have changed this announcement yourself, so somebody else must approve it.")),
            words(N_("Ask another approver.")),
        )


class NotReady(Refusal):
    """Something must be mended first. found: all of it, the first is the sentence."""

    def __init__(self, found: Sequence[Words]) -> None:
        more = len(found) - 1
        advice = Words(
            N_("Mend this first; it is the only thing."),
            {},
            N_("Mend this first, and {count} more things that the screen shows."),
            more,
        )
        super().__init__(found[0], advice if more else words(N_("Mend this first, then approve.")))
        self.found = tuple(found)


class StandsAlready(Refusal):
    """A part of it is public: it can be withdrawn, not rewritten."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("This already stands on a page, so it can't be rewritten here.")),
            words(N_("Withdraw it, or write a new announcement that corrects it.")),
        )


class StillUnsure(Refusal):
    """Nobody knows yet whether it stands: withdrawing now could miss it."""

    def __init__(self, pages: Sequence[str]) -> None:
        super().__init__(
            words(N_("We do not know yet whether it stands on {pages}."), pages=", ".join(pages)),
            words(
                N_("Settle that first: it takes a minute, or a decision on the delivery. Then withdraw it.")
            ),
        )


class NothingToRead(Refusal):
    """There is nothing that somebody could review."""

    def __init__(self, said: Words) -> None:
        super().__init__(said, words(N_("Then send it for review.")))
