"""What the rehearsal network's own pages say, in the visitor's language. No catalogue reaches here."""

from __future__ import annotations

import re

LANGUAGES = ("kk", "ru", "en")

PHRASES = {
    "title": ("Жаттығу желісі", "Учебная сеть", "Rehearsal network"),
    "notice": (
        "Мұнда бәрі ойдан шығарылған: парақшалар да, адамдар да. Интернетке ештеңе шықпайды.",
        "Здесь всё выдумано: и страницы, и люди. В интернет отсюда ничего не выходит.",
        "Everything here is made up, pages and people alike. Nothing leaves for the Internet.",
    ),
    "pages": ("Парақшалар", "Страницы", "Pages"),
    "no_pages": (
        "Әзірге бірде-бір парақша жоқ. Мекеме қосылғанда осында көрінеді.",
        "Пока нет ни одной страницы. Она появится, когда ведомство подключится.",
        "No page yet. One appears here as soon as an office connects.",
    ),
    "no_posts": (
        "Бұл парақшада әлі жазба жоқ.",
        "На этой странице пока ничего нет.",
        "Nothing stands on this page yet.",
    ),
    "followers": ("жазылушы: {n}", "подписчиков: {n}", "followers: {n}"),
    "replies": ("жауаптар: {n}", "ответов: {n}", "replies: {n}"),
    "views": ("көрілді: {n}", "просмотров: {n}", "views: {n}"),
    "likes": ("ұнатты: {n}", "нравится: {n}", "likes: {n}"),
    "hidden": (
        "Мекеме жасырған жауаптар: {n}",
        "Скрыто ведомством: {n}",
        "Hidden by the office: {n}",
    ),
    "no_replies": (
        "Әзірге ешкім жауап бермеді. Бірінші болыңыз.",
        "Пока никто не ответил. Начните разговор.",
        "Nobody has answered yet. Begin the conversation.",
    ),
    "official": ("ресми парақша", "официальная страница", "official page"),
    "edited": ("түзетілді", "исправлено", "edited"),
    "answer": ("Жауап беру", "Ответить", "Answer"),
    "answering": ("{name} жазғанына жауап", "Ответ на слова: {name}", "Answer to {name}"),
    "your_name": ("Ойдан шығарылған атыңыз", "Выдуманное имя", "A made-up name"),
    "your_text": ("Жауабыңыз", "Ваш ответ", "Your reply"),
    "your_letter": ("Парақшаға хат", "Письмо странице", "A letter to the page"),
    "send": ("Жариялау", "Опубликовать", "Post"),
    "send_letter": ("Хат жариялау", "Опубликовать письмо", "Post the letter"),
    "correct": ("Түзету", "Исправить", "Correct"),
    "save": ("Сақтау", "Сохранить", "Save"),
    "take_back": ("Қайтып алу", "Забрать слова", "Take back"),
    "gone": ("Бұл жазба өшірілді.", "Эта запись удалена.", "This post was deleted."),
    "missing": ("Мұндай бет жоқ.", "Такой страницы нет.", "There is no such page."),
    "refused": (
        "Жарияланбады: аты мен мәтінін толтырыңыз, мәтін {n} таңбадан аспасын.",
        "Не опубликовано: нужны имя и текст не длиннее {n} знаков.",
        "Not posted: a name and a text of at most {n} characters are needed.",
    ),
    "elsewhere": (
        "Бұл өтініш басқа сайттан келді, сондықтан қабылданбады.",
        "Эта форма пришла с другого сайта и не принята.",
        "This form came from another site and was not taken.",
    ),
    "back": ("Барлық парақшалар", "Все страницы", "All pages"),
    "picture": ("Сурет", "Картинка", "Picture"),
    "now": ("жаңа ғана", "только что", "just now"),
    "minutes": ("{n} мин", "{n} мин", "{n} min"),
    "hours": ("{n} сағ", "{n} ч", "{n} h"),
    "days": ("{n} күн", "{n} дн.", "{n} d"),
}


def phrase(name: str, language: str, /, **values: str | int) -> str:
    """The phrase in one of LANGUAGES, with its values in place (not escaped)."""
    return PHRASES[name][LANGUAGES.index(language)].format(**values)


def language_of(accepted: str) -> str:
    """The visitor's language from Accept-Language; Russian where none of ours is wanted."""
    wanted = []
    for place, part in enumerate(accepted[:500].split(",")):
        found = re.fullmatch(r"\s*([a-zA-Z]{2})[-\w]*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part)
        if found and found[1].lower() in LANGUAGES:
            wanted.append((-float(found[2] or 1), place, found[1].lower()))
    return min(wanted)[2] if wanted else "ru"


def age(seconds: float, language: str) -> str:
    """How long ago, short: "5 min"."""
    if seconds < 60:
        return phrase("now", language)
    if seconds < 3600:
        return phrase("minutes", language, n=int(seconds // 60))
    if seconds < 86_400:
        return phrase("hours", language, n=int(seconds // 3600))
    return phrase("days", language, n=int(seconds // 86_400))
