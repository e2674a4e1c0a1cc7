"""One cell: what is written is read again as it was, and what means nothing is refused with a sentence."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.baselines.layout import BY_NAME, LISTS, Rows
from consortium.core.errors import Refused
from consortium.core.identifiers import Scheme
from consortium.core.typed import unfit
from consortium.exchange import cells, reading, workbook
from consortium.exchange.cells import Firms, letter, shielded, unshielded
from consortium.exchange.forms import _examined
from consortium.exchange.reading import Brought
from consortium.exchange.tables import counted

CODES = ["91320500000000012X", "12320500000000034Y"]
FIRMS = Firms(
    [
        SimpleNamespace(
            scheme=Scheme.USCC, code=code, name_zh=f"单位{place}", name_en=f"Firm {place}", short=f"F{place}"
        )
        for place, code in enumerate(CODES)
    ]
)  # type: ignore[misc]


def lines(most: int) -> st.SearchStrategy[str]:
    """What a line of a form can hold; often what a spreadsheet would run."""
    text = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), max_size=most)
    started = st.builds(
        lambda start, rest: (start + rest)[:most], st.sampled_from(["=", "+", "-", "@", "'", "", "_x0041_"]), text
    )
    return st.one_of(text, started).map(str.strip).filter(lambda one: unfit(one) is None)


def field_values(one: Any, field: Any) -> st.SearchStrategy[Any]:
    if field.enum is not None:
        return st.sampled_from([member.value for member in field.enum])
    days = st.dates(datetime.date(1950, 1, 1), datetime.date(2199, 12, 31)).map(datetime.date.isoformat)
    number = lines(20).filter(bool)
    by_kind: dict[str, Any] = {
        "day": days, "organisation": st.sampled_from(CODES), "flag": st.sampled_from(["yes", "no"]), "text": lines(200),
        "money": st.integers(0, 10**17).map(lambda fen: f"{Decimal(fen) / 100:.2f}"), "months": st.integers(0, 10**7).map(lambda part: f"{Decimal(part) / 100:.2f}"),
        "count": st.integers(1, 100), "milestone": st.integers(1, 10**6), "node": number, "deliverable": number,
    }  # fmt: skip
    found = by_kind.get(field.kind, number if field.name == "number" else lines(40))
    return st.one_of(st.none(), found) if (one.name, field.name) in cells.MAY_BE_BLANK else found


def rows_of_list(one: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries({field.name: field_values(one, field) for field in one.fields})
    return st.lists(row, max_size=3, unique_by=lambda row: tuple(row[name] for name in one.key))


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({one.name: rows_of_list(one) for one in LISTS}),
    st.sampled_from([workbook.to_xlsx, workbook.to_zip]),
)
def test_rows_come_back_from_files_as_they_were(rows: Rows, write: Any) -> None:
    content = write(rows, lambda field, value: f"={value}", "计划")
    found = reading.brought("plan", content, FIRMS, CODES[0], {})
    assert not found.troubles
    for one in LISTS:
        by_key = lambda some, one=one: {tuple(row[name] for name in one.key): row for row in some}  # noqa: E731
        assert by_key(found.rows[one.name]) == by_key(rows[one.name])


@given(st.text())
def test_a_shield_comes_off_again(text: str) -> None:
    assert unshielded(shielded(text)) == text
    assert not shielded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("name", "field", "cell", "meant"),
    [("nodes", "starts_on", "2026年3月1日", "2026-03-01"), ("nodes", "starts_on", datetime.date(2026, 3, 1), "2026-03-01"), ("nodes", "number", 1.0, "1"),
     ("nodes", "number", "1.10", "1.10"), ("effort", "months", 0.1 + 0.2, "0.30"), ("effort", "months", "1,234.5", "1234.50"), ("budget", "amount", "120万元", "1200000.00"),
     ("budget", "category", "劳务费", "labour"), ("links", "kind", "Finish to start", "fs"), ("links", "lag", -3.0, -3), ("ties", "milestone", "M3", 3),
     ("milestones", "waived", None, "no"), ("milestones", "waived", True, "yes"), ("nodes", "lead", "单位0", CODES[0]), ("nodes", "lead", "f1", CODES[1]),
     ("nodes", "parent", " ", None), ("indicators", "value_end", 12.5, "12.5")],
)  # fmt: skip
def test_what_people_write_is_understood(name: str, field: str, cell: Any, meant: Any) -> None:
    assert cells.read(BY_NAME[name], BY_NAME[name].field(field), cell, FIRMS) == meant


@pytest.mark.parametrize(
    ("name", "field", "cell", "said"),
    [("nodes", "starts_on", "2026-02-30", "30 February 2026 does not exist"), ("nodes", "starts_on", 46000.0, "number and no date"), ("nodes", "starts_on", "", "fill in"),
     ("effort", "months", "1.005", "at most two decimals"), ("effort", "months", 1.005, "at most two decimals"), ("effort", "months", -1.0, "between 0"),
     ("budget", "amount", -5, "not be negative"), ("budget", "amount", 123456789012345.67, "15 digits"), ("nodes", "number", 1.1, "1.1 and 1.10"),
     ("nodes", "number", datetime.date(2026, 1, 2), "became a date"), ("nodes", "lead", "单位9", "单位0"), ("nodes", "lead", "毫无关系之名", "Write its code"),
     ("links", "kind", "soon", "fs, ss, ff, sf"), ("milestones", "weight", 101, "between 1 and 100"), ("milestones", "waived", "maybe", "yes or no"),
     ("nodes", "title_zh", "a\x00b", "NUL"), ("nodes", "title_zh", "长" * 201, "201 characters")],
)  # fmt: skip
def test_what_means_nothing_is_refused_in_a_sentence(name: str, field: str, cell: Any, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        cells.read(BY_NAME[name], BY_NAME[name].field(field), cell, FIRMS)
    assert said in str(refusal.value.message)


def test_columns_are_named_as_spreadsheet_programs_do() -> None:
    assert [letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_code_of_another_scheme_bears_its_scheme_and_one_code_of_two_firms_is_told_apart() -> None:
    def firm(scheme: Scheme, code: str, name: str) -> Any:
        return SimpleNamespace(scheme=scheme, code=code, name_zh=name, name_en="", short="")

    firms = Firms([firm(Scheme.USCC, CODES[0], "甲"), firm(Scheme.REGISTRATION, CODES[0], "乙"), firm(Scheme.PIC, "999", "丙"),
                   firm(Scheme.LEI, "77", "丁"), firm(Scheme.REGISTRATION, "77", "戊")])  # fmt: skip
    assert [firms.code(name) for name in (CODES[0], "甲", f"USCC:{CODES[0]}")] == [CODES[0]] * 3
    assert [firms.code(name) for name in ("乙", f"registration:{CODES[0]}")] == [f"registration:{CODES[0]}"] * 2
    assert [firms.code(name) for name in ("丙", "PIC:999", "999")] == ["pic:999"] * 3
    with pytest.raises(Refused) as refusal:
        firms.code("77")
    assert "lei:77" in str(refusal.value.message) and "registration:77" in str(refusal.value.message)


def test_what_is_wrong_with_a_row_that_is_not_in_the_file_says_which_row_it_is() -> None:
    found = Brought()
    day = datetime.date(2026, 8, 3)
    found.trouble("nodes", ("1.3",), "starts_on", day, "The day has to lie within “1”.")
    found.trouble("nodes", ("1.4",), "parent", "1.4", "A node cannot lie in itself.")
    found.trouble("nodes", ("1.5",), "title_zh", "", "Give it a title.")
    assert [(one.place, one.value) for one in found.troubles] == [
        ("nodes", "1.3: 2026-08-03"), ("nodes", "1.4"), ("nodes", "1.5"),
    ]  # fmt: skip


def test_what_an_import_changed_is_said_in_words() -> None:
    row: Any = SimpleNamespace(counts={"nodes": [0, 1, 0], "milestones": [2, 0, 1], "links": [0, 0, 0]})
    assert str(counted(row)) == "Nodes of the tree 1 changed · Milestones 2 added, 1 removed"


def test_a_file_of_another_kind_is_told_of_all_kinds_that_are_taken() -> None:
    with pytest.raises(Refused) as refused:
        _examined("plan.docx", io.BytesIO(b"PK\x03\x04 none"))
    assert "possible are csv, xlsx, xml, zip" in str(refused.value)
    with pytest.raises(Refused) as refused:
        _examined("plan.xml", io.BytesIO(b"<other/>"))
    assert "possible are csv, xlsx, zip" in str(refused.value)
