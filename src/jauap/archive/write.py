"""Writing: aside, flushed to the disk, then renamed. A file is there whole or not at all.

Repeating a batch writes the same files again. Called by one writer at a time (whoever has the turn).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jauap.archive import places, schema
from jauap.archive.places import Piece
from jauap.archive.schema import Kind

if TYPE_CHECKING:
    import pyarrow

Row = Mapping[str, Any]
"""One row by the names of `schema.COLUMNS`; what is missing is null."""


def append(
    folder: Path, kind: Kind, organisation: int, rows: Sequence[Row], first: int, last: int
) -> list[Path]:
    """Write the rows of the batch first..last, one file a day.

    A repeat of the same numbers replaces the same files.

    What a compaction has taken over already is not written anew.
    """
    by_day: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        by_day[places.day_of(row["at"])].append(row)
    written = []
    for day, some in sorted(by_day.items()):
        path = places.file_for(folder, kind, organisation, day, first, last)
        piece = Piece(day, first, last, path)
        if any(other.covers(piece) for other in places.all_pieces(folder, kind, organisation, day)):
            continue
        _write(path, _table(kind, sorted(some, key=lambda row: row["number"])))
        written.append(path)
    return written


def compact(folder: Path, kind: Kind, organisation: int, before: date) -> int:
    """One file for each day before `before`. Number of files that went.

    Only while no batch is half written.
    """
    import pyarrow as pa

    gone = 0
    by_day: dict[date, list[Piece]] = defaultdict(list)
    for piece in places.pieces(folder, kind, organisation):
        if piece.day < before:
            by_day[piece.day].append(piece)
    for day, some in by_day.items():
        if len(some) > 1:
            first, last = min(p.first for p in some), max(p.last for p in some)
            whole = pa.concat_tables(_read(kind, piece.path) for piece in some).sort_by("number")
            _write(places.file_for(folder, kind, organisation, day, first, last), whole)
        gone += _clear(folder, kind, organisation, day)
    return gone


def rewrite(
    folder: Path,
    kind: Kind,
    organisation: int,
    days: Iterable[date],
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> int:
    """Give every row of the days to `change` and write the files that became other ones. Number of files.

    Covered files are rewritten too: what must be erased stands nowhere.
    """
    count = 0
    for day in sorted(set(days)):
        for piece in places.all_pieces(folder, kind, organisation, day):
            before = _read(kind, piece.path).to_pylist()
            after = [change(dict(row)) for row in before]
            if after != before:
                _write(piece.path, _table(kind, after))
                count += 1
    return count


def clean_up(folder: Path) -> int:
    """Drop what a killed writer left aside. Number of files."""
    left = list(folder.glob("*/org=*/month=*/*.aside"))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _clear(folder: Path, kind: Kind, organisation: int, day: date) -> int:
    """Remove what is covered."""
    counting = {piece.path for piece in places.pieces(folder, kind, organisation, day)}
    covered = [p.path for p in places.all_pieces(folder, kind, organisation, day) if p.path not in counting]
    for path in covered:
        path.unlink(missing_ok=True)
    return len(covered)


def _table(kind: Kind, rows: Sequence[Row]) -> pyarrow.Table:
    import pyarrow as pa

    columns = schema.COLUMNS[kind]
    arrays = {column.name: [row.get(column.name) for row in rows] for column in columns}
    return pa.table(arrays, schema=schema.arrow(kind))


def _read(kind: Kind, path: Path) -> pyarrow.Table:
    """One file, with the columns of today's schema."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    now = schema.arrow(kind)
    arrays = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        for field in now
    ]
    return pa.table(arrays, schema=now)


def _write(path: Path, table: pyarrow.Table) -> None:
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".aside")
    with aside.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The new name too survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
