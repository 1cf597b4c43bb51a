"""Whatever people do in whatever order: nothing waits or goes out that is not approved as it stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jauap.errors import JauapError, NotAllowed
from jauap.office.cast import Cast
from jauap.office.deliveries.models import Act, Delivery
from jauap.office.planner import actions, content, due, writing
from jauap.office.planner.models import APPROVED, Announcement, State

from .conftest import Desk, end

PEOPLE = ("author", "approver", "responder", "head", "administrator", "analyst", "evaluator")
Write = Callable[[Desk, Announcement, Any], object]

WRITES: dict[str, Write] = {
    "create": lambda d, a, by: actions.create(a.organisation, by=by),
    "name": lambda d, a, by: writing.name(a, by=by, title="Other"),
    "text": lambda d, a, by: writing.write(a, by=by, texts={"ru": "Подменённый текст."}),
    "variant": lambda d, a, by: writing.write_variant(a.variants.first(), by=by, text="Подмена."),
    "follow": lambda d, a, by: writing.follow_again(a.variants.first(), by=by),
    "pages": lambda d, a, by: writing.choose_pages(a, by=by, chosen=[(d.kk.code, "ru")]),
    "picture": lambda d, a, by: writing.add_picture(a, d.picture("red"), by=by),
    "alt": lambda d, a, by: writing.describe_picture(a.pictures.first(), by=by, alts={"ru": "Подмена"}),
    "decorative": lambda d, a, by: writing.describe_picture(
        a.pictures.first(), by=by, alts={}, decorative=True
    ),
    "order": lambda d, a, by: writing.order_pictures(a, by=by, order=[]),
    "no picture": lambda d, a, by: writing.remove_picture(a.pictures.first(), by=by),
    "time": lambda d, a, by: writing.plan(a, by=by, at=timezone.now() + timedelta(hours=5)),
    "at once": lambda d, a, by: writing.plan(a, by=by, at=None),
    "review": lambda d, a, by: actions.send_for_review(a, by=by),
    "take back": lambda d, a, by: actions.take_back(a, by=by),
    "send back": lambda d, a, by: actions.send_back(a, by=by, comment="no"),
    "approve": lambda d, a, by: actions.approve(a, by=by, seen=content.read(a).hash),
    "withdraw": lambda d, a, by: actions.withdraw(a, by=by),
}
REACH: dict[str, Callable[[Desk], Announcement]] = {
    "draft": lambda d: story(d),
    "in review": lambda d: story(d, "review"),
    "approved": lambda d: story(d, "review", "approve"),
    "sending": lambda d: story(d, "review", "approve", ends=("sending", "waiting")),
    "published": lambda d: story(d, "review", "approve", ends=("sent", "failed")),
}


def story(desk: Desk, *steps: str, ends: tuple[str, ...] = ()) -> Announcement:
    """An announcement with a picture, for tomorrow, that went these steps, and whose deliveries ended so."""
    announcement = desk.draft(at=None if ends else desk.tomorrow())
    writing.describe_picture(desk.with_picture(announcement), by=desk.office.author, alts={}, decorative=True)
    if "review" in steps:
        actions.send_for_review(announcement, by=desk.office.author)
    if "approve" in steps:
        desk.approve(announcement)
    if ends:
        end(announcement, *ends)
        due.tidy(timezone.now())
        announcement.refresh_from_db()
    return announcement


def everything() -> list[object]:
    """All rows that decide what goes out."""
    return [
        list(Announcement.objects.order_by("id").values_list("state", "planned_at", "title")),
        [content.read(a).hash for a in Announcement.objects.order_by("id")],
        list(Delivery.objects.order_by("id").values_list("state", "consent_hash", "due_at")),
    ]


@pytest.mark.parametrize("state", REACH)
@pytest.mark.parametrize("role", ["responder", "head", "administrator", "analyst", "evaluator", "stranger"])
def test_who_may_not_write_changes_nothing_in_any_state(
    desk: Desk, stranger: Cast, state: str, role: str
) -> None:
    announcement = REACH[state](desk)
    person = stranger.author if role == "stranger" else getattr(desk.office, role)
    before = everything()
    for write in WRITES.values():
        with pytest.raises(NotAllowed):
            write(desk, announcement, person)
    assert everything() == before


@pytest.mark.parametrize("state", REACH)
@pytest.mark.parametrize("name", WRITES)
def test_whatever_an_author_writes_nothing_unapproved_waits(desk: Desk, state: str, name: str) -> None:
    announcement = REACH[state](desk)
    with suppress(JauapError):
        WRITES[name](desk, announcement, desk.office.author)
    all_that_waits_is_approved()


def all_that_waits_is_approved() -> None:
    """What the outbox may still send is what its announcement says now, and somebody said yes to that."""
    live = Delivery.objects.filter(act=Act.PUBLISH).exclude(state__in=["dropped", "failed"])
    for announcement in Announcement.objects.all():
        whole = content.read(announcement)
        mine = {
            row.purpose: row for row in live.filter(purpose__in=[p.variant.purpose for p in whole.pieces])
        }
        standing = announcement.approvals.filter(voided_at=None).first()
        if announcement.state == State.WITHDRAWN:
            assert {row.state for row in mine.values()} <= {"sent"}
        elif announcement.state in APPROVED:
            assert standing is not None
            assert standing.content == whole.hash
            assert all(
                mine[p.variant.purpose].consent_hash == p.hash
                for p in whole.pieces
                if p.variant.purpose in mine
            )
        else:
            assert standing is None
            assert not mine
    purposes = {p.variant.purpose for a in Announcement.objects.all() for p in content.read(a).pieces}
    assert {row.purpose for row in live} <= purposes


STEP = st.tuples(
    st.sampled_from([*WRITES, "begin", "end", "fail", "lose", "tidy"]), st.sampled_from(PEOPLE[:3])
)


def _world(step: str) -> None:
    """What the worker does meanwhile: takes one, and it ends well, badly or unknown."""
    moves = {"begin": ("waiting", "sending"), "fail": ("sending", "failed"), "lose": ("sending", "unsure")}
    now = timezone.now()
    if step == "tidy":
        due.tidy(now)
    elif step == "end":
        row = Delivery.objects.filter(state__in=["sending", "unsure"]).first()
        if row:
            ids = {"external_ids": [f"p{row.pk}"], "external_id": f"p{row.pk}"}
            Delivery.objects.filter(pk=row.pk).update(state="sent", sent_at=max(now, row.due_at), **ids)
    else:
        old, new = moves[step]
        row = Delivery.objects.filter(state=old).first()
        if row:
            Delivery.objects.filter(pk=row.pk).update(state=new, state_since=now)


@given(steps=st.lists(STEP, max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_in_any_order_of_acts_nothing_unapproved_waits(desk: Desk, steps: list[tuple[str, str]]) -> None:
    with transaction.atomic():
        announcement = story(desk, "review", "approve")
        for step, role in steps:
            if step in WRITES:
                _try(WRITES[step], desk, announcement, getattr(desk.office, role))
            else:
                _world(step)
            all_that_waits_is_approved()
        transaction.set_rollback(True)


def _try(write: Write, desk: Desk, announcement: Announcement, person: object) -> None:
    announcement.refresh_from_db()
    if announcement.pictures.first() is None and write in (
        WRITES["alt"],
        WRITES["decorative"],
        WRITES["no picture"],
    ):
        return
    if announcement.variants.first() is None and write in (WRITES["variant"], WRITES["follow"]):
        return
    with suppress(JauapError):
        write(desk, announcement, person)
    announcement.refresh_from_db()
