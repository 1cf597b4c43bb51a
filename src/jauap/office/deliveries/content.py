"""What a delivery says, as plain data: built once at approval, hashed, and sent as it stands."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from jauap.networks.base import ExternalId, Out, Picture, Target
from jauap.office.deliveries.models import Act
from jauap.office.pages.models import Page


@dataclass(frozen=True)
class PictureOut:
    """One picture as approved. alt '' = decorative. path: name in the media storage."""

    sha256: str
    mime: str
    size_bytes: int
    width: int
    height: int
    alt: str
    path: str


@dataclass(frozen=True)
class Place:
    """A post or message on the network, as `networks.base.Target`."""

    ids: tuple[str, ...]
    root: str = ""
    url: str = ""

    def target(self) -> Target:
        return Target(tuple(map(ExternalId, self.ids)), ExternalId(self.root), self.url)


@dataclass(frozen=True)
class Content:
    """The approved content of one act. text is NFC. on: what is answered, edited, hidden or deleted."""

    text: str = ""
    language: str = ""
    pictures: tuple[PictureOut, ...] = ()
    on: Place | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", unicodedata.normalize("NFC", self.text))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Content:
        on = kept.get("on")
        return cls(
            text=kept["text"],
            language=kept["language"],
            pictures=tuple(PictureOut(**picture) for picture in kept["pictures"]),
            on=Place(tuple(on["ids"]), on["root"], on["url"]) if on else None,
        )

    def hash(self, page: Page, act: Act) -> str:
        """SHA-256 over the content, the act and the account on the network. Hexadecimal."""
        what = [act, page.network, page.server, page.account, self.to_json()]
        return digest(what)

    def out(self, act: Act, read: Callable[[PictureOut], bytes]) -> Out:
        pictures = tuple(
            Picture(p.sha256, p.mime, p.size_bytes, p.width, p.height, p.alt, content=partial(read, p))
            for p in self.pictures
        )
        answered = self.on.target() if self.on and act == Act.REPLY else None
        return Out(self.text, self.language, pictures, answered)


def digest(what: Any) -> str:
    """SHA-256 of the canonical JSON of plain data. Hexadecimal."""
    plain = json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=list)
    return hashlib.sha256(plain.encode()).hexdigest()
