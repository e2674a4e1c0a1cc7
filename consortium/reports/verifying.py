"""Whether a file is a paper of this platform: by its bytes, and where they differ by the number that it bears."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from consortium.reports import queries

# The file comes from anybody. Its metadata is looked for in the bytes as they are; only where it is not found, the structure is
# read, and of what is packed no more than this is unpacked.
MOST_METADATA = 1 << 20
NUMBER = re.compile(rb"\bdocumentId(?:>|=[\"'])([A-Za-z0-9._-]{1,60})[<\"']")


@dataclass(frozen=True)
class Finding:
    """What was found: `genuine`, `altered` or `unknown`; the row of queries.PUBLIC where there is one; the SHA-256 of the file."""

    outcome: str
    sha256: str
    paper: Any = None


def examine(content: bytes) -> Finding:
    """Compare a file with the archive."""
    digest = hashlib.sha256(content).hexdigest()
    if paper := queries.paper_by_digest(digest):
        return Finding("genuine", digest, paper)
    number = claimed(content)
    paper = queries.paper_public(number) if number else None
    return Finding("altered" if paper else "unknown", digest, paper)


def claimed(content: bytes) -> str | None:
    """The document number that a PDF says it has; None where it says none or cannot be read."""
    found = NUMBER.search(content) or NUMBER.search(_metadata(content))
    return found[1].decode() if found else None


def _metadata(content: bytes) -> bytes:
    """The XMP packet of a PDF, at most MOST_METADATA bytes of it; empty where there is none."""
    try:
        with pikepdf.open(BytesIO(content), access_mode=pikepdf.AccessMode.stream) as pdf:
            stream = pdf.Root.get("/Metadata")
            if not isinstance(stream, pikepdf.Stream):
                return b""
            raw = stream.read_raw_bytes()
            packed = stream.get("/Filter") == pikepdf.Name.FlateDecode
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError, MemoryError):
        return b""
    if not packed:
        return bytes(raw[:MOST_METADATA])
    try:
        return zlib.decompressobj().decompress(raw, MOST_METADATA)
    except zlib.error:
        return b""
