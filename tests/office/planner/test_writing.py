"""Texts, pages, pictures and time, and two people at once."""

from __future__ import annotations

import pytest

from jauap.errors import BadInput, Refusal, WrongState
from jauap.office.cast import Cast
from jauap.office.planner import actions, checks, content, writing
from jauap.office.planner.models import Announcement, Variant, mark
from jauap.office.planner.refusals import ChangedMeanwhile

from .conftest import TEXTS, Desk


def variant(announcement: Announcement, language: str) -> Variant:
    return announcement.variants.get(language=language)


def says(announcement: Announcement, language: str) -> str:
    return next(p.content.text for p in content.read(announcement).pieces if p.variant.language == language)


def test_a_page_says_what_its_language_version_says(desk: Desk) -> None:
    announcement = desk.draft()
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    assert says(announcement, "ru") == "Иначе."


def test_a_page_keeps_its_own_text_and_is_marked_when_the_version_changes(desk: Desk) -> None:
    announcement = desk.draft()
    writing.write_variant(variant(announcement, "ru"), by=desk.office.author, text="Короче.")
    assert not any(piece.differs for piece in content.read(announcement).pieces)
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    assert says(announcement, "ru") == "Короче."
    assert [piece.differs for piece in content.read(announcement).pieces] == [False, True]


def test_looking_again_unmarks_it(desk: Desk) -> None:
    announcement = desk.draft()
    writing.write_variant(variant(announcement, "ru"), by=desk.office.author, text="Короче.")
    writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})
    writing.write_variant(variant(announcement, "ru"), by=desk.office.author, text="Короче.")
    assert not any(piece.differs for piece in content.read(announcement).pieces)


def test_a_page_follows_again(desk: Desk) -> None:
    announcement = desk.draft()
    writing.write_variant(variant(announcement, "ru"), by=desk.office.author, text="Короче.")
    writing.follow_again(variant(announcement, "ru"), by=desk.office.author)
    assert says(announcement, "ru") == TEXTS["ru"]


def test_the_versions_own_words_make_a_page_follow(desk: Desk) -> None:
    announcement = desk.draft()
    writing.write_variant(variant(announcement, "ru"), by=desk.office.author, text=f" {TEXTS['ru']}\r\n")
    assert variant(announcement, "ru").text is None


def test_one_does_not_write_over_what_another_wrote_meanwhile(desk: Desk) -> None:
    announcement = desk.draft()
    seen = {"ru": mark(TEXTS["ru"])}
    writing.write(announcement, by=desk.office.author, texts={"ru": "Дана пишет."}, seen=seen)
    with pytest.raises(ChangedMeanwhile) as refused:
        writing.write(announcement, by=desk.office.approver, texts={"ru": "Айгуль пишет."}, seen=seen)
    assert "Dana Demo changed this text at" in str(refused.value.said)
    assert says(announcement, "ru") == "Дана пишет."


def test_two_people_write_two_languages_at_once(desk: Desk) -> None:
    announcement = desk.draft()
    seen = {language: mark(text) for language, text in TEXTS.items()}
    writing.write(announcement, by=desk.office.author, texts={**TEXTS, "ru": "Дана пишет."}, seen=seen)
    writing.write(announcement, by=desk.office.approver, texts={**TEXTS, "kk": "Айгүл жазады."}, seen=seen)
    assert (says(announcement, "ru"), says(announcement, "kk")) == ("Дана пишет.", "Айгүл жазады.")


def test_ones_own_lost_answer_does_not_lock_one_out(desk: Desk) -> None:
    announcement = desk.draft()
    seen = {"ru": mark(TEXTS["ru"])}
    writing.write(announcement, by=desk.office.author, texts={"ru": "Раз."}, seen=seen)
    writing.write(announcement, by=desk.office.author, texts={"ru": "Раз два."}, seen=seen)
    assert says(announcement, "ru") == "Раз два."


