"""Credentials at rest: encrypted with a key that lies outside the database.

The key's file holds one Fernet key a line (AES-128-CBC with HMAC-SHA256, cryptography's own
recipe); the first seals, all open. `jauap keys rotate` adds a line and seals everything anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from jauap.errors import SignedOut, SignedOutKind
from jauap.networks.base import Credentials

KEY = "credentials"


def seal(credentials: Credentials) -> str:
    plain = {
        "server": credentials.server,
        "account": credentials.account,
        "secrets": dict(credentials.secrets),
    }
    return _keys().encrypt(json.dumps(plain).encode()).decode()


def unseal(sealed: str) -> Credentials:
    """Raises SignedOut where there is nothing to open, or no key opens it (a restore without keys)."""
    try:
        plain = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SignedOut(SignedOutKind.EXPIRED) from error
    return Credentials(plain["server"], plain["account"], plain["secrets"])


def reseal(sealed: str) -> str:
    """The same content under the newest key."""
    return _keys().rotate(sealed.encode()).decode()


def add_key() -> None:
    """Put a fresh key before the old ones; the file is replaced at once or not at all."""
    path = settings.CONFIG.key_folder / KEY
    old = settings.CONFIG.key(KEY)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(Fernet.generate_key() + b"\n" + old + b"\n")
    fresh.replace(path)


def drop_old_keys() -> None:
    """Keep the newest key alone; only after everything was sealed anew."""
    path = settings.CONFIG.key_folder / KEY
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(settings.CONFIG.key(KEY).split()[0] + b"\n")
    fresh.replace(path)


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(line) for line in settings.CONFIG.key(KEY).split()])


def seal_kept(kept: Mapping[str, str]) -> str:
    """What must stay with a person between two requests of a sign-in, sealed for their session."""
    return _keys().encrypt(json.dumps(dict(kept)).encode()).decode()


def unseal_kept(sealed: str) -> dict[str, str]:
    """At most a quarter of an hour old; {} for anything else."""
    try:
        plain: dict[str, str] = json.loads(_keys().decrypt(sealed.encode(), ttl=900))
    except InvalidToken:
        return {}
    return plain
