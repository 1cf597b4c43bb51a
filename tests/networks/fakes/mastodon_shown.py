"""What the fake Mastodon keeps, and how it shows that: entities and HTML as in the documentation."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import regex

URL = regex.compile(r"https?://[^\s<>\"]+")


@dataclass
class Person:
    id: str
    username: str
    name: str
    created_at: datetime
    followers: int = 0


@dataclass
class Attachment:
    id: str
    mime: str
    content: bytes
    description: str
    owner: str
    polls_left: int = 0


@dataclass
class Note:
    """A status. history: its earlier forms, oldest first."""

    id: str
    author: Person
    text: str
    visibility: str
    language: str
    at: datetime
    parent: str = ""
    media: list[Attachment] = field(default_factory=list)
    edited: datetime | None = None
    history: list[tuple[datetime, str]] = field(default_factory=list)
    likes: int = 0
    boosts: int = 0
    gone: bool = False


class Shown:
    """The entities of one server. origin: its address."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.people: dict[str, Person] = {}
        self.notes: dict[str, Note] = {}

    def living(self) -> list[Note]:
        return [n for n in self.notes.values() if not n.gone]

    def account(self, person: Person) -> dict[str, Any]:
        return {
            "id": person.id,
            "username": person.username,
            "acct": person.username,
            "display_name": person.name,
            "url": f"{self.origin}/@{person.username}",
            "note": "<p>Ресми парақша</p>",
            "created_at": iso(person.created_at),
            "followers_count": person.followers,
            "following_count": 0,
            "statuses_count": 0,
            "emojis": [],
            "fields": [],
        }

    def status(self, note: Note) -> dict[str, Any]:
        parent = self.notes.get(note.parent)
        return {
            "id": note.id,
            "created_at": iso(note.at),
            "edited_at": iso(note.edited) if note.edited else None,
            "in_reply_to_id": note.parent or None,
            "in_reply_to_account_id": parent.author.id if parent else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": note.visibility,
            "language": note.language,
            "uri": f"{self.origin}/users/{note.author.username}/statuses/{note.id}",
            "url": f"{self.origin}/@{note.author.username}/{note.id}",
            "replies_count": sum(1 for n in self.living() if n.parent == note.id),
            "reblogs_count": note.boosts,
            "favourites_count": note.likes,
            "content": self.html(note.text),
            "reblog": None,
            "account": self.account(note.author),
            "media_attachments": [self.attachment(m) for m in note.media],
            "mentions": [],
            "tags": [],
            "emojis": [],
            "card": None,
            "poll": None,
        }

    def attachment(self, media: Attachment) -> dict[str, Any]:
        url = f"{self.origin}/media/{media.id}"
        ready = media.polls_left == 0
        return {
            "id": media.id,
            "type": "image",
            "url": url if ready else None,
            "preview_url": url,
            "remote_url": None,
            "meta": {},
            "description": media.description,
            "blurhash": None,
        }

    def html(self, text: str) -> str:
        """As Mastodon shows a text: links shortened by hidden spans, mentions and tags as links."""
        pieces: list[str] = []
        end = 0
        for match in URL.finditer(text):
            pieces += [self._names(text[end : match.start()]), self._link_html(match.group())]
            end = match.end()
        whole = "".join([*pieces, self._names(text[end:])])
        paragraphs = regex.split(r"\n{2,}", whole)
        return "".join(f"<p>{p}</p>" for p in paragraphs).replace("\n", "<br />")

    def _link_html(self, url: str) -> str:
        scheme, _, rest = url.partition("://")
        shown, hidden = rest[:30], rest[30:]
        spans = (
            f'<span class="invisible">{scheme}://</span>'
            f'<span class="{"ellipsis" if hidden else ""}">{html.escape(shown)}</span>'
            f'<span class="invisible">{html.escape(hidden)}</span>'
        )
        return f'<a href="{html.escape(url)}" rel="nofollow noopener" target="_blank">{spans}</a>'

    def _names(self, text: str) -> str:
        known = "|".join(p.username for p in self.people.values())
        marked = html.escape(text, quote=False)
        name = rf'<a href="{self.origin}/@\1" class="u-url mention">@<span>\1</span></a>'
        marked = regex.sub(rf"(?<!\w)@({known})\b", f'<span class="h-card">{name}</span>', marked)
        return regex.sub(
            r"(?<![\w&])#(\w+)",
            rf'<a href="{self.origin}/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>',
            marked,
        )


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
