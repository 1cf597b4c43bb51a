"""Calling the network under a claim: no transaction is open, and every end has a name."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from jauap.errors import (
    NetworkError,
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SlowDown,
    Unavailable,
)
from jauap.networks import found
from jauap.networks.base import (
    Absent,
    CannotTell,
    DeliveryKey,
    ExternalId,
    Find,
    Found,
    Intent,
    Network,
    Post,
    Prepared,
    Published,
)
from jauap.office.deliveries import claims
from jauap.office.deliveries.claims import Claim
from jauap.office.deliveries.content import Content, PictureOut
from jauap.office.deliveries.models import SHOWS_ANEW, Act, Delivery
from jauap.office.pages.open import network as open_network
from jauap.words import N_, Words, words

log = logging.getLogger("jauap.deliveries")


@dataclass(frozen=True)
class Done:
    """It stands there (or is gone, or hidden). published None: the act leaves nothing new."""

    published: Published | None


@dataclass(frozen=True)
class NotHandled:
    """Certainly not handled: try again."""

    error: NetworkError


@dataclass(frozen=True)
class Refused:
    """Final: the network, or the house itself, refuses this content."""

    error: NetworkError


@dataclass(frozen=True)
class AskedToWait:
    error: SlowDown


@dataclass(frozen=True)
class LostSignIn:
    error: SignedOut


@dataclass(frozen=True)
class Lost:
    """It may have taken effect. Never repeated blindly."""

    error: NetworkError


@dataclass(frozen=True)
class Recalled:
    """Before the call: a hold was put over it, or another worker has the row."""


@dataclass(frozen=True)
class NotThere:
    """Looked, and it does not stand there."""


@dataclass(frozen=True)
class Unknowable:
    """Nobody here can tell: this network can't be read back, or what stands there may be another one's."""

    why: Words


@dataclass(frozen=True)
class DoItAgain:
    """An edit, a hiding, a deletion: doing it again is harmless, so nothing is read back."""


Outcome = (
    Done
    | NotHandled
    | Refused
    | AskedToWait
    | LostSignIn
    | Lost
    | Recalled
    | NotThere
    | Unknowable
    | DoItAgain
)


@dataclass(frozen=True)
class Ended:
    """A claim and how its call ended."""

    claim: Claim
    outcome: Outcome


def attempt(claim: Claim) -> Ended:
    """Send, or look. Never raises: what the code does not know is `Lost`."""
    reached = _Reached()
    try:
        if claim.look:
            return Ended(claim, _look(claim))
        return Ended(claim, _send(claim, reached))
    except NetworkError as error:
        return Ended(claim, _outcome(error, reached))
    except Exception as error:  # the worker's edge: an unknown error never becomes a second try
        log.exception("delivery.bug id=%s", claim.delivery.pk)
        if reached.commit:
            return Ended(claim, Lost(OutcomeUnknown(type(error).__name__)))
        return Ended(claim, NotHandled(Unavailable(type(error).__name__, said=BUG)))


BUG = words(N_("Something went wrong on our side. Nothing was sent; we try again."))


@dataclass
class _Reached:
    """commit: the call that people see may have begun."""

    commit: bool = False


def _outcome(error: NetworkError, reached: _Reached) -> Outcome:
    match error:
        case SlowDown():
            return AskedToWait(error)
        case SignedOut():
            return LostSignIn(error)
        case Unavailable():
            return NotHandled(error)
        case Rejected():
            return Refused(error)
    return Lost(error) if reached.commit else NotHandled(error)


def _send(claim: Claim, reached: _Reached) -> Outcome:
    """Read back first where it was tried before, prepare, then the one call that people see."""
    delivery, act = claim.delivery, Act(claim.delivery.act)
    content = approved(delivery)
    network = open_network(delivery.page)
    if act in SHOWS_ANEW and _may_stand_already(delivery):
        standing = _find(delivery, content, network)
        if isinstance(standing, Done) or (delivery.find_from and isinstance(standing, Unknowable)):
            return standing
    for step in network.steps(content.out(act, read_picture)):
        if step.name not in delivery.prepared and not claims.keep(
            claim, step.name, network.prepare(step), timezone.now()
        ):
            return Recalled()
    if not claims.may_commit(claim, timezone.now()):
        return Recalled()
    reached.commit = True
    return _commit(network, delivery, content, act)


def _may_stand_already(delivery: Delivery) -> bool:
    """Whether a reading back could say more than we know: it was tried before, or before a restore."""
    reads_back = found()[delivery.page.network].CAPABILITIES.finds_by != Find.NOTHING
    return reads_back and (delivery.tries > 1 or delivery.find_from is not None)


def _commit(network: Network, delivery: Delivery, content: Content, act: Act) -> Outcome:
    post = _post(delivery, content, act)
    if act in SHOWS_ANEW:
        published = network.commit(post, DeliveryKey(delivery.key))
        return Done(published) if published.ids else Lost(OutcomeUnknown("an answer without an id"))
    if content.on is None:
        raise ValueError("an act upon something needs its place")
    target = content.on.target()
    match act:
        case Act.EDIT:
            return Done(network.edit(target, post))
        case Act.HIDE:
            network.hide(target)
        case Act.DELETE:
            network.delete(target)
    return Done(None)


def _look(claim: Claim) -> Outcome:
    """Read back what may stand there. Nothing is sent by looking."""
    delivery = claim.delivery
    if delivery.act not in SHOWS_ANEW:
        return DoItAgain()
    return _find(delivery, approved(delivery), open_network(delivery.page))


def _find(delivery: Delivery, content: Content, network: Network) -> Outcome:
    act = Act(delivery.act)
    since = delivery.find_from or delivery.intent_at or delivery.due_at
    post = replace(_post(delivery, content, act), at=since)
    match network.find(Intent(DeliveryKey(delivery.key), post, _taken(delivery, since))):
        case Found(published):
            return Unknowable(TWIN) if _has_nameless_twin(delivery) else Done(published)
        case Absent():
            return NotThere()
        case CannotTell(why):
            return Unknowable(why)


TWIN = words(N_("An equal post was confirmed by a person: nobody can tell which of the two stands there."))


def _post(delivery: Delivery, content: Content, act: Act) -> Post:
    prepared = {name: Prepared(value) for name, value in delivery.prepared.items()}
    return Post(content.out(act, read_picture), prepared, delivery.intent_at or delivery.due_at)


def _taken(delivery: Delivery, since: datetime) -> frozenset[ExternalId]:
    """Ids of our other posts that stand there since about then."""
    others = Delivery.objects.filter(page=delivery.page_id, sent_at__gte=since - timedelta(days=1))
    ids = others.exclude(pk=delivery.pk).exclude(external_id="").values_list("external_ids", flat=True)
    return frozenset(ExternalId(one) for several in ids for one in several)


def _has_nameless_twin(delivery: Delivery) -> bool:
    """Whether an equal one was sent whose id we never learned: what was found may be that one."""
    twins = Delivery.objects.filter(
        page=delivery.page_id, content_hash=delivery.content_hash, sent_at__isnull=False, external_id=""
    )
    return twins.exclude(pk=delivery.pk).exists()


class ContentDiffers(Rejected):
    """What would go out is not what was approved: it does not go out."""

    def __init__(self) -> None:
        super().__init__("", said=words(N_("This is not what was approved, so it was not sent.")))


def approved(delivery: Delivery) -> Content:
    """The content, after making sure once more that it is the approved one. Raises ContentDiffers."""
    content = Content.from_json(delivery.content)
    if content.hash(delivery.page, Act(delivery.act)) != delivery.consent_hash:
        raise ContentDiffers
    return content


def read_picture(picture: PictureOut) -> bytes:
    """The picture's bytes from the storage. Raises Unavailable (no file) or ContentDiffers."""
    try:
        with default_storage.open(picture.path, "rb") as file:
            got: bytes = file.read()
    except OSError as error:
        raise Unavailable(said=words(N_("The picture's file can't be read just now."))) from error
    if hashlib.sha256(got).hexdigest() != picture.sha256:
        raise ContentDiffers
    return got
