"""What a Mastodon server says, turned into our own types; pure.

A server is a stranger: every field may be missing, of another type or hostile. Ids that could
leave a URL's path are refused, text loses every tag, addresses are http(s) or nothing.

Sources: Mastodon documentation, entities "Status", "Account", "Instance", "Notification";
all read 2026-11-24. The letters of other software in `version`: its own answers.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import nh3
import regex

from jauap.networks.base import (
    Author,
    Capabilities,
    ExternalId,
    Figures,
    Message,
    MessageKind,
    Profile,
    Published,
    StandingPost,
    Target,
)

Entity = Mapping[str, Any]

_ID = regex.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")
_SNAC_ID = regex.compile(r"\d{10}[0-9a-f]{32}")
_URL = regex.compile(r"https?://[^\s<>\"]+", regex.IGNORECASE)
_MENTION = regex.compile(r"(?<![\w/@])@([\w.-]*\w)(?:@[\w.:-]*\w)?")
_MENTION_AT_HEAD = regex.compile(r"^(?:@[\w.-]+(?:@[\w.:-]+)?\s+)+")
_REAL_VERSION = regex.compile(r"[2-9]\.\d+\.\d+([-+][\w.+-]*)?")
_BREAKING = {"br", "p", "div", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"}


def known_id(value: object) -> ExternalId:
    """The id, if it is one that may stand in a URL's path; '' otherwise.

    snac2 puts the time of the last change before its own id and reads only what follows (snac 2.75:
    tried); zeros there make the id last.
    """
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if _SNAC_ID.fullmatch(text):
        return ExternalId("0" * 10 + text[10:])
    return ExternalId(text if _ID.fullmatch(text) else "")


def moment(value: object) -> datetime | None:
    """An ISO time, aware, in UTC. None where there is none."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def web_address(value: object) -> str:
    """The address if it is http(s), else ''."""
    text = value if isinstance(value, str) and len(value) < 2000 else ""
    return text if urlsplit(text).scheme in ("http", "https") else ""


# ---------------------------------------------------------------- text


def plain(content: object) -> str:
    """HTML of a status as plain text: paragraphs and lines stay, no tag survives; NFC."""
    if not isinstance(content, str):
        return ""
    kept = nh3.clean(content.replace("\n", " "), tags=_BREAKING, attributes={})
    kept = regex.sub(r"<(?:br|hr)>", "\n", kept)
    kept = regex.sub(r"</(?:p|blockquote|h\d|pre)>", "\n\n", kept)
    kept = regex.sub(r"</(?:li|div)>", "\n", kept)
    text = html.unescape(nh3.clean(kept, tags=set()))
    lines = [line.strip(" ") for line in text.split("\n")]
    return unicodedata.normalize("NFC", regex.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())


def fingerprint(text: str) -> str:
    """What stays of a text on every server: no addresses, no spaces at ends, short mentions; NFC.

    A text that is nothing but addresses is its own fingerprint.
    """
    composed = unicodedata.normalize("NFC", text)
    bare = _MENTION.sub(r"@\1", _URL.sub("", composed))
    return "\n".join(line.strip() for line in bare.split("\n") if line.strip()) or composed.strip()


def addressed(text: str, acct: str) -> str:
    """The answer as it will stand: it names whom it answers, or the person is never told."""
    names = {name.casefold() for name in regex.findall(r"(?<![\w/@])@([\w.@:-]*\w)", text)}
    return text if not acct or acct.casefold() in names else f"@{acct} {text}"


def without_address(text: str) -> str:
    """The text without the mentions at its head, which only say to whom it goes."""
    return _MENTION_AT_HEAD.sub("", text)


# ---------------------------------------------------------------- statuses


def own(status: Entity) -> Entity:
    """snac2 wraps a status that somebody boosted into that boost: take the status out again."""
    inner = status.get("reblog")
    return (
        inner
        if isinstance(inner, Mapping) and known_id(inner.get("id")) == known_id(status.get("id"))
        else status
    )


def author_id(status: Entity) -> str:
    account = status.get("account")
    return known_id(account.get("id")) if isinstance(account, Mapping) else ""


def pictures(status: Entity) -> int:
    media = status.get("media_attachments")
    return len(media) if isinstance(media, list) else 0


def texts(status: Entity) -> tuple[str, ...]:
    """The text as shown and, where the server tells, as it was written."""
    source = status.get("text")
    shown = plain(status.get("content"))
    return (shown, source) if isinstance(source, str) and source else (shown,)


def published(status: Entity) -> Published | None:
    """None where the answer is not a status."""
    identity, at = known_id(status.get("id")), moment(status.get("created_at"))
    if not identity or at is None:
        return None
    return Published((identity,), web_address(status.get("url") or status.get("uri")), at)


def standing(status: Entity) -> StandingPost | None:
    """None where the entry is not a status."""
    stands = published(status)
    if stands is None:
        return None
    return StandingPost(
        id=stands.ids[0],
        text=plain(status.get("content")),
        at=stands.at,
        url=stands.url,
        language=str(status.get("language") or ""),
        pictures=pictures(status),
        reply_to=known_id(status.get("in_reply_to_id")),
    )


