"""What a delivery tells: one line in words, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jauap.office.deliveries.models import Act, Delivery, NeedsPerson, State
from jauap.office.design import times
from jauap.office.pages.models import Health
from jauap.office.web.wording import kept

ON_TIME = timedelta(seconds=90)


@dataclass(frozen=True)
class Story:
    """look: the chip's state. words: what is so. theirs: the network's own sentence. advice: what to do.

    decide: whether a person's decision is waited for.
    """

    look: str
    words: str
    theirs: str = ""
    advice: str = ""
    decide: bool = False


def tell(delivery: Delivery, *, now: datetime, where: ZoneInfo) -> Story:
    """The story. No query where page is loaded; `held` is annotated by `queries.deliveries`."""
    match delivery.state:
        case State.WAITING | State.RETRYING:
            return _before(delivery, now, where)
        case State.SENDING:
            return Story("sending", _("Being sent right now."))
        case State.SENT:
            return Story("sent", _sent(delivery, now, where))
        case State.UNSURE:
            return _unsure(delivery, now)
        case State.FAILED:
            return _failed(delivery)
    return Story("dropped", _("It was taken back before it went out."))


def _before(delivery: Delivery, now: datetime, where: ZoneInfo) -> Story:
    at = times.moment(delivery.due_at, now=now, where=where)
    if delivery.needs_person == NeedsPerson.LATE:
        words = _("It should have gone out %(moment)s. Now it is too late, and a person decides.")
        return Story("late", words % {"moment": at}, _theirs(delivery), decide=True)
    if getattr(delivery, "held", False):
        words = _("Held: sending is paused. Its time: %(moment)s.")
        return Story("held", words % {"moment": at})
    if trouble := _page_trouble(delivery, now, where):
        return Story("waiting", trouble)
    if delivery.due_at > now:
        return Story("waiting", _("Goes out %(moment)s.") % {"moment": at})
    if delivery.state == State.RETRYING:
        soon = _next(delivery, now, _("trying again now"), _("trying again"))
        return Story("retrying", f"{kept(delivery.said)} {soon}".strip(), _theirs(delivery))
    since = times.since(delivery.due_at, now=now, where=where)
    if now - delivery.due_at < ON_TIME:
        return Story("waiting", _("Goes out now."))
    return Story("waiting", _("Due %(since)s; others are before it in the line.") % {"since": since})


def _page_trouble(delivery: Delivery, now: datetime, where: ZoneInfo) -> str:
    page = delivery.page
    if page.disconnected_at:
        return _("Waits: the page is disconnected.")
    if page.health == Health.SIGNED_OUT:
        since = times.since(page.health_since, now=now, where=where) if page.health_since else ""
        words = _("Waits: the network signed us out (%(since)s). It goes out after a new sign-in.")
        return words % {"since": since}
    if not page.live:
        return _("Waits: the page is on trial and shows nothing to the public.")
    if page.closed_until and page.closed_until > now and delivery.due_at <= now:
        until = times.since(page.closed_until, now=now, where=where)
        return _("Waits: the network asks us to wait. Again %(until)s.") % {"until": until}
    return ""


def _sent(delivery: Delivery, now: datetime, where: ZoneInfo) -> str:
    at = times.when(delivery.sent_at or now, now=now, where=where)
    words = {
        Act.EDIT: _("Corrected %(moment)s."),
        Act.HIDE: _("Hidden %(moment)s."),
        Act.DELETE: _("Removed %(moment)s."),
    }.get(Act(delivery.act), _("Stands there since %(moment)s."))
    late = (delivery.sent_at or delivery.due_at) - delivery.due_at
    if late < ON_TIME:
        return words % {"moment": at}
    minutes = int(late.total_seconds() // 60)
    told = ngettext("%(count)d minute late.", "%(count)d minutes late.", minutes) % {"count": minutes}
    return f"{words % {'moment': at}} {told}"


def _unsure(delivery: Delivery, now: datetime) -> Story:
    if delivery.needs_person:
        words = _(
            "The network's answer was lost, and we can't tell whether it stands. We will not send it twice."
        )
        advice = _("Look at the page, then say what you see.")
        told = f"{words} {kept(delivery.said)}".strip()
        return Story("unsure", told, _theirs(delivery), advice, decide=True)
    if delivery.page.health == Health.SIGNED_OUT:
        words = _("The network's answer was lost, and the page needs a sign-in before we can read it back.")
        return Story("unsure", words, _theirs(delivery))
    words = _("The network's answer was lost; we are reading the page back. We will not send it twice.")
    soon = _next(delivery, now, _("Looking now"), _("Next look"))
    return Story("unsure", f"{words} {soon}", _theirs(delivery))


def _next(delivery: Delivery, now: datetime, at_once: str, later: str) -> str:
    seconds = int((delivery.take_at - now).total_seconds())
    if delivery.lease_until or seconds <= 0:
        return f"{at_once}."
    if seconds < 90:
        told = ngettext("in %(count)d second", "in %(count)d seconds", seconds) % {"count": seconds}
    else:
        minutes = round(seconds / 60)
        told = ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}
    return f"{later} {told}."


def _failed(delivery: Delivery) -> Story:
    words = kept(delivery.said) or _("The network refused this.")
    advice = _("Nothing went out. Change the text or the picture and approve it anew, try again, or drop it.")
    return Story("failed", words, _theirs(delivery), advice, decide=True)


def _theirs(delivery: Delivery) -> str:
    return str(delivery.said.get("their_words", ""))
