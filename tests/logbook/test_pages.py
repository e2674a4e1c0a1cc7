"""The pages of monthly logs: what they show to whom, and what they say to what is wrong."""

import datetime
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import python_calamine
import xlsxwriter

from consortium.activity.services import record
from consortium.core.db import db
from consortium.logbook.models import MonthlyLog
from consortium.projects.models import Project

pytestmark = pytest.mark.slow

NOTE = "样机装调完成"


@pytest.fixture
def member(sign_in: Callable[..., Any], world: Any, planned: dict[str, int]) -> Any:
    return sign_in(world.ours.people.member)


def address(world: Any, month: str = "2026-10", **more: Any) -> str:
    rest = "".join(f"&{key}={value}" for key, value in more.items())
    return f"/projects/{world.ours.project.id}/log?month={month}{rest}"


def cells(planned: dict[str, int], **more: str) -> dict[str, str]:
    return {
        f"effort_{planned['1']}": "1.5",
        "spent_labour_central": "1.2万",
        "note": NOTE,
        "version": "0",
        "people": "5",
        **more,
    }


def kept(inside: Any, month: str = "2026-10") -> list[dict[str, Any]]:
    with inside():
        logs = db.session.query(MonthlyLog).order_by(MonthlyLog.id)
        return [
            {
                "id": log.id, "state": log.state, "note": log.note, "version": log.version,
                "efforts": {row.node_id: str(row.months) for row in log.efforts}, "money": {row.category + "/" + row.source: str(row.amount) for row in log.spending},
            }
            for log in logs if log.title == month
        ]  # fmt: skip


def test_a_month_is_logged_on_one_screen(member: Any, world: Any, planned: dict[str, int], inside: Any) -> None:
    shown = member.get(address(world)).text
    assert "1 节点1" in shown and "1.10 节点1.10" in shown and "2 节点2" not in shown
    assert "Central government" in shown and "Money from another source" in shown
    sent = member.post(address(world), data=cells(planned, spent_equipment_loan="10,000.00"))
    assert sent.status_code == 303
    [log] = kept(inside)
    assert log["efforts"] == {planned["1"]: "1.50"} and log["note"] == NOTE
    assert log["money"] == {"labour/central": "12000.00", "equipment/loan": "10000.00"}
    page = member.get(sent.headers["Location"]).text
    assert NOTE in page and "22,000.00" in page and "Confirm the month" in page


