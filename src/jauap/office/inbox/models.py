"""What people wrote to our pages, what stands on them, and the answers.

open ──answer──> answered          ┐
 │ ├──needs no answer──> needs_no_answer ├──the author writes again, or a person reopens──> open
 │ └──hide──> hidden               ┘
edited, deleted by its author, erased: facts beside the state
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jauap.errors import WrongState
from jauap.office.deliveries.content import Place
from jauap.office.deliveries.models import Delivery
from jauap.office.pages.models import Page
from jauap.office.people.codes import new_code
from jauap.office.people.models import DESK_ROLES, Organisation, Person


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("message", "open")
    ANSWERED = "answered", pgettext_lazy("message", "answered")
    NEEDS_NO_ANSWER = "needs_no_answer", pgettext_lazy("message", "needs no answer")
    HIDDEN = "hidden", pgettext_lazy("message", "hidden")


MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ANSWERED, State.NEEDS_NO_ANSWER, State.HIDDEN}),
    State.ANSWERED: frozenset({State.OPEN, State.ANSWERED, State.HIDDEN}),
    State.NEEDS_NO_ANSWER: frozenset({State.OPEN, State.ANSWERED, State.HIDDEN}),
    State.HIDDEN: frozenset({State.OPEN}),
}


class Kind(models.TextChoices):
    """As `networks.base.MessageKind`."""

    COMMENT = "comment", _("comment")
    REPLY = "reply", _("reply")
    MENTION = "mention", _("mention")
    DIRECT = "direct", _("direct message")


class Reason(models.TextChoices):
    """Why a message needs no answer."""

    THANKS = "thanks", _("Thanks or an opinion")
    ANSWERED_ELSEWHERE = "answered_elsewhere", _("Answered elsewhere")
    NOT_OURS = "not_ours", _("Not meant for us")
    SPAM = "spam", _("Advertising or spam")
    OTHER = "other", _("Another reason")


class MessageQuerySet(models.QuerySet["Message"]):
    def seen_by(self, person: Person) -> Self:
        """Two steps, so that the list is read along its own index and not sorted whole."""
        mine = Organisation.objects.filter(memberships__person=person, memberships__role__in=DESK_ROLES)
        return self.filter(organisation__in=mine.values("pk"))

    def waiting(self) -> Self:
        """Open, and its author has not taken it back."""
        return self.filter(state=State.OPEN, deleted_at=None)


class Message(models.Model):
    """What a person wrote to a page. One row for ever, however often the network gives it.

    text: as screens show it (see `jauap.text.clean`); raw: as it came, where that differs.
    thread: the post on top, else the message itself: what stands together on the network.
    version: the network's; a newer one replaces the text, the older stays as a MessageVersion.
    deleted_at: its author or the network took it away: screens show neither text nor author.
    erased_at: text and author are blanked here; erased_hash: see `erasing`.
    archive_no: number of its row in the archive; null = the archive has not got it as it stands now.
    answering_by: who is writing an answer now, last heard of at answering_at.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    page = models.ForeignKey(Page, models.PROTECT, related_name="messages", db_index=False)
    external_id = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind)
    author_id = models.CharField(max_length=200, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_handle = models.CharField(max_length=200, blank=True)
    author_url = models.CharField(max_length=600, blank=True)
    text = models.TextField(blank=True)
    raw = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    pictures = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    url = models.CharField(max_length=600, blank=True)
    version = models.CharField(max_length=80, blank=True)
    target = models.JSONField()
    thread = models.CharField(max_length=300)
    post_external_id = models.CharField(max_length=300, blank=True)
    parent_external_id = models.CharField(max_length=300, blank=True)
    private = models.BooleanField(default=False)

    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    state_since = models.DateTimeField()
    state_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=30, blank=True)
    reason_words = models.CharField(max_length=500, blank=True)
    times_hidden = models.PositiveSmallIntegerField(default=0)
    assignee = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    answering_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    answering_at = models.DateTimeField(null=True)

    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_reason = models.CharField(max_length=30, blank=True)
    erased_hash = models.CharField(max_length=64, blank=True)
    erased_in_archive = models.BooleanField(default=False)
    archive_no = models.BigIntegerField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["page", "external_id"], name="one_message_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="known_message_state"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(text="", raw="", author_name="", author_id=""),
                name="erased_is_blank",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-at", "-id"], name="inbox_list"),
            models.Index(fields=["page", "thread", "at"], name="inbox_thread"),
            models.Index(fields=["organisation", "archive_no"], name="inbox_message_archive"),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False, erased_in_archive=False),
                name="inbox_to_erase",
            ),
        ]

    def move(self, to: State, now: datetime, by: Person | None) -> None:
        """Change the state in this object. Raises WrongState where the table has no such move."""
        if to not in MOVES[State(self.state)]:
            raise WrongState("message", self.state, to)
        self.state, self.state_since, self.state_by = to, now, by
        if to != State.HIDDEN:
            self.reason = self.reason_words = ""

    @property
    def place(self) -> Place:
        """How to answer, hide or find it on the network."""
        return Place(tuple(self.target["ids"]), self.target.get("root", ""), self.target.get("url", ""))

    @property
    def gone(self) -> bool:
        """Taken back by its author, or erased: nothing of it may be shown."""
        return self.deleted_at is not None or self.erased_at is not None

    @property
    def shown_text(self) -> str:
        return "" if self.gone else self.text

    @property
    def shown_author(self) -> str:
        """The name, else the handle; '' where nothing may be shown or the network gave none."""
        return "" if self.gone else self.author_name or self.author_handle


