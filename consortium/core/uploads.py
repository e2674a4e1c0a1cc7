"""What may be uploaded: the extension, the first bytes and the names inside have to agree, and nothing that a browser or a shell would run."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from consortium.core.errors import Refused
from consortium.core.secrecy import mark_of
from consortium.core.typed import unfit
from consortium.core.words import _l, listed

MEGABYTE = 1_000_000
MOST_SIZE = 20 * MEGABYTE
HEAD = 8192
MEDIA = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
}
KINDS = frozenset(MEDIA)
ALIASES = {"jpeg": "jpg"}
SIGNATURES = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "zip": b"PK\x03\x04",
}
PARTS = {"docx": {"[Content_Types].xml", "word/document.xml"}, "xlsx": {"[Content_Types].xml", "xl/workbook.xml"}}
MARKUP = re.compile(
    r"<(!doctype|html|head|body|script|svg|iframe|object|embed|img|meta|\?xml|\?php)[\s/>]|^\s*@echo\b", re.IGNORECASE
)
PROGRAMS = (
    b"#!",
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"%PDF-",
    b"{\\rtf",
    b"\xd0\xcf\x11\xe0",
    *SIGNATURES.values(),
)
RUNNABLE = re.compile(
    r"\.(exe|scr|com|bat|cmd|msi|ps1|vbs|vbe|jse|wsf|hta|lnk|jar|dll|html?|svg|xhtml)[. ]*$",
    re.IGNORECASE,  # Windows drops what ends a name
)
# The test file of virus scanners, in halves, so that this file is not taken for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
DECLARATION = "[Content_Types].xml"
MACROS = re.compile(rb"vbaProject|macroEnabled|ms-word\.attachedToolbars|intlmacrosheet", re.IGNORECASE)
MOST_ENTRIES = 10_000
MOST_UNPACKED = 1_000 * MEGABYTE


class Marked(Refused):
    """A file says of itself that it is a state secret."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has passed: name without folders, kind (a key of MEDIA), size in bytes, file at its beginning."""

    name: str
    kind: str
    size: int
    file: BinaryIO

    @property
    def media_type(self) -> str:
        return MEDIA[self.kind]


def examine(name: str, file: BinaryIO, kinds: frozenset[str] = KINDS, most: int = MOST_SIZE) -> Upload:
    """The upload, or Refused with a sentence that names the file."""
    name = bare(name)
    file.seek(0, 2)
    size = file.tell()
    if size == 0:
        raise Refused(_l("The file “%(name)s” is empty.", name=name))
    if size > most:
        raise Refused(
            _l(
                "The file “%(name)s” has %(size)s; at most %(most)s are taken.",
                name=name,
                size=megabytes(size),
                most=megabytes(most),
            )
        )
    file.seek(0)
    head = file.read(HEAD)
    kind = kind_of(name, head, file, kinds)
    if mark := mark_of(name, kind, file):
        raise Marked(
            _l(
                "The file “%(name)s” bears the secrecy mark “%(mark)s” and is not taken: state secrets must not be entered into this platform.",
                name=name,
                mark=mark,
            )
        )
    file.seek(0)
    return Upload(name, kind, size, file)


def kind_of(name: str, head: bytes, file: BinaryIO, kinds: frozenset[str] = KINDS) -> str:
    """The kind that name, first bytes and content agree on; Refused where they do not."""
    end = name.rpartition(".")[2].lower() if "." in name else ""
    kind = ALIASES.get(end, end)
    if kind not in kinds:
        raise Refused(
            _l(
                "The file “%(name)s” is of a kind that is not taken; possible are %(kinds)s.",
                name=name,
                kinds=listed(sorted(kinds)),
            )
        )
    if EICAR in head:
        raise Refused(_l("The file “%(name)s” is a test virus and is not taken.", name=name))
    if kind in ("csv", "txt"):
        read_text(name, head)
    elif not head.startswith(SIGNATURES[kind]):
        raise Refused(
            _l(
                "The file “%(name)s” is not what its name says: it does not begin like a %(kind)s file.",
                name=name,
                kind=kind,
            )
        )
    if kind in ("docx", "xlsx", "zip"):
        read_archive(name, kind, file)
    return kind


def bare(name: str) -> str:
    """The file's name without folders; a name that shows something else than it is, is refused."""
    name = re.split(r"[\\/]", name)[-1].strip()
    if complaint := unfit(name):
        raise Refused(_l("The name of a file cannot be kept: %(reason)s", reason=complaint))
    if not name.strip("."):
        raise Refused(_l("A file without a name is not taken."))
    if len(name) > 200:
        raise Refused(
            _l(
                "The name of a file is %(count)s characters long; at most %(most)s fit.",
                count=f"{len(name):,}",
                most=200,
            )
        )
    return name


def read_text(name: str, head: bytes) -> None:
    """Refuse what is no text, and text that a browser or a shell would run."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and (b"\0" in head or head.startswith(PROGRAMS)):
        raise Refused(
            _l("The file “%(name)s” is not what its name says: it is a program or a binary file, not text.", name=name)
        )
    text = head.decode("utf-16" if wide else "utf-8", "ignore")
    if "\0" in text or MARKUP.search(text):
        raise Refused(_l("The file “%(name)s” is not what its name says: it holds markup or a script.", name=name))


def read_archive(name: str, kind: str, file: BinaryIO) -> None:
    """Refuse a broken or locked archive, one that would not unpack safely, and programs or macros in it."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            declared = _declared(archive) if kind in PARTS else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError):
        raise Refused(_l("The file “%(name)s” is broken and cannot be opened.", name=name)) from None
    names = {entry.filename for entry in entries}
    if MACROS.search(declared):  # a macro goes by what the document declares, whatever its part is called
        raise Refused(
            _l(
                "The file “%(name)s” holds a program or a macro (%(inner)s) and is not taken.",
                name=name,
                inner=DECLARATION,
            )
        )
    if not names:
        raise Refused(_l("The file “%(name)s” is empty.", name=name))
    if not names >= PARTS.get(kind, set()):
        raise Refused(
            _l(
                "The file “%(name)s” is not what its name says: inside it is no %(kind)s document.",
                name=name,
                kind=kind,
            )
        )
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused(_l("The file “%(name)s” holds too much when it is unpacked.", name=name))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(_l("The file “%(name)s” is locked with a password; please upload it without one.", name=name))
    for inner in sorted(names):
        if inner.startswith(("/", "\\")) or ":" in inner[:2] or ".." in re.split(r"[\\/]", inner):
            raise Refused(_l("The file “%(name)s” would unpack outside of its folder and is not taken.", name=name))
        if RUNNABLE.search(inner) or inner.lower().endswith("vbaproject.bin"):
            raise Refused(
                _l(
                    "The file “%(name)s” holds a program or a macro (%(inner)s) and is not taken.",
                    name=name,
                    inner=printable(inner),
                )
            )


def _declared(archive: zipfile.ZipFile) -> bytes:
    """The beginning of what an Office document says of its parts; ValueError where it does not unpack."""
    if DECLARATION not in archive.namelist():
        return b""
    with archive.open(DECLARATION) as part:
        return part.read(MEGABYTE)


def printable(text: str) -> str:
    """At most 80 characters that can be shown."""
    return "".join(character if unfit(character) is None else "\u25a1" for character in text)[:80]


def megabytes(size: int) -> str:
    """Bytes as `1.2 MB`, in whole numbers only."""
    tenths = -(-size // (MEGABYTE // 10))
    return f"{tenths // 10:,}.{tenths % 10} MB" if tenths % 10 else f"{tenths // 10:,} MB"
