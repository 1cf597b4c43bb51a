"""`{% load deliveries %}`: a delivery's story."""

from __future__ import annotations

from django import template
from django.utils import timezone

from jauap.office.deliveries import story
from jauap.office.deliveries.models import Delivery
from jauap.office.people.models import Organisation

register = template.Library()


@register.simple_tag
def delivery_story(delivery: Delivery, organisation: Organisation | None = None) -> story.Story:
    """`{% delivery_story delivery organisation as told %}`: told.look, .words, .theirs, .advice, .decide."""
    where = (organisation or delivery.organisation).zoneinfo
    return story.tell(delivery, now=timezone.now(), where=where)
