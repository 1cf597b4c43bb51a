"""The outbox: one row an outward act. The row itself holds state, lease and token.

    waiting ──claim──> sending ──> sent
       ^                 ├──> retrying ──claim──> sending      (certainly not handled)
       │                 ├──> failed                           (the network refused; a person may try again)
       │                 └──> unsure ──look──> sent            (the answer was lost)
       └──── surely absent, once ───┘  └──> a person decides: it stands | it is absent
    waiting, retrying, failed ──> dropped

A row is taken by one counted UPDATE; its token is refused once another took it over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jauap.errors import WrongState
from jauap.office.pages.models import Page
from jauap.office.people.codes import new_code
from jauap.office.people.models import DESK_ROLES, Organisation, Person


class Act(models.TextChoices):
    PUBLISH = "publish", pgettext_lazy("act", "publish")
    REPLY = "reply", pgettext_lazy("act", "answer")
    EDIT = "edit", pgettext_lazy("act", "correct")
    HIDE = "hide", pgettext_lazy("act", "hide")
    DELETE = "delete", pgettext_lazy("act", "remove")


SHOWS_ANEW = frozenset({Act.PUBLISH, Act.REPLY})
"""Acts that a second time would show twice; the others change nothing when repeated."""


class Lane(models.TextChoices):
    """What a hold covers, and which rate it goes by."""

    ANNOUNCEMENT = "announcement", _("announcements")
    ANSWER = "answer", _("answers to people")


class State(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "waiting")
    SENDING = "sending", pgettext_lazy("delivery", "sending")
    SENT = "sent", pgettext_lazy("delivery", "sent")
    RETRYING = "retrying", pgettext_lazy("delivery", "trying again")
    UNSURE = "unsure", pgettext_lazy("delivery", "unsure")
    FAILED = "failed", pgettext_lazy("delivery", "failed")
    DROPPED = "dropped", pgettext_lazy("delivery", "dropped")


SETTLED = frozenset({State.SENT, State.FAILED, State.DROPPED})
MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.SENDING, State.UNSURE, State.DROPPED}),
    State.SENDING: frozenset(
        {State.SENT, State.RETRYING, State.UNSURE, State.FAILED, State.WAITING, State.DROPPED}
    ),
    State.RETRYING: frozenset({State.SENDING, State.UNSURE, State.DROPPED}),
    State.UNSURE: frozenset({State.SENT, State.WAITING, State.DROPPED}),
    State.FAILED: frozenset({State.WAITING, State.DROPPED}),
    State.SENT: frozenset(),
    State.DROPPED: frozenset(),
}
"""waiting, retrying -> unsure: only after a restore. sending, unsure -> dropped: a later edit replaced it."""


class NeedsPerson(models.TextChoices):
    """Why a delivery waits for a person's decision."""

    NO = "", ""
    LATE = "late", _("its time has passed")
    UNDECIDED = "undecided", _("nobody can tell whether it stands")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(
            organisation__memberships__person=person, organisation__memberships__role__in=DESK_ROLES
        ).distinct()


