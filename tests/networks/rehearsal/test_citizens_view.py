"""What citizens see of the rehearsal network, and what they may write there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jauap.errors import NetworkError
from jauap.networks.base import Cursor, MessageKind
from jauap.networks.rehearsal import phrases
from jauap.networks.rehearsal.rules import TEXT_GRAPHEMES
from tests.networks.acts import picture, publish, read_all, target
from tests.networks.rehearsal_world import RehearsalWorld

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>'",
    "</textarea></bdi><h1>",
    "&lt;b&gt; &amp;amp;",
    "<i>before</i> https://example.org/<u> <s>after</s>",
    "https://example.org/\"onmouseover='x' javascript:alert(1)",
    "\N{RIGHT-TO-LEFT OVERRIDE}kzatan\N{POP DIRECTIONAL FORMATTING} שלום مرحبا",
    "Z" + "\u0301" * 3000,
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[RehearsalWorld]:
    made = RehearsalWorld(tmp_path)
    yield made
    made.close()


class _Shape(HTMLParser):
    """Which elements with which attributes a page has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: Counter[tuple[str, ...]] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "nofollow noopener noreferrer" not in dict(attrs).values():
            self.seen[(tag, *(name for name, _ in attrs))] += 1


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_shown_as_words_and_arrive_unchanged(world: RehearsalWorld, text: str) -> None:
    calm, hostile = publish(world.network, "Спокойно"), publish(world.network, text)
    world.citizen_replies(calm, "Спокойно")
    world.citizen_replies(hostile, text)
    looks = [_Shape(world.look(f"/post/{post.ids[0]}")).seen for post in (calm, hostile)]
    assert looks[0] == looks[1]
    assert world.citizen_sees() == [text, "Спокойно"]
    assert world.citizen_sees_thread(hostile) == [text]
    assert [m.text for m in read_all(world.network)[0]] == ["Спокойно", text]


def test_a_megabyte_of_combining_marks_is_refused_in_words(world: RehearsalWorld) -> None:
    post = publish(world.network, "Коротко")
    assert world.submit(f"/post/{post.ids[0]}/replies", name="Дана", text="a" + "\u0301" * 500_000) == 422
    assert world.citizen_sees_thread(post) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "текст"),
        ("Дана", ""),
        ("Дана", "  \n "),
        ("я" * 61, "текст"),
        ("Дана", "\x00"),
        ("Дана", "к" * 601),
    ],
)
def test_a_form_that_lacks_something_says_so_and_nothing_stands(
    world: RehearsalWorld, name: str, text: str
) -> None:
    post = publish(world.network, "Пишите нам")
    assert world.submit(f"/post/{post.ids[0]}/replies", name=name, text=text) == 422
    assert world.submit("/@akimdik/letters", name=name, text=text) == 422
    assert world.citizen_sees_thread(post) == []
    assert read_all(world.network)[0] == []


def test_every_page_has_a_strict_policy_and_no_inline_code(world: RehearsalWorld) -> None:
    post = publish(world.network, "Безопасно", pictures=(picture("Рисунок"),))
    for path in ("/", "/@akimdik", f"/post/{post.ids[0]}", "/look.css", "/live.js", "/media/1"):
        answer = world.http.read("GET", f"{world.origin}{path}")
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.search(rb"<style|<script>| style=| on\w+=", answer.body)


def test_a_page_that_is_not_there_is_404_and_a_deleted_post_is_told(world: RehearsalWorld) -> None:
    post = publish(world.network, "Сотрут")
    world.network.delete(target(post))
    for path in (
        "/@nobody",
        "/post/999",
        "/media/999",
        "/post/0x1",
        "/../etc/passwd",
        f"/post/{post.ids[0]}",
    ):
        with pytest.raises(NetworkError):
            world.look(path)


def test_pictures_of_a_deleted_post_are_gone_too(world: RehearsalWorld) -> None:
    post = publish(world.network, "С рисунком", pictures=(picture("Рисунок"),))
    assert world.http.read("GET", f"{world.origin}/media/1").headers["content-type"] == "image/png"
    world.network.delete(target(post))
    with pytest.raises(NetworkError):
        world.look("/media/1")


def test_another_site_may_not_write_through_a_visitors_browser(world: RehearsalWorld) -> None:
    post = publish(world.network, "Чужая форма")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        with pytest.raises(NetworkError):
            world.http.read(
                "POST", f"{world.origin}/post/{post.ids[0]}/replies",
                data={"name": "Дана", "text": "Подделка"}, headers=headers,
            )  # fmt: skip
    assert world.citizen_sees_thread(post) == []


def test_a_letter_to_the_page_arrives_without_a_post(world: RehearsalWorld) -> None:
    assert world.submit("/@akimdik/letters", name="Дана", text="Үйіміз суық") == 303
    message = read_all(world.network)[0][0]
    assert (message.kind, message.text, message.post) == (MessageKind.MENTION, "Үйіміз суық", "")
    publish(world.network, "Бригада жолда", "kk", reply_to=message.target)
    assert "Бригада жолда" in world.look(f"/post/{message.id}")


def test_what_the_page_or_the_script_wrote_is_not_a_visitors_to_change(world: RehearsalWorld) -> None:
    post = publish(world.network, "Официально")
    for how in ("correct", "take-back"):
        assert world.submit(f"/post/{post.ids[0]}/{how}", text="Подмена") == 404
    assert world.citizen_sees() == ["Официально"]


def test_a_page_may_not_change_what_people_wrote_or_touch_other_pages(world: RehearsalWorld) -> None:
    post = publish(world.network, "Чужое")
    world.citizen_replies(post, "Слова жителя")
    message = read_all(world.network)[0][0]
    with pytest.raises(NetworkError):
        world.network.delete(message.target)
    other = world.page("other")
    for act in (lambda: other.delete(target(post)), lambda: other.hide(message.target)):
        with pytest.raises(NetworkError):
            act()
    assert read_all(other, Cursor(""))[0] == []
    assert world.citizen_sees_thread(post) == ["Слова жителя"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("kk-KZ,kk;q=0.9,ru;q=0.8", "kk"),
        ("en-GB", "en"),
        ("de, ru;q=0.4, kk;q=0.6", "kk"),
        ("ka", "ru"),
        ("", "ru"),
        (",,;q=,en;q=9" * 20, "ru"),
    ],
)
def test_the_visitors_language_is_spoken(accepted: str, language: str) -> None:
    assert phrases.language_of(accepted) == language


def test_the_pages_speak_three_languages(world: RehearsalWorld) -> None:
    for language, word in (("kk", "Парақшалар"), ("ru", "Страницы"), ("en", "Pages")):
        html = world.look("/", language)
        assert f'<html lang="{language}">' in html
        assert word in html
    assert all(len(said) == 3 and all(said) for said in phrases.PHRASES.values())


def test_the_limit_a_citizen_is_told_is_the_real_one(world: RehearsalWorld) -> None:
    post = publish(world.network, "Предел")
    assert world.submit(f"/post/{post.ids[0]}/replies", name="Дана", text="к" * TEXT_GRAPHEMES) == 303