def test_the_last_month_is_at_hand_and_can_be_taken_over(
    member: Any, world: Any, planned: dict[str, int], inside: Any
) -> None:
    member.post(address(world, "2026-08"), data=cells(planned))
    shown = member.get(address(world)).text
    assert "Last: 2026-08" in shown and "12,000.00" in shown
    assert 'value="1.50"' not in shown
    copied = member.get(address(world, copy=1)).text
    assert (
        'value="1.50"' in copied
        and 'value="12,000.00"' in copied
        and NOTE not in copied
        and "nothing is saved yet" in copied
    )
    assert kept(inside) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [("-1", "lie between 0 and"), ("1.005", "at most two decimals"), ("sNaN", "Write person-months with digits"), ("1e9", "Write person-months"), ("100001", "lie between")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_cell_and_all_that_was_typed_is_there(member: Any, world: Any, planned: dict[str, int], inside: Any, wrong: str, sentence: str) -> None:  # fmt: skip
    name = f"effort_{planned['1']}"
    answer = member.post(
        address(world), data=cells(planned, **{name: wrong}, spent_labour_central="abc", spent_indirect_other="7")
    )
    assert answer.status_code == 422 and kept(inside) == []
    assert sentence in answer.text and "Write the amount in yuan" in answer.text
    assert f'id="{name}-error"' in answer.text and 'id="spent_labour_central-error"' in answer.text
    assert (
        f'value="{wrong}"' in answer.text
        and 'value="abc"' in answer.text
        and 'value="7"' in answer.text
        and NOTE in answer.text
    )
    assert '<details class="fold card-foot" open>' in answer.text


def test_two_at_once_the_second_is_told_and_keeps_what_was_typed(
    member: Any, world: Any, planned: dict[str, int], inside: Any
) -> None:
    assert member.post(address(world), data=cells(planned)).status_code == 303
    answer = member.post(address(world), data=cells(planned, **{f"effort_{planned['1']}": "0.75"}))
    assert answer.status_code == 409 and "Somebody else changed this" in answer.text
    assert 'value="0.75"' in answer.text and "<b>1.50</b>" in answer.text
    assert kept(inside)[0]["efforts"] == {planned["1"]: "1.50"}
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', answer.text).group(1)
    data = cells(planned, **{f"effort_{planned['1']}": "0.75"}, version=version)
    assert member.post(address(world), data=data).status_code == 303
    assert kept(inside)[0]["efforts"] == {planned["1"]: "0.75"}


def test_work_typed_on_a_node_that_is_gone_is_not_lost_in_silence(
    member: Any, world: Any, planned: dict[str, int], inside: Any
) -> None:
    answer = member.post(address(world), data=cells(planned, effort_987654="1"))
    assert answer.status_code == 422 and "The plan has changed meanwhile" in answer.text and kept(inside) == []


def test_a_month_is_confirmed_and_opened_again_by_its_firm(
    member: Any, world: Any, planned: dict[str, int], inside: Any, sign_in: Any
) -> None:
    place = member.post(address(world), data=cells(planned)).headers["Location"]
    assert sign_in(world.ours.people.coordinator).post(f"{place}/steps/confirm").status_code == 403
    assert member.post(f"{place}/steps/confirm").status_code == 303
    shown = member.get(address(world)).text
    assert "Open it again before you change it" in shown and "Save the month" not in shown
    answer = member.post(address(world), data=cells(planned, version="2"))
    assert answer.status_code == 409 and NOTE in answer.text
    assert member.post(f"{place}/steps/reopen", data={"reason": ""}).status_code == 422
    assert member.post(f"{place}/steps/reopen", data={"reason": "供应商退款"}).status_code == 303
    assert kept(inside)[0]["state"] == "open" and "供应商退款" in member.get(place).text


def test_logs_of_others_are_nowhere_to_be_read(
    member: Any, world: Any, planned: dict[str, int], sign_in: Any, inside: Any
) -> None:
    sent = member.post(address(world), data=cells(planned, spent_labour_central="7,654,321.00", note="保密的供应商"))
    place, project = sent.headers["Location"], world.ours.project.id
    member.post(f"{place}/steps/confirm")
    member.post(f"{place}/steps/reopen", data={"reason": "另一个保密理由"})
    other = sign_in(world.ours.people.other_member)
    assert other.get(place).status_code == 403
    assert sign_in(world.theirs.people.coordinator).get(place).status_code == 404
    pages = [
        f"/projects/{project}{rest}"
        for rest in ("", "/plan", "/effort", "/logs", "/logs?as=csv", "/log?month=2026-10", "/log.xlsx?month=2026-10")
    ]
    pages += [f"/nodes/{number}" for number in planned.values()] + [
        "/",
        "/notifications",
        f"/consortia/{world.ours.consortium.id}",
    ]
    pages += [f"/projects/{project}/log?month=2026-10&firm={world.ours.member.id}"]
    for page in pages:
        answer = other.get(page)
        text = (
            answer.text
            if answer.mimetype != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            else str(sheet_of(answer.data))
        )
        assert answer.status_code == 200, page
        for word in ("7,654,321", "7654321", "765.43", "保密", "1.50"):
            assert word not in text, (page, word)
    for who in ("coordinator", "auditor", "expert"):
        reader = sign_in(getattr(world.ours.people, who))
        assert (
            "7,654,321.00" in reader.get(f"/projects/{project}/logs").text
            and "另一个保密理由" in reader.get(place).text
        )
        assert "7654321.00" in reader.get(f"/projects/{project}/logs?as=csv").text
    assert "7,654,321.00" in sign_in(world.ours.people.signatory).get(f"/projects/{project}/logs").text


def test_missing_months_stand_there_in_grey(member: Any, world: Any, planned: dict[str, int], sign_in: Any) -> None:
    member.post(address(world), data=cells(planned))
    page = f"/projects/{world.ours.project.id}/logs"
    strip = member.get(page).text
    assert strip.count("not logged</span>") == 9 and strip.count("not over yet</span>") == 1
    assert "month=2026-11" in strip and "month=2026-12" not in strip
    table = sign_in(world.ours.people.auditor).get(page).text
    # Two firms had ten months each to log, and the lead, which has no work in the plan, has nothing to log.
    assert table.count('st-none">not logged') == 19 and "¥12,000.00" in table and "Log a month" not in table
    assert "2026-10" in member.get(page, headers={"Accept-Language": "zh"}).text


@pytest.mark.parametrize("month", ["2026-12", "2025-12", "2026-13", "x", "2026-1", "٢٠٢٦-10"])
def test_a_month_that_cannot_be_logged_says_which_can(member: Any, world: Any, month: str) -> None:
    answer = member.get(address(world, month))
    assert answer.status_code == 422 and "Months from 2026-01 to 2026-11" in answer.text


def test_who_logs_for_nobody_is_told_so(sign_in: Any, world: Any, planned: dict[str, int]) -> None:
    answer = sign_in(world.ours.people.auditor).get(address(world))
    assert answer.status_code == 409 and "You log for no organisation" in answer.text


def test_the_node_shows_planned_against_logged(member: Any, world: Any, planned: dict[str, int], sign_in: Any) -> None:
    member.post(address(world), data=cells(planned, **{f"effort_{planned['1']}": "3.5"}))
    shown = sign_in(world.ours.people.coordinator).get(f"/nodes/{planned['1']}").text
    assert "Planned and logged" in shown and "3.50" in shown and "more than planned" in shown
    assert "more than planned" in member.get(address(world)).text
    assert "Planned and logged" not in sign_in(world.ours.people.other_member).get(f"/nodes/{planned['1']}").text


# By sheet


def sheet_of(content: bytes) -> list[list[Any]]:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def book(lines: list[list[Any]], formula: tuple[int, int] | None = None) -> io.BytesIO:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream)
    page = made.add_worksheet("log")
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            page.write(row, column, value)
    if formula:
        page.write_formula(*formula, "=1+1")
    made.close()
    stream.seek(0)
    return stream


