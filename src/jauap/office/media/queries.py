"""What screens read of pictures."""

from __future__ import annotations

from django.db.models import QuerySet

from jauap.office.media.models import Picture
from jauap.office.people.models import Person


def pictures(person: Person) -> QuerySet[Picture]:
    """Pictures of the person's organisations. One query."""
    return Picture.objects.seen_by(person)
