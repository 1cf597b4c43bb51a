"""A database in memory (or PostgreSQL, by JAUAP_DATABASE_URL), with an office and its pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jauap.office.cast import Cast


def ready(folder: str) -> Cast:
    """Django is set up on a database of this process alone. Only once a process."""
    os.environ.update(JAUAP_DATA=folder, JAUAP_TEST="1", DJANGO_SETTINGS_MODULE="jauap.office.settings")
    os.environ["JAUAP_REHEARSAL"] = ""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    if connection_in_memory := not os.environ.get("JAUAP_DATABASE_URL"):
        settings.DATABASES["default"]["NAME"] = ":memory:"
    django.setup()
    if connection_in_memory:
        call_command("migrate", verbosity=0)
    else:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    return _office()


def _office() -> Cast:
    from jauap.networks.base import Credentials, ExternalId, Profile
    from jauap.office.cast import gather, page
    from tests.exam.square import NETWORKS, open_square

    open_square(lambda: _never())
    office = gather("Ministry of Heat", password="heat-and-water-2026", domain="exam.example")
    for name in NETWORKS:
        for account in ("1", "2"):
            profile = Profile(ExternalId(account), f"{name} {account}", name, "")
            page(
                office,
                Credentials(f"https://{name}.example", account, {}),
                profile,
                network=name,
                language="ru",
            )
    return office


def _never() -> None:
    raise AssertionError("nothing is called while the office is gathered")
