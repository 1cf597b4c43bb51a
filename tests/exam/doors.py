"""Part (e): those who approve nothing try every door, in every state, in every order; then the outbox runs.

Every address of the planner, the deliveries and the media that takes a POST is tried with fields that fit
it, by each role that approves nothing, on announcements in review, approved, scheduled and being sent.
Nothing may stand on the square that an approver has not read in exactly that form.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver
from PIL import Image

from jauap.office.cast import Cast
from jauap.office.deliveries import claims, due
from jauap.office.deliveries.models import Delivery
from jauap.office.pages.models import Page
from jauap.office.planner import actions, content, writing
from jauap.office.planner.models import Announcement, Approval, Variant
from tests.exam.square import Square

APPS = ("planner", "deliveries", "media")
FORGED = "Smuggled words that nobody approved."
STATES = ("in review", "approved", "scheduled", "sending")


def addresses() -> list[tuple[str, dict[str, str]]]:
    """Every address of the apps: its full name and the kinds of its parts."""
    found = []
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.app_name in APPS:
            for one in entry.url_patterns:
                if isinstance(one, URLPattern):
                    kinds = {name: type(kind).__name__ for name, kind in one.pattern.converters.items()}
                    found.append((f"{entry.app_name}:{one.name}", kinds))
    return found


@dataclass
class Doors:
    """texts: what the approver has read, of every announcement made here."""

    office: Cast
    square: Square
    clock: Any
    pages: list[Page]
    dice: random.Random
    tried: int = 0

    def announcement(self, state: str) -> Announcement:
        """Got there by actions, as people do it."""
        office = self.office
        made = actions.create(office.organisation, by=office.author, title="Heat", pages=self.pages)
        texts = {page.language: f"Approved {made.code} {page.language}." for page in self.pages}
        writing.write(made, by=office.author, texts=texts)
        if state in ("scheduled", "approved"):
            minutes = 2 if state == "approved" else 60
            at = (self.clock() + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
            writing.plan(made, by=office.author, at=at)
        actions.send_for_review(made, by=office.author)
        if state != "in review":
            actions.approve(made, by=office.approver, seen=content.read(made).hash)
        if state == "sending":
            claims.begin(self.clock(), 8)
        return made

    def try_all(self, state: str) -> None:
        """All doors, shuffled, by every role that approves nothing."""
        made = self.announcement(state)
        roles = ("author", "responder", "analyst", "evaluator", "administrator", "head")
        attempts = [(role, address) for role in roles for address in addresses()]
        self.dice.shuffle(attempts)
        for role, (name, kinds) in attempts:
            self._try(made, getattr(self.office, role), name, kinds)

    def _try(self, made: Announcement, person: Any, name: str, kinds: dict[str, str]) -> None:
        from django.urls import reverse

        variant = Variant.objects.filter(announcement=made).order_by("pk").first()
        delivery = Delivery.objects.order_by("-pk").first()
        code = delivery.code if delivery and name.startswith("deliveries:") else made.code
        parts = {part: 1 if kind == "IntConverter" else code for part, kind in kinds.items()}
        if "pk" in parts and variant:
            parts["pk"] = variant.pk
        client = Client(raise_request_exception=False)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for fields in (self._fields(), {**self._fields(), "seen": content.read(made).hash}):
            answer = client.post(reverse(name, kwargs=parts), fields, HTTP_HOST="localhost")
            assert answer.status_code < 500, (name, answer.status_code)
            self.tried += 1

    def _fields(self) -> dict[str, Any]:
        image = BytesIO()
        Image.new("RGB", (8, 8), "teal").save(image, "PNG")
        soon: datetime = self.clock() + timedelta(seconds=1)
        texts = {f"text_{language}": FORGED for language in ("kk", "ru", "en")}
        return {
            **texts, "text": FORGED, "title": FORGED, "comment": FORGED, "reason": FORGED, "alt_ru": FORGED,
            "when": self.dice.choice(["at", "approved"]), "day": f"{soon:%Y-%m-%d}", "clock": f"{soon:%H:%M}",
            "sure": "on", "to": "earlier", "url": "", "decorative": "on",
            "page": [f"{page.code}/{page.language}" for page in self.pages],
            "picture": SimpleUploadedFile("b.png", image.getvalue(), "image/png"),
        }  # fmt: skip

    def let_it_run(self, hours: int = 3) -> None:
        """The outbox runs on, whatever was left behind."""
        for _ in range(hours * 30):
            due.tidy(self.clock())
            due.settle([job.call() for job in due.jobs(self.clock(), 8)], self.clock())
            self.clock.forward(minutes=2)

    def unapproved(self) -> list[str]:
        """What stands on the square without an approval of exactly these words."""
        approved = {row.content["text"] for row in Delivery.objects.filter(consent_by=self.office.approver)}
        assert Approval.objects.exclude(by=self.office.approver).count() == 0
        return [p.text for p in self.square.standing if p.text not in approved or FORGED in p.text]
