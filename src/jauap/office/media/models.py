"""Pictures by their hash. The file is what goes out; the original is not kept."""

from __future__ import annotations

from typing import Self

from django.db import models

from jauap.office.people.codes import new_code
from jauap.office.people.models import DESK_ROLES, Organisation, Person


class PictureQuerySet(models.QuerySet["Picture"]):
    def seen_by(self, person: Person) -> Self:
        return self.filter(
            organisation__memberships__person=person, organisation__memberships__role__in=DESK_ROLES
        ).distinct()


class Picture(models.Model):
    """A safe master: JPEG or PNG, sRGB, upright, without EXIF, at most 950 kB."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pictures")
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "sha256"], name="one_picture_once")]

    @property
    def path(self) -> str:
        """Name in the media storage."""
        return f"{self.organisation_id}/{self.sha256[:2]}/{self.sha256}"
