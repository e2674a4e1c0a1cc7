"""Where each run of text stands on the pages of a PDF, drawings included, computed from its operators and the widths of its fonts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]
UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Run:
    """A run of text in points from the lower left corner: from where to where its glyphs reach on the line, and about how high."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    text: str

    def over(self, other: Run) -> bool:
        """Whether both stand in the same place; a hair of contact, or of two lines set tight, is none."""
        across = min(self.right, other.right) - max(self.left, other.left)
        along = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > 0.6 and along > 0.3 * min(self.top - self.bottom, other.top - other.bottom)


def multiplied(inner: Matrix, outer: Matrix) -> Matrix:
    """A matrix within another, as PDF does it."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


class Face:
    """The widths and the words of a font of composite glyphs."""

    def __init__(self, font: Any) -> None:
        inner = font["/DescendantFonts"][0].get_object()
        self.usual = float(inner.get("/DW", 1000))
        self.widths: dict[int, float] = {}
        listed = [part.get_object() for part in inner.get("/W", ())]
        while listed:
            start, more = int(listed.pop(0)), listed.pop(0)
            if isinstance(more, list):
                self.widths.update((start + place, float(width)) for place, width in enumerate(more))
            else:
                self.widths.update(dict.fromkeys(range(start, int(more) + 1), float(listed.pop(0))))
        self.words: dict[int, str] = {}
        for line in font["/ToUnicode"].get_object().get_data().decode("latin-1").splitlines():
            parts = line.split()
            if len(parts) == 2 and parts[0].startswith("<") and parts[1].startswith("<"):
                self.words[int(parts[0][1:-1], 16)] = bytes.fromhex(parts[1][1:-1]).decode("utf-16-be", "replace")

    def read(self, codes: bytes) -> Iterator[tuple[str, float]]:
        """Each glyph as its text and its width in thousandths."""
        for place in range(0, len(codes) - 1, 2):
            glyph = codes[place] << 8 | codes[place + 1]
            yield self.words.get(glyph, ""), self.widths.get(glyph, self.usual)

    def shown(self, parts: Any, size: float) -> tuple[str, float]:
        """The words of a line of glyphs and of distances between them, and how long it is."""
        words, length = "", 0.0
        for part in parts:
            if isinstance(part, int | float):
                length -= float(part) / 1000 * size
                continue
            for text, width in self.read(part.original_bytes):
                words, length = words + text, length + width / 1000 * size
        return words, length


def of(pdf: bytes) -> list[list[Run]]:
    """The runs of each page."""
    reader, faces = PdfReader(BytesIO(pdf)), {}  # type: ignore[var-annotated]
    return [
        list(_of_stream(page.get_contents(), page["/Resources"], number, UPRIGHT, reader, faces))
        for number, page in enumerate(reader.pages, 1)
    ]


def _of_stream(
    stream: Any, resources: Any, page: int, outer: Matrix, reader: PdfReader, faces: dict[Any, Face]
) -> Iterator[Run]:
    matrix, kept, face, size, line = outer, [], None, 0.0, UPRIGHT
    for operands, operator in ContentStream(stream, reader).operations:
        if operator == b"q":
            kept.append(matrix)
        elif operator == b"Q":
            matrix = kept.pop()
        elif operator == b"cm":
            matrix = multiplied(tuple(map(float, operands)), matrix)  # type: ignore[arg-type]
        elif operator == b"Do":
            thing = resources["/XObject"][operands[0]].get_object()
            if thing["/Subtype"] == "/Form":
                own = multiplied(tuple(map(float, thing.get("/Matrix", UPRIGHT))), matrix)  # type: ignore[arg-type]
                yield from _of_stream(thing, thing.get("/Resources", resources), page, own, reader, faces)
        elif operator == b"Tf":
            name, size = operands[0], float(operands[1])
            font = resources["/Font"][name].get_object()
            face = faces.get(font["/BaseFont"]) or faces.setdefault(font["/BaseFont"], Face(font))
        elif operator == b"BT":
            line = UPRIGHT
        elif operator == b"Tm":
            line = tuple(map(float, operands))  # type: ignore[assignment]
        elif operator in (b"TJ", b"Tj") and face is not None:
            words, length = face.shown(operands[0] if operator == b"TJ" else operands, size)
            at = multiplied(line, matrix)
            line = multiplied((1, 0, 0, 1, length, 0), line)
            if words.strip() and abs(at[1]) < 1e-6:  # turned text is left aside
                yield Run(
                    page,
                    at[4],
                    at[5] - 0.12 * size * abs(at[3]),
                    at[4] + length * at[0],
                    at[5] + 0.72 * size * abs(at[3]),
                    words,
                )
