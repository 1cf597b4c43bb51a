"""Every screen as people meet it: Kazakh on a dark phone, Russian on a desk, English on a tablet.

axe finds nothing, nothing sticks out sideways, and each is photographed into build/gallery/.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import House, SignIn

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "build" / "gallery"
LOOKS = {
    "kk-phone-dark": {"language": "kk", "width": 390, "dark": True},
    "ru-desk-light": {"language": "ru", "width": 1440, "dark": False},
    "en-tablet-light": {"language": "en", "width": 834, "dark": False},
}
SCREENS = {
    "today": ("approver", "/"),
    "calendar-month": ("author", "/calendar/"),
    "calendar-list": ("author", "/calendar/?view=list"),
    "inbox": ("responder", "/inbox/"),
    "thread": ("responder", "inbox:.message-first a"),
    "announcement-draft": ("author", "calendar:.month-item[data-tone=draft]"),
    "announcement-review": ("approver", "calendar:.month-item[data-tone=review]"),
    "announcement-sent": ("author", "calendar:.month-item[data-tone=sent]"),
    "approve": ("approver", "today:a[href*='/approve/']"),
    "send-back": ("approver", "today:a[href*='/approve/']>send-back"),
    "pages": ("administrator", "/pages/"),
    "page": ("administrator", "pages:.sheet h2 a"),
    "connect": ("administrator", "/pages/connect/"),
    "connect-telegram": ("administrator", "/pages/connect/telegram/"),
    "connect-mastodon": ("administrator", "/pages/connect/mastodon/"),
    "connect-bluesky": ("administrator", "/pages/connect/bluesky/"),
    "people": ("administrator", "/people/"),
    "roles": ("administrator", "people:.row-action a"),
    "organisation": ("administrator", "/people/organisation/"),
    "sign-in-settings": ("administrator", "/account/2fa/"),
    "held": ("approver", "/deliveries/"),
    "sign-in": ("", "/account/login/"),
    "not-found": ("author", "/announcements/NOTHINGHERE/"),
}
LISTS = {
    "inbox": "/inbox/",
    "calendar": "/calendar/",
    "today": "/",
    "pages": "/pages/",
    "people": "/people/",
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_is_clean(house: House, sign_in: SignIn, look: str) -> None:
    """One sign-in a role, all its screens: the whole takes about a minute a look."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    opened: dict[str, Page] = {}
    wrong: list[str] = []
    for name, (role, where) in SCREENS.items():
        page = opened.get(role) or opened.setdefault(role, sign_in(role, **LOOKS[look], policy=False))
        _go(page, house, where)
        page.screenshot(path=PICTURES / f"{name}-{look}.png")
        wrong += [f"{name}: {problem}" for problem in _problems(page)]
    assert not wrong


def _go(page: Page, house: House, where: str) -> None:
    """An address, or LIST:SELECTOR (the first such link there), or that and >LAST (a step further)."""
    if where.startswith("/"):
        page.goto(house.origin + where)
        return
    place, selector = where.split(":", 1)
    link, _, last = selector.partition(">")
    page.goto(house.origin + LISTS[place])
    address = page.locator(link).first
    href = address.get_attribute("href") or address.locator("a").first.get_attribute("href") or ""
    page.goto(house.origin + (re.sub("approve/$", f"{last}/", href) if last else href))


def _problems(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    problems = [f"{item['id']} {item['nodes'][0]['target']}" for item in found]
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if beyond > 0:
        problems.append(f"sticks out by {beyond} px")
    return problems


def test_the_main_paths_work_by_keyboard_alone(house: House, sign_in: SignIn) -> None:
    page = sign_in("author")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("?")
    assert page.locator("dialog[open], [role=dialog]").count() >= 1
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(re.compile("/inbox/"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox/[0-9A-Z]{10}/"))
