"""What people might write: made-up messages in three languages, the same for the same numbers."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from jauap.networks.base import Author, Cursor, ExternalId, Incoming, Message, MessageKind, Target

FIRST = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
EACH_DAY = 4_000
"""Messages of one page a day: as busy as a page ever is."""
PARTS = {
    "kk": (
        "Сәлеметсіз бе, біздің үйде үш күннен бері жылу жоқ.",
        "Құжаттарды қай жерге және қашан тапсыру керек?",
        "Жауап күтіп отырмыз, балалар тоңып жатыр!",
        "Рақмет, енді бәрі түсінікті болды.",
        "Біздің көшеде су тағы да өшіп қалды.",
        "Өтінішті сайт арқылы жіберуге бола ма?",
    ),
    "ru": (
        "Здравствуйте, у нас третий день холодные батареи.",
        "Подскажите, пожалуйста, куда нести документы на субсидию?",
        "В квитанции опять старый тариф, хотя обещали пересчёт.",
        "Спасибо, теперь понятно.",
        "Когда откроют дорогу у моста?",
        "Звонил на горячую линию сорок минут, никто не взял трубку.",
    ),
    "en": (
        "Good morning, our radiators have been cold since Monday.",
        "Which papers do I need for the allowance?",
        "Thank you for the quick answer.",
        "Will the bus run on Sunday too?",
        "The form on your site does not open on my phone 😕",
        "Who decides about the new school?",
    ),
}


def message(page: int, number: int) -> Message:
    """The message of this number on this page; always the same."""
    chance = random.Random(page * 1_000_003 + number)
    language = chance.choice(("kk", "ru", "ru", "en"))
    text = " ".join(chance.sample(PARTS[language], chance.randint(1, 4)))
    name = f"person-{chance.randrange(5_000)}"
    post = ExternalId(f"post-{chance.randrange(40)}")
    own = ExternalId(f"{page}-{number}")
    return Message(
        id=own,
        kind=MessageKind.REPLY,
        author=Author(name, f"Person {name[7:]}", name, f"https://people.example/@{name}"),
        text=f"{text} ({number})",
        at=FIRST + number * timedelta(days=1) / EACH_DAY,
        target=Target((own,), post),
        post=post,
        parent=post,
        url=f"https://people.example/@{name}/{own}",
        language=language,
        version="1",
    )


def reading(page: int, first: int, count: int, repeated: int = 0, more: bool = False) -> Incoming:
    """One reading: `repeated` messages that were there before, then `count` new ones."""
    numbers = range(max(0, first - repeated), first + count)
    return Incoming(tuple(message(page, n) for n in numbers), (), Cursor(str(first + count)), more=more)
