"""Codes that people can read aloud and nobody can guess."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 O, 1 I L, U: told apart on a phone line."""


def new_code() -> str:
    """Ten letters, about 49 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))
