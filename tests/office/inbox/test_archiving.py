"""Every message, post and figure lands in the archive once, and what is erased stands nowhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jauap.archive import read
from jauap.archive.schema import Kind
from jauap.networks.base import Cursor, ExternalId, Figures, Posts, StandingPost
from jauap.office.inbox import actions, archiving, erasing
from jauap.office.inbox.models import Archivist, Batch, Message
from jauap.office.pages.models import Page
from tests.office.inbox.conftest import NOON, reading, said

pytestmark = pytest.mark.django_db
Written = Callable[..., Message]


def archived(
    kind: Kind = Kind.MESSAGES, columns: str = "id, text", *, latest: bool = False
) -> list[tuple[Any, ...]]:
    with read.connect() as connection:
        found = (read.latest if latest else read.rows)(connection, archiving.folder(), kind)
        return found.order("number").project(columns).fetchall()


def test_a_sweep_writes_every_message_once(page: Page) -> None:
    actions.take_in(page, reading(*(said(n, f"text {n}") for n in range(7))), NOON)
    assert archiving.sweep(NOON) == 7
    assert archiving.sweep(NOON) == 0
    assert archived() == [(f"m{n}", f"text {n}") for n in range(7)]


def test_the_archive_keeps_the_text_as_it_came(page: Page) -> None:
    actions.take_in(page, reading(said(1, "\u202egpj.exe")), NOON)
    archiving.sweep(NOON)
    assert archived() == [("m1", "\u202egpj.exe")]


def test_a_sweep_killed_after_numbering_writes_the_same_rows_at_the_next_turn(page: Page) -> None:
    actions.take_in(page, reading(said(1), said(2)), NOON)
    assert archiving.begin(NOON) is not None  # ... and the worker dies
    assert archived() == []
    after_the_lease = NOON + archiving.LEASE + timedelta(seconds=1)
    actions.take_in(page, reading(said(3)), after_the_lease)
    archiving.sweep(after_the_lease)
    assert [one[0] for one in archived()] == ["m1", "m2", "m3"]


def test_a_sweep_killed_after_writing_repeats_the_file_and_no_row(page: Page) -> None:
    actions.take_in(page, reading(said(1), said(2)), NOON)
    shelf = archiving.begin(NOON)
    assert shelf is not None
    archiving.shelve(shelf)  # ... and the worker dies
    archiving.sweep(NOON + archiving.LEASE + timedelta(seconds=1))
    assert [one[0] for one in archived()] == ["m1", "m2"]
    assert not Batch.objects.filter(written_at=None).exists()


def test_a_turn_that_was_taken_over_notes_nothing(page: Page) -> None:
    actions.take_in(page, reading(said(1)), NOON)
    old = archiving.begin(NOON)
    assert old is not None
    later = NOON + archiving.LEASE + timedelta(seconds=1)
    new = archiving.begin(later)
    assert new is not None
    archiving.done(old, later)
    assert Batch.objects.filter(written_at=None).exists()
    assert Archivist.objects.get().lease_until == new.lease


def test_two_archivists_never_have_the_turn_at_once(page: Page) -> None:
    actions.take_in(page, reading(said(1)), NOON)
    assert archiving.begin(NOON) is not None
    assert archiving.begin(NOON) is None


def test_an_edited_message_comes_again_and_reads_as_it_stood_last(page: Page) -> None:
    actions.take_in(page, reading(said(1, "old", version="1")), NOON)
    archiving.sweep(NOON)
    actions.take_in(page, reading(said(1, "new", version="2")), NOON)
    archiving.sweep(NOON)
    assert archived() == [("m1", "old"), ("m1", "new")]
    assert archived(latest=True) == [("m1", "new")]


def test_posts_and_figures_are_archived_too(page: Page) -> None:
    post = StandingPost(ExternalId("p1"), "Тепло дадут к 18:00", NOON, "http://127.0.0.1:9/p1", "ru")
    actions.take_in_posts(page, Posts((post,), Cursor("")), NOON)
    counts = [Figures(ExternalId("p1"), NOON + timedelta(minutes=n), {"views": 10 * n}) for n in range(3)]
    for figure in counts:
        actions.take_in_figures(page, [figure], NOON)
    archiving.sweep(NOON)
    assert archived(Kind.POSTS) == [("p1", "Тепло дадут к 18:00")]
    assert archived(Kind.FIGURES, "views, likes") == [(0, None), (10, None), (20, None)]


def test_figures_that_did_not_move_are_kept_once(page: Page) -> None:
    post = StandingPost(ExternalId("p1"), "x", NOON, "", "ru")
    actions.take_in_posts(page, Posts((post,), Cursor("")), NOON)
    for n in range(3):
        actions.take_in_figures(
            page, [Figures(ExternalId("p1"), NOON + timedelta(minutes=n), {"views": 5})], NOON
        )
    assert page.posts.get().figures.count() == 1


def test_yesterday_becomes_one_file(page: Page) -> None:
    for n in range(3):
        actions.take_in(page, reading(said(n), cursor=str(n)), NOON)
        archiving.sweep(NOON)
    archiving.sweep(NOON + timedelta(days=1))
    assert len(list(archiving.folder().rglob("*.parquet"))) == 1
    assert len(archived()) == 3


class TestErasing:
    SECRET = "Мой телефон 701 555 01 23"

    def deleted(self, page: Page) -> Message:
        actions.take_in(page, reading(said(1, self.SECRET, by="saule_secret", version="1")), NOON)
        actions.take_in(page, reading(said(1, self.SECRET + "!", by="saule_secret", version="2")), NOON)
        archiving.sweep(NOON)
        actions.take_in(page, reading(gone=("m1",)), NOON)
        return Message.objects.get()

    def test_before_its_time_nothing_is_erased(self, page: Page) -> None:
        message = self.deleted(page)
        assert erasing.erase_due(NOON + erasing.KEPT - timedelta(seconds=1)) == 0
        message.refresh_from_db()
        assert message.text

    def test_text_and_author_go_from_the_database_with_every_older_version(self, page: Page) -> None:
        message = self.deleted(page)
        assert erasing.erase_due(NOON + erasing.KEPT) == 1
        message.refresh_from_db()
        assert (message.text, message.raw, message.author_id, message.author_name, message.author_handle) == (
            "",
        ) * 5
        assert [old.text for old in message.versions.all()] == [""]

    def test_id_time_reason_and_hash_stay(self, page: Page) -> None:
        message = self.deleted(page)
        erasing.erase_due(NOON + erasing.KEPT)
        message.refresh_from_db()
        assert (message.external_id, message.at, message.erased_reason) == ("m1", NOON, erasing.REASON)
        assert message.erased_hash == erasing.proof("saule_secret", self.SECRET + "!")

    def test_the_hash_tells_nothing_without_the_key(self, page: Page, settings: Any, tmp_path: Path) -> None:
        here = erasing.proof("a", "b")
        settings.CONFIG = dataclasses.replace(settings.CONFIG, key_folder=tmp_path / "other")
        assert erasing.proof("a", "b") != here

    def test_nothing_of_it_is_left_in_the_archive(self, page: Page) -> None:
        self.deleted(page)
        archiving.sweep(NOON)
        erasing.erase_due(NOON + erasing.KEPT)
        archiving.sweep(NOON + erasing.KEPT)
        rows = archived(columns="text, author_id, author_name, erased_reason, length(erased_hash)")
        assert set(rows) == {(None, None, None, erasing.REASON, 64)}
        assert Message.objects.get().erased_in_archive

    def test_an_erasure_killed_before_the_archive_is_finished_at_the_next_turn(self, page: Page) -> None:
        self.deleted(page)
        archiving.sweep(NOON)
        erasing.erase_due(NOON + erasing.KEPT)
        shelf = archiving.begin(NOON + erasing.KEPT)
        assert shelf is not None  # ... and the worker dies
        later = NOON + erasing.KEPT + archiving.LEASE + timedelta(seconds=1)
        archiving.sweep(later)
        assert {one[1] for one in archived()} == {None}

    def test_a_message_deleted_before_it_was_archived_never_gets_there(self, page: Page) -> None:
        actions.take_in(page, reading(said(1, self.SECRET)), NOON)
        actions.take_in(page, reading(gone=("m1",)), NOON)
        archiving.sweep(NOON)
        assert archived() == [("m1", None)]

    def test_what_was_erased_is_not_filled_again_when_the_network_gives_it_once_more(
        self, page: Page
    ) -> None:
        message = self.deleted(page)
        erasing.erase_due(NOON + erasing.KEPT)
        actions.take_in(page, reading(said(1, self.SECRET, version="9")), NOON + erasing.KEPT)
        message.refresh_from_db()
        assert message.text == ""
