"""What Today shows: four short lists, and for a newcomer five steps.

Reads every app and writes nothing. At most twelve queries a screen, held by a test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from jauap.office.deliveries.models import Delivery, NeedsPerson
from jauap.office.deliveries.models import State as Sending
from jauap.office.design.states import LOOKS
from jauap.office.inbox.models import Message
from jauap.office.pages.models import Health, Page
from jauap.office.people.models import Organisation, Person, Role
from jauap.office.planner.models import Announcement, Contribution
from jauap.office.planner.models import State as Planned
from jauap.office.web.wording import kept

MOST = 8
"""Rows of one list; what is beyond is one link."""
AHEAD = timedelta(hours=24)
FRESH = timedelta(days=3)
"""How long a failed delivery stays on Today."""


@dataclass(frozen=True)
class Row:
    """One line that does its work in place. tone: a state's colour; quote: words of people or networks."""

    icon: str
    tone: str
    title: str
    meta: str
    url: str
    button: str
    quote: str = ""


@dataclass(frozen=True)
class Planned24:
    """One thing on the time line. at: aware. state: an announcement's."""

    at: datetime
    title: str
    state: str
    url: str
    pages: tuple[Page, ...]

    @property
    def icon(self) -> str:
        return LOOKS[self.state].icon

    @property
    def tone(self) -> str:
        return LOOKS[self.state].tone

    @property
    def word(self) -> str:
        return str(Planned(self.state).label)


@dataclass(frozen=True)
class FirstStep:
    title: str
    url: str
    done: bool


@dataclass(frozen=True)
class Today:
    waits: list[Row] = field(default_factory=list)
    late: list[Row] = field(default_factory=list)
    ahead: list[Planned24] = field(default_factory=list)
    stands_out: list[Row] = field(default_factory=list)
    first_steps: list[FirstStep] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    next_at: datetime | None = None
    more_messages: int = 0

    @property
    def well(self) -> int:
        return sum(page.health == Health.WELL for page in self.pages)

    @property
    def last_read(self) -> datetime | None:
        return max((page.read_at for page in self.pages if page.read_at), default=None)


def today(person: Person, organisation: Organisation, now: datetime) -> Today:
    """The whole screen for one person."""
    roles = person.roles_in(organisation.pk)
    pages = list(Page.objects.connected().filter(organisation=organisation))
    ahead = _ahead(organisation, now)
    messages, more = _messages(organisation, person) if roles & _ANSWERS else ([], 0)
    return Today(
        waits=[*_to_approve(organisation, person, roles), *_sent_back(organisation, person), *messages],
        late=_late(organisation, now),
        ahead=ahead,
        stands_out=[_unwell(page, roles) for page in pages if page.health != Health.WELL],
        first_steps=_first_steps(organisation, pages),
        pages=pages,
        next_at=next((item.at for item in ahead if item.state in _GOING), None),
        more_messages=more,
    )


_ANSWERS = frozenset({Role.RESPONDER, Role.APPROVER})
_GOING = frozenset({Planned.SCHEDULED, Planned.SENDING})


def _to_approve(organisation: Organisation, person: Person, roles: frozenset[Role]) -> list[Row]:
    if Role.APPROVER not in roles:
        return []
    rows = Announcement.objects.filter(organisation=organisation, state=Planned.IN_REVIEW)
    if not organisation.own_changes_approved:
        own = Contribution.objects.filter(person=person).values("announcement")
        rows = rows.exclude(pk__in=own)
    rows = rows.select_related("sent_for_review_by").annotate(places=Count("variants"))
    return [_approve_row(row) for row in rows.order_by("planned_at", "pk")[:MOST]]


def _approve_row(row: Announcement) -> Row:
    places: int = row.places  # type: ignore[attr-defined]
    who = row.sent_for_review_by.name if row.sent_for_review_by else ""
    asks = gettext("{name} asks you to approve").format(name=who)
    on_pages = ngettext("{count} page", "{count} pages", places).format(count=places)
    url = reverse("planner:approve", args=[row.code])
    return Row("eye", "review", str(row), f"{asks} · {on_pages}", url, gettext("Read and approve"))


def _sent_back(organisation: Organisation, person: Person) -> list[Row]:
    """Drafts of this person that an approver sent back, with the comment."""
    rows = Announcement.objects.filter(
        organisation=organisation, author=person, state=Planned.DRAFT, comments__isnull=False
    )
    rows = rows.exclude(sent_for_review_at=None).prefetch_related("comments__by").distinct()
    return [_sent_back_row(row) for row in rows.order_by("-changed_at")[:MOST]]


def _sent_back_row(row: Announcement) -> Row:
    comment = row.comments.all()[0]
    said = gettext("{name} sent it back:").format(name=comment.by.name)
    url = reverse("planner:one", args=[row.code])
    return Row("undo-2", "waiting", str(row), said, url, gettext("Go on writing"), quote=comment.text)


