"""What screens read of the outbox."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from jauap.office.deliveries.models import Delivery, Hold, Installation, State
from jauap.office.people.models import Organisation, Person

SILENT = timedelta(minutes=2)


def deliveries(person: Person) -> QuerySet[Delivery]:
    """Deliveries of the person's organisations, with their page. One query."""
    return Delivery.objects.seen_by(person).select_related("page", "consent_by")


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
