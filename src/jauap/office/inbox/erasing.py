"""What its author deleted is erased: text and author go from the database here, from the archive at its turn.

What stays: id, times, reason, and a hash under a key of this installation, which proves what stood
there to whoever still has it and tells nothing to others.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings

from jauap.office.inbox.models import Message, MessageVersion
from jauap.office.people.acting import WORKER, acting
from jauap.office.people.models import Organisation

KEPT = timedelta(days=2)
"""From the deletion by its author to the erasure; screens show nothing of it from the first moment."""
REASON = "deleted_by_author"
AT_ONCE = 200
KEY = "erasure"


def erase_due(now: datetime) -> int:
    """Blank what was deleted long enough ago. How many messages. One query where there is nothing to do."""
    due = Message.objects.filter(
        deleted_at__isnull=False, deleted_at__lte=now - KEPT, erased_in_archive=False, erased_at=None
    )
    rows = list(due.order_by("organisation_id", "pk")[:AT_ONCE])
    for organisation, messages in groupby(rows, key=lambda row: row.organisation_id):
        _erase(Organisation.objects.get(pk=organisation), list(messages), now)
    return len(rows)


def _erase(organisation: Organisation, messages: list[Message], now: datetime) -> None:
    with acting(WORKER, "inbox.erase", organisation=organisation, now=now) as entry:
        for message in messages:
            message.erased_hash = proof(message.author_id, message.raw or message.text)
            message.erased_at, message.erased_reason = now, REASON
            _blank(message)
        Message.objects.bulk_update(
            messages, [*BLANK, "target", "erased_hash", "erased_at", "erased_reason"], batch_size=40
        )
        MessageVersion.objects.filter(message__in=messages).update(text="", raw="")
        entry.note(messages=len(messages), reason=REASON)
        entry.tell("inbox")


BLANK = ("text", "raw", "author_id", "author_name", "author_handle", "author_url", "url")


def _blank(message: Message) -> None:
    for name in BLANK:
        setattr(message, name, "")
    message.target = {**message.target, "url": ""}


def proof(author_id: str, text: str) -> str:
    """HMAC-SHA256 of author id and text. Hexadecimal."""
    return hmac.new(settings.CONFIG.key(KEY), f"{author_id}\n{text}".encode(), hashlib.sha256).hexdigest()


def waiting_for_archive(organisation: int, most: int) -> list[Message]:
    """Erased here, still to be blanked in the archive."""
    rows = Message.objects.filter(
        organisation_id=organisation,
        deleted_at__isnull=False,
        erased_at__isnull=False,
        erased_in_archive=False,
    )
    return list(rows.select_related("page")[:most])


def are_blank_there(messages: Iterable[Message]) -> None:
    """The archive's files were rewritten."""
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(erased_in_archive=True)
