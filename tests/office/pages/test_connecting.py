"""A page is connected on a short path, tested at once, and publishes nothing before it is live."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from jauap.errors import NotAllowed
from jauap.networks.rehearsal import Running
from jauap.office.cast import Cast
from jauap.office.pages import actions, rotation, vault
from jauap.office.pages.models import Page
from tests.office.conftest import rehearsed


def _client(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def test_an_administrator_connects_a_rehearsal_page_in_the_browser(office: Cast, rehearsal: Running) -> None:
    form = {"name": "Жылу министрлігі", "handle": "jylu", "language": "kk"}
    answer = _client(office.administrator).post(reverse("pages:connect", args=["rehearsal"]), form)
    assert answer.status_code == 200
    page = Page.objects.get()
    assert (page.name, page.language, page.live) == ("Жылу министрлігі", "kk", True)


def test_an_author_connects_nothing(office: Cast, rehearsal: Running) -> None:
    form = {"name": "x", "handle": "x", "language": "kk"}
    answer = _client(office.author).post(reverse("pages:connect", args=["rehearsal"]), form)
    assert answer.status_code == 403
    assert not Page.objects.exists()


def test_the_secrets_do_not_lie_open_in_the_database(page: Page) -> None:
    token = vault.unseal(page.sealed).secrets["token"]
    assert token not in page.sealed


def test_a_new_key_opens_every_page_and_the_old_one_none(office: Cast, page: Page) -> None:
    before, secrets = page.sealed, vault.unseal(page.sealed).secrets
    assert rotation.rotate() == 1
    page.refresh_from_db()
    assert vault.unseal(page.sealed).secrets == secrets
    with pytest.raises(Exception, match="expired"):
        vault.unseal(before)


def test_a_page_is_connected_once_only(office: Cast, stranger: Cast, page: Page) -> None:
    with pytest.raises(actions.ConnectedElsewhere):
        actions.connect(
            stranger.organisation,
            by=stranger.administrator,
            network=page.network,
            credentials=vault.unseal(page.sealed),
            profile=_profile(page),
            language="ru",
        )


def _profile(page: Page) -> object:
    from jauap.networks.base import ExternalId, Profile

    return Profile(ExternalId(page.account), page.name, page.handle, page.url)


def test_disconnecting_forgets_the_secrets(office: Cast, page: Page) -> None:
    actions.disconnect(page, by=office.administrator)
    page.refresh_from_db()
    assert page.sealed == ""


def test_going_live_needs_an_administrator(office: Cast, page: Page) -> None:
    with pytest.raises(NotAllowed):
        actions.go_live(page, by=office.approver)


def test_the_list_needs_few_queries(
    office: Cast, page: Page, rehearsal: Running, django_assert_max_num_queries: object
) -> None:
    rehearsed(office, rehearsal, "Second", "second", "kk")
    client = _client(office.administrator)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        answer = client.get(reverse("pages:list"))
    assert answer.status_code == 200


def test_a_stranger_sees_no_page(stranger: Cast, page: Page) -> None:
    assert _client(stranger.administrator).get(reverse("pages:one", args=[page.code])).status_code == 404
