"""What screens read of the outbox."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from jauap.office.deliveries.conditions import covered
from jauap.office.deliveries.models import Delivery, Hold, Installation, NeedsPerson, State
from jauap.office.people.models import Organisation, Person

SILENT = timedelta(minutes=2)


def deliveries(person: Person) -> QuerySet[Delivery]:
    """Deliveries of the person's organisations, each with its page and whether it is held. One query."""
    rows = Delivery.objects.seen_by(person).select_related("page", "consent_by", "organisation")
    return rows.annotate(held=covered())


def held(person: Person, organisation: Organisation) -> QuerySet[Delivery]:
    """What would go out if nothing were held, by its time. One query."""
    unsent = deliveries(person).filter(organisation=organisation, state__in=[State.WAITING, State.RETRYING])
    return unsent.filter(covered()).order_by("due_at", "id")


def undecided(person: Person, organisation: Organisation) -> QuerySet[Delivery]:
    """Deliveries that wait for a person: late, undecided, failed; the oldest first. One query."""
    waits = ~Q(needs_person=NeedsPerson.NO) | Q(state=State.FAILED)
    return deliveries(person).filter(waits, organisation=organisation).order_by("due_at", "id")


def holds(person: Person, organisation: Organisation) -> QuerySet[Hold]:
    """Holds in force over the organisation, the widest first. One query."""
    over = Hold.objects.seen_by(person).in_force().filter(Q(organisation=organisation) | Q(organisation=None))
    return over.select_related("by", "page", "organisation").order_by("-restored", "page_id", "at")


def paused(organisation: Organisation) -> Hold | None:
    """The hold that the band on top names: the widest first. One query."""
    over = Hold.objects.in_force().filter(Q(organisation=organisation) | Q(organisation=None))
    return over.select_related("by", "page").order_by("-restored", "page_id", "at").first()


def nobody_works() -> bool:
    """Whether something is due and no worker has been seen for two minutes. Two queries."""
    now = timezone.now()
    seen = Installation.objects.values_list("worker_seen_at", flat=True).first()
    if seen is not None and seen > now - SILENT:
        return False
    overdue = Delivery.objects.filter(
        state__in=[State.WAITING, State.RETRYING], needs_person="", due_at__lt=now - SILENT
    )
    return overdue.exists()
