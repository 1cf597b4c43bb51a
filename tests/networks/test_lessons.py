"""What bit other tools, as tests on every fake: numbers are those of the list that we keep.

Sources: public issues and pull requests of the tools named, read 2026-11-24.

    2   Postiz PR 1813       the answer came after the time-out, and the post went out twice
    4   Postiz #1172         libraries retried on their own: up to five copies
    7   Postiz PR 1681, 1813 "send again" while nobody knew
    10  Postiz #1724, #1512  a step hung, and nothing said so
    12  Postiz #1724         looking at a delivery could send it
    13  Postiz #1954         a naive time in another zone: an hour early
    21  Tusky #2951          a server overloaded after the effect: eleven doubles
    22  hachyderm #103       the key was forgotten after an hour
    27                       a letter that means something to a network's markup
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from jauap.errors import NetworkError, OutcomeUnknown, Unavailable
from jauap.networks.base import CannotTell, Cursor, Find, Found, Intent, Network, Out, Step
from tests.networks.acts import elsewhere, fresh_key, made, picture, publish
from tests.networks.looking import an_intent, as_planned, seen, stands_once, times_seen
from tests.networks.rehearsal_world import RehearsalWorld
from tests.networks.world import World

HERE = Path(__file__).parent
WORLDS = ("{}_worlds", "FakeWorld"), ("{}_world", "{}World")
"""Where a fake's world stands: file and class, with the network's name."""
FAKES = sorted(
    path.stem
    for path in (HERE / "fakes").glob("[a-z]*.py")
    if any((HERE / f"{file.format(path.stem)}.py").exists() for file, _ in WORLDS)
)


def of_fake(name: str, fake: object) -> World:
    """The fake as a world; the folders are the list."""
    for file, world in WORLDS:
        if (HERE / f"{file.format(name)}.py").exists():
            module = import_module(f"tests.networks.{file.format(name)}")
            made: World = getattr(module, world.format(name.title()))(fake)
            return made
    raise LookupError(name)


@pytest.fixture(params=["rehearsal", *FAKES])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "rehearsal":
        own = RehearsalWorld(tmp_path)
        yield own
        own.close()
        return
    fakes = import_module(f"tests.networks.fakes.{request.param}")
    with getattr(fakes, f"{request.param.title()}Fake")() as fake:
        yield of_fake(request.param, fake)


def uploading(network: Network) -> Step:
    """The step that uploads a picture."""
    steps = network.steps(Out("С рисунком", "ru", pictures=(picture("Рисунок"),)))
    if not steps:
        pytest.skip("pictures travel with the post itself")
    return steps[0]


def test_lesson_2_an_answer_after_the_time_out_is_found_and_never_sent_again(world: World) -> None:
    faults = as_planned(world)
    key, post = an_intent(world, "Ответ опоздал")
    faults.plan("commit", "after:timeout")
    with pytest.raises(OutcomeUnknown):
        elsewhere(world.network, world.network.credentials.server, timeout_s=1.0).commit(post, key)
    for _ in range(20):
        world.network.find(Intent(key, post))
    stands_once(world, faults, key, post)


@pytest.mark.parametrize("fault", ["after:500", "after:503", "after:cut", "before:500", "before:cut", "429"])
def test_lesson_4_no_library_retries_a_commit(world: World, fault: str) -> None:
    faults = as_planned(world)
    key, post = an_intent(world, "Один запрос")
    faults.plan("commit", fault)
    with pytest.raises(NetworkError):
        world.network.commit(post, key)
    assert faults.requests("commit") == 1


@pytest.mark.parametrize("fault", ["before:500", "before:cut", "429"])
def test_lesson_4_no_library_retries_an_upload_in_secret(world: World, fault: str) -> None:
    faults = as_planned(world)
    step = uploading(world.network)
    faults.plan("upload", fault)
    with pytest.raises(NetworkError):
        world.network.prepare(step)
    assert faults.requests("upload") == 1


def test_lessons_7_and_12_checking_and_looking_never_publish(world: World) -> None:
    faults = as_planned(world)
    key, post = an_intent(world, "Только смотрим")
    for _ in range(3):
        world.network.check()
        world.network.find(Intent(key, post))
        world.network.read_messages(Cursor(""))
        world.network.profile()
        world.network.limits()
    assert faults.requests("commit") == 0
    assert world.citizen_sees() == []


@pytest.mark.parametrize("operation", ["commit", "upload", "read"])
def test_lesson_10_a_step_that_hangs_ends_with_an_error(world: World, operation: str) -> None:
    faults = as_planned(world)
    hasty = elsewhere(world.network, world.network.credentials.server, timeout_s=1.0)
    ready = made(world.network, Out("Не зависнет", "ru"))
    step = uploading(world.network) if operation == "upload" else Step("nothing")
    faults.plan(operation, "before:timeout")
    calls: dict[str, Callable[[], object]] = {
        "commit": lambda: hasty.commit(ready, fresh_key(hasty)),
        "upload": lambda: hasty.prepare(step),
        "read": lambda: hasty.read_messages(Cursor("")),
    }
    with pytest.raises(OutcomeUnknown if operation == "commit" else Unavailable):
        calls[operation]()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Almaty", "America/New_York", "Nowhere/Missing"])
def test_lesson_13_moments_are_the_same_in_every_zone_of_the_machine(
    world: World, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        published = publish(world.network, f"Время {zone}")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert published.at.tzinfo is not None
    assert abs((published.at - datetime.now(UTC)).total_seconds()) < 600


@pytest.mark.parametrize("fault", ["after:502", "after:503", "after:504"])
def test_lesson_21_an_overloaded_server_that_took_it_is_read_back(world: World, fault: str) -> None:
    faults = as_planned(world)
    key, post = an_intent(world, "Сервер перегружен")
    faults.plan("commit", fault)
    with pytest.raises(OutcomeUnknown):
        world.network.commit(post, key)
    stands_once(world, faults, key, post)


def test_lesson_22_an_hour_later_a_post_is_still_found_by_reading_back(world: World) -> None:
    if not world.time_passes(0):
        clock = getattr(getattr(world, "fake", None), "clock", None)
        if clock is None:
            pytest.skip("this world's clock can't be moved")
    faults = as_planned(world)
    key, post = an_intent(world, "Через час")
    faults.plan("commit", "after:504")
    with pytest.raises(OutcomeUnknown):
        world.network.commit(post, key)
    if not world.time_passes(61):
        clock.advance(minutes=61)
    stands_once(world, faults, key, post)


def test_lesson_22_reading_back_finds_ours_among_equal_posts(world: World) -> None:
    """Two announcements with the same words: the lost one is found, the other's id is not taken for it."""
    faults = as_planned(world)
    other = publish(world.network, "Одинаково")
    key, post = an_intent(world, "Одинаково")
    faults.plan("commit", "after:500")
    with pytest.raises(OutcomeUnknown):
        world.network.commit(post, key)
    looked = world.network.find(Intent(key, post, taken=frozenset(other.ids)))
    if world.network.CAPABILITIES.finds_by is Find.NOTHING:
        assert isinstance(looked, CannotTell)
    else:
        assert isinstance(looked, Found)
        assert not set(looked.published.ids) & set(other.ids)
    assert times_seen(world, "Одинаково", 2) == 2