def test_nobody_writes_over_another_pages_text_either(desk: Desk) -> None:
    announcement = desk.draft()
    writing.write_variant(
        variant(announcement, "ru"), by=desk.office.author, text="Короче.", seen=mark(TEXTS["ru"])
    )
    with pytest.raises(ChangedMeanwhile):
        writing.write_variant(
            variant(announcement, "ru"), by=desk.office.approver, text="Ещё короче.", seen=mark(TEXTS["ru"])
        )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("и\u0306", "\u0439"),
        ("  around \n", "around"),
        ("lone \ud800 half", "lone  half"),
        ("👨‍👩‍👧 stays", "👨‍👩‍👧 stays"),
    ],
)
def test_texts_are_kept_clean(desk: Desk, typed: str, kept: str) -> None:
    announcement = desk.draft({"ru": typed})
    assert says(announcement, "ru") == kept


def test_a_megabyte_of_marks_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput):
        desk.draft({"ru": "e" + "\u0301" * 1_000_000})


def test_only_the_offices_languages_are_written(desk: Desk) -> None:
    with pytest.raises(BadInput):
        desk.draft({"xx": "?"})


def test_a_page_of_another_office_is_not_chosen(desk: Desk, stranger: Cast) -> None:
    from .conftest import page_of

    theirs = page_of(stranger, "7", "ru")
    with pytest.raises(BadInput):
        writing.choose_pages(desk.draft(), by=desk.office.author, chosen=[(theirs.code, "ru")])
    with pytest.raises(BadInput):
        actions.create(desk.office.organisation, by=desk.office.author, pages=[theirs])


def test_a_picture_of_another_office_is_not_added(desk: Desk, stranger: Cast) -> None:
    made = actions.create(stranger.organisation, by=stranger.author)
    with pytest.raises(BadInput):
        writing.add_picture(made, desk.picture(), by=stranger.author)


def test_pictures_stand_in_the_order_given(desk: Desk) -> None:
    announcement = desk.draft()
    shown = [
        writing.add_picture(announcement, desk.picture(colour), by=desk.office.author)
        for colour in ("red", "green", "blue")
    ]
    writing.order_pictures(announcement, by=desk.office.author, order=[shown[2].pk, shown[0].pk])
    order = [picture.pk for picture in content.read(announcement).pictures]
    assert order == [shown[2].pk, shown[0].pk, shown[1].pk]
    writing.remove_picture(shown[0], by=desk.office.author)
    assert [picture.pk for picture in content.read(announcement).pictures] == [shown[2].pk, shown[1].pk]


def test_a_picture_is_added_once_and_eleven_are_too_many(desk: Desk) -> None:
    announcement = desk.draft()
    first, again = desk.with_picture(announcement), desk.with_picture(announcement)
    assert first.pk == again.pk
    for n in range(writing.MOST_PICTURES - 1):
        writing.add_picture(announcement, desk.picture(f"rgb({n * 20},0,0)"), by=desk.office.author)
    with pytest.raises(Refusal):
        writing.add_picture(announcement, desk.picture("white"), by=desk.office.author)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://x", "//evil.example", "https://" + "x" * 500]
)
def test_a_decision_is_a_link_to_the_web(desk: Desk, address: str) -> None:
    with pytest.raises(BadInput):
        writing.name(desk.draft(), by=desk.office.author, title="", decision_url=address)


def test_a_withdrawn_announcement_is_not_written(desk: Desk) -> None:
    announcement = desk.draft()
    actions.withdraw(announcement, by=desk.office.author)
    with pytest.raises(WrongState):
        writing.write(announcement, by=desk.office.author, texts={"ru": "Иначе."})


def test_what_must_be_mended_stands_first(desk: Desk) -> None:
    announcement = desk.draft({"kk": "\u202eЖазу", "ru": "ы" * 501})
    desk.with_picture(announcement)
    found = checks.findings(content.read(announcement), desk.tomorrow())
    assert [finding.stops for finding in found] == [True, True, False]
    said = " ".join(str(finding.said) for finding in found)
    assert "Қазақша, Русский" in said
    assert "1 character too many" in said
    assert "direction" in said


@pytest.mark.parametrize(
    ("text", "warned"),
    [("https://gov.kz/a", False), ("https:/gov.kz", True), ("https//gov.kz", True), ("see gov.kz", False)],
)
def test_a_mistyped_link_is_noticed(desk: Desk, text: str, warned: bool) -> None:
    found = checks.findings(content.read(desk.draft({"kk": text, "ru": "да"})), desk.tomorrow())
    assert any("mistyped" in str(finding.said) for finding in found) is warned
