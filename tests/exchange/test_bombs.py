"""Small files that would become very large: refused before a library takes room for what they claim."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter

from consortium.core.errors import Refused
from consortium.exchange import markup, msproject, workbook
from consortium.exchange.cells import Firms

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CORNERS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="20001"><c r="GR20001"><v>1</v></c></row>'


def packed(files: Any) -> bytes:
    """Files as a ZIP; two may bear one name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def book(sheets: Sequence[tuple[str, str]], texts: str = "", more: Sequence[tuple[str, str]] = ()) -> bytes:
    """A workbook of sheets with these titles and rows, and these shared texts."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    for title, _ in sheets:
        made.add_worksheet(title).write_string(0, 0, "x")
    made.close()
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    if texts:
        files["xl/sharedStrings.xml"] = f'<sst xmlns="{NS}">{texts}</sst>'
    for place, (_, rows) in enumerate(sheets, start=1):
        files[f"xl/worksheets/sheet{place}.xml"] = f'<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData></worksheet>'
    return packed([*files.items(), *more])


def named(count: int, value: str = "0") -> str:
    """So many rows, each with one cell that names a shared text."""
    return "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{value}</v></c></row>' for n in range(1, count + 1))


def refused(content: bytes) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(Refused) as refusal:
        workbook.grids("a.xlsx", content)
    return str(refusal.value.message)


TEXT = f"<si><t>{'x' * 30_000}</t></si>"


@pytest.mark.parametrize("content", [
    book([(f"s{number}", CORNERS) for number in range(3)]),  # room for millions of cells that nobody wrote
    book([("nodes", named(2000))], TEXT),  # one text, written out in each cell
    book([("nodes", named(2000, "<!-- -->0"))], TEXT), book([("nodes", named(2000, "00"))], TEXT),
    book([("nodes", named(1000)), ("links", named(1000))], TEXT),
    book([(f"s{number}", "") for number in range(60)]),
])  # fmt: skip
def test_a_workbook_that_claims_too_much_is_refused(content: bytes) -> None:
    assert len(content) < 200_000
    assert "holds too much" in refused(content)


def test_so_many_shared_texts_are_none_of_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MOST_TEXTS", 20)
    assert "holds too much" in refused(book([("nodes", named(1))], "<si/>" * 21))


@pytest.mark.parametrize("part", ["XL/worksheets/SHEET1.xml", "xl\\worksheets\\sheet1.xml", "xl/SharedStrings.xml"])
def test_a_part_that_the_library_could_take_for_another_is_refused(part: str) -> None:
    assert "broken" in refused(book([("nodes", named(1))], TEXT, [(part, CORNERS)]))


@pytest.mark.parametrize("value", ["1", "-5", "x", "9" * 400])
def test_a_text_that_is_not_there_is_refused(value: str) -> None:
    assert "broken" in refused(book([("nodes", named(1, value))], TEXT))


def test_what_people_write_is_taken() -> None:
    (grid,) = workbook.grids("a.xlsx", book([("nodes", named(300))], "<si><r><t>1.</t></r><r><t>10</t></r></si>"))
    assert (grid.head, len(grid.rows)) == (["1.10"], 299)


def test_tables_in_an_archive_are_counted_as_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand small tables are not read to the end before it is told that they are too many."""
    read: list[str] = []
    table = workbook._table
    monkeypatch.setattr(workbook, "_table", lambda name, content: read.append(name) or table(name, content))
    assert "more than 100,000 rows" in refused(packed((f"{number}.csv", "a\n" * 20_000) for number in range(40)))
    assert len(read) < 10


def test_a_table_of_which_the_text_alone_fills_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_TABLE", 1000)
    assert "holds too much" in refused(packed([("nodes.csv", "0" * 1001)]))


def test_elements_are_not_nested_without_end() -> None:
    """Where each is told with all that it lies in, a hundred thousand would take hours."""
    content = b"<?xml version='1.0'?><Project>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</Project>"
    with pytest.raises(Refused, match="no XML that can be read"):
        msproject.read("a.xml", content, Firms([]), "", {})
