"""Lists as files: the same rows in CSV and sheet, and no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from consortium.documents.tables import Column, Table, safe_text, sheet_title, to_csv, to_xlsx


@dataclass
class Milestone:
    title: str
    due_on: date | None = None
    cost: Decimal | None = None
    files: int = 0
    done: Decimal = Decimal(0)


MILESTONES = Table(
    "milestones",
    "里程碑 [2026/11]",
    (
        Column("title", "Title", lambda m: m.title, kind="link", href=lambda m: f"/milestones/{m.title}"),
        Column("due_on", "Due", lambda m: m.due_on, kind="day"),
        Column("cost", "Cost", lambda m: m.cost, kind="money"),
        Column("files", "Files", lambda m: m.files, kind="count"),
        Column("done", "Done", lambda m: m.done, kind="share"),
    ),
)
CASTING = Milestone("首件交付", date(2026, 11, 28), Decimal("1234567.80"), 3, Decimal("0.415"))
DANGEROUS = ("=1+1", "+86 10", "-2", "@SUM(A1)", "\tx", "\rx")


def read_csv(table, items):
    text = "".join(to_csv(table, items))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def read_sheet(table, items):
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(table, items)))
    return book.get_sheet_by_index(0).to_python()


def test_csv_has_the_head_and_numbers_as_numbers():
    assert read_csv(MILESTONES, [CASTING]) == [
        ["Title", "Due", "Cost", "Files", "Done"],
        ["首件交付", "2026-11-28", "1234567.80", "3", "0.415"],
    ]


@pytest.mark.parametrize("text", DANGEROUS)
def test_csv_quotes_text_that_begins_like_a_formula(text):
    assert read_csv(MILESTONES, [Milestone(text)])[1][0] == "'" + text


def test_csv_leaves_negative_money_a_number():
    assert read_csv(MILESTONES, [Milestone("x", cost=Decimal("-5.00"))])[1][2] == "-5.00"


def test_csv_leaves_what_is_unknown_empty():
    assert read_csv(MILESTONES, [Milestone("x")])[1][1:3] == ["", ""]


def test_csv_of_many_rows_comes_in_pieces():
    pieces = list(to_csv(MILESTONES, (Milestone(str(n)) for n in range(1000))))
    assert len(pieces) > 3
    assert "".join(pieces).count("\r\n") == 1001


def test_csv_is_read_lazily():
    drawn = []

    def rows():
        for number in range(1000):
            drawn.append(number)
            yield Milestone(str(number))

    next(to_csv(MILESTONES, rows()))
    assert len(drawn) < 1000


def test_sheet_holds_the_values_of_the_csv():
    assert read_sheet(MILESTONES, [CASTING])[1] == ["首件交付", date(2026, 11, 28), 1234567.8, 3.0, 0.415]


@pytest.mark.parametrize("text", DANGEROUS[:5])
def test_sheet_keeps_text_as_text(text):
    assert read_sheet(MILESTONES, [Milestone(text)])[1][0] == text
    assert b"<f>" not in to_xlsx(MILESTONES, [Milestone(text)])


def test_sheet_has_the_same_bytes_for_the_same_rows_and_moment():
    moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert to_xlsx(MILESTONES, [CASTING], created=moment) == to_xlsx(MILESTONES, [CASTING], created=moment)


def test_sheet_of_no_rows_is_its_head():
    assert read_sheet(MILESTONES, []) == [["Title", "Due", "Cost", "Files", "Done"]]


def test_sheet_title_fits_the_format():
    assert sheet_title("里程碑 [2026/11]: all?") == "里程碑  2026 11   all"
    assert sheet_title("???") == "Sheet"
    assert len(sheet_title("x" * 80)) == 31


def test_sorting_knows_only_columns_that_can_be_sorted():
    class Due:
        def asc(self):
            return "due asc"

        def desc(self):
            return "due desc"

    table = Table("t", "T", (Column("due_on", "Due", str, sort=Due()), Column("title", "Title", str)))
    assert table.sorting("due_on") == "due asc"
    assert table.sorting("-due_on") == "due desc"
    assert table.sorting("title") is None
    assert table.sorting("no such column") is None
    assert table.sorting(None) is None


def test_safe_text_leaves_ordinary_words_alone():
    assert safe_text("衡石精机 (示例)") == "衡石精机 (示例)"
