"""Events for open screens. A hint that something changed, never the truth itself."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """organisation: number of the organisation whose people may be told. topic: "inbox", "announcement" ...

    ref: code of the thing, so that a screen that shows another one need not fetch.
    Ids rise in the order of commits within one organisation (see `actions.tell`).
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.BigIntegerField()
    topic = models.CharField(max_length=40)
    ref = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="live_event_stream")]
