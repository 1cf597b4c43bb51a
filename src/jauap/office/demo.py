"""The demo office: the cast, three rehearsal pages, and a few announcements on their way.

Built by the same actions as everything else, once per data folder. All names are plainly fictional.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from jauap.networks.base import ExternalId, Profile
from jauap.networks.rehearsal import connect
from jauap.office.cast import Cast, gather, page
from jauap.office.people.codes import ALPHABET
from jauap.office.people.models import Organisation, Role
from jauap.office.planner import actions as planner
from jauap.office.planner import content, writing
from jauap.office.planner.models import Announcement

DOMAIN = "demo.example"
SHOWN = (Role.AUTHOR, Role.APPROVER, Role.RESPONDER, Role.ADMINISTRATOR)
PAGES = (
    ("kk", "Жылу және су министрлігі", "jylu"),
    ("ru", "Министерство тепла и воды", "teplo"),
    ("en", "Ministry of Heat and Water", "heat"),
)


@dataclass(frozen=True)
class Accounts:
    """people: (e-mail, what they do). password: the same for all, random per data folder."""

    people: list[tuple[str, str]]
    password: str


def ready() -> Accounts:
    """The demo's accounts; makes the office when this data folder has none yet."""
    password = _password()
    if not Organisation.objects.filter(demo=True).exists():
        _build(password)
    people = [(f"{role.value}@{DOMAIN}", str(role.label)) for role in SHOWN]
    return Accounts(people, password)


def _password() -> str:
    """Kept beside the keys, so that a later start shows it again."""
    path = settings.CONFIG.key_folder / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        parts = ["".join(secrets.choice(ALPHABET.lower()) for _ in range(4)) for _ in range(4)]
        path.write_text("-".join(parts))
    return path.read_text().strip()


def _build(password: str) -> None:
    cast = gather("Жылу және су министрлігі", password=password, domain=DOMAIN, demo=True)
    for language, name, handle in PAGES:
        _page(cast, language, name, handle)
    now = timezone.now()
    published = _announcement(cast, WINTER, None)
    _approve(cast, published)
    review = _announcement(cast, TARIFF, _at(now, 26))
    planner.send_for_review(review, by=cast.author)
    _announcement(cast, CREWS, _at(now, 50))


def _page(cast: Cast, language: str, name: str, handle: str) -> None:
    origin = settings.CONFIG.rehearsal
    credentials = connect(origin, name, handle, language=language)
    profile = Profile(ExternalId(credentials.account), name, handle, f"{origin}/@{handle}")
    page(cast, credentials, profile, network="rehearsal", language=language)


def _at(now: datetime, hours: int) -> datetime:
    """Ten in the morning there, on the day that many hours ahead."""
    there = timezone.localtime(now + timedelta(hours=hours), ZoneInfo("Asia/Almaty"))
    return there.replace(hour=10, minute=0, second=0, microsecond=0)


def _announcement(cast: Cast, texts: dict[str, str], at: datetime | None) -> Announcement:
    made = planner.create(
        cast.organisation,
        by=cast.author,
        title=texts["kk"].split("\n", 1)[0],
        pages=cast.organisation.pages.all(),
    )
    writing.write(made, by=cast.author, texts=texts)
    if at is not None:
        writing.plan(made, by=cast.author, at=at)
    return made


def _approve(cast: Cast, made: Announcement) -> None:
    planner.send_for_review(made, by=cast.author)
    planner.approve(made, by=cast.approver, seen=content.read(made).hash)


WINTER = {
    "kk": """Радиатордан ауаны қалай шығаруға болады

Батарея шылдырласа, ішінде ауа бар. Кілтпен клапанды сәл бұраңыз, су шыққанша күтіңіз, сосын жабыңыз.
Шыққан суға ыдыс қойыңыз. Сұрақтар: 1414""",
    "ru": """Как выпустить воздух из батареи

Если батарея булькает, внутри воздух. Чуть поверните клапан ключом, подождите, пока пойдёт вода, и закройте.
Подставьте посуду. Вопросы: 1414""",
    "en": """How to bleed a radiator

If it gurgles, there is air inside. Turn the valve a little with the key, wait until water comes and
close it. Put a bowl under it. Questions: 1414""",
}
TARIFF = {
    "kk": """Жылу болмаған күндерге ақы төленбейді

2027 жылғы 1 қаңтардан бастап жылу болмаған күндер шоттан өзінен-өзі шегеріледі.
Өтініш те, анықтама да керек емес. Бұл 9 облыстағы 412 мың пәтерге қатысты.""",
    "ru": """За дни без тепла платить не нужно

С 1 января 2027 года дни без тепла вычтут из счёта сами.
Ни заявление, ни справка не нужны. Это касается 412 тысяч квартир в 9 областях.""",
    "en": """No charge for days without heat

From 1 January 2027, days without heat are taken off the bill by themselves.
No application is needed. This concerns 412 thousand flats in 9 regions.""",
}
CREWS = {
    "kk": """Түнгі бригадаларға рахмет

Кеше түнде он екі бригада 40 үйдің жылуын қосты.""",
    "ru": """Спасибо ночным бригадам

Вчера ночью двенадцать бригад вернули тепло в 40 домов.""",
    "en": """Thank you, night crews

Last night twelve crews brought heat back to 40 houses.""",
}
