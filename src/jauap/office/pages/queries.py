"""What screens show of pages."""

from __future__ import annotations

from django.db.models import QuerySet

from jauap.office.pages.models import Health, Page
from jauap.office.people.models import Organisation, Person


def pages(person: Person) -> QuerySet[Page]:
    """Every page of the person's organisations, with its organisation. One query."""
    return Page.objects.seen_by(person).select_related("organisation", "live_by")


def connected(organisation: Organisation) -> QuerySet[Page]:
    """Connected pages by network and name. One query."""
    return Page.objects.connected().filter(organisation=organisation)


def publishable(organisation: Organisation) -> QuerySet[Page]:
    """Pages on which an announcement may stand now: connected and live."""
    return connected(organisation).filter(live=True)


def unwell(organisation: Organisation) -> QuerySet[Page]:
    """Connected pages that need somebody, the oldest trouble first."""
    return connected(organisation).exclude(health=Health.WELL).order_by("health_since")
