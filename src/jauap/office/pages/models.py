"""Official pages on networks."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jauap.networks import found
from jauap.networks.base import Capabilities
from jauap.office.people.codes import new_code
from jauap.office.people.models import DESK_ROLES, Organisation, Person


class Health(models.TextChoices):
    WELL = "well", _("well")
    SIGNED_OUT = "signed_out", _("needs a sign-in")
    UNREACHABLE = "unreachable", _("can't be reached")


class PageQuerySet(models.QuerySet["Page"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(
            organisation__memberships__person=person, organisation__memberships__role__in=DESK_ROLES
        ).distinct()

    def connected(self) -> Self:
        return self.filter(disconnected_at=None)


class Page(models.Model):
    """An own account of an organisation on a network.

    sealed: the credentials, encrypted (see `vault`). live: may show things to the public; a rehearsal
    page always may, another one only after its administrator said so.
    closed_until: the network asked us to wait; nothing is sent on this page before.
    late_min: a delivery later than this many minutes waits for a person.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="pages")
    network = models.CharField(max_length=30)
    server = models.CharField(max_length=200)
    account = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    handle = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=8)
    sealed = models.TextField(blank=True)
    live = models.BooleanField(default=False)
    live_at = models.DateTimeField(null=True)
    live_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    health = models.CharField(max_length=20, choices=Health, default=Health.WELL)
    health_said = models.JSONField(default=dict)
    health_since = models.DateTimeField(null=True)
    limits = models.JSONField(default=dict)
    followers = models.PositiveIntegerField(null=True)
    late_min = models.PositiveIntegerField(default=60)
    closed_until = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(auto_now_add=True)
    disconnected_at = models.DateTimeField(null=True)

    read_at = models.DateTimeField(null=True)
    read_next_at = models.DateTimeField(null=True, db_index=True)
    read_lease_until = models.DateTimeField(null=True)
    cursor = models.TextField(blank=True)
    posts_cursor = models.TextField(blank=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["network", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "server", "account"],
                condition=models.Q(disconnected_at=None),
                name="one_page_connected_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({gettext(self.capabilities.name)})"

    @property
    def capabilities(self) -> Capabilities:
        """Facts of the network, with this server's own limits where it gave them."""
        from jauap.office.pages.limits import with_own_limits

        return with_own_limits(found()[self.network].CAPABILITIES, self.limits)

    @property
    def rehearsal(self) -> bool:
        return self.network == "rehearsal"
