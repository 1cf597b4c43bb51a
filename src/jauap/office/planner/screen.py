"""Everything that the Announcement and the Approving screen show, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from jauap.office.deliveries import queries as deliveries
from jauap.office.deliveries.models import Delivery
from jauap.office.design.track import Step
from jauap.office.pages import queries as pages
from jauap.office.pages.models import Page
from jauap.office.people.models import Person, Role
from jauap.office.people.permissions import roles_for
from jauap.office.planner import checks, content, queries
from jauap.office.planner.differences import Part, differences
from jauap.office.planner.models import (
    APPROVED,
    Announcement,
    AnnouncementPicture,
    Approval,
    ReviewComment,
    State,
    mark,
)
from jauap.office.planner.previews import Preview, previews
from jauap.office.planner.track import counted, track


@dataclass(frozen=True)
class Column:
    """One language version. seen: `mark` of the text that the writer has before their eyes."""

    language: str
    text: str
    seen: str
    who: str
    at: datetime | None


@dataclass(frozen=True)
class Alt:
    language: str
    text: str
    missing: bool


@dataclass(frozen=True)
class TrayItem:
    """A picture with its words in each language of the office; a gap only where something goes out."""

    shown: AnnouncementPicture
    alts: list[Alt]

    @property
    def gap(self) -> bool:
        return any(alt.missing for alt in self.alts)


@dataclass(frozen=True)
class Choice:
    """A page with the languages in which it may carry the announcement: (language, chosen)."""

    page: Page
    languages: list[tuple[str, bool]]


@dataclass(frozen=True)
class Change:
    """What differs from the last approved text. pages: names of those that show it."""

    pages: list[str]
    language: str
    parts: list[Part]


@dataclass(frozen=True)
class Screen:
    """can: verbs of this app that the person's roles allow. contributed: the person changed the content.

    approvers: who may approve it as it stands. approval: the standing one; last: the latest of all.
    deliveries: what was put into the outbox, dropped ones left out; removals: what takes it away again.
    """

    announcement: Announcement
    whole: content.Whole
    columns: list[Column]
    findings: list[checks.Finding]
    tray: list[TrayItem]
    previews: list[Preview]
    choices: list[Choice]
    can: frozenset[str]
    contributed: bool
    approvers: list[str]
    approval: Approval | None
    last: Approval | None
    comments: list[ReviewComment]
    deliveries: list[Delivery]
    removals: list[Delivery]
    steps: list[Step] = field(default_factory=list)

    @property
    def local_day(self) -> str:
        """The planned day on the office's own calendar, as a date field wants it."""
        return f"{self._local:%Y-%m-%d}" if self._local else ""

    @property
    def local_clock(self) -> str:
        return f"{self._local:%H:%M}" if self._local else ""

    @property
    def _local(self) -> datetime | None:
        planned = self.announcement.planned_at
        return planned.astimezone(self.announcement.organisation.zoneinfo) if planned else None

    @property
    def editable(self) -> bool:
        return "write" in self.can and self.announcement.state in (State.DRAFT, State.IN_REVIEW)

    @property
    def noted(self) -> bool:
        """Whether notes still help: before approval."""
        return self.announcement.state in (State.DRAFT, State.IN_REVIEW)

    @property
    def can_approve(self) -> bool:
        """Whether this person may say yes: an approver who changed nothing, or where the office allows it."""
        own = self.contributed and not self.announcement.organisation.own_changes_approved
        return "approve" in self.can and self.announcement.state == State.IN_REVIEW and not own

    @property
    def can_take_back(self) -> bool:
        out = any(row.state in ("sending", "unsure", "sent") for row in self.deliveries)
        back = self.announcement.state in APPROVED | {State.IN_REVIEW}
        return "take_back" in self.can and back and not out

    @property
    def can_withdraw(self) -> bool:
        verb = "withdraw" if self.announcement.state in APPROVED else "discard"
        return verb in self.can and self.announcement.state != State.WITHDRAWN

    @property
    def stopping(self) -> list[checks.Finding]:
        return [finding for finding in self.findings if finding.stops]

    @property
    def nothing_out(self) -> bool:
        """It is over, and not one page shows it."""
        ended = self.announcement.state == State.PUBLISHED
        return ended and not any(row.state == "sent" for row in self.deliveries)

    @property
    def counted(self) -> str:
        return counted([row.state for row in self.deliveries])

    @property
    def changes(self) -> list[Change]:
        """Since the last approval, if there was one: each text that differs, with the pages that show it."""
        if self.last is None:
            return []
        pages: dict[tuple[str, str, str], list[str]] = {}
        for piece in self.whole.pieces:
            was, now = self.last.texts.get(piece.key, ""), piece.content.text
            if was != now:
                pages.setdefault((piece.variant.language, was, now), []).append(str(piece.page))
        return [Change(names, key[0], differences(key[1], key[2])) for key, names in pages.items()]


