"""What the inbox shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.dateparse import parse_datetime

from jauap.office.deliveries.models import Delivery
from jauap.office.inbox import answers
from jauap.office.inbox.models import Answer, Figure, Gap, Message, Post, State
from jauap.office.people.models import Membership, Organisation, Person, Role

A_SCREEN = 50
IN_THREAD = 100
FIRST_ANSWER = timedelta(hours=24)
"""What the clock beside a message empties in: people should hear from us within a day."""


class Tab:
    WAITING, MINE, DONE = "waiting", "mine", "done"
    ALL = (WAITING, MINE, DONE)


@dataclass(frozen=True)
class Row:
    """A message or a gap in the list. today: by the office's clock.

    share_left: of FIRST_ANSWER, None where nothing waits.
    """

    message: Message | None = None
    gap: Gap | None = None
    share_left: float | None = None
    today: bool = False


@dataclass(frozen=True)
class Listed:
    """One screen of a tab, newest first. older, newest: where the next screen and the new ones begin."""

    tab: str
    rows: list[Row]
    waiting: int
    mine: int
    older: str
    newest: int


@dataclass(frozen=True)
class Thread:
    """One message in its place. around: what stands under the same post, oldest first, itself among it."""

    message: Message
    post: Post | None
    figure: Figure | None
    around: list[Message]
    more: int
    seen: int
    writing: Person | None
    colleagues: list[Person] = field(default_factory=list)


def messages(person: Person) -> QuerySet[Message]:
    """Messages of the person's desks, with page and people. One query."""
    return Message.objects.seen_by(person).select_related(
        "organisation", "page", "assignee", "state_by", "answering_by"
    )


def answers_of(person: Person) -> QuerySet[Answer]:
    """Answers of the person's desks, with their message. One query."""
    return Answer.objects.seen_by(person).select_related("message__page", "message__organisation", "by")


def open_count(organisation: Organisation) -> int:
    """How many messages wait for an answer. One query."""
    return Message.objects.waiting().filter(organisation=organisation).count()


def new_count(person: Person, organisation: Organisation, tab: str, after: int) -> int:
    """How many came into the tab since a screen was drawn. One query."""
    return _tab(person, organisation, tab).filter(pk__gt=after).count()


def listed(person: Person, organisation: Organisation, tab: str, before: str, now: datetime) -> Listed:
    """A screen of the tab, newest first, from `before` ("MOMENT_ID") on. Five queries at most."""
    tab = tab if tab in Tab.ALL else Tab.WAITING
    place = _place(before)
    rows = _tab(person, organisation, tab).select_related("page", "assignee", "answering_by")
    if place:
        at, number = place
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=number), at__lte=at)
    found = list(rows.order_by("-at", "-id")[: A_SCREEN + 1])
    shown, more = found[:A_SCREEN], len(found) > A_SCREEN
    counts = (
        Message.objects.waiting()
        .filter(organisation=organisation)
        .aggregate(waiting=Count("pk"), mine=Count("pk", filter=Q(assignee=person)))
    )
    newest = (
        Message.objects.filter(organisation=organisation).order_by("-pk").values_list("pk", flat=True).first()
    )
    return Listed(
        tab=tab,
        rows=_with_gaps(organisation, tab, shown, place, more, now),
        waiting=counts["waiting"],
        mine=counts["mine"],
        older=f"{shown[-1].at.isoformat()}_{shown[-1].pk}" if more else "",
        newest=newest or 0,
    )


def _tab(person: Person, organisation: Organisation, tab: str) -> QuerySet[Message]:
    rows = Message.objects.seen_by(person).filter(organisation=organisation)
    if tab == Tab.DONE:
        return rows.exclude(state=State.OPEN, deleted_at=None)
    waiting = rows.waiting()
    return waiting.filter(assignee=person) if tab == Tab.MINE else waiting


def _place(before: str) -> tuple[datetime, int] | None:
    """None for the top, and for anything that we have not written ourselves."""
    moment, _, number = before.rpartition("_")
    try:
        at = parse_datetime(moment.replace(" ", "+"))
    except ValueError:
        return None
    return (
        (at, int(number))
        if at and at.tzinfo and number.isascii() and number.isdigit() and len(number) < 19
        else None
    )