class MessageVersion(models.Model):
    """An older text of an edited message. at: when a newer one was taken in. Erased with the message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="versions")
    text = models.TextField(blank=True)
    raw = models.TextField(blank=True)
    version = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Note(models.Model):
    """What colleagues tell each other about a message; never leaves the house."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="notes")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class AnswerQuerySet(models.QuerySet["Answer"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(message__in=Message.objects.seen_by(person).values("pk"))

    def standing(self) -> Self:
        """Sent, on its way, or waiting for the second person."""
        return self.filter(withdrawn_at=None)


class Answer(models.Model):
    """An answer to one message. *Send* is the approval of exactly this text (hash, who, when).

    delivery null: it waits for a second person. followed: what became of the delivery is not noted yet.
    """

    message = models.ForeignKey(Message, models.PROTECT, related_name="answers")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    language = models.CharField(max_length=8)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+")
    followed = models.BooleanField(default=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["delivery"], condition=Q(followed=True), name="inbox_answers_followed")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("by")), name="second_is_another_person"
            )
        ]

    @property
    def purpose(self) -> str:
        return f"answer:{self.pk}"


class PostQuerySet(models.QuerySet["Post"]):
    def seen_by(self, person: Person) -> Self:
        """What is published is read by every role of the organisation."""
        return self.filter(organisation__in=Organisation.objects.seen_by(person).values("pk"))


class Post(models.Model):
    """What stands on a page, ours or published elsewhere. delivery: the one that put it there, if we did."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    page = models.ForeignKey(Page, models.PROTECT, related_name="posts", db_index=False)
    external_id = models.CharField(max_length=300)
    external_ids = models.JSONField(default=list)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    pictures = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    url = models.CharField(max_length=600, blank=True)
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="+")
    archive_no = models.BigIntegerField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["page", "external_id"], name="one_post_once")]
        indexes = [
            models.Index(fields=["page", "-at"], name="inbox_posts_latest"),
            models.Index(fields=["organisation", "archive_no"], name="inbox_post_archive"),
        ]

    @property
    def place(self) -> Place:
        ids = tuple(self.external_ids) or (self.external_id,)
        return Place(ids, self.external_id, self.url)


class FigureQuerySet(models.QuerySet["Figure"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(organisation__in=Organisation.objects.seen_by(person).values("pk"))


class Figure(models.Model):
    """Counts of one post at one moment. counts: what the network gave, e.g. {"views": 1200, "likes": 31}."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="figures", db_index=False)
    at = models.DateTimeField()
    counts = models.JSONField()
    archive_no = models.BigIntegerField(null=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["post", "at"], name="one_figure_a_moment")]
        indexes = [models.Index(fields=["organisation", "archive_no"], name="inbox_figure_archive")]


class GapQuerySet(models.QuerySet["Gap"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(organisation__in=Organisation.objects.seen_by(person).values("pk"))


class Gap(models.Model):
    """An interval of which a page knows nothing: the network kept messages for less long than that."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, models.CASCADE, related_name="gaps")
    since = models.DateTimeField()
    until = models.DateTimeField()

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["-until"]
        constraints = [
            models.UniqueConstraint(fields=["page", "since"], name="one_gap_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="gap_has_a_length"),
        ]


class Rhythm(models.Model):
    """When posts and figures of a page are read next; messages go by the page's own `read_next_at`.

    quiet: readings in a row that brought nothing new; fails: in a row that failed.
    """

    page = models.OneToOneField(Page, models.CASCADE, primary_key=True, related_name="rhythm")
    posts_next_at = models.DateTimeField(null=True)
    figures_next_at = models.DateTimeField(null=True)
    quiet = models.PositiveIntegerField(default=0)
    fails = models.PositiveIntegerField(default=0)


class Batch(models.Model):
    """Rows first..last of one kind, numbered together. written_at null: its files may be missing or old."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    numbered_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "first"], name="one_batch_once")
        ]


class Archivist(models.Model):
    """One row: until when somebody writes the archive, when the next turn comes, the last compaction."""

    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    compacted_on = models.DateField(null=True)
