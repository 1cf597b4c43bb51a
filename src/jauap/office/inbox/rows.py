"""Adding many messages in one statement, prepared once.

Measured with 100 messages a reading: the ORM's bulk_create spends about twelve times as long on forming
its statement (30 fields a row) as the database on the insert itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import connection

from jauap.office.inbox.models import Message, State


@dataclass(frozen=True)
class MessageRow:
    """The columns of a new message, by their names in the table. Those that follow are the same in all."""

    code: str
    organisation_id: int
    page_id: int
    external_id: str
    kind: str
    author_id: str
    author_name: str
    author_handle: str
    author_url: str
    text: str
    raw: str
    language: str
    pictures: int
    at: datetime
    received_at: datetime
    url: str
    version: str
    target: dict[str, Any]
    thread: str
    post_external_id: str
    parent_external_id: str
    private: bool
    state_since: datetime


ALIKE: dict[str, Any] = {
    "state": State.OPEN.value,
    "reason": "",
    "reason_words": "",
    "times_hidden": 0,
    "erased_reason": "",
    "erased_hash": "",
    "erased_in_archive": False,
}
"""A column that is in neither list is null."""
_NAMES = [field.name for field in fields(MessageRow)]


def add_messages(rows: Sequence[MessageRow]) -> None:
    """Insert them; one that stands already (page, external_id) stays as it is."""
    if not rows:
        return
    table = connection.ops.quote_name(Message._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(name) for name in [*_NAMES, *ALIKE])
    places = ", ".join(["%s"] * (len(_NAMES) + len(ALIKE)))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT (page_id, external_id) DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row) for row in rows])


def _values(row: MessageRow) -> list[Any]:
    return [*(_value(getattr(row, name)) for name in _NAMES), *ALIKE.values()]


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
