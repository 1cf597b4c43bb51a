"""The test of a Mastodon connection: what is wrong, in words; publishes nothing.

Sources: Mastodon documentation, methods "accounts" (verify_credentials), "notifications"
(policy, 4.3+), "OAuth scopes"; all read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from jauap.errors import NetworkError, Rejected, SignedOut, SlowDown, Unavailable
from jauap.networks import _mastodon_entities as entities
from jauap.networks._mastodon_entities import Entity
from jauap.networks.base import Checked, Credentials
from jauap.networks.http import Answer
from jauap.words import N_, Words, words

Get = Callable[..., Any]

SCOPES = (
    "read:accounts",
    "read:statuses",
    "read:notifications",
    "write:statuses",
    "write:media",
)
"""What we ask for, and no more."""


class SentOn(Rejected):
    """The address leads to another one; a sign-in must never follow it there."""


def sent_on(answer: Answer) -> SentOn | None:
    """Where the server answers with a redirect."""
    if not 300 <= answer.status < 400:
        return None
    parts = urlsplit(answer.headers.get("location", ""))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return SentOn(f"HTTP {answer.status}", words(N_("The server sends on to another address.")))
    said = words(
        N_("The server sends on to {where}. Enter that address."), where=f"{parts.scheme}://{parts.netloc}"
    )
    return SentOn(f"HTTP {answer.status}", said)


def not_mastodon(server: str) -> Rejected:
    """There is a server, and it does not speak Mastodon's API."""
    said = N_("{server} does not answer as a Mastodon server does. Check the address.")
    return Rejected("", words(said, server=server))


def is_instance(got: object) -> bool:
    return isinstance(got, dict) and isinstance(got.get("version"), str) and "title" in got


def instance_at(get: Get, server: str) -> Entity:
    """What the server says about itself. Raises Rejected in words where it is not Mastodon's API."""
    for path in ("/api/v2/instance", "/api/v1/instance"):
        try:
            got = get(path)
        except SentOn:
            raise
        except Rejected:
            continue
        except Unavailable as error:
            if error.their_words != "unreadable answer":
                raise
            continue
        if is_instance(got):
            return dict(got)
    raise not_mastodon(server)


def checked(get: Get, own: Callable[[], Entity], credentials: Credentials, host: str) -> Checked:
    """The connection's test. own: reads the account that the token opens."""
    try:
        instance = instance_at(get, credentials.server)
        account = own()
        if not entities.known_id(account.get("id")):
            raise not_mastodon(credentials.server)
        bad = tuple(_wrong(account, credentials))
        warned = (*_filtered(get), *_software(instance))
    except (SignedOut, SlowDown, Rejected, Unavailable) as error:
        return Checked(False, None, (error.said, *_theirs(error)))
    return Checked(not bad, entities.profile(account, host), (*bad, *warned))


def _theirs(error: NetworkError) -> Iterator[Words]:
    if error.their_words:
        yield words(N_("The server's own words: {words}"), words=error.their_words[:300])


def _wrong(account: Entity, credentials: Credentials) -> Iterator[Words]:
    """What keeps us from publishing or reading."""
    if entities.known_id(account.get("id")) != credentials.account:
        yield words(N_("This sign-in belongs to another account: {name}."), name=str(account.get("acct")))
    if account.get("suspended"):
        yield words(N_("The server has suspended this account."))
    if account.get("moved"):
        yield words(N_("This account has moved to another server and can't publish any more."))
    lacking = _lacking(credentials.secrets.get("scope", ""))
    if lacking:
        yield words(N_("The sign-in lacks these rights: {rights}. Sign in again."), rights=", ".join(lacking))


def _lacking(granted: str) -> list[str]:
    """Rights that we need and were not given; none where the server did not say what it gave."""
    had = set(granted.split())
    return [scope for scope in SCOPES if had and scope not in had and scope.split(":")[0] not in had]


_DROPPED = {
    "for_not_following": N_(
        "The page's settings on the network throw away mentions from people whom it does not follow. "
        "jauap never sees them. Change this under Notifications on the network."
    ),
    "for_not_followers": N_(
        "The page's settings on the network throw away mentions from people who do not follow it. "
        "jauap never sees them. Change this under Notifications on the network."
    ),
    "for_new_accounts": N_(
        "The page's settings on the network throw away mentions from accounts younger than 30 days. "
        "jauap never sees them. Change this under Notifications on the network."
    ),
    "for_private_mentions": N_(
        "The page's settings on the network throw away private mentions. "
        "jauap never sees them. Change this under Notifications on the network."
    ),
    "for_limited_accounts": N_(
        "The page's settings on the network throw away mentions from accounts limited by moderators. "
        "jauap never sees them. Change this under Notifications on the network."
    ),
}


def _filtered(get: Get) -> Iterator[Words]:
    """Mentions that never reach us. Filtered ones do, we ask for them; dropped ones are lost."""
    try:
        policy = get("/api/v2/notifications/policy")
    except (Rejected, SignedOut):
        return
    if isinstance(policy, dict):
        yield from (words(said) for name, said in _DROPPED.items() if policy.get(name) == "drop")


def _software(instance: Entity) -> Iterator[Words]:
    """What other software leaves out."""
    runs = entities.software(instance)
    if runs.real:
        return
    yield words(
        N_(
            "This server runs {software}, not Mastodon. Whether it refuses a second copy of the same "
            "post is not proven; jauap reads the page back instead of relying on it."
        ),
        software=runs.name,
    )
    if runs.name.casefold() in entities.CANNOT_DELETE:
        yield words(N_("On this server posts can't be deleted by jauap, only on the network itself."))
