"""From a fresh start to "a citizen's answer arrived in my inbox, and mine stands on the network"."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import House, SignIn

pytestmark = pytest.mark.browser

TEXTS = {
    "kk": "Ыстық су жұмадан бастап беріледі\n\nҚұбыр ауыстырылды. Сұрақтар: 1414",
    "ru": "Горячую воду дадут с пятницы\n\nТрубу заменили. Вопросы: 1414",
    "en": "Hot water is back from Friday\n\nThe pipe was replaced. Questions: 1414",
}


def test_a_newcomer_publishes_and_hears_back(house: House, sign_in: SignIn) -> None:
    author = sign_in("author")
    _write(author)
    address = author.url.split("#")[0]
    author.locator(".foot-action button[data-kind=primary]").click()
    expect(author.locator(".foot-action")).not_to_contain_text("Send for review")

    approver = sign_in("approver")
    approver.goto(f"{address}approve/")
    approver.locator(".foot-action button[data-kind=primary]").click()

    author.goto(address)
    expect(author.locator(".deliveries a[href^='http']").first).to_be_visible(timeout=30_000)

    responder = sign_in("responder")
    responder.goto(f"{house.origin}/inbox/")
    _citizen_writes(sign_in("", language="ru"), house)
    _answer(responder, house, sign_in)


def _write(page: Page) -> None:
    """Three languages, a picture with its words; every page of the office is chosen already or is now."""
    page.locator(".foot-action button[data-kind=primary]").click()
    page.wait_for_url(re.compile("/announcements/"))
    for language, text in TEXTS.items():
        page.fill(f"textarea[name=text_{language}]", text)
    expect(page.locator("[data-saved=texts]")).not_to_be_empty()
    page.locator("input[type=file]").set_input_files(
        {"name": "pipe.jpg", "mimeType": "image/jpeg", "buffer": _picture()}
    )
    for language in TEXTS:
        page.locator(f"textarea[name=alt_{language}]").fill(f"A new pipe ({language})")
    expect(page.locator(".tray-item [data-saved]").first).not_to_be_empty()
    expect(page.locator(".previews")).to_contain_text("Горячую воду дадут с пятницы")


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 600), "#3A6B70").save(file, "JPEG")
    return file.getvalue()


def _citizen_writes(page: Page, house: House) -> None:
    """A visitor of the rehearsal network, under the post that has just gone out."""
    page.goto(f"{house.rehearsal}/@teplo")
    _open_post(page)
    page.locator("[name=name]").fill("Жұлдыз")
    page.locator("textarea[name=text]").fill("А в доме 7 когда дадут воду?")
    page.locator("form.write button").click()


def _open_post(page: Page) -> None:
    entry = page.locator("article", has_text="Горячую воду дадут с пятницы")
    entry.locator("a[href^='/post/']").first.click()
    page.wait_for_url(re.compile("/post/"))


def _answer(page: Page, house: House, sign_in: SignIn) -> None:
    """It arrives without reloading; the answer stands on the network."""
    fresh = page.locator(".new-ones")
    expect(fresh).to_be_visible(timeout=30_000)
    message = page.locator(".message", has_text="А в доме 7 когда дадут воду?")
    for _ in range(20):
        if message.count():
            break
        fresh.first.click()
        page.wait_for_timeout(1500)
    message.locator("a.row-link").first.click()
    page.fill("textarea[name=text]", "В доме 7 — сегодня до 18:00.")
    page.locator(".foot-action button[data-kind=primary], .answer button[data-kind=primary]").first.click()
    citizen = sign_in("", language="ru")
    citizen.goto(f"{house.rehearsal}/@teplo")
    _open_post(citizen)
    for _ in range(40):
        if citizen.get_by_text("В доме 7 — сегодня до 18:00.").count():
            break
        citizen.wait_for_timeout(1000)
        citizen.reload()
    expect(citizen.get_by_text("В доме 7 — сегодня до 18:00.")).to_be_visible()
