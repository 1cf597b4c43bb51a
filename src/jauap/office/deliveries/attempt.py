"""Calling the network under a claim: no transaction is open, and every end has a name."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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
from jauap.networks.base import (
    Absent,
    CannotTell,
    DeliveryKey,
    ExternalId,
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
Clock = Callable[[], datetime]


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
    """This network can't be read back."""

    why: Words


Outcome = Done | NotHandled | Refused | AskedToWait | LostSignIn | Lost | Recalled | NotThere | Unknowable


def attempt(claim: Claim, *, clock: Clock = timezone.now) -> Outcome:
    """Send, or look. Never raises: what the code does not know is `Lost`."""
    reached = _Reached()
    try:
        network = open_network(claim.delivery.page)
        if claim.look:
            return _look(claim, network)
        return _send(claim, network, clock, reached)
    except NetworkError as error:
        return _outcome(error)
    except Exception as error:  # the worker's edge: an unknown error never becomes a second try
        log.exception("delivery.bug id=%s", claim.delivery.pk)
        if claim.look or not reached.commit:
            return NotHandled(Unavailable(type(error).__name__, said=BUG))
        return Lost(OutcomeUnknown(type(error).__name__))


BUG = words(N_("Something went wrong on our side. Nothing was sent; we try again."))


@dataclass
class _Reached:
    commit: bool = False


def _outcome(error: NetworkError) -> Outcome:
    match error:
        case SlowDown():
            return AskedToWait(error)
        case SignedOut():
            return LostSignIn(error)
        case Unavailable():
            return NotHandled(error)
        case Rejected():
            return Refused(error)
        case _:
            return Lost(error)


def _send(claim: Claim, network: Network, clock: Clock, reached: _Reached) -> Outcome:
    delivery = claim.delivery
    content = approved(delivery)
    act = Act(delivery.act)
    out = content.out(act, read_picture)
    for step in network.steps(out):
        if step.name not in delivery.prepared:
            result = network.prepare(step)
            if not claims.keep(claim, step.name, result, clock()):
                return Recalled()
    if not delivery.committing and not claims.may_commit(claim, clock()):
        return Recalled()
    reached.commit = True
    return _commit(network, delivery, content, act)


def _commit(network: Network, delivery: Delivery, content: Content, act: Act) -> Outcome:
    post = _post(delivery, content, act)
    if act in SHOWS_ANEW:
        return Done(network.commit(post, DeliveryKey(delivery.key)))
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


def _look(claim: Claim, network: Network) -> Outcome:
    """Read back what may stand there. Edits, hides and deletes are simply done again."""
    delivery = claim.delivery
    content, act = approved(delivery), Act(delivery.act)
    if act not in SHOWS_ANEW:
        return _commit(network, delivery, content, act)
    post = _post(delivery, content, act)
    match network.find(Intent(DeliveryKey(delivery.key), post, _taken(delivery))):
        case Found(published):
            return Done(published)
        case Absent():
            return NotThere()
        case CannotTell(why):
            return Unknowable(why)


def _post(delivery: Delivery, content: Content, act: Act) -> Post:
    prepared = {name: Prepared(value) for name, value in delivery.prepared.items()}
    return Post(content.out(act, read_picture), prepared, delivery.intent_at or delivery.due_at)


def _taken(delivery: Delivery) -> frozenset[ExternalId]:
    others = Delivery.objects.filter(page=delivery.page_id).exclude(pk=delivery.pk).exclude(external_id="")
    recent = others.order_by("-sent_at").values_list("external_ids", flat=True)[:200]
    return frozenset(ExternalId(one) for ids in recent for one in ids)


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
