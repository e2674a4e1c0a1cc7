"""Fields keep what was typed, say what is wrong in a sentence, and give exact values."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form
from wtforms.fields import Field

from consortium.core.identifiers import Scheme
from consortium.core.terms import CoreArea, label
from consortium.core.uploads import EICAR
from consortium.web.fields import (
    ChoiceField,
    CodeField,
    CountField,
    DayField,
    FilesField,
    LineField,
    ManyChoiceField,
    MoneyField,
    MonthsField,
    ShareField,
    TextField,
    sentences,
)

SINGLE: list[Any] = [LineField, TextField, MoneyField, MonthsField, ShareField, CountField, DayField, CodeField]


def typed(unbound: Any, *values: Any, **fields: Any) -> Field:
    """The field after a form with these values was sent and validated."""
    kind = type("Sample", (Form,), {"thing": unbound})
    form = kind(MultiDict([("thing", value) for value in values] or [("other", "x")]), **fields)
    form.validate()
    return form.thing


def wrong(field: Field) -> str:
    """The one sentence about the field."""
    (sentence,) = map(str, field.errors)
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith((".", "。"))
    assert "%(" not in sentence
    return sentence


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("bad", ["a\0b", "12\ud800", "\ufffd", "\u202eabc", "\u2066", "1\u20662", "\u200f5", "a\x07b"])
def test_what_is_no_text_is_refused_at_the_field(kind: Any, bad: str) -> None:
    field = typed(kind("Thing"), bad)
    assert re.search(r"Character \d", wrong(field))
    assert field.data in (None, "")
    str(field).encode("utf-8")


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("blank", ["", "  ", "\u3000\n"])
def test_blank(kind: Any, blank: str) -> None:
    optional = typed(kind("Thing"), blank)
    assert not optional.errors
    assert optional.data in (None, "")
    assert wrong(typed(kind("Name of thing", required=True), blank)) == "Please fill in “Name of thing”."
    assert wrong(typed(kind("Thing", required="Say something."), blank)) == "Say something."
    assert wrong(typed(kind("Thing", required=True))) == "Please fill in “Thing”."


@pytest.mark.parametrize("kind", SINGLE)
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40) | st.from_regex(r"[-+0-9０-９.,年月日/%万 ]{1,20}", fullmatch=True))
def test_nothing_breaks_a_field_and_nothing_typed_is_lost(kind: Any, text: str) -> None:
    field = typed(kind("Thing"), text)
    assert field._value().encode("utf-8", "replace") is not None
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert field._value() == text
    for sentence in field.errors:
        assert str(sentence).endswith(".")
    str(field).encode("utf-8")


@pytest.mark.parametrize("kind", [LineField, TextField])
def test_length_is_said_with_both_numbers(kind: Any) -> None:
    field = typed(kind("Thing", max=4000), "x" * 100_000)
    assert wrong(field) == "The text is 100,000 characters long; at most 4,000 fit."
    assert len(field._value()) == 100_000
    assert typed(kind("Thing", 5), " 12345 ").data == "12345"


def test_text_is_kept_as_typed() -> None:
    assert typed(LineField("Thing"), " \uf967 e\u0301 “x” ").data == "\uf967 e\u0301 “x”"
    assert typed(TextField("Thing"), "a\r\nb\tc").data == "a\nb\tc"
    assert "one line" in wrong(typed(LineField("Thing"), "a\nb"))
    assert str(typed(LineField("Thing"), ' "<b>" ')).count("&lt;b&gt;") == 1


def test_no_browser_speaks_in_place_of_the_page() -> None:
    field = typed(LineField("Thing", required=True), "")
    html = str(field)
    assert field.flags.required
    assert 'aria-required="true"' in html
    assert not re.search(r"\srequired|maxlength", html)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234.56", "1234.56"), ("1234.5", "1234.50"), ("0", "0.00"), ("１，２３４．５６", "1234.56"), ("￥1 234", "1234.00"),
        ("120万", "1200000.00"), ("120 万元", "1200000.00"), ("1.234567万", "12345.67"), ("3.2亿元", "320000000.00"), ("5元", "5.00"),
        ("10000000000000000", "10000000000000000.00"), ("007", "7.00"), ("-0", "0.00"),
    ],
)  # fmt: skip
def test_money(text: str, amount: str) -> None:
    field = typed(MoneyField("Thing"), text)
    assert not field.errors
    assert str(field.data) == amount
    assert field._value() == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.234", "at most two decimals (fen); this amount has 3"), ("1.000", "two decimals"), ("1.2345678万", "has 3"),
        ("sNaN", "with digits"), ("NaN", "with digits"), ("1e9", "with digits"), ("inf", "with digits"), ("1,23", "with digits"),
        ("1.234,56", "with digits"), ("0x10", "with digits"), ("1_000", "with digits"), ("٣", "with digits"), ("-1", "not be negative"),
        ("10000000000000000.01", "too large"), (str(2**63), "too large"), ("9" * 5000, "with digits"), ("1.", "with digits"),
    ],
)  # fmt: skip
def test_money_that_is_none(text: str, sentence: str) -> None:
    field = typed(MoneyField("Thing"), text)
    assert sentence in wrong(field)
    assert field.data is None
    assert field._value() == text


@settings(max_examples=100, deadline=None)
@given(st.decimals(min_value=0, max_value=10**16, places=2))
def test_money_is_shown_and_read_alike(amount: Decimal) -> None:
    shown = typed(MoneyField("Thing"), thing=amount)._value()
    assert typed(MoneyField("Thing"), shown).data == amount


def test_money_limits() -> None:
    assert typed(MoneyField("Thing", min=None), "-5").data == Decimal("-5.00")
    assert "at least 10" in wrong(typed(MoneyField("Thing", min=Decimal(10)), "9.99"))
    assert "at most 1,000" in wrong(typed(MoneyField("Thing", max=Decimal(1000)), "1,000.01"))


@pytest.mark.parametrize(
    "text", ["2026-11-22", "2026年11月22日", " 2026/11/22", "2026.11.22", "２０２６年１１月２２日", "2026年11月22号"]
)
def test_days(text: str) -> None:
    assert typed(DayField("Thing"), text).data == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-02-30", "30 February 2026 does not exist."), ("2026年2月30日", "30 February 2026 does not exist."), ("2025-02-29", "29 February 2025"),
        ("2026-13-01", "month 13"), ("2026-11", "year, month and day"), ("22.11.2026", "year, month and day"), ("2026-11/22", "year, month"),
        ("1066-10-14", "between 1900-01-01 and 2199-12-31"), ("tomorrow", "year, month and day"), ("2026-00-10", "month 0"),
    ],
)  # fmt: skip
def test_days_that_are_none(text: str, sentence: str) -> None:
    field = typed(DayField("Thing"), text)
    assert sentence in wrong(field)
    assert field._value() == text


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_in_both_ways(day: date) -> None:
    assert typed(DayField("Thing"), typed(DayField("Thing"), thing=day)._value()).data == day
    assert typed(DayField("Thing"), f"{day.year}年{day.month}月{day.day}日").data == day


@settings(max_examples=100, deadline=None)
@given(st.decimals(min_value=0, max_value=1, places=6))
def test_shares_are_percent_outside_and_parts_inside(part: Decimal) -> None:
    shown = typed(ShareField("Thing"), thing=part)._value()
    assert typed(ShareField("Thing"), f"{shown} %").data == part


def test_shares_that_are_none() -> None:
    assert typed(ShareField("Thing"), "12.5").data == Decimal("0.125")
    assert wrong(typed(ShareField("Thing"), "100.1")) == "The share must lie between 0 % and 100 %."
    assert "four decimals" in wrong(typed(ShareField("Thing"), "1.00001"))
    assert "in percent" in wrong(typed(ShareField("Thing"), "sNaN"))
    assert "between 10 % and 50.5 %" in wrong(
        typed(ShareField("Thing", min=Decimal("0.1"), max=Decimal("0.505")), "60")
    )


def test_counts() -> None:
    assert typed(CountField("Thing"), "1,234").data == 1234
    assert typed(CountField("Thing", min=-5), "-5").data == -5
    assert wrong(typed(CountField("Thing", min=1, max=9), "10")) == "The number must lie between 1 and 9."
    for huge in (str(2**63), "9" * 150, "9" * 10_000):
        assert typed(CountField("Thing"), huge).errors
    for text in ("1.0", "1e3", "x", "٣", "1,23"):
        assert "whole number" in wrong(typed(CountField("Thing"), text))


def test_choice_gives_the_member() -> None:
    field = typed(ChoiceField("Area", CoreArea, required=True), "ic")
    assert field.data is CoreArea.IC
    assert 'value="ic"' in str(field)
    assert str(field).count("<option") == 8
    assert "selected" in str(field)
    assert label(CoreArea.IC) in str(field)
    assert "not on the list" in wrong(typed(ChoiceField("Area", CoreArea), "nuclear"))
    assert wrong(typed(ChoiceField("Area", CoreArea, required=True), "")) == "Please choose “Area”."
    optional = typed(ChoiceField("Area", CoreArea, blank="All areas"), "")
    assert optional.data is None
    assert "All areas" in str(optional)


def test_choice_of_pairs_and_functions() -> None:
    assert typed(ChoiceField("Firm", [(7, "Seven"), (8, "Eight")]), "8").data == 8
    assert typed(ChoiceField("Firm", lambda: [(7, "Seven")]), "7").data == 7
    assert typed(ChoiceField("Firm", lambda: [(7, "Seven")]), "8").errors
    assert "<b>" not in str(typed(ChoiceField("Firm", [(7, "<b>")]), "7"))


def test_a_feature_s_own_labels() -> None:
    class Size(StrEnum):
        SMALL = "small"

    assert "Tiny" in str(typed(ChoiceField("Size", Size, labels={Size.SMALL: "Tiny"}.__getitem__), "small"))


def test_many_choices() -> None:
    field = typed(ManyChoiceField("Areas", CoreArea), "netsec", "ic", "ic")
    assert field.data == [CoreArea.IC, CoreArea.NETSEC]
    assert sum("checked" in str(option) for option in field) == 2
    assert typed(ManyChoiceField("Areas", CoreArea)).data == []
    assert typed(ManyChoiceField("Areas", CoreArea, required=True)).errors
    assert "not on the list" in wrong(typed(ManyChoiceField("Areas", CoreArea), "ic", "x"))


def test_codes() -> None:
    assert typed(CodeField("Code"), "9111 0000 6000 3734 1l").data == "91110000600037341L"
    field = typed(CodeField("Code"), "911100001000013428")
    assert "would be C, but it is 8" in wrong(field)
    assert field._value() == "911100001000013428"
    assert typed(CodeField("Code", Scheme.PIC), "123").errors


def test_a_code_is_checked_by_the_scheme_that_was_chosen() -> None:
    class Sample(Form):
        scheme = ChoiceField("Scheme", Scheme)
        code = CodeField("Code", scheme="scheme")

    good = Sample(MultiDict({"scheme": "pic", "code": " 999997930"}))
    assert good.validate()
    assert good.code.data == "999997930"
    bad = Sample(MultiDict({"scheme": "uscc", "code": "999997930"}))
    assert not bad.validate()
    assert [(field.name, str(text)) for field, text in sentences(bad)] == [
        ("code", "A unified social credit code has 18 characters; this one has 9.")
    ]
    assert not Sample(MultiDict({"scheme": "", "code": "1"})).validate()


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return file.getvalue()


def sent(name: str, content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
PDF, PNG, JPG = b"%PDF-1.7\n%x", b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff\xe0...."
GOOD = [
    ("a.pdf", PDF), ("A.PDF", PDF), ("图.png", PNG), ("b.jpeg", JPG), ("c.docx", DOCX), ("d.xlsx", XLSX), ("e.zip", archive("a.txt")),
    ("f.csv", "名称,金额\n甲,1 < 2".encode("gb18030")), ("g.txt", b"plain, a < b and <bold>"), ("h.csv", "\ufeffa,b".encode("utf-16")),
]  # fmt: skip
BAD = [
    ("a.exe", b"MZ", "kind that is not taken"), ("a.svg", b"<svg/>", "kind that is not taken"), ("pdf", PDF, "kind that is not taken"),
    ("a.pdf.html", PDF, "kind that is not taken"), ("a.pdf", b"", "is empty"), ("a.pdf", b"<html>%PDF-1.7", "does not begin like a pdf"),
    ("a.pdf", b"#!/bin/sh\n", "does not begin"), ("a.png", b"<svg onload=x>", "does not begin"), ("a.jpg", PNG, "does not begin"),
    ("a.txt", b"#!/bin/sh\nrm", "program"), ("a.txt", b"MZ\x90\0", "program"), ("a.csv", b"\n <!DOCTYPE html>", "markup"),
    ("a.txt", b"x" * 99 + b"<ScRipt >", "markup"), ("a.txt", "\ufeff<svg ".encode("utf-16"), "markup"), ("a.txt", b"<?php x", "markup"),
    ("a.txt", EICAR, "virus"), ("a.csv", DOCX, "program"), ("a.docx", XLSX, "no docx"), ("a.xlsx", archive("a"), "no xlsx"),
    ("a.zip", DOCX[:50], "broken"), ("a.zip", archive("../x"), "outside"), ("a.zip", archive("/etc/x"), "outside"),
    ("a.zip", archive("run.EXE"), "program or a macro"), ("a.zip", archive("C:\\x"), "outside"), ("a.zip", b"PK\x05\x06" + b"\0" * 18, "does not begin"),
    ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macro"),
    ("a\u202efdp.txt", b"x", "name of a file"), ("a\0.txt", b"x", "name of a file"), ("x" * 300 + ".txt", b"x", "304 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), GOOD, ids=lambda part: part if isinstance(part, str) else "")
def test_files_that_are_taken(name: str, content: bytes) -> None:
    field = typed(FilesField("Files"), sent(f"C:\\fake\\{name}", content))
    assert not field.errors
    (upload,) = field.data
    assert (upload.name, upload.size, upload.file.read()) == (name, len(content), content)
    assert upload.media_type.count("/") == 1


@pytest.mark.parametrize(("name", "content", "sentence"), BAD, ids=range(len(BAD)))
def test_files_that_are_not_taken(name: str, content: bytes, sentence: str) -> None:
    field = typed(FilesField("Files"), sent(name, content))
    assert sentence in wrong(field)
    assert field.data == []


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["pdf", "png", "docx", "xlsx", "zip", "csv", "txt"]), st.binary(max_size=200), st.booleans())
def test_no_bytes_break_the_check(end: str, content: bytes, zipped: bool) -> None:
    field = typed(FilesField("Files"), sent(f"a.{end}", DOCX[: len(content)] + content if zipped else content))
    assert bool(field.data) != bool(field.errors)


def test_files_have_limits_and_one_bad_file_refuses_all() -> None:
    assert typed(FilesField("Files"), sent("", b"")).data == []
    assert wrong(typed(FilesField("Files", required=True), sent("", b""))) == "Please fill in “Files”."
    assert "has 1.1 MB; at most 1 MB" in wrong(typed(FilesField("Files", size=10**6), sent("a.txt", b"x" * 1_000_001)))
    assert "3 files; at most 2" in wrong(typed(FilesField("Files", most=2), *[sent("a.txt", b"x")] * 3))
    both = typed(FilesField("Files"), sent("a.txt", b"x"), sent("b.pdf", b"x"), sent("c.exe", b"x"))
    assert len(both.errors) == 2
    assert both.data == []
    assert typed(FilesField("Files", kinds=["pdf"]), sent("a.txt", b"x")).errors
    assert 'accept=".jpeg,.jpg,image/jpeg"' in str(typed(FilesField("Files", kinds=["jpg"]), "text"))


@pytest.mark.parametrize(
    ("sent", "months"),
    [("0", "0.00"), ("１２.5", "12.50"), ("1,234.56", "1234.56"), ("0.10000", "0.10"), (" 7 ", "7.00")],
)
def test_person_months_are_read_in_hundredths(sent: str, months: str) -> None:
    field = typed(MonthsField("Work"), sent)
    assert not field.errors and str(field.data) == months


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [("-1", "lie between 0 and"), ("1.005", "at most two decimals"), ("a month", "with digits"), ("1e5", "with digits"), ("100001", "lie between 0 and"), ("9" * 100, "with digits")],
)  # fmt: skip
def test_what_is_no_number_of_person_months_is_said(sent: str, sentence: str) -> None:
    assert sentence in wrong(typed(MonthsField("Work"), sent))
