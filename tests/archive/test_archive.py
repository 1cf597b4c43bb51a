"""The archive: a crash repeats a file, never a row."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jauap.archive import places, read, schema, write
from jauap.archive.schema import Kind

DAY = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


def row(number: int, at: datetime = DAY, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "organisation": 1,
        "page": "P1",
        "network": "rehearsal",
        "id": f"m{number}",
        "at": at,
        "received_at": at,
        "kind": "comment",
        "text": f"text {number}",
        "version": "",
        "thread": "p1",
        "private": False,
        "pictures": 0,
        **more,
    }


def numbers(folder: Path, organisations: list[int] | None = None) -> list[int]:
    with read.connect() as connection:
        found = read.rows(connection, folder, Kind.MESSAGES, organisations)
        return sorted(one[0] for one in found.project("number").fetchall())


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write.append(tmp_path, Kind.MESSAGES, 1, [row(1), row(2)], 1, 2)
    with read.connect() as connection:
        found = (
            read.rows(connection, tmp_path, Kind.MESSAGES)
            .project('number, text, "at", author_id')
            .order("number")
        )
        assert found.fetchall() == [(1, "text 1", DAY, None), (2, "text 2", DAY, None)]


def test_an_empty_archive_reads_as_no_rows(tmp_path: Path) -> None:
    assert numbers(tmp_path) == []


def test_files_stand_by_organisation_month_and_day(tmp_path: Path) -> None:
    late = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    written = write.append(
        tmp_path, Kind.MESSAGES, 7, [row(1, late), row(2, late + timedelta(seconds=2))], 1, 2
    )
    assert [str(path.relative_to(tmp_path)) for path in written] == [
        "messages/org=7/month=2026-10/day-2026-10-31-000000000001-000000000002.parquet",
        "messages/org=7/month=2026-11/day-2026-11-01-000000000001-000000000002.parquet",
    ]


def test_a_batch_that_is_written_again_replaces_its_file(tmp_path: Path) -> None:
    for _ in range(3):
        write.append(tmp_path, Kind.MESSAGES, 1, [row(1), row(2)], 1, 2)
    assert numbers(tmp_path) == [1, 2]


def test_a_half_written_file_is_no_file(tmp_path: Path) -> None:
    [path] = write.append(tmp_path, Kind.MESSAGES, 1, [row(1)], 1, 1)
    path.with_name("day-2026-10-15-000000000002-000000000002.aside").write_bytes(b"PAR1 torn")
    assert numbers(tmp_path) == [1]
    assert write.clean_up(tmp_path) == 1


def test_a_day_that_is_over_becomes_one_file(tmp_path: Path) -> None:
    for number in range(1, 6):
        write.append(tmp_path, Kind.MESSAGES, 1, [row(number)], number, number)
    assert write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 16)) == 5
    assert len(list(tmp_path.rglob("*.parquet"))) == 1
    assert numbers(tmp_path) == [1, 2, 3, 4, 5]


def test_today_stays_as_it_is(tmp_path: Path) -> None:
    for number in (1, 2):
        write.append(tmp_path, Kind.MESSAGES, 1, [row(number)], number, number)
    assert write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 15)) == 0


def test_a_compaction_killed_between_its_two_steps_shows_no_row_twice(tmp_path: Path) -> None:
    kept = {}
    for number in (1, 2, 3):
        [path] = write.append(tmp_path, Kind.MESSAGES, 1, [row(number)], number, number)
        kept[path] = path.read_bytes()
    write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 16))
    for path, content in kept.items():
        path.write_bytes(content)
    assert numbers(tmp_path) == [1, 2, 3]
    write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 16))
    assert len(list(tmp_path.rglob("*.parquet"))) == 1


def test_a_batch_repeated_after_the_compaction_adds_nothing(tmp_path: Path) -> None:
    for number in (1, 2):
        write.append(tmp_path, Kind.MESSAGES, 1, [row(number)], number, number)
    write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 16))
    assert write.append(tmp_path, Kind.MESSAGES, 1, [row(2)], 2, 2) == []
    assert numbers(tmp_path) == [1, 2]


def test_what_comes_late_for_a_compacted_day_is_kept(tmp_path: Path) -> None:
    for number in (1, 2):
        write.append(tmp_path, Kind.MESSAGES, 1, [row(number)], number, number)
    write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 16))
    write.append(tmp_path, Kind.MESSAGES, 1, [row(9)], 9, 9)
    write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 16))
    assert numbers(tmp_path) == [1, 2, 9]


def test_organisations_are_read_apart(tmp_path: Path) -> None:
    write.append(tmp_path, Kind.MESSAGES, 1, [row(1)], 1, 1)
    write.append(tmp_path, Kind.MESSAGES, 2, [row(1), row(2)], 1, 2)
    assert (numbers(tmp_path, [1]), numbers(tmp_path, [2]), numbers(tmp_path, [3])) == ([1], [1, 2], [])


def test_an_edited_message_is_read_once_as_it_stood_last(tmp_path: Path) -> None:
    write.append(tmp_path, Kind.MESSAGES, 1, [row(1, id="a", text="old")], 1, 1)
    write.append(tmp_path, Kind.MESSAGES, 1, [row(2, id="a", text="new")], 2, 2)
    with read.connect() as connection:
        latest = read.latest(connection, tmp_path, Kind.MESSAGES).project("id, text").fetchall()
    assert latest == [("a", "new")]


def test_a_rewriting_changes_every_file_of_its_day_and_no_other(tmp_path: Path) -> None:
    write.append(tmp_path, Kind.MESSAGES, 1, [row(1, id="a"), row(2)], 1, 2)
    write.append(tmp_path, Kind.MESSAGES, 1, [row(3, id="a"), row(4, DAY + timedelta(days=1), id="a")], 3, 4)

    def blank(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "text": None} if one["id"] == "a" else one

    assert write.rewrite(tmp_path, Kind.MESSAGES, 1, [DAY.date()], blank) == 2
    with read.connect() as connection:
        texts = (
            read.rows(connection, tmp_path, Kind.MESSAGES).project("number, text").order("number").fetchall()
        )
    assert texts == [(1, None), (2, "text 2"), (3, None), (4, "text 4")]


def test_an_older_file_without_a_column_reads_with_it_empty(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    [path] = write.append(tmp_path, Kind.MESSAGES, 1, [row(1)], 1, 1)
    pq.write_table(pq.ParquetFile(path).read().drop_columns(["erased_hash"]), path)
    write.append(tmp_path, Kind.MESSAGES, 1, [row(2)], 2, 2)
    write.compact(tmp_path, Kind.MESSAGES, 1, before=date(2026, 10, 16))
    with read.connect() as connection:
        assert read.rows(connection, tmp_path, Kind.MESSAGES).project("erased_hash").fetchall() == [
            (None,),
            (None,),
        ]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_column_says_what_it_means(kind: Kind) -> None:
    for column in schema.COLUMNS[kind]:
        assert len(column.meaning) > 10, column.name
        assert schema.arrow(kind).field(column.name).metadata[b"meaning"].decode() == column.meaning


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_killed_and_repeated_every_row_is_read_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Batches of rising numbers, repeated at will; compactions, some cut off before they cleared up."""
    folder = tmp_path_factory.mktemp("archive")
    last, written = 0, []
    for _ in range(data.draw(st.integers(1, 6))):
        size = data.draw(st.integers(1, 4))
        days = [data.draw(st.integers(0, 2)) for _ in range(size)]
        batch = [row(last + i + 1, DAY + timedelta(days=day)) for i, day in enumerate(days)]
        written.append((batch, last + 1, last + size))
        last += size
        for _ in range(data.draw(st.integers(1, 2))):
            write.append(folder, Kind.MESSAGES, 1, *written[data.draw(st.integers(0, len(written) - 1))])
        write.append(folder, Kind.MESSAGES, 1, *written[-1])
        if data.draw(st.booleans()):
            before = {path: path.read_bytes() for path in folder.rglob("*.parquet")}
            write.compact(folder, Kind.MESSAGES, 1, before=date(2026, 10, 18))
            if data.draw(st.booleans()):
                for path, content in before.items():
                    path.write_bytes(content)
    assert Counter(numbers(folder)) == Counter(range(1, last + 1))


def test_the_web_starts_without_loading_the_archives_engines() -> None:
    code = (
        "import sys, jauap.archive.write, jauap.archive.read, jauap.archive.schema;"
        "sys.exit(bool({'duckdb', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_name_that_we_did_not_give_is_no_piece(tmp_path: Path) -> None:
    [path] = write.append(tmp_path, Kind.MESSAGES, 1, [row(1)], 1, 1)
    path.with_name("day-notes.parquet").write_bytes(b"hello")
    assert [piece.path for piece in places.pieces(tmp_path, Kind.MESSAGES, 1)] == [path]
