"""What screens read of announcements."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jauap.office.deliveries.models import Delivery
from jauap.office.people.models import Membership, Organisation, Person, Role
from jauap.office.planner.models import (
    Announcement,
    AnnouncementPicture,
    Approval,
    LanguageVersion,
    State,
    Variant,
)


def announcements(person: Person) -> QuerySet[Announcement]:
    """Announcements of the person's organisations, with the people on their track. One query."""
    return Announcement.objects.seen_by(person).select_related(
        "organisation", "author", "changed_by", "sent_for_review_by"
    )


def variants(announcement: Announcement) -> QuerySet[Variant]:
    return announcement.variants.select_related("page", "announcement__organisation", "changed_by")


def pictures(announcement: Announcement) -> QuerySet[AnnouncementPicture]:
    return announcement.pictures.select_related("picture", "announcement__organisation")


def between(
    person: Person, organisation: Organisation, start: datetime, end: datetime
) -> QuerySet[Announcement]:
    """What stands on the calendar from start up to, not with, end, by its time. Three queries.

    `at`: the planned time; without one, when it was approved and so went out.
    """
    yes = Approval.objects.filter(announcement=OuterRef("pk"), voided_at=None)
    rows = announcements(person).filter(organisation=organisation).exclude(state=State.WITHDRAWN)
    placed = rows.annotate(at=Coalesce("planned_at", Subquery(yes.values("at")[:1])))
    return placed.filter(at__gte=start, at__lt=end).order_by("at", "id").prefetch_related("variants__page")


def without_time(person: Person, organisation: Organisation) -> QuerySet[Announcement]:
    """Drafts and reviews that have no time yet, the latest changed first. Two queries."""
    rows = announcements(person).filter(
        organisation=organisation, planned_at=None, state__in=[State.DRAFT, State.IN_REVIEW]
    )
    return rows.order_by("-changed_at").prefetch_related("variants__page")


def delivery_states(rows: list[Announcement]) -> dict[int, list[str]]:
    """States of the deliveries of announcements whose variants are loaded, by announcement. One query."""
    purposes = {variant.purpose: row.pk for row in rows for variant in row.variants.all()}
    states: dict[int, list[str]] = {}
    found = Delivery.objects.filter(purpose__in=purposes).exclude(state="dropped")
    for purpose, state in found.values_list("purpose", "state"):
        states.setdefault(purposes[purpose], []).append(state)
    return states


def approvers(announcement: Announcement) -> list[str]:
    """Names of those who may approve it as it stands: approvers who changed nothing. One query."""
    rows = Membership.objects.filter(
        organisation=announcement.organisation, role=Role.APPROVER, person__is_active=True
    )
    if not announcement.organisation.own_changes_approved:
        changed = announcement.contributions.filter(person=OuterRef("person"))
        rows = rows.exclude(Exists(changed))
    return list(rows.order_by("person__name").values_list("person__name", flat=True))


def changed_by_another(announcement: Announcement, person: Person, since: datetime) -> str:
    """Who else changed a text after `since`; '' for nobody. One or two queries."""
    later = Q(announcement=announcement, changed_at__gt=since) & ~Q(changed_by=person)
    for model in (LanguageVersion, Variant):
        row = model._default_manager.filter(later).select_related("changed_by").last()
        if row is not None:
            return str(row.changed_by.name)
    return ""
