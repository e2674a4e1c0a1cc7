"""Cuts fonts with the HarfBuzz of the uharfbuzz wheel: fast everywhere, and the same bytes on every machine.

WeasyPrint takes the system's libharfbuzz-subset, or falls back to fontTools, which takes five times as long for a whole
paper. Either way the bytes would depend on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import uharfbuzz as hb
import weasyprint.pdf.fonts as weasyprint_fonts

DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
_original = weasyprint_fonts.Font.clean


def install() -> None:
    """Makes WeasyPrint use this subsetter, in this process."""
    weasyprint_fonts.Font.clean = _clean


def _clean(font: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:
    if not to_unicode or font.bitmap or font.png or font.svg or font.colr or "fvar" in font.tables:
        _original(font, to_unicode, hinting)
    else:
        font.file_content = cut(font.file_content, font.index, set(to_unicode), outline_missing=bool(font.missing))


def cut(content: bytes, index: int, glyphs: set[int], outline_missing: bool = False) -> bytes:
    """The font with those glyphs only, whose numbers stay as they are; empty glyphs after the last one are left out."""
    flags = hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED | hb.SubsetFlags.DESUBROUTINIZE
    if outline_missing:
        flags |= hb.SubsetFlags.NOTDEF_OUTLINE
    used = hb.SubsetInput()
    used.glyph_set.update(glyphs)
    used.flags = flags | hb.SubsetFlags.RETAIN_GIDS
    used.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in DROPPED)
    sparse = used.subset(hb.Face(hb.Blob(content), index))
    short = hb.SubsetInput()
    short.glyph_set.update(range(max(glyphs) + 1))
    short.flags = flags | hb.SubsetFlags.NO_HINTING
    return bytes(short.subset(sparse).blob.data)
