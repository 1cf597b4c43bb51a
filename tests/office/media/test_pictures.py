"""Pictures: what they really are, without what they hide, kept once."""

from __future__ import annotations

import errno
import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client
from PIL import Image, ImageCms

from jauap.errors import BadInput, NotAllowed
from jauap.office.cast import Cast
from jauap.office.media import actions, safe
from jauap.office.media.models import Picture


def file_of(picture: Image.Image, kind: str = "JPEG", **how: object) -> BytesIO:
    out = BytesIO()
    picture.save(out, kind, **how)
    out.seek(0)
    return out


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 120).convert("RGB")


def kept(picture: Picture) -> Image.Image:
    with default_storage.open(picture.path) as file:
        return Image.open(BytesIO(file.read()))


def test_a_photo_loses_its_place_and_camera(office: Cast) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera with an owner"
    exif.get_ifd(0x8825)[1] = "N"
    photo = file_of(Image.new("RGB", (40, 20), "teal"), exif=exif, comment=b"secret", xmp=b"<x>secret</x>")
    picture = actions.add(office.organisation, photo, by=office.author, name="winter.jpg")
    with default_storage.open(picture.path) as file:
        content = file.read()
    assert b"owner" not in content
    assert b"secret" not in content
    assert not kept(picture).getexif()
    assert hashlib.sha256(content).hexdigest() == picture.sha256


def test_a_photo_taken_sideways_stands_upright(office: Cast) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = actions.add(
        office.organisation, file_of(Image.new("RGB", (40, 20), "teal"), exif=exif), by=office.author
    )
    assert (picture.width, picture.height) == (20, 40)


def test_colours_of_another_profile_become_srgb(office: Cast) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = actions.add(
        office.organisation, file_of(Image.new("RGB", (8, 8), "red"), icc_profile=lab), by=office.author
    )
    assert "icc_profile" not in kept(picture).info


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_every_kind_of_png_becomes_a_plain_one(office: Cast, mode: str) -> None:
    picture = actions.add(office.organisation, file_of(Image.new(mode, (9, 9)), "PNG"), by=office.author)
    assert (kept(picture).mode, picture.mime) == ("RGB", "image/png")


def test_a_cmyk_photo_becomes_rgb(office: Cast) -> None:
    picture = actions.add(office.organisation, file_of(Image.new("CMYK", (9, 9))), by=office.author)
    assert kept(picture).mode == "RGB"


def test_what_was_transparent_is_white(office: Cast) -> None:
    clear = file_of(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG")
    assert kept(actions.add(office.organisation, clear, by=office.author)).getpixel((1, 1)) == (255, 255, 255)


def test_a_large_photo_is_made_small_enough_for_every_network(office: Cast) -> None:
    picture = actions.add(office.organisation, file_of(noise(3000, 2400), quality=95), by=office.author)
    assert max(picture.width, picture.height) <= safe.LONGEST_SIDE
    assert picture.size_bytes <= safe.MASTER_BYTES
    assert picture.mime == "image/jpeg"


def test_the_same_picture_twice_is_kept_once(office: Cast) -> None:
    first = actions.add(
        office.organisation, file_of(Image.new("RGB", (8, 8))), by=office.author, name="a.jpg"
    )
    second = actions.add(
        office.organisation, file_of(Image.new("RGB", (8, 8))), by=office.approver, name="b.jpg"
    )
    assert first.pk == second.pk
    assert Picture.objects.count() == 1


def test_a_torn_file_is_replaced_by_the_whole(office: Cast) -> None:
    whole = file_of(Image.new("RGB", (30, 30), "navy")).getvalue()
    picture = actions.add(office.organisation, BytesIO(whole), by=office.author)
    with open(default_storage.path(picture.path), "wb") as torn:
        torn.write(b"\xff\xd8")
    actions.add(office.organisation, BytesIO(whole), by=office.author)
    assert hashlib.sha256(actions.whole(picture)).hexdigest() == picture.sha256


def moving() -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "white", "blue")]
    return file_of(frames[0], "GIF", save_all=True, append_images=frames[1:]).getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how big it is and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