SPECIAL = [
    "(скобка",
    "закрыта)",
    "#хештег # пусто ##",
    "_подчёркнуто_ a_b_c",
    "@office @ почта@example.org",
    "{фигурные} {0} {name!r} %s %(x)s $x ${x}",
    "[ссылка](https://example.org)",
    "*жирно* **очень**",
    "`код` ```блок```",
    "~~зачёркнуто~~ ||спойлер||",
    "> цитата",
    "- список\n1. первый",
    "а < б > в & г &amp; д",
    "\\обратная \\n черта\\",
    "\"кавычки\" 'одинарные' «ёлочки» „лапки“",
    "№ 5 ₸ 100 % 1/2",
    "— тире – и минус −",
    "é й ё",
    "👨‍👩‍👧‍👦 🇰🇿 👍🏽 ❤️",
    "ა ბ გ ᲐᲑᲒ",
    "tg://user?id=1 javascript:alert(1)",
    "a\u00a0b\u202fc",
    "<b>не жирно</b> <script>x</script>",
    "/start /help",
    "1️⃣ ®️ ™",
    "!important ! !!",
]


@pytest.mark.parametrize("text", SPECIAL, ids=range(len(SPECIAL)))
def test_lesson_27_no_letter_means_more_than_itself(world: World, text: str) -> None:
    publish(world.network, text)
    assert world.as_shown(text) in seen(world, text)
