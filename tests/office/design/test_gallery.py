"""The gallery in a browser: readable by everyone, nothing sticks out, keys and menus do what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from jauap.office.design.views import SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

Open = Callable[..., Page]
ALL = ["", *SCREENS]


@pytest.fixture
def gallery(chromium: Browser, live_server: object) -> Iterator[Open]:
    """Opens a screen of the gallery; at the end the console must have stayed silent."""
    contexts, said = [], []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "INTERNET_DISCONNECTED" not in message.text:
            said.append(message.text)

    def open_page(
        screen: str = "",
        *,
        theme: str = "light",
        width: int = 1440,
        language: str = "en",
        policy: bool = True,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            locale=language,
            bypass_csp=not policy,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{live_server.url}/gallery/{screen}{'/' if screen else ''}")  # type: ignore[attr-defined]
        page.wait_for_function("'ready' in document.documentElement.dataset")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", ALL)
def test_axe_finds_nothing(gallery: Open, screen: str, theme: str) -> None:
    # Without its own second fetching of style sheets, which takes @import for relative to the page.
    found = (
        Axe()
        .run(gallery(screen, theme=theme, policy=False), options={"preload": False})
        .response["violations"]
    )
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("screen", ALL)
def test_nothing_sticks_out_sideways(gallery: Open, screen: str, language: str) -> None:
    page = gallery(screen, language=language)
    for width in (320, 390, 800, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (width, wide) == (width, 0)


def test_a_kazakh_reader_gets_a_page_that_says_it_is_kazakh(gallery: Open) -> None:
    page = gallery("today", language="kk")
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('16px \"Inter Variable\"', 'Әңғқ'))"
    )


def test_the_list_of_keys_opens_and_gives_the_focus_back(gallery: Open) -> None:
    page = gallery("today")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_g_and_a_letter_go_to_a_place(gallery: Open) -> None:
    page = gallery("today")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/gallery/calendar/")


def test_j_and_k_walk_over_rows(gallery: Open) -> None:
    page = gallery("today")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first


def test_letters_that_are_typed_stay_letters(gallery: Open) -> None:
    page = gallery("announcement")
    field = page.locator("#text-ru")
    field.fill("")
    field.press_sequentially("g?jk")
    expect(field).to_have_value("g?jk")
    expect(page.locator("[data-dialog=keys]")).to_be_hidden()


def test_a_letter_clicks_what_carries_it(gallery: Open) -> None:
    page = gallery("inbox")
    page.keyboard.press("a")
    expect(page.locator("#answer-text")).to_be_focused()


def test_a_dialog_opens_from_its_button_and_returns_there(gallery: Open) -> None:
    page = gallery()
    opener = page.locator("[data-opens=withdraw]")
    opener.click()
    expect(page.get_by_role("dialog", name="Withdraw this announcement?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_menu_closes_with_escape_and_elsewhere(gallery: Open) -> None:
    page = gallery("today")
    summary = page.locator(".top .menu summary").first
    item = page.locator(".top .menu-item", has_text="Русский")
    summary.click()
    expect(item).to_be_visible()
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("main").click(position={"x": 5, "y": 5})
    expect(item).to_be_hidden()


def test_a_chosen_theme_is_remembered(gallery: Open) -> None:
    page = gallery("today")
    page.locator(".top .menu summary").last.click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 21, 22)"


def test_a_lost_connection_is_said_and_so_is_its_return(gallery: Open) -> None:
    page = gallery("today")
    page.context.set_offline(True)
    expect(page.get_by_text("Not connected.", exact=True)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Not connected.", exact=True)).to_be_hidden()
    expect(page.locator("[data-voice]")).to_have_text("Connected again.")


def test_the_language_is_changed_without_script(chromium: Browser, live_server: object) -> None:
    with chromium.new_context(java_script_enabled=False, locale="en") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/gallery/today/")  # type: ignore[attr-defined]
        page.locator(".top .menu summary").first.click()
        page.get_by_role("button", name="Қазақша").click()
        expect(page.locator("html")).to_have_attribute("lang", "kk")
        assert page.url.endswith("/gallery/today/")


def test_a_phone_has_its_bar_of_four_and_the_rest_under_more(gallery: Open) -> None:
    page = gallery("today", width=390)
    bar = page.locator(".bar")
    expect(bar.locator("> *")).to_have_count(4)
    expect(page.locator(".rail")).to_be_hidden()
    bar.locator("summary").click()
    expect(bar.get_by_role("link", name="Deliveries")).to_be_visible()