def author(account: object, host: str) -> Author:
    """host: of the page's own server, which leaves it away for its own people."""
    told: Entity = account if isinstance(account, Mapping) else {}
    acct = str(told.get("acct") or told.get("username") or "")[:300]
    return Author(
        id=known_id(told.get("id")),
        name=(str(told.get("display_name") or "").strip() or acct)[:300],
        handle="@" + (acct if "@" in acct else f"{acct}@{host}"),
        url=web_address(told.get("url")),
    )


def version(status: Entity) -> str:
    """Rises with each edit: its time in UTC, '' while unedited."""
    edited = moment(status.get("edited_at"))
    return edited.isoformat() if edited else ""


def message(status: Entity, host: str, me: str, post: ExternalId) -> Message | None:
    """What a person wrote. post: ours on top of its thread. None where the entry is not a status."""
    stands = published(status)
    if stands is None:
        return None
    visibility = status.get("visibility")
    to_us = known_id(status.get("in_reply_to_account_id")) == me
    kind = MessageKind.REPLY if post or to_us else MessageKind.MENTION
    warning = str(status.get("spoiler_text") or "").strip()
    text = plain(status.get("content"))
    return Message(
        id=stands.ids[0],
        kind=MessageKind.DIRECT if visibility == "direct" else kind,
        author=author(status.get("account"), host),
        text=f"{warning}\n\n{text}".strip() if warning else text,
        at=stands.at,
        target=Target(stands.ids, root=post, url=stands.url),
        post=post,
        parent=known_id(status.get("in_reply_to_id")),
        url=stands.url,
        language=str(status.get("language") or ""),
        version=version(status),
        pictures=pictures(status),
        private=visibility in ("direct", "private"),
    )


_COUNTS = {
    "likes": "favourites_count",
    "shares": "reblogs_count",
    "replies": "replies_count",
    "quotes": "quotes_count",
}


def figures(status: Entity, at: datetime) -> Figures:
    told = {name: status.get(theirs) for name, theirs in _COUNTS.items()}
    counts = {name: n for name, n in told.items() if isinstance(n, int) and n >= 0}
    return Figures(known_id(status.get("id")), at, counts)


def profile(account: Entity, host: str) -> Profile:
    head = author(account, host)
    followers = account.get("followers_count")
    return Profile(
        id=ExternalId(head.id),
        name=head.name,
        handle=head.handle,
        url=head.url,
        about=plain(account.get("note")),
        followers=followers if isinstance(followers, int) and followers >= 0 else None,
    )


# ---------------------------------------------------------------- the server


@dataclass(frozen=True)
class Software:
    """What runs there. real: Mastodon itself or a fork that keeps its whole API (glitch, Hometown)."""

    name: str
    version: str

    @property
    def real(self) -> bool:
        return self.name == "Mastodon"


def software(instance: Entity) -> Software:
    """From `version`: "4.5.0" is Mastodon; "2.7.2 (compatible; Pleroma 2.5)" says who it is."""
    told = str(instance.get("version") or "")[:200]
    if _REAL_VERSION.fullmatch(told):
        return Software("Mastodon", told)
    named = regex.search(r"\((?:.*[;, ])?\s*(?:really )?([A-Za-z][\w.-]*[\w])[/ ]v?\d", told)
    source = regex.search(r"/([\w-]+)/?$", str(instance.get("source_url") or "")[:300])
    name = named[1] if named else source[1] if source else "?"
    return Software(name, told)


CANNOT_DELETE = frozenset({"snac"})
"""Software whose API has no deletion (snac 2.75: tried)."""


def limits_of(instance: Entity, base: Capabilities) -> Capabilities:
    """The server's own limits over those of the file."""
    configuration = _part(instance, "configuration")
    statuses = _part(configuration, "statuses")
    media = _part(configuration, "media_attachments")
    types = [t for t in _list(media.get("supported_mime_types")) if t in base.picture_types]
    return replace(
        base,
        text=replace(
            base.text,
            count=_number(
                statuses.get("max_characters"),
                _number(instance.get("max_toot_chars"), base.text.count),
            ),
            url=_number(statuses.get("characters_reserved_per_url"), base.text.url or 23),
        ),
        pictures=_number(statuses.get("max_media_attachments"), base.pictures),
        picture_bytes=_number(media.get("image_size_limit"), base.picture_bytes),
        picture_types=tuple(types) or base.picture_types,
        alt_text=_number(media.get("description_limit"), base.alt_text or 1500),
        delete=base.delete and software(instance).name.casefold() not in CANNOT_DELETE,
    )


def entities(got: object) -> Iterable[Entity]:
    """Those entries of an answer's list that are objects."""
    return [entry for entry in got if isinstance(entry, Mapping)] if isinstance(got, list) else []


def _part(whole: Entity, name: str) -> Entity:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else otherwise
