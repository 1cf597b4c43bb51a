"""Where files of the archive stand, and which of them count.

    KIND/org=ID/month=YYYY-MM/day-YYYY-MM-DD-FIRST-LAST.parquet

FIRST and LAST are the numbers of the batch that wrote the file (the file holds those of its rows
that belong to the day), or the span of a compaction. A file whose span lies within the span of
another one of its day is covered: its rows stand in the wider one too. So a compaction that was cut
off between its two steps (the wide file appears, the narrow ones go) never shows a row twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from jauap.archive.schema import Kind

_NAME = re.compile(r"day-(\d{4}-\d\d-\d\d)-(\d{12})-(\d{12})\.parquet")


@dataclass(frozen=True, order=True)
class Piece:
    """One file of the archive."""

    day: date
    first: int
    last: int
    path: Path

    def covers(self, other: Piece) -> bool:
        """Whether the other's rows stand in this one as well."""
        wider = (self.first, self.last) != (other.first, other.last)
        return self.day == other.day and wider and self.first <= other.first and other.last <= self.last


def day_of(at: datetime) -> date:
    """The day in UTC, by which rows are put into files."""
    return at.astimezone(UTC).date()


def file_for(folder: Path, kind: Kind, organisation: int, day: date, first: int, last: int) -> Path:
    name = f"day-{day.isoformat()}-{first:012d}-{last:012d}.parquet"
    return folder / kind.value / f"org={organisation}" / f"month={day:%Y-%m}" / name


def organisations(folder: Path, kind: Kind) -> list[int]:
    """Numbers of the organisations that the archive knows."""
    return sorted(
        int(place.name[4:]) for place in (folder / kind.value).glob("org=*") if place.name[4:].isdigit()
    )


def all_pieces(folder: Path, kind: Kind, organisation: int, day: date | None = None) -> list[Piece]:
    """Every finished file, covered ones too, by day and number."""
    place = folder / kind.value / f"org={organisation}"
    month = f"month={day:%Y-%m}" if day else "month=*"
    found = []
    for path in place.glob(f"{month}/day-*.parquet"):
        if match := _NAME.fullmatch(path.name):
            found.append(Piece(date.fromisoformat(match[1]), int(match[2]), int(match[3]), path))
    return sorted(one for one in found if day is None or one.day == day)


def pieces(folder: Path, kind: Kind, organisation: int, day: date | None = None) -> list[Piece]:
    """The files that count: none is covered by another."""
    counting: list[Piece] = []
    widest: Piece | None = None
    # By day and first number; of equal firsts the widest leads.
    for piece in sorted(all_pieces(folder, kind, organisation, day), key=lambda p: (p.day, p.first, -p.last)):
        if widest is not None and widest.covers(piece):
            continue
        counting.append(piece)
        widest = piece
    return counting