def _messages(organisation: Organisation, person: Person) -> tuple[list[Row], int]:
    """The oldest unanswered messages that are this person's or nobody's, and how many more there are."""
    waiting = Message.objects.waiting().filter(organisation=organisation)
    mine = waiting.filter(Q(assignee=person) | Q(assignee=None)).select_related("page")
    rows = [_message_row(message) for message in mine.order_by("at", "pk")[:3]]
    return rows, max(0, mine.count() - len(rows)) if len(rows) == 3 else 0


def _message_row(message: Message) -> Row:
    wrote = gettext("{name} on {page}").format(name=message.author_name, page=message.page.name)
    url = reverse("inbox:thread", args=[message.code])
    return Row("message-circle", "waiting", wrote, "", url, gettext("Reply"), quote=message.text[:140])


def _late(organisation: Organisation, now: datetime) -> list[Row]:
    """What nobody can send by itself any more: late, undecided, failed lately."""
    asks = ~Q(needs_person=NeedsPerson.NO)
    failed = Q(state=Sending.FAILED, state_since__gt=now - FRESH)
    rows = Delivery.objects.filter(asks | failed, organisation=organisation).exclude(state=Sending.DROPPED)
    return [_late_row(row) for row in rows.select_related("page").order_by("due_at")[:MOST]]


def _late_row(row: Delivery) -> Row:
    first = row.content["text"].strip().split("\n", 1)[0][:90] or row.get_act_display()
    url = reverse("deliveries:one", args=[row.code])
    if row.needs_person == NeedsPerson.UNDECIDED:
        said = gettext("The answer of {page} was lost. Look whether it stands.").format(page=row.page.name)
        return Row("circle-question-mark", "unsure", first, said, url, gettext("Look and decide"))
    if row.needs_person == NeedsPerson.LATE:
        said = gettext("Its time has passed on {page}. It waits for your word.").format(page=row.page.name)
        return Row("clock", "failed", first, said, url, gettext("Decide"))
    said = gettext("{page} refused it: {words}").format(page=row.page.name, words=kept(row.said))
    return Row("circle-x", "failed", first, said, url, gettext("See why"))


def _ahead(organisation: Organisation, now: datetime) -> list[Planned24]:
    """What is planned for the next 24 hours in any state, and if nothing is, the next after."""
    planned = Announcement.objects.filter(organisation=organisation, planned_at__gte=now)
    planned = planned.exclude(state=Planned.WITHDRAWN).prefetch_related("variants__page")
    rows = list(planned.order_by("planned_at")[:MOST])
    soon = [row for row in rows if row.planned_at and row.planned_at < now + AHEAD] or rows[:1]
    return [_planned(row) for row in soon if row.planned_at]


def _planned(row: Announcement) -> Planned24:
    pages = tuple({variant.page.pk: variant.page for variant in row.variants.all()}.values())
    assert row.planned_at is not None  # noqa: S101 (asked for above; for the type alone)
    return Planned24(row.planned_at, str(row), row.state, reverse("planner:one", args=[row.code]), pages)


def _unwell(page: Page, roles: frozenset[Role]) -> Row:
    url = reverse("pages:one", args=[page.code])
    if page.health == Health.SIGNED_OUT:
        title = gettext("{page} needs a sign-in").format(page=page.name)
        said = gettext("Nothing is lost; what is due waits for it. {words}").format(
            words=kept(page.health_said)
        )
        return Row("plug", "unsure", title, said, url, gettext("Open the page"))
    title = gettext("{page} can't be reached").format(page=page.name)
    return Row(
        "unplug", "unsure", title, gettext("We try again by ourselves."), url, gettext("Open the page")
    )


def _first_steps(organisation: Organisation, pages: list[Page]) -> list[FirstStep]:
    """Five steps, until the office has published and answered once. One or two queries."""
    sent = Delivery.objects.filter(organisation=organisation, state=Sending.SENT)
    done = set(sent.values_list("act", flat=True).distinct())
    if {"publish", "reply"} <= done:
        return []
    written = Announcement.objects.filter(organisation=organisation).exists()
    return [
        FirstStep(
            gettext("Connect a page; begin with the rehearsal network"), reverse("pages:list"), bool(pages)
        ),
        FirstStep(gettext("Write an announcement in your languages"), reverse("planner:calendar"), written),
        FirstStep(gettext("Have it approved by a colleague"), reverse("planner:calendar"), "publish" in done),
        FirstStep(
            gettext("See it as people do, and what they answer"), reverse("inbox:list"), "publish" in done
        ),
        FirstStep(gettext("Answer somebody"), reverse("inbox:list"), "reply" in done),
    ]