@pytest.fixture
def lines(member: Any, world: Any) -> list[list[Any]]:
    return sheet_of(member.get(address(world).replace("/log?", "/log.xlsx?")).data)


def upload(client: Any, world: Any, planned: dict[str, int], file: io.BytesIO, **more: str) -> Any:
    return client.post(
        address(world),
        data={**cells(planned, **more), "sheet": (file, "十月.xlsx")},
        content_type="multipart/form-data",
    )


def at(lines: list[list[Any]], *words: str) -> list[Any]:
    return next(line for line in lines if all(word in line for word in words))


def test_a_sheet_is_filled_in_elsewhere_and_comes_back_as_what_is_typed(
    member: Any, world: Any, planned: dict[str, int], inside: Any, lines: list[list[Any]]
) -> None:
    value = lines[0].index("This month")
    at(lines, "Work", "1")[value] = 0.1 + 0.2
    at(lines, "Work", "1.10")[value] = "0.25"
    at(lines, "Spending", "Labour", "Bank loan")[value] = "3万"
    lines[-1][value] = "离线填写"
    answer = upload(member, world, planned, book(lines))
    assert answer.status_code == 200 and "nothing is saved yet" in answer.text and kept(inside) == []
    assert (
        'value="0.30"' in answer.text
        and 'value="0.25"' in answer.text
        and 'value="30000.00"' in answer.text
        and "离线填写" in answer.text
    )
    assert 'value="1.2万"' not in answer.text
    typed = dict(re.findall(r'name="((?:effort|spent)_\w+)"[^>]*?value="([^"]*)"', answer.text))
    assert member.post(address(world), data={**typed, "note": "离线填写", "version": "0"}).status_code == 303
    [log] = kept(inside)
    assert log["efforts"] == {planned["1"]: "0.30", planned["1.10"]: "0.25"} and log["money"] == {
        "labour/loan": "30000.00"
    }


