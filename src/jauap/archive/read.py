"""Reading the archive with DuckDB. Every row once: covered files are passed over by their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jauap.archive import places, schema
from jauap.archive.schema import Kind

if TYPE_CHECKING:
    import duckdb


def connect() -> duckdb.DuckDBPyConnection:
    """A connection in memory that reaches nothing but files and loads no extension from the network."""
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": "2"})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def rows(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    kind: Kind,
    organisations: Sequence[int] | None = None,
) -> duckdb.DuckDBPyRelation:
    """All rows of a kind, of these organisations (None = all), in no order. An edited message has several."""
    wanted = places.organisations(folder, kind) if organisations is None else organisations
    files = [str(piece.path) for number in wanted for piece in places.pieces(folder, kind, number)]
    if not files:
        return connection.from_arrow(schema.arrow(kind).empty_table())
    return connection.read_parquet(files, union_by_name=True, hive_partitioning=False)


def latest(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    kind: Kind,
    organisations: Sequence[int] | None = None,
) -> duckdb.DuckDBPyRelation:
    """Each post or message once, as it stood last; each figure, which is never written anew."""
    found = rows(connection, folder, kind, organisations)
    if kind is Kind.FIGURES:
        return found
    newest = "row_number() OVER (PARTITION BY organisation, page, id ORDER BY number DESC) = 1"
    return connection.sql(f"SELECT * FROM found QUALIFY {newest}")  # noqa: S608 - no value from outside
