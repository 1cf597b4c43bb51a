"""People of the rehearsal network, who post by a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jauap.networks.rehearsal.people import LATEST_S, People, script, topic_of
from jauap.networks.rehearsal.store import Draft, Entry, Store

HEAT = "15 қарашадан бастап барлық үйге жылу беріледі."


class Time:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.s = 1_790_000_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def store(tmp_path: Path, clock: Time) -> Iterator[Store]:
    made = Store(tmp_path, clock)
    yield made
    made.close()


def published(store: Store, people: People, text: str, language: str, to: int | None = None) -> Entry:
    """A page publishes, and people hear of it."""
    page = store.page("office") or store.register("Office", "office", "en")[0]
    entry, _ = store.write(page.id, Draft(text, language, reply_to=to))
    people.heard(entry)
    return entry


def pass_time(store: Store, people: People, clock: Time, seconds: float) -> None:
    """Let people do all that is due within the time."""
    end = clock.s + seconds
    while (due := store.next_due()) is not None and due <= end:
        clock.s = due
        assert people.act_due()
    clock.s = end


@pytest.mark.parametrize("language", ["kk", "ru", "en", ""])
def test_a_post_is_answered_within_twenty_seconds_by_different_people(
    store: Store, clock: Time, language: str
) -> None:
    people = People(store)
    post = published(store, people, HEAT, language)
    pass_time(store, people, clock, LATEST_S)
    said = store.thread(post.id)
    assert 5 <= len(said) <= 6
    assert len({entry.author for entry in said}) == len(said)
    assert all(entry.scripted and entry.parent == post.id for entry in said)


@pytest.mark.parametrize("language", ["kk", "ru", "en", "", "ka"])
def test_any_seed_finds_enough_people(store: Store, language: str) -> None:
    for seed in range(150):
        published(store, People(store, seed=str(seed)), f"Запись {seed}", language)


def test_one_corrects_a_slip_and_one_takes_words_back(store: Store, clock: Time) -> None:
    people = People(store)
    post = published(store, people, HEAT, "kk")
    pass_time(store, people, clock, 60)
    kinds = [event.kind for event in store.events(post.page, 0, 100)]
    assert kinds.count("edited") == 1
    assert kinds.count("deleted") == 1
    assert kinds.count("written") == len(store.thread(post.id)) == 5


def test_the_same_post_and_seed_bring_the_same_people(tmp_path: Path) -> None:
    said = []
    for number in range(2):
        clock, folder = Time(), tmp_path / str(number)
        store = Store(folder, clock)
        people = People(store, seed="demo")
        post = published(store, people, HEAT, "kk")
        pass_time(store, people, clock, 60)
        said.append([(e.author, e.text, e.at) for e in store.thread(post.id)])
        store.close()
    assert said[0] == said[1]


def test_the_one_who_is_answered_answers_back_once(store: Store, clock: Time) -> None:
    people = People(store)
    post = published(store, people, HEAT, "kk")
    pass_time(store, people, clock, 60)
    asked = store.thread(post.id)[0]
    for number in range(2):
        published(store, people, f"Сәлеметсіз бе! Жауап {number}", "kk", to=asked.id)
        pass_time(store, people, clock, 60)
    lines = [e.text for e in store.thread(post.id) if e.author == asked.author]
    assert len(lines) == 2
    assert lines[1] in [line for speech in script()["back"].values() for line in speech]


def test_a_visitor_is_not_spoken_for(store: Store, clock: Time) -> None:
    people = People(store, awake=True)
    post = published(store, people, HEAT, "kk")
    visitor, _ = store.write(post.page, Draft("Мен келдім", author="Дана Мысал", reply_to=post.id))
    published(store, people, "Сәлеметсіз бе!", "kk", to=visitor.id)
    pass_time(store, people, clock, 60)
    assert [e.text for e in store.thread(post.id) if e.author == "Дана Мысал"] == ["Мен келдім"]


def test_nobody_speaks_when_people_are_switched_off(store: Store, clock: Time) -> None:
    people = People(store, awake=False)
    post = published(store, people, HEAT, "kk")
    pass_time(store, people, clock, 600)
    assert store.thread(post.id) == []


def test_what_people_wanted_to_answer_may_be_gone(store: Store, clock: Time) -> None:
    people = People(store)
    post = published(store, people, HEAT, "kk")
    store.delete(post.page, post.id)
    pass_time(store, people, clock, 60)
    assert store.thread(post.id) == []


def test_a_restart_loses_nobody(tmp_path: Path) -> None:
    clock = Time()
    before = Store(tmp_path, clock)
    post = published(before, People(before), HEAT, "kk")
    before.close()
    after = Store(tmp_path, clock)
    pass_time(after, People(after), clock, 60)
    assert len(after.thread(post.id)) == 5
    after.close()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (HEAT, "heat"),
        ("С понедельника запись в школу открыта", "school"),
        ("The bridge is closed for repair", "road"),
        ("Жәрдемақы төлеу тәртібі өзгерді", "service"),
        ("С праздником!", "any"),
        ("", "any"),
    ],
)
def test_the_topic_lies_in_the_words_of_the_post(text: str, name: str) -> None:
    assert topic_of(text)["name"] == name


def test_every_topic_speaks_all_four_ways() -> None:
    for topic in script()["topic"]:
        for kind in ("question", "problem", "initiative"):
            assert set(topic[kind]) == {"kk", "kk_plain", "ru", "en"}, (topic["name"], kind)
    assert all(len(names) >= 6 for names in script()["people"].values())


def test_kazakh_on_a_russian_keyboard_has_no_letter_of_its_own() -> None:
    lines = [line for topic in script()["topic"] for k in topic if k in ("question", "problem", "initiative")
             for line in topic[k]["kk_plain"]]  # fmt: skip
    assert not set("".join(lines).casefold()) & set("әғқңөұүһі")
