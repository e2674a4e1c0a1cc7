"""Secrecy marks: a file that declares itself a state secret is refused before its bytes are kept (domain.md 9, invariant 12).

What is read: the name; the beginning of texts; properties, headers, footers and first texts of Office documents; names inside an archive;
what a PDF says of itself in plain or simply packed form. What cannot be seen: words in pictures and scans, glyphs of a PDF that stand for
words by number alone, files inside of an archive, and what is locked. It catches a mistake, and no intent.

A mark is one of the three grades with a star (机密★), after 密级, in brackets or on a line of its own, or a text that says that it is a state
secret. 内部 is no grade of state secrets; 商业秘密, 保密协议 or 不涉及国家秘密 are ordinary words.
"""

from __future__ import annotations

import codecs
import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

GRADES = r"(?:绝\s?密|机\s?密|秘\s?密)"
STARRED = re.compile(rf"{GRADES}\s*[★☆✭⭐]")
GRADED = re.compile(rf"密\s?级\s*[:：]?\s*[【\[(（“\"]?\s*(?:{GRADES}|涉密)")
BRACKETED = re.compile(rf"[【\[(（〔《「]\s*(?:{GRADES}|涉密|国家秘密)\s*[】\])）〕》」]")
ALONE = re.compile(rf"^[\s\ufeff]*(?:{GRADES}|国家秘密)\s*$", re.MULTILINE)
SAID = re.compile(
    r"(?P<before>[^。；;！!？?\n]{0,12})(?P<mark>(?:属于?|含有?|涉及|系|为|是)\s*国家(?:绝密|机密|秘密)(?!法|保护))"
)
DENIED = re.compile(r"[不非无未禁否勿]")
NAMED = re.compile(rf"^(?:{GRADES}|涉密)(?:[-_—–.·\s]|$)|(?:[-_—–·\s])(?:{GRADES}|涉密)$")

HEAD = 4000  # characters in which a mark without a star counts
MOST_TEXT = 64 * 1024  # bytes of a text
MOST_PART = 256 * 1024  # bytes of a part of an Office document
MOST_STREAMS = 60
MOST_PLACES = 100  # at which a word is looked at
OFFICE = re.compile(
    r"(docProps/(core|app|custom)|word/(document|header\d*|footer\d*)|xl/(sharedStrings|workbook|worksheets/sheet[1-3]))\.xml"
)
ENDS = re.compile(r"</(?:w:p|si|c|a:p|dc:\w+|cp:\w+|vt:\w+|oddHeader|oddFooter)>|<w:(?:br|tab)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")
WORDS = ("绝密", "机密", "秘密", "国家秘密", "密级")


def mark_of(name: str, kind: str, file: BinaryIO) -> str | None:
    """The secrecy mark that a file bears, as far as it can be seen cheaply; None where none is found."""
    if found := mark_in_name(name):
        return found
    for text in _texts(kind, file):
        if found_in := mark_in(text):
            return found_in
    return None


def mark_in_name(name: str) -> str | None:
    """The secrecy mark in the name of a file."""
    bare = name.rpartition(".")[0] or name
    found = BRACKETED.search(name) or STARRED.search(name) or GRADED.search(name) or NAMED.search(bare)
    return _plain(found[0]) if found else None


def mark_in(text: str) -> str | None:
    """The secrecy mark in a text; without star or grade it counts at the beginning only."""
    head = text[:HEAD]
    found = STARRED.search(text) or GRADED.search(text) or BRACKETED.search(head) or ALONE.search(head)
    if found:
        return _plain(found[0])
    for said in SAID.finditer(head):
        if not DENIED.search(said["before"]):
            return _plain(said["mark"])
    return None


def _plain(mark: str) -> str:
    return re.sub(r"\s", "", mark).strip("-_—–·.")


def _texts(kind: str, file: BinaryIO) -> Iterator[str]:
    """The texts of a file that are cheap to read."""
    file.seek(0)
    if kind in ("csv", "txt"):
        yield _decoded(file.read(MOST_TEXT))
    elif kind in ("docx", "xlsx", "zip"):
        yield from _inside(kind, file)
    elif kind == "pdf":
        yield from _of_pdf(file.read())
    file.seek(0)


def _decoded(data: bytes) -> str:
    """Text as UTF-16 by its mark, UTF-8, or the Chinese national encoding, in which spreadsheet programs write CSV."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "ignore")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)  # the last character may be cut
    except UnicodeDecodeError:
        return data.decode("gb18030", "ignore")


def _inside(kind: str, file: BinaryIO) -> Iterator[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if kind == "zip":
                # A mark that is a name as well is found in the text of it.
                yield from (
                    f"【{found}】" for path in names for part in path.split("/") if (found := mark_in_name(part))
                )
                return
            for name in names:
                if OFFICE.fullmatch(name):
                    with archive.open(name) as part:
                        yield _without_tags(part.read(MOST_PART).decode("utf-8", "ignore"))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError):
        return  # `uploads.read_archive` says what is wrong with it


def _without_tags(markup: str) -> str:
    """The words of an XML part; a word may be cut into several runs, a paragraph or cell ends a line."""
    return html.unescape(TAG.sub("", ENDS.sub("\n", markup)))


def _of_pdf(data: bytes) -> Iterator[str]:
    """What stands in the open, and what is packed by the usual method: information, metadata, simple texts."""
    yield from _spelled(data)
    for place, start in enumerate(re.finditer(rb"stream\r?\n", data)):
        if place >= MOST_STREAMS:
            return
        try:
            unpacked = zlib.decompressobj().decompress(data[start.end() : start.end() + MOST_PART], MOST_PART)
        except zlib.error:
            continue
        yield from _spelled(unpacked)


def _spelled(data: bytes) -> Iterator[str]:
    """Lines around words that could be a mark, in the ways in which a PDF spells them; all else is not looked at."""
    for word in WORDS:
        wide = word.encode("utf-16-be")
        for at in _places(data, word.encode()):
            yield data[max(at - 48, 0) : at + 64].decode("utf-8", "ignore")
        for at in _places(data, wide):
            yield data[max(at - 48, at % 2) : at + 64].decode("utf-16-be", "ignore")
        for digits in (wide.hex(), wide.hex().upper()):
            for at in _places(data, digits.encode()):
                begin = data.rfind(b"<", max(at - 400, 0), at) + 1
                text = re.sub(rb"[^0-9A-Fa-f].*", b"", data[begin : at + 400], flags=re.DOTALL)
                yield bytes.fromhex(text[: len(text) // 4 * 4].decode()).decode("utf-16-be", "ignore")


def _places(data: bytes, what: bytes) -> Iterator[int]:
    at, seen = data.find(what), 0
    while at >= 0 and seen < MOST_PLACES:
        yield at
        at, seen = data.find(what, at + len(what)), seen + 1
