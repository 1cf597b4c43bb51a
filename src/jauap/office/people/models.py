"""Organisations as a tree, people, roles, and the audit of what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jauap.office.people.codes import new_code

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(models.TextChoices):
    """Roles of DESIGN.md's table; a person may have several in one organisation."""

    AUTHOR = "author", pgettext_lazy("role", "Author")
    APPROVER = "approver", pgettext_lazy("role", "Approver")
    RESPONDER = "responder", pgettext_lazy("role", "Responder")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")
    HEAD = "head", pgettext_lazy("role", "Head")
    ANALYST = "analyst", pgettext_lazy("role", "Analyst")
    EVALUATOR = "evaluator", pgettext_lazy("role", "Evaluator")


DESK_ROLES = frozenset({Role.AUTHOR, Role.APPROVER, Role.RESPONDER, Role.ADMINISTRATOR, Role.HEAD})
"""Roles that see drafts, messages and notes; analyst and evaluator see what is published."""


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def seen_by(self, person: Person) -> Self:
        """Organisations in which the person has a role."""
        return self.filter(memberships__person=person).distinct()


class Organisation(models.Model):
    """A government body. path: the ids from the root down to itself, "/1/4/"."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, db_index=True, blank=True)
    languages = models.JSONField(default=list)
    country = models.CharField(max_length=2, default="KZ")
    zone = models.CharField(max_length=60, default="Asia/Almaty")
    demo = models.BooleanField(default=False)
    own_changes_approved = models.BooleanField(default=False)
    answers_need_second = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zoneinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)

    def seen_by(self, person: Person) -> models.QuerySet[Person]:
        """Oneself and the people of one's own organisations."""
        return self.filter(
            models.Q(pk=person.pk) | models.Q(memberships__organisation__memberships__person=person)
        ).distinct()


class Person(AbstractBaseUser):
    """A user. Signs in with an e-mail address; acts through roles alone (there is no superuser)."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2]).upper()

    def get_full_name(self) -> str:
        return self.name

    def roles_in(self, organisation_id: int) -> frozenset[Role]:
        found = Membership.objects.filter(person=self, organisation_id=organisation_id)
        return frozenset(Role(role) for role in found.values_list("role", flat=True))

    def has_role(self, organisation_id: int, roles: Iterable[Role]) -> bool:
        return bool(self.roles_in(organisation_id) & frozenset(roles))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(organisation__in=Organisation.objects.seen_by(person))


class Membership(models.Model):
    """One role of one person in one organisation."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation", "role"], name="one_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="known_role"),
        ]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(organisation__in=Organisation.objects.seen_by(person))


class Invitation(models.Model):
    """A link that lets one person in, or set a new password. token_hash: the link's token, hashed.

    organisation null: the link makes the first administrator of a fresh installation.
    person set: the link sets that person's new password.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="invitations")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="resets")
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    roles = models.JSONField(default=list)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(organisation__in=Organisation.objects.seen_by(person))


class AuditEntry(models.Model):
    """Who did what, when. Written once by `acting`; never changed.

    verb: "planner.approve"; thing: "announcement 7KQ4M2XH"; note: values of it, no text of people.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    machine = models.CharField(max_length=60, blank=True)
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=100, blank=True)
    note = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["organisation", "-id"], name="people_audit_by_org")]
