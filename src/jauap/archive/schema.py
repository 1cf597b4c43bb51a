"""The columns of the archive. One tuple a kind; `arrow` makes the Parquet schema of it.

A change adds a column at the end and raises VERSION; a column is never renamed nor given another
meaning. Readers join files of all versions by name: a column that a file lacks reads as null. `at` is a word
of SQL: written by hand it wants quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow

VERSION = 1


class Kind(StrEnum):
    POSTS = "posts"
    MESSAGES = "messages"
    FIGURES = "figures"


class Type(StrEnum):
    TEXT = "text"
    WHOLE = "whole"
    """64-bit integer."""
    MOMENT = "moment"
    """UTC, microseconds."""
    TRUTH = "truth"


@dataclass(frozen=True)
class Column:
    """meaning: shown in the documentation. null: whether it may be missing, and when."""

    name: str
    type: Type
    meaning: str
    null: str = ""


_HEAD = (
    Column(
        "number",
        Type.WHOLE,
        "Number of this row, rising within organisation and kind; given once, never reused.",
    ),
    Column("organisation", Type.WHOLE, "Number of the government body whose page it is."),
    Column("page", Type.TEXT, "Code of the page in jauap."),
    Column("network", Type.TEXT, "Code of the network: telegram, mastodon ..."),
    Column("id", Type.TEXT, "The network's own id of the post or message, unique on its page."),
)

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.POSTS: (
        *_HEAD,
        Column("at", Type.MOMENT, "When it was published, by the network's clock."),
        Column("received_at", Type.MOMENT, "When we first read it."),
        Column("text", Type.TEXT, "Text as people see it."),
        Column(
            "language", Type.TEXT, "Code of the language that network or office gave.", null="nobody said"
        ),
        Column("pictures", Type.WHOLE, "How many pictures stand with it."),
        Column("url", Type.TEXT, "Public address.", null="the network gave none"),
        Column(
            "delivery", Type.TEXT, "Code of the delivery that put it there.", null="not published with jauap"
        ),
    ),
    Kind.MESSAGES: (
        *_HEAD,
        Column("at", Type.MOMENT, "When its author wrote it, by the network's clock, at most `received_at`."),
        Column("received_at", Type.MOMENT, "When we first read it."),
        Column("kind", Type.TEXT, "comment, reply, mention or direct."),
        Column(
            "author_id", Type.TEXT, "The network's id of its author.", null="erased, or the network gave none"
        ),
        Column("author_name", Type.TEXT, "Name as shown then.", null="erased, or the network gave none"),
        Column("author_handle", Type.TEXT, "Handle as shown then.", null="erased, or the network gave none"),
        Column(
            "text",
            Type.TEXT,
            "Text exactly as it came, but for NULs and lone surrogates.",
            null="deleted or erased",
        ),
        Column("language", Type.TEXT, "Code of the language that the network gave.", null="it gave none"),
        Column("version", Type.TEXT, "The network's version; a later row of the same id is a newer version."),
        Column("post", Type.TEXT, "Id of our post on top of the thread.", null="none known"),
        Column("parent", Type.TEXT, "Id of what it directly answers.", null="nothing, or not known"),
        Column(
            "thread", Type.TEXT, "Id of what stands on top of the thread; joins messages that stand together."
        ),
        Column("private", Type.TRUTH, "Whether others than its author and the page can't read it."),
        Column("pictures", Type.WHOLE, "How many pictures came with it."),
        Column("url", Type.TEXT, "Address on the network.", null="private, erased, or none given"),
        Column("deleted_at", Type.MOMENT, "When we learned that its author deleted it.", null="it stands"),
        Column("erased_at", Type.MOMENT, "When text and author were blanked here.", null="not erased"),
        Column("erased_reason", Type.TEXT, "Why: deleted_by_author ...", null="not erased"),
        Column(
            "erased_hash",
            Type.TEXT,
            "HMAC-SHA256 of author id and text under a key of this installation: proves what stood"
            " there to whoever still has it, tells nothing to others.",
            null="not erased",
        ),
    ),
    Kind.FIGURES: (
        *_HEAD,
        Column("at", Type.MOMENT, "When it was counted."),
        Column("views", Type.WHOLE, "Views so far.", null="the network does not give it"),
        Column("likes", Type.WHOLE, "Likes and other reactions so far.", null="the network does not give it"),
        Column("shares", Type.WHOLE, "Shares, reposts, boosts so far.", null="the network does not give it"),
        Column("replies", Type.WHOLE, "Replies and comments so far.", null="the network does not give it"),
        Column("quotes", Type.WHOLE, "Quotes so far.", null="the network does not give it"),
    ),
}


@cache
def arrow(kind: Kind) -> pyarrow.Schema:
    """The Parquet schema, with each column's meaning in its metadata."""
    import pyarrow as pa

    types = {
        Type.TEXT: pa.string(),
        Type.WHOLE: pa.int64(),
        Type.MOMENT: pa.timestamp("us", tz="UTC"),
        Type.TRUTH: pa.bool_(),
    }
    fields = [
        pa.field(c.name, types[c.type], nullable=bool(c.null), metadata={"meaning": c.meaning})
        for c in COLUMNS[kind]
    ]
    return pa.schema(fields, metadata={"jauap_archive": str(VERSION), "kind": kind.value})
