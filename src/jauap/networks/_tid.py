"""Record keys of atproto: timestamp identifiers, chosen by us before the record is sent.

Source: AT Protocol specification, "TID" (53 bits of microseconds, 10 bits of clock identifier, in
base32-sortable, 13 letters; read 2026-11-24).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_SECOND = 1_000_000


def tid(at: datetime, seed: str) -> str:
    """A key within the second of `at`; the rest of its 30 bits come from the seed alone.

    Whole announcements are due at the same round moment, so the fraction of `at` tells nothing
    apart; the seed does. at: aware.
    """
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    micros = int(at.timestamp()) * _SECOND + drawn % _SECOND
    number = micros << 10 | drawn // _SECOND % 1024
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))
