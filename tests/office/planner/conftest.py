"""An office with two pages, and announcements that got where they are by actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from jauap.networks.base import Credentials, ExternalId, Profile
from jauap.office import cast
from jauap.office.cast import Cast
from jauap.office.deliveries.models import Delivery
from jauap.office.media import actions as media
from jauap.office.media.models import Picture
from jauap.office.pages.models import Page
from jauap.office.planner import actions, content, writing
from jauap.office.planner.models import Announcement, AnnouncementPicture

TEXTS = {"kk": "Жылу болмаған күндерге ақы төленбейді.", "ru": "За дни без тепла платить не нужно."}
"""Written by the author of every announcement here."""


def page_of(office: Cast, account: str, language: str, *, live: bool = True) -> Page:
    """A page on a server that nobody ever calls here."""
    credentials = Credentials("https://social.example", account, {"token": "not-a-token"})
    profile = Profile(
        ExternalId(account), f"Heat {language} {account}", f"@{account}", "https://social.example/@a"
    )
    return cast.page(office, credentials, profile, network="mastodon", language=language, live=live)


@dataclass(frozen=True)
class Desk:
    """What a test needs at hand. kk and ru are pages in those languages."""

    office: Cast
    kk: Page
    ru: Page

    def draft(self, texts: dict[str, str] | None = None, at: datetime | None = None) -> Announcement:
        made = actions.create(
            self.office.organisation, by=self.office.author, title="Heat", pages=[self.kk, self.ru]
        )
        writing.write(made, by=self.office.author, texts=TEXTS if texts is None else texts)
        if at:
            writing.plan(made, by=self.office.author, at=at)
        return made

    def in_review(self, at: datetime | None = None) -> Announcement:
        made = self.draft(at=at)
        actions.send_for_review(made, by=self.office.author)
        return made

    def approve(self, announcement: Announcement) -> None:
        actions.approve(announcement, by=self.office.approver, seen=content.read(announcement).hash)

    def approved(self, at: datetime | None = None) -> Announcement:
        made = self.in_review(at=at)
        self.approve(made)
        return made

    def tomorrow(self) -> datetime:
        return timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)

    def picture(self, colour: str = "teal") -> Picture:
        out = BytesIO()
        Image.new("RGB", (32, 24), colour).save(out, "JPEG")
        out.seek(0)
        return media.add(self.office.organisation, out, by=self.office.author, name=f"{colour}.jpg")

    def with_picture(self, announcement: Announcement) -> AnnouncementPicture:
        return writing.add_picture(announcement, self.picture(), by=self.office.author)

    def outbox(self, announcement: Announcement) -> list[str]:
        """States of its deliveries, in the order they were made."""
        rows = actions.deliveries_of(announcement).order_by("id")
        return [row.state for row in rows]


@pytest.fixture
def desk(office: Cast) -> Desk:
    return Desk(office, page_of(office, "1", "kk"), page_of(office, "2", "ru"))


def end(announcement: Announcement, *states: str) -> None:
    """Let the deliveries end so, as a worker would have left them."""
    now = timezone.now()
    rows = actions.deliveries_of(announcement).exclude(state="dropped").order_by("id")
    for row, state in zip(rows, states, strict=True):
        ids = {"external_ids": [f"p{row.pk}"], "external_id": f"p{row.pk}"} if state == "sent" else {}
        sent = max(now, row.due_at) if state == "sent" else None
        Delivery.objects.filter(pk=row.pk).update(state=state, state_since=now, sent_at=sent, **ids)
