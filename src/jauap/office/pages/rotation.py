"""Changing the key under which credentials are sealed. Killed half way, all pages still open."""

from __future__ import annotations

from django.db import transaction

from jauap.office.pages import vault
from jauap.office.pages.models import Page


def rotate() -> int:
    """A new key first, then every page, then the old key goes. Number of pages sealed anew."""
    vault.add_key()
    count = 0
    for pk in Page.objects.exclude(sealed="").values_list("pk", flat=True):
        with transaction.atomic():
            page = Page.objects.select_for_update().get(pk=pk)
            if page.sealed:
                Page.objects.filter(pk=pk).update(sealed=vault.reseal(page.sealed))
                count += 1
    vault.drop_old_keys()
    return count
