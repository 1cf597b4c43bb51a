"""Announcements: what the office wants to say, in its languages, page by page.

    draft ──send for review──> in review ──approve──> scheduled ──> sending ──> published
      ^  <──sent back, taken back──┘                      │            │            │
      └───────────── any edit, while nothing may stand ───┴────────────┴────────────┘
    every state ──> withdrawn

"7 sent, 1 failed" is counted from the deliveries, never stored.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from jauap.errors import WrongState
from jauap.office.deliveries.content import digest
from jauap.office.media.models import Picture
from jauap.office.pages.models import Page
from jauap.office.people.codes import new_code
from jauap.office.people.models import DESK_ROLES, Organisation, Person


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state of an announcement", "draft")
    IN_REVIEW = "in_review", pgettext_lazy("state of an announcement", "in review")
    SCHEDULED = "scheduled", pgettext_lazy("state of an announcement", "approved")
    SENDING = "sending", pgettext_lazy("state of an announcement", "going out")
    PUBLISHED = "published", pgettext_lazy("state of an announcement", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of an announcement", "withdrawn")


APPROVED = frozenset({State.SCHEDULED, State.SENDING, State.PUBLISHED})
"""States in which an approval stands."""

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
    State.IN_REVIEW: frozenset({State.DRAFT, State.SCHEDULED, State.WITHDRAWN}),
    State.SCHEDULED: frozenset({State.DRAFT, State.SENDING, State.PUBLISHED, State.WITHDRAWN}),
    State.SENDING: frozenset({State.DRAFT, State.PUBLISHED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.DRAFT, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}
"""Back to draft from sending or published only where nothing went out (all refused or dropped)."""


def as_written(text: str) -> str:
    """NFC, one kind of line end, no letters that nobody sees or no database keeps, no space around."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip()


def mark(text: str) -> str:
    """A short hash of a text: what somebody had before their eyes. '' for no text."""
    return digest(as_written(text))[:16] if text else ""


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(
            organisation__memberships__person=person, organisation__memberships__role__in=DESK_ROLES
        ).distinct()


class Announcement(models.Model):
    """title: for ourselves, on lists. decision_*: what it is based on, as words and a link.

    planned_at: when it shall go out; null = as soon as approved.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="announcements")
    title = models.CharField(max_length=200, blank=True)
    decision = models.CharField(max_length=300, blank=True)
    decision_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sent_for_review_at = models.DateTimeField(null=True)
    sent_for_review_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "-id"]
        indexes = [
            models.Index(fields=["organisation", "planned_at"], name="planner_calendar"),
            models.Index(fields=["state", "planned_at"], name="planner_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="known_announcement_state")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What we call it, for screens."""
        return self.title or gettext("New announcement")

    def move(self, to: State, now: datetime) -> None:
        """Change the state in this object. Raises WrongState where the table has no such move."""
        if to not in MOVES[State(self.state)]:
            raise WrongState("announcement", self.state, to)
        self.state, self.state_since = to, now


class LanguageVersion(models.Model):
    """The text in one language. NFC. changed_*: who wrote it last, for the sentence to whoever collides."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="versions")
    language = models.CharField(max_length=8)
    text = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = models.Manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "language"], name="one_version_a_language")
        ]


class Variant(models.Model):
    """The announcement as it will stand on one page, in one language.

    text null: follows its language version. base: `mark` of the version when this text was written,
    so that a later change of the version shows ("differs: look again").
    """

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="variants")
    page = models.ForeignKey(Page, models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    text = models.TextField(null=True)
    base = models.CharField(max_length=16, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = models.Manager()

    class Meta:
        ordering = ["page__network", "page__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "page", "language"], name="one_variant_a_page")
        ]

    @property
    def purpose(self) -> str:
        """What its delivery is for."""
        return f"variant:{self.pk}"


class AnnouncementPicture(models.Model):
    """A picture of the announcement, the same on every page. alts: language -> what it shows, in words.

    decorative: shows nothing that words would miss; it needs no alts.
    """

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField(default=0)
    decorative = models.BooleanField(default=False)
    alts = models.JSONField(default=dict)

    objects = models.Manager()

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "picture"], name="one_picture_an_announcement")
        ]

    def alt(self, language: str) -> str:
        """'' where it is decorative, or not yet described."""
        return "" if self.decorative else str(self.alts.get(language, ""))

    def undescribed(self, language: str) -> bool:
        return not self.decorative and not self.alts.get(language)


class Approval(models.Model):
    """A yes to exactly one content. own_change: the approver had changed it, which the organisation allows.

    texts: what was read, by "page code/language", for the word diff of a later approval.
    """

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content = models.CharField(max_length=64)
    own_change = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)
    voided_at = models.DateTimeField(null=True)

    objects = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement"], condition=Q(voided_at=None), name="one_standing_approval"
            )
        ]


class ReviewComment(models.Model):
    """Why an announcement was sent back."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="comments")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    objects = models.Manager()

    class Meta:
        ordering = ["-id"]


class Contribution(models.Model):
    """Somebody who changed the content: they don't approve it. at: their last change."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="contributions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["announcement", "person"], name="one_contribution_a_person")
        ]