BAD = {
    "empty": (b"", "empty"),
    "text": (b"hello, I am called picture.jpg", "not a picture"),
    "svg": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC"),
    "video": (b"\x00\x00\x00\x18ftypisom\x00\x00", "video"),
    "page": (b"<html><script>alert(1)</script></html>", "not a picture"),
    "program": (b"\x7fELF" + b"\0" * 100, "not a picture"),
    "moving": (moving(), "moves"),
    "bomb": (png_of(30_000, 30_000), "million pixels"),
    "big bomb": (png_of(9_000, 6_000), "million pixels"),
    "huge": (b"\xff\xd8" + b"\0" * (safe.MOST_BYTES + 5), "larger than"),
    "cut off": (file_of(noise(400, 400)).getvalue()[:9000], "damaged"),
    "cut png": (file_of(noise(400, 400), "PNG").getvalue()[:9000], "damaged"),
    "hollow": (png_of(100, 100), "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_a_whole_still_picture_is_refused_in_words(office: Cast, name: str) -> None:
    content, says = BAD[name]
    with pytest.raises(BadInput) as refused:
        actions.add(office.organisation, BytesIO(content), by=office.author, name="winter.jpg")
    assert says in str(refused.value.said)
    assert refused.value.where == "picture"
    assert not Picture.objects.exists()


def test_only_those_who_write_add_pictures(office: Cast, stranger: Cast) -> None:
    for person in (office.responder, office.head, office.analyst, office.administrator, stranger.author):
        with pytest.raises(NotAllowed):
            actions.add(office.organisation, file_of(Image.new("RGB", (8, 8))), by=person)


class FullDisk(FileSystemStorage):
    """A storage whose disk fills up in the middle of a file."""

    def _save(self, name: str, content: object) -> str:
        super()._save(name, ContentFile(b"\xff"))
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_leaves_nothing_behind(office: Cast, settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.FullDisk"}}
    with pytest.raises(actions.NoRoom):
        actions.add(office.organisation, file_of(Image.new("RGB", (8, 8))), by=office.author)
    assert not Picture.objects.exists()
    assert not any(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))


@pytest.fixture
def winter(office: Cast) -> Picture:
    return actions.add(office.organisation, file_of(noise(1200, 900)), by=office.author)


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def test_people_at_the_desk_see_the_picture_and_its_small_copies(office: Cast, winter: Picture) -> None:
    client = signed_in(office.responder)
    whole = client.get(f"/media/{winter.code}/", headers={"host": "localhost"})
    small = client.get(f"/media/{winter.code}/240/", headers={"host": "localhost"})
    assert hashlib.sha256(whole.content).hexdigest() == winter.sha256
    assert Image.open(BytesIO(small.content)).width == 240
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in small["Cache-Control"]
    assert "private" in small["Cache-Control"]


def test_other_widths_and_other_peoples_pictures_are_not_there(
    office: Cast, stranger: Cast, winter: Picture
) -> None:
    host = {"host": "localhost"}
    assert signed_in(office.author).get(f"/media/{winter.code}/241/", headers=host).status_code == 404
    for person in (stranger.author, office.analyst, office.evaluator):
        assert signed_in(person).get(f"/media/{winter.code}/", headers=host).status_code == 404
    assert Client().get(f"/media/{winter.code}/", headers=host).status_code == 302


def test_a_torn_small_copy_is_made_anew(winter: Picture) -> None:
    actions.smaller(winter, 240)
    with open(default_storage.path(f"{winter.path}.240.jpg"), "wb") as torn:
        torn.write(b"\xff\xd8\xff")
    assert Image.open(BytesIO(actions.smaller(winter, 240))).width == 240