def screen(announcement: Announcement, person: Person, typed: Mapping[str, str] | None = None) -> Screen:
    """At most nine queries.

    typed: what stands in the writer's fields just now (after an autosave), by language: their marks
    are of these texts, so that what another wrote meanwhile still counts as not seen.
    """
    whole = content.read(announcement)
    approvals = list(announcement.approvals.select_related("by")[:1])
    approval = next((given for given in approvals if given.voided_at is None), None)
    rows = _deliveries(whole, person)
    published = [row for row in rows if row.act == "publish"]
    changed = announcement.contributions.filter(person=person).exists()
    return Screen(
        announcement=announcement,
        whole=whole,
        columns=[_column(whole, language, typed or {}) for language in announcement.organisation.languages],
        findings=checks.findings(whole, timezone.now()),
        tray=[_tray(shown, whole) for shown in whole.pictures],
        previews=previews(whole),
        choices=_choices(whole),
        can=verbs(person.roles_in(announcement.organisation_id)),
        contributed=changed,
        approvers=queries.approvers(announcement),
        approval=approval,
        last=approvals[0] if approvals else None,
        comments=list(announcement.comments.select_related("by")[:3]),
        deliveries=published,
        removals=[row for row in rows if row.act != "publish"],
        steps=track(announcement, approval, [row for row in published if row.state == "sent"]),
    )


def verbs(roles: frozenset[Role]) -> frozenset[str]:
    """The verbs of this app that one of the roles allows."""
    from jauap.office.planner.permissions import WHO

    allowed = (verb for verb in WHO if roles & (roles_for(verb) or frozenset()))
    return frozenset(verb.split(".", 1)[1] for verb in allowed)


def _deliveries(whole: content.Whole, person: Person) -> list[Delivery]:
    """Of its variants, and the removals of what they showed. None for one that was never approved."""
    if whole.announcement.state in (State.DRAFT, State.IN_REVIEW):
        return []
    purposes = [piece.variant.purpose for piece in whole.pieces]
    rows = list(deliveries.deliveries(person).filter(purpose__in=purposes).exclude(state="dropped"))
    if whole.announcement.state != State.WITHDRAWN:
        return rows
    removed = [f"withdraw:{row.pk}" for row in rows]
    return rows + list(deliveries.deliveries(person).filter(purpose__in=removed))


def _column(whole: content.Whole, language: str, typed: Mapping[str, str]) -> Column:
    version = whole.versions.get(language)
    text = version.text if version else ""
    seen = mark(typed[language]) if language in typed else mark(text)
    return Column(
        language,
        text,
        seen,
        version.changed_by.name if version else "",
        version.changed_at if version else None,
    )


def _tray(shown: AnnouncementPicture, whole: content.Whole) -> TrayItem:
    goes_out = whole.languages
    languages = whole.announcement.organisation.languages
    return TrayItem(
        shown,
        [
            Alt(each, str(shown.alts.get(each, "")), each in goes_out and shown.undescribed(each))
            for each in languages
        ],
    )


def _choices(whole: content.Whole) -> list[Choice]:
    organisation = whole.announcement.organisation
    chosen = {(piece.page.pk, piece.variant.language) for piece in whole.pieces}
    connected = list(pages.connected(organisation))
    gone = {piece.page.pk: piece.page for piece in whole.pieces if piece.page.disconnected_at}
    return [
        Choice(page, [(language, (page.pk, language) in chosen) for language in organisation.languages])
        for page in [*connected, *gone.values()]
    ]