def test_a_sheet_is_read_in_both_languages(
    sign_in: Any, world: Any, planned: dict[str, int], lines: list[list[Any]]
) -> None:
    at(lines, "Spending", "Labour", "Own funds")[lines[0].index("This month")] = 5
    answer = upload(sign_in(world.ours.people.member, "zh"), world, planned, book(lines))
    assert answer.status_code == 200 and 'value="5.00"' in answer.text


@pytest.mark.parametrize(
    ("words", "column", "value", "sentence"),
    [
        (("Work", "1"), "This month", "-1", "lie between 0 and"), (("Work", "1"), "This month", "eins", "Write person-months with digits"),
        (("Work", "1"), "This month", True, "Write a number here"), (("Spending", "Labour"), "This month", "1.005", "at most two decimals"),
        (("Work", "1"), "Node or head", "2", "works in no node with this number"), (("Work", "1"), "Node or head", "9.9", "works in no node"),
        (("Work", "1"), "Node or head", "1.10", "stands in the sheet twice"), (("Work", "1"), "Month", "2026-09", "another month than 2026-10"),
        (("Work", "1"), "What", "Wein", "Write one of these"), (("Work", "1"), "Code of the organisation", "X", "another organisation"),
        (("Spending", "Labour"), "Source", "Casino", "no such head or source"), (("Notes",), "This month", "a\u202eb", "invisible control"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_sheet_is_said_cell_by_cell_and_nothing_is_taken(
    member: Any, world: Any, planned: dict[str, int], inside: Any, lines: list[list[Any]], words: tuple[str, ...], column: str, value: Any, sentence: str
) -> None:  # fmt: skip
    place = lines[0].index("This month")
    at(lines, "Work", "1.10")[place] = "0.77"
    at(lines, *words)[lines[0].index(column)] = value
    answer = upload(member, world, planned, book(lines))
    assert answer.status_code == 422 and sentence in answer.text, answer.text[-3000:]
    assert re.search(r"log![A-J]\d+", answer.text) and "0.77" not in answer.text
    assert 'value="1.5"' in answer.text and NOTE in answer.text and kept(inside) == []


def test_formulas_are_refused(member: Any, world: Any, planned: dict[str, int], lines: list[list[Any]]) -> None:
    answer = upload(member, world, planned, book(lines, (1, lines[0].index("This month"))))
    assert answer.status_code == 422 and "This is a formula" in answer.text and "log!H2" in answer.text


def test_a_sheet_without_its_columns_and_a_file_that_is_none(
    member: Any, world: Any, planned: dict[str, int], lines: list[list[Any]]
) -> None:
    answer = upload(member, world, planned, book([line[:5] for line in lines]))
    assert answer.status_code == 422 and "has no column “This month”" in answer.text
    answer = upload(member, world, planned, io.BytesIO(b"no sheet"))
    assert answer.status_code == 422 and NOTE in answer.text and "十月.xlsx" in answer.text


def test_the_file_of_logs_holds_the_year_that_is_shown(
    member: Any, world: Any, planned: dict[str, int], inside: Any
) -> None:
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        project.starts_on = datetime.date(2025, 11, 1)
        record(None, "amended", project)
        db.session.commit()
    for month in ("2025-12", "2026-02", "2026-03"):
        assert member.post(address(world, month), data=cells(planned)).status_code == 303
    place = f"/projects/{world.ours.project.id}/logs"
    for year, count in (("", 2), ("?year=2026", 2), ("?year=2025", 1)):
        rows = member.get(f"{place}{year or '?'}&as=csv").text.splitlines()[1:]
        assert len(rows) == count and all(row.startswith(year[-4:] or "2026") for row in rows), rows
