"""The fonts of the papers: named for their families, with the characters that names need."""

import pytest
from fontTools.ttLib import TTFont

from consortium.documents import fonts, glyphs
from tests.needs import made_by_setup


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    made_by_setup(any(fonts.FOLDER.glob("*.ttf")), "the print fonts are not built")


def test_each_face_is_static_and_named() -> None:
    for face in fonts.faces():
        font = TTFont(fonts.FOLDER / f"{face.name}.ttf", lazy=True)
        assert "fvar" not in font, face
        assert font["OS/2"].usWeightClass == face.weight, face
        assert face.family in {font["name"].getDebugName(1), font["name"].getDebugName(16)}, face


def test_nothing_is_built_twice() -> None:
    try:
        assert fonts.build() == []
    except FileNotFoundError as missing:
        made_by_setup(False, str(missing))


def test_gbk_can_be_printed() -> None:
    # the two that are missing have no use outside of this encoding: a private euro sign and an obsolete ideographic sign
    covered = glyphs.covered()
    missing = [code for code in range(0x3400, 0xA000) if chr(code).encode("gbk", "ignore") and chr(code) not in covered]
    assert not missing


def test_what_is_missing_is_named() -> None:
    assert glyphs.missing("普通文字 plain text, “quoted”\n") == []
    assert glyphs.missing("\u202e\x07😀") == ["\x07", "\u202e", "😀"]
    assert glyphs.names(["\x07", "😀"]) == "U+0007, “😀” U+1F600 GRINNING FACE"
