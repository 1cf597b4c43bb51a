"""Connecting a page: sign in, test the connection, and only then keep it. Publishes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jauap.errors import Refusal
from jauap.networks import found
from jauap.networks.base import Capabilities, Checked, Credentials, Elsewhere, Network, Profile
from jauap.office.pages.open import shared_http
from jauap.office.web.wording import said
from jauap.words import N_, Words, words


class TestFailed(Refusal):
    """The connection was tested and is not good. notes: what is so, the bad first."""

    def __init__(self, checked: Checked) -> None:
        self.notes = checked.notes
        reasons = " ".join(said(note) for note in checked.notes)
        super().__init__(
            words(N_("The test found something missing. {reasons}"), reasons=reasons),
            words(N_("Nothing was published and nothing was kept. Mend it and try again.")),
        )


@dataclass(frozen=True)
class Tested:
    """A connection that works. notes: what the network's API can't do here, or what to watch."""

    credentials: Credentials
    profile: Profile
    limits: Capabilities
    notes: tuple[Words, ...]


def begin(network: str, typed: Mapping[str, str], back: str) -> Credentials | Elsewhere:
    """Raises BadInput, NetworkError."""
    return found()[network].sign_in(shared_http(), typed, back)


def finish(network: str, kept: Mapping[str, str], answer: Mapping[str, str]) -> Credentials:
    """Raises BadInput, NetworkError."""
    return found()[network].come_back(shared_http(), kept, answer)


def tested(network: str, credentials: Credentials) -> Tested:
    """Try the connection. Raises TestFailed, NetworkError."""
    renewed: list[Credentials] = [credentials]
    speaking = found()[network](credentials, shared_http(), renewed=renewed.append)
    checked = speaking.check()
    if not checked.good or checked.profile is None:
        raise TestFailed(checked)
    kept = replace(renewed[-1], account=checked.profile.id or credentials.account)
    return Tested(kept, checked.profile, speaking.limits(), checked.notes)


def offered() -> dict[str, type[Network]]:
    """Networks that a person can connect by hand, by code."""
    return {code: network for code, network in found().items() if network.ASKS}


def known(code: str) -> type[Network] | None:
    return offered().get(code)