def _with_gaps(
    organisation: Organisation,
    tab: str,
    shown: list[Message],
    place: tuple[datetime, int] | None,
    more: bool,
    now: datetime,
) -> list[Row]:
    """Gaps stand in the list of what waits, where the lost messages would have stood."""
    gaps = (
        Gap.objects.filter(organisation=organisation).select_related("page")
        if tab == Tab.WAITING
        else Gap.objects.none()
    )
    if place:
        gaps = gaps.filter(until__lt=place[0])
    if more and shown:
        gaps = gaps.filter(until__gte=shown[-1].at)
    zone = organisation.zoneinfo
    today = now.astimezone(zone).date()
    rows = [Row(one, None, share_left(one, now), one.at.astimezone(zone).date() == today) for one in shown]
    rows += [Row(gap=gap) for gap in gaps.filter(until__gte=now - timedelta(days=30))[:10]]
    return sorted(rows, key=_moment, reverse=True)


def _moment(row: Row) -> tuple[datetime, int]:
    if row.message is not None:
        return row.message.at, row.message.pk
    assert row.gap is not None  # noqa: S101 - a row is one of the two
    return row.gap.until, 0


def share_left(message: Message, now: datetime) -> float | None:
    """1 = just asked, 0 = the time for a first answer has run out; None where nothing waits."""
    if message.state != State.OPEN or message.gone:
        return None
    return max(0.0, 1 - (now - message.at) / FIRST_ANSWER)


def thread(message: Message, person: Person, now: datetime) -> Thread:
    """What stands around a message. Ten queries at most."""
    around = Message.objects.filter(page_id=message.page_id, thread=message.thread).select_related(
        "page", "state_by"
    )
    sent = Answer.objects.standing().select_related("by", "second", "delivery__page")
    latest = around.prefetch_related(
        Prefetch("answers", sent, to_attr="standing_answers"), "notes__by", "versions"
    ).order_by("-at", "-id")
    shown = sorted(_including(list(latest[:IN_THREAD]), latest, message), key=lambda m: (m.at, m.pk))
    post = _post(message)
    theirs = [
        one for one in shown if one.pk == message.pk or (one.author_id and one.author_id == message.author_id)
    ]
    return Thread(
        message=message,
        post=post,
        figure=post.figures.first() if post and post.pk else None,
        around=shown,
        more=around.count() - len(shown) if len(shown) >= IN_THREAD else 0,
        seen=sum(len(getattr(one, "standing_answers", ())) for one in theirs),
        writing=_another(answers.writing(message, now), person),
        colleagues=colleagues(message.organisation_id),
    )


def _including(shown: list[Message], latest: QuerySet[Message], message: Message) -> list[Message]:
    """A message that stands too far up for the screen is shown all the same."""
    if any(one.pk == message.pk for one in shown):
        return shown
    return [*shown, *latest.filter(pk=message.pk)]


def _another(who: Person | None, person: Person) -> Person | None:
    return None if who is None or who.pk == person.pk else who


def _post(message: Message) -> Post | None:
    """Our post on top: as read from the page, else as we sent it (before the page was read)."""
    if not message.post_external_id:
        return None
    read = Post.objects.filter(page_id=message.page_id, external_id=message.post_external_id).first()
    if read is not None:
        return read
    sent = Delivery.objects.filter(page_id=message.page_id, external_id=message.post_external_id).first()
    if sent is None:
        return None
    content = sent.content
    return Post(
        page_id=message.page_id,
        text=content["text"],
        language=content["language"],
        at=sent.sent_at or sent.due_at,
        url=sent.url,
    )


def colleagues(organisation: int) -> list[Person]:
    """Who answers people at this desk, by name. One query."""
    roles = [Role.RESPONDER, Role.APPROVER]
    desk = Membership.objects.filter(organisation_id=organisation, role__in=roles)
    return list(Person.objects.filter(is_active=True, pk__in=desk.values("person")).order_by("name"))
