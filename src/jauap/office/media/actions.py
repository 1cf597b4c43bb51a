"""Adding pictures."""

from __future__ import annotations

import errno
import hashlib
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from jauap.errors import Refusal
from jauap.office.media import safe
from jauap.office.media.models import Picture
from jauap.office.people import permissions
from jauap.office.people.acting import Actor, acting
from jauap.office.people.models import Organisation, Person
from jauap.words import N_, words

WIDTHS = (240, 480, 960)
"""Widths of smaller copies, in pixels."""


class NoRoom(Refusal):
    """The disk (or the storage's quota) is full."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("There is no room left to keep the picture. Nothing else was lost.")),
            words(N_("Tell whoever runs this installation that its disk is full, then add it again.")),
        )


def add(organisation: Organisation, file: BinaryIO, *, by: Actor, name: str = "") -> Picture:
    """Check the file, make a safe master of it and keep that. The same picture twice is one row.

    Raises NotAllowed, BadInput (what the file is instead), NoRoom.
    """
    permissions.require(by, "media.add", organisation)
    # Decoding and writing take seconds: no transaction is open meanwhile.
    made = safe.master(file.read(safe.MOST_BYTES + 1))
    picture = Picture(
        organisation=organisation,
        sha256=hashlib.sha256(made.content).hexdigest(),
        mime=made.mime,
        size_bytes=len(made.content),
        width=made.width,
        height=made.height,
        name=" ".join(name.replace("\x00", "").split())[-200:],
        added_by=by if isinstance(by, Person) else None,
    )
    keep(picture.path, made.content)
    with acting(by, "media.add", None, organisation=organisation) as entry:
        known = Picture.objects.filter(organisation=organisation, sha256=picture.sha256).first()
        if known is None:
            picture.save()
        entry.note(picture=(known or picture).code, sha256=picture.sha256)
    return known or picture


def keep(path: str, content: bytes) -> None:
    """Write a file once. A torn one of an earlier crash is replaced. Raises NoRoom."""
    if default_storage.exists(path):
        if default_storage.size(path) == len(content):
            return
        default_storage.delete(path)
    try:
        default_storage.save(path, ContentFile(content))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        default_storage.delete(path)
        raise NoRoom from error


def smaller(picture: Picture, width: int) -> bytes:
    """The picture's copy of one of WIDTHS, as JPEG; made when first asked for, anew where it is torn."""
    path = f"{picture.path}.{width}.jpg"
    if default_storage.exists(path):
        with default_storage.open(path, "rb") as file:
            kept: bytes = file.read()
        if kept.endswith(b"\xff\xd9"):
            return kept
    content = safe.smaller(whole(picture), width)
    keep(path, content)
    return content


def whole(picture: Picture) -> bytes:
    """The master's bytes. Raises OSError where the file is gone."""
    with default_storage.open(picture.path, "rb") as file:
        content: bytes = file.read()
    return content
