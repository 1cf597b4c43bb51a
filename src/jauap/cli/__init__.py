"""`jauap ...`: a thin face over the four floors."""

from __future__ import annotations


def main() -> None:
    raise SystemExit("jauap")