class Delivery(models.Model):
    """One outward act on one page.

    purpose: what it is for, e.g. "variant:12"; at most one undropped delivery a purpose.
    content, content_hash: see `content.Content`. consent_*: who approved exactly this content.
    upon: the network's id of what is edited, hidden or deleted; such acts go one after another.
    due_at: when it shall go out. take_at: from when a worker may take the row (due, retry, look, lease end).
    key: made with the row. intent_at: the first claim; both are kept over all tries.
    find_from: since when it may stand, if that is not the first claim (set after a restore).
    committing: the call that people see may have been made under the present claim.
    prepared: results of the steps before it. said: the last error, as words. looks: readings back so far.
    unsure_since: when its answer was lost. certain_at: before this moment a call may still be on its way.
    resent: how often it was sent anew after being surely absent (at most once).
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    page = models.ForeignKey(Page, models.PROTECT, related_name="deliveries")
    act = models.CharField(max_length=10, choices=Act)
    lane = models.CharField(max_length=14, choices=Lane)
    purpose = models.CharField(max_length=60)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    consent_hash = models.CharField(max_length=64)
    consent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    consent_at = models.DateTimeField()
    upon = models.CharField(max_length=300, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    state_since = models.DateTimeField()
    needs_person = models.CharField(max_length=10, choices=NeedsPerson, blank=True, default="")
    due_at = models.DateTimeField()
    take_at = models.DateTimeField()
    token = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    committing = models.BooleanField(default=False)
    intent_at = models.DateTimeField(null=True)
    find_from = models.DateTimeField(null=True)
    key = models.CharField(max_length=120, blank=True)
    prepared = models.JSONField(default=dict)
    tries = models.PositiveIntegerField(default=0)
    looks = models.PositiveIntegerField(default=0)
    unsure_since = models.DateTimeField(null=True)
    certain_at = models.DateTimeField(null=True)
    resent = models.PositiveIntegerField(default=0)
    said = models.JSONField(default=dict)

    external_id = models.CharField(max_length=300, blank=True)
    external_ids = models.JSONField(default=list)
    url = models.CharField(max_length=600, blank=True)
    sent_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["take_at"],
                condition=Q(state__in=["waiting", "retrying", "unsure", "sending"]),
                name="deliveries_due",
            ),
            models.Index(
                fields=["page", "lane", "due_at", "id"],
                condition=Q(state__in=["waiting", "retrying"], needs_person=""),
                name="deliveries_in_line",
            ),
            models.Index(fields=["page", "lane"], condition=Q(state="sending"), name="deliveries_under_way"),
            models.Index(fields=["page", "upon"], condition=~Q(upon=""), name="deliveries_upon"),
            models.Index(fields=["page", "sent_at"], name="deliveries_sent"),
            models.Index(fields=["organisation", "state"], name="deliveries_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=~Q(state="dropped"), name="one_delivery_a_purpose"
            ),
            models.UniqueConstraint(
                fields=["page", "external_id"],
                condition=~Q(external_id="") & Q(act__in=["publish", "reply"]),
                name="one_post_one_delivery",
            ),
            models.CheckConstraint(
                condition=Q(content_hash=F("consent_hash")), name="content_is_what_was_approved"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=F("due_at")), name="sent_after_due"
            ),
            models.CheckConstraint(condition=Q(resent__lte=1), name="resent_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="known_state"),
        ]

    def move(self, to: State, now: datetime) -> None:
        """Change the state in this object. Raises WrongState where the table has no such move."""
        if to not in MOVES[State(self.state)]:
            raise WrongState("delivery", self.state, to)
        self.state, self.state_since = to, now

    @property
    def settled(self) -> bool:
        return self.state in SETTLED


class Pace(models.Model):
    """How far a page's lane has used up its rate (generic cell rate algorithm, ITU-T I.371 annex A).

    free_at: the theoretical arrival time: when the next call would be exactly on pace.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    lane = models.CharField(max_length=14, choices=Lane)
    free_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "lane"], name="one_pace_a_lane")]


class HoldQuerySet(models.QuerySet["Hold"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(
            Q(organisation=None)
            | Q(organisation__memberships__person=person, organisation__memberships__role__in=DESK_ROLES)
        ).distinct()

    def in_force(self) -> Self:
        return self.filter(released_at=None)


class Hold(models.Model):
    """A cover over deliveries: what it covers does not go out. Not a state of the delivery.

    organisation null: the whole installation (after a restore). page null: all pages of the organisation.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="holds")
    page = models.ForeignKey(Page, models.CASCADE, null=True, related_name="holds")
    reason = models.CharField(max_length=500)
    covers_answers = models.BooleanField(default=False)
    restored = models.BooleanField(default=False)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    released_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["released_at"], name="deliveries_holds")]


class Installation(models.Model):
    """One row: where this database lives, so that a copy that wakes up elsewhere is noticed.

    machine: see `installation.here`. worker_seen_at: when a worker last looked for work.
    backed_up_at: when the backup that this database came from was made; set by `restore`.
    """

    machine = models.CharField(max_length=64)
    worker_seen_at = models.DateTimeField(null=True)
    backed_up_at = models.DateTimeField(null=True)
    last_backup_at = models.DateTimeField(null=True)
