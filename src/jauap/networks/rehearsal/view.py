"""HTML of the rehearsal network. Whatever people wrote is escaped and set apart by `<bdi>`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from jauap.networks.rehearsal.crowd import figures
from jauap.networks.rehearsal.phrases import age, phrase
from jauap.networks.rehearsal.rules import NAME_LENGTH, TEXT_GRAPHEMES
from jauap.networks.rehearsal.store import Entry, Page, Shown

_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,:;!?)\]}»]")


@dataclass(frozen=True)
class Seen:
    """An entry with the pictures under it."""

    entry: Entry
    pictures: Sequence[Shown]


def front(pages: Sequence[Page], newest: Mapping[int, Sequence[Entry]], language: str) -> str:
    """All pages, each with its newest post."""
    cards = "".join(_page_card(page, newest[page.id], language) for page in pages)
    body = cards or _empty(phrase("no_pages", language))
    return _whole(phrase("title", language), f"<h1>{phrase('pages', language)}</h1>{body}", language)


def timeline(page: Page, posts: Sequence[Seen], language: str, now: float, visitor: str, problem: str) -> str:
    """A page's posts and people's letters to it, newest first."""
    cards = "".join(_card(seen, language, now, followers=page.followers) for seen in posts)
    form = _form(
        f"/@{page.handle}/letters", phrase("your_letter", language), phrase("send_letter", language),
        language, visitor, problem,
    )  # fmt: skip
    body = (
        f"{_head(page, language)}<div data-live>{cards or _empty(phrase('no_posts', language))}</div>{form}"
    )
    return _whole(page.name, body, language, back=True)


def thread(
    page: Page,
    post: Seen,
    replies: Sequence[Seen],
    language: str,
    *,
    now: float,
    hidden: int,
    to: Entry | None,
    visitor: str,
    problem: str,
) -> str:
    """A post, what stands under it, and the form."""
    said_by = {seen.entry.id: seen.entry for seen in replies}
    under = "".join(
        _card(seen, language, now, reply=True, to=said_by.get(seen.entry.parent or 0)) for seen in replies
    )
    if hidden:
        under += f'<p class="aside">{phrase("hidden", language, n=hidden)}</p>'
    under = under or _empty(phrase("no_replies", language))
    form = _form(
        f"/post/{(to or post.entry).id}/replies", phrase("your_text", language), phrase("send", language),
        language, visitor, problem, above=_to(to, language),
    )  # fmt: skip
    top = _card(post, language, now, followers=page.followers, whole=True)
    body = f'{_head(page, language)}<div data-live>{top}<section class="thread">{under}</section></div>{form}'
    return _whole(f"{page.name}: {post.entry.text[:60]}", body, language, back=True)


def said(sentence: str, language: str) -> str:
    """A page with one sentence."""
    return _whole(sentence, _empty(sentence), language, back=True)


# ---------------------------------------------------------------- pieces


def _whole(title: str, body: str, language: str, *, back: bool = False) -> str:
    home = f'<a class="back" href="/">{phrase("back", language)}</a>' if back else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="stylesheet" href="/look.css"><script type="module" src="/live.js"></script></head>'
        f'<body><header class="top"><a class="brand" href="/">{phrase("title", language)}</a>'
        f"<p>{phrase('notice', language)}</p></header><main>{home}{body}</main></body></html>"
    )


def _head(page: Page, language: str) -> str:
    count = phrase("followers", language, n=f"{page.followers:,}".replace(",", "\N{NO-BREAK SPACE}"))
    return (
        f'<div class="head">{_face(page.name, official=True)}<div><h1>{_bdi(page.name)}</h1>'
        f'<p class="aside">@{escape(page.handle)} · {count}</p></div></div>'
    )


def _page_card(page: Page, newest: Sequence[Entry], language: str) -> str:
    words = f'<p class="text short" dir="auto">{_linked(newest[0].text)}</p>' if newest else ""
    return (
        f'<article class="card">{_face(page.name, official=True)}<div class="said"><h2>'
        f'<a href="/@{escape(page.handle)}">{_bdi(page.name)}</a></h2>'
        f'<p class="aside">@{escape(page.handle)}</p>{words}</div></article>'
    )


def _card(
    seen: Seen,
    language: str,
    now: float,
    *,
    followers: int = 0,
    reply: bool = False,
    whole: bool = False,
    to: Entry | None = None,
) -> str:
    """to: the reply that this one answers, if it answers one."""
    entry = seen.entry
    name = entry.author or entry.page_name
    mark = "" if entry.author else f' <span class="official">{phrase("official", language)}</span>'
    kind = "official-entry" if not entry.author else "person-entry"
    lang = f' lang="{escape(entry.language)}"' if entry.language else ""
    return (
        f'<article class="card {kind}" id="e{entry.id}">{_face(name, official=not entry.author)}'
        f'<div class="said"><p class="who"><b>{_bdi(name)}</b>{mark} {_when(entry, language, now)}</p>'
        f"{_to(to, language)}"
        f'<p class="text" dir="auto"{lang}>{_linked(entry.text)}</p>'
        f"{''.join(_picture(p, language) for p in seen.pictures)}"
        f"{_foot(entry, language, now, followers=followers, reply=reply, whole=whole)}</div></article>"
    )


def _foot(entry: Entry, language: str, now: float, *, followers: int, reply: bool, whole: bool) -> str:
    parts = []
    if followers and not entry.author:
        counted = figures(entry, followers, now)
        parts = [phrase(n, language, n=counted[n]) for n in ("views", "likes")]
    if not reply:
        count = phrase("replies", language, n=entry.replies)
        parts.append(count if whole else f'<a href="/post/{entry.id}">{count}</a>')
        if whole:
            parts.append(f'<a href="#write">{phrase("answer", language)}</a>')
    else:
        parts.append(f'<a href="/post/{entry.root}?to={entry.id}#write">{phrase("answer", language)}</a>')
    own = _own_words(entry, language) if entry.author and not entry.scripted and (reply or whole) else ""
    return f'<p class="foot">{" · ".join(parts)}</p>{own}'


def _own_words(entry: Entry, language: str) -> str:
    """What a visitor may do with what a visitor wrote."""
    return (
        f'<details class="own"><summary>{phrase("correct", language)}</summary>'
        f'<form method="post" action="/post/{entry.id}/correct">'
        f'<textarea name="text" rows="3" required aria-label="{phrase("your_text", language)}">'
        f"\n{escape(entry.text)}</textarea>"
        f"<button>{phrase('save', language)}</button></form>"
        f'<form method="post" action="/post/{entry.id}/take-back">'
        f'<button class="quiet">{phrase("take_back", language)}</button></form></details>'
    )


def _form(
    action: str, label: str, button: str, language: str, visitor: str, problem: str, above: str = ""
) -> str:
    trouble = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return (
        f'<form class="write" id="write" method="post" action="{action}">{above}{trouble}'
        f"<label>{phrase('your_name', language)}"
        f'<input name="name" required maxlength="{NAME_LENGTH}" autocomplete="off" value="{escape(visitor)}">'
        f'</label><label>{label}<textarea name="text" rows="3" required maxlength="{TEXT_GRAPHEMES * 2}">'
        f"</textarea></label><button>{button}</button></form>"
    )


def _picture(picture: Shown, language: str) -> str:
    words = f"<figcaption>{_bdi(picture.alt)}</figcaption>" if picture.alt else ""
    return (
        f'<figure><img src="/media/{picture.id}" alt="{escape(picture.alt)}" loading="lazy">{words}</figure>'
    )


def _to(entry: Entry | None, language: str) -> str:
    """Whose words are being answered."""
    if entry is None:
        return ""
    name = _bdi(entry.author or entry.page_name)
    return f'<p class="aside">{phrase("answering", language, name=name)}</p>'


def _when(entry: Entry, language: str, now: float) -> str:
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="seconds")
    edited = f" · {phrase('edited', language)}" if entry.edited else ""
    return f'<time datetime="{at}">{age(now - entry.at, language)}</time>{edited}'


def _face(name: str, *, official: bool) -> str:
    """A circle with the name's first letter (a square for an office); its colour lies in the name."""
    shade = hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] % 6
    shape = "face official-face" if official else "face"
    letter = next((c for c in name if c.isalnum()), "·").upper()
    return f'<span class="{shape}" data-shade="{shade}" aria-hidden="true">{escape(letter)}</span>'


def _linked(text: str) -> str:
    """The text, escaped, with its addresses as links."""
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = escape(found[0])
        pieces += [escape(text[end : found.start()])]
        pieces += [f'<a href="{address}" rel="nofollow noopener noreferrer">{address}</a>']
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


def _bdi(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


def _empty(sentence: str) -> str:
    return f'<p class="empty">{escape(sentence)}</p>'
