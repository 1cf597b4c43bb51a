"""Connecting pages and letting them go live."""

from __future__ import annotations

from datetime import datetime

from jauap.errors import Refusal, WrongState
from jauap.networks import found
from jauap.networks.base import Capabilities, Credentials, Profile
from jauap.office.pages import vault
from jauap.office.pages.limits import own_limits
from jauap.office.pages.models import Health, Page
from jauap.office.people.acting import WORKER, Actor, acting
from jauap.office.people.models import Organisation, Person
from jauap.words import N_, words


class DemoStaysInside(Refusal):
    """A demo organisation must not reach the public."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("The demo office can't go live.")),
            words(N_("Start without the demo to connect real pages: jauap run.")),
        )


class ConnectedElsewhere(Refusal):
    """The page is already connected, here or in another organisation."""

    def __init__(self) -> None:
        super().__init__(words(N_("This page is already connected.")))


class SecretUsedTwice(Refusal):
    """Two pages on one bot would take each other's messages."""

    def __init__(self, page: Page) -> None:
        super().__init__(
            words(N_("The page “{page}” uses the same token already."), page=page.name),
            words(N_("Make another bot for this page: with one bot, each would take the other's messages.")),
        )


def connect(
    organisation: Organisation,
    *,
    by: Actor,
    network: str,
    credentials: Credentials,
    profile: Profile,
    language: str,
    limits: Capabilities | None = None,
) -> Page:
    """Add an own page whose connection was tested. It starts on trial, except on the rehearsal network.

    Raises NotAllowed, ConnectedElsewhere, SecretUsedTwice.
    """
    with acting(by, "pages.connect", None, organisation=organisation) as entry:
        here = Page.objects.filter(network=network, server=credentials.server, account=credentials.account)
        if here.connected().exists():
            raise ConnectedElsewhere
        _refuse_shared_secret(network, credentials)
        made = Page.objects.create(
            organisation=organisation,
            network=network,
            server=credentials.server,
            account=credentials.account,
            sealed=vault.seal(credentials),
            language=language,
            live=network == "rehearsal",
            live_at=entry.at if network == "rehearsal" else None,
            limits=own_limits(limits) if limits else {},
            health_since=entry.at,
            read_next_at=entry.at,
            **_head(profile),
        )
        entry.note(page=made.code, network=network)
        entry.tell("pages", made.code)
    return made


def reconnect(page: Page, *, by: Actor, credentials: Credentials, profile: Profile) -> None:
    """Sign in again to the same account. What waited goes out; what is late waits for a person.

    Raises NotAllowed, Refusal (another account).
    """
    with acting(by, "pages.reconnect", page) as entry:
        if (credentials.server, credentials.account) != (page.server, page.account):
            raise Refusal(words(N_("This is another account than the page had before.")))
        page.sealed = vault.seal(credentials)
        page.health, page.health_said, page.health_since = Health.WELL, {}, entry.at
        page.disconnected_at, page.read_next_at = None, entry.at
        for name, value in _head(profile).items():
            setattr(page, name, value)
        page.save()
        entry.tell("pages", page.code)


def disconnect(page: Page, *, by: Actor) -> None:
    """Forget the credentials; nothing goes out and nothing is read any more. Raises NotAllowed."""
    with acting(by, "pages.disconnect", page) as entry:
        page.sealed, page.disconnected_at = "", entry.at
        page.live = page.rehearsal
        page.save()
        entry.tell("pages", page.code)


def go_live(page: Page, *, by: Actor) -> None:
    """From now on what is approved is shown to the public here. Raises NotAllowed, DemoStaysInside."""
    with acting(by, "pages.go_live", page) as entry:
        if page.organisation.demo and not page.rehearsal:
            raise DemoStaysInside
        if page.live or page.disconnected_at:
            raise WrongState("page", "live", "trial")
        page.live, page.live_at = True, entry.at
        page.live_by = by if isinstance(by, Person) else None
        page.save()
        entry.tell("pages", page.code)


def change(page: Page, *, by: Actor, language: str, late_min: int) -> None:
    """The page's language and how late a delivery may be. Raises NotAllowed."""
    with acting(by, "pages.change", page) as entry:
        page.language, page.late_min = language, max(1, late_min)
        page.save()
        entry.tell("pages", page.code)


def refresh(page: Page, profile: Profile, limits: Capabilities, *, now: datetime) -> None:
    """What the network says of the page today: its head and its limits."""
    with acting(WORKER, "pages.refresh", page, now=now) as entry:
        for name, value in _head(profile).items():
            setattr(page, name, value)
        page.limits = own_limits(limits)
        page.save()
        entry.tell("pages", page.code)


def _refuse_shared_secret(network: str, credentials: Credentials) -> None:
    asked = {ask.name for ask in found()[network].ASKS if ask.secret}
    secrets = {name: value for name, value in credentials.secrets.items() if name in asked}
    for page in Page.objects.connected().filter(network=network) if secrets else []:
        theirs = vault.unseal(page.sealed).secrets
        if any(theirs.get(name) == value for name, value in secrets.items()):
            raise SecretUsedTwice(page)


def _head(profile: Profile) -> dict[str, object]:
    return {
        "name": profile.name[:200] or profile.handle[:200],
        "handle": profile.handle[:200],
        "url": profile.url[:500],
        "followers": profile.followers,
    }
