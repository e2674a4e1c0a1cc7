"""Two plans beside each other, without a database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.baselines import asking, deciding
from consortium.baselines.comparing import ROW, Line, applied, broken, differences
from consortium.baselines.layout import BY_NAME, EVERY, LISTS, List, Rows, in_order, natural, plain
from consortium.baselines.models import ChangeKind

WORDS = st.sampled_from(["", "甲", "乙", "1", "1.2", "1.10", "T2"])
VALUES = {"count": st.integers(0, 3), "milestone": st.integers(1, 3), "money": st.sampled_from(["0.00", "1.50"]),
          "months": st.sampled_from(["0.00", "2.25"]), "day": st.dates(date(2026, 1, 1), date(2026, 1, 4)).map(str),
          "flag": st.sampled_from(["yes", "no"]), "node": st.none() | WORDS, "deliverable": st.none() | WORDS}  # fmt: skip


def rows(one: List) -> st.SearchStrategy[list[dict[str, object]]]:
    row = st.fixed_dictionaries({field.name: VALUES.get(field.kind, WORDS) for field in one.fields})
    many = st.lists(row, max_size=3, unique_by=lambda found: tuple(found[name] for name in one.key))
    return many.map(lambda found: in_order(one, found))


PLANS: st.SearchStrategy[Rows] = st.fixed_dictionaries(
    {name: rows(BY_NAME[name]) for name in ("nodes", "budget", "ties")}
)


@given(PLANS)
def test_a_plan_does_not_differ_from_itself(plan: Rows) -> None:
    assert differences(plan, plan) == []


@given(PLANS, PLANS)
def test_differences_lead_from_one_plan_to_the_other(before: Rows, after: Rows) -> None:
    lines = differences(before, after)
    assert applied(before, lines) == after
    assert not broken(before, lines)
    assert [Line.of(line.kept) for line in lines] == lines


def test_rows_that_come_and_go_stand_with_all_their_fields() -> None:
    row = {"node": "1", "organisation": "甲", "months": "1.00"}
    assert differences({"effort": []}, {"effort": [row]}) == [Line("effort", ("1", "甲"), ROW, None, row)]
    assert differences({"effort": [row]}, {"effort": []}) == [Line("effort", ("1", "甲"), ROW, row, None)]
    changed = {**row, "months": "2.00"}
    assert differences({"effort": [row]}, {"effort": [changed]}) == [
        Line("effort", ("1", "甲"), "months", "1.00", "2.00")
    ]


def test_what_one_side_never_kept_is_not_compared() -> None:
    assert differences({"effort": []}, {"links": [{"before": "1"}]}) == []
    old, new = {"node": "1", "organisation": "甲"}, {"node": "1", "organisation": "甲", "months": "1.00"}
    assert differences({"effort": [old]}, {"effort": [new]}) == []


def test_a_line_that_does_not_hold_is_named() -> None:
    row = {"node": "1", "organisation": "甲", "months": "1.00"}
    line = Line("effort", ("1", "甲"), "months", "1.00", "2.00")
    assert broken({"effort": [{**row, "months": "3.00"}]}, [line]) == [line]
    assert broken({"effort": []}, [line]) == [line]
    with pytest.raises(ValueError, match="is not as the line says"):
        applied({"effort": []}, [line])


def test_numbers_are_sorted_as_people_count() -> None:
    assert sorted(["T1.10", "T1.2", "10", "2", None], key=natural) == [None, "2", "10", "T1.2", "T1.10"]


def test_values_are_kept_exactly() -> None:
    assert plain(Decimal(120), "money") == "120.00" and plain(Decimal("1.5"), "months") == "1.50"
    assert plain(date(2026, 11, 22), "day") == "2026-11-22" and plain(ChangeKind.LEAD, "choice:ChangeKind") == "lead"
    assert plain(True, "flag") == "yes" and plain(None, "node") is None


def test_the_layout_is_the_one_that_files_are_made_of() -> None:
    names = ["nodes", "effort", "budget", "links", "milestones", "deliverables", "indicators", "ties"]
    assert [one.name for one in LISTS] == names
    for one in EVERY:
        fields = [field.name for field in one.fields]
        assert len(set(fields)) == len(fields) and set(one.key) <= set(fields)
        assert all(field.enum is not None for field in one.fields if field.kind.startswith("choice:"))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(alphabet="甲a1", max_size=5)
                    | st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.dates() | st.sampled_from(ChangeKind),
                    lambda inner: st.lists(inner, max_size=3)))  # fmt: skip
def test_what_is_asked_is_kept_exactly(value: object) -> None:
    again = asking.read(asking.written(value), [])
    assert again == value and type(again) is type(value)


def test_a_row_that_the_request_itself_makes_is_named_by_its_place() -> None:
    made = [object()]
    assert asking.read({"made": 0}, made) is made[0]
    with pytest.raises(TypeError, match="cannot be kept"):
        asking.written(object())


MONEY = {"node": "1", "organisation": "甲", "category": "labour", "source": "own", "year": 0}


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([Line("project", ("P",), "ends_on", "2026-01-01", "2027-01-01")], ChangeKind.PERIOD),
        ([Line("project", ("P",), "lead", "甲", "乙"), Line("project", ("P",), "ends_on", "2026-01-01", "2027-01-01")], ChangeKind.LEAD),
        ([Line("indicators", ("K1",), "value_end", "1", "2")], ChangeKind.GOAL),
        ([Line("budget", tuple(MONEY.values()), ROW, None, {**MONEY, "amount": "5.00"})], ChangeKind.MONEY),
        ([Line("budget", ("1", "甲", "labour", "own"), "amount", "5.00", "4.00"), Line("budget", ("1", "乙", "labour", "own"), "amount", "5.00", "6.00")],
         ChangeKind.SHARE),
        ([Line("nodes", ("1",), "lead", "甲", "乙")], ChangeKind.SHARE),
        ([Line("milestones", (1,), "due_on", "2026-01-01", "2026-02-01")], ChangeKind.ROUTE),
        ([Line("milestones", (1,), "waived", "no", "yes")], ChangeKind.ROUTE),
    ],
)  # fmt: skip
def test_the_kind_follows_from_what_would_be_different(lines: list[Line], kind: ChangeKind) -> None:
    assert deciding.suggested(lines) is kind


def longer(last: str) -> list[Line]:
    return [Line("project", ("P",), "ends_on", "2027-01-31", last)]


def test_an_extension_comes_before_the_end() -> None:
    assert deciding.too_late(longer("2027-06-30"), date(2027, 2, 1)) is not None
    assert deciding.too_late(longer("2027-06-30"), date(2027, 1, 31)) is None
    assert deciding.too_late(longer("2026-06-30"), date(2027, 2, 1)) is None


def test_what_national_programmes_ask_for_is_said_and_not_enforced() -> None:
    def said(last: str, day: date, before: int = 0) -> list[str]:
        return [str(one) for one in deciding.cautions(ChangeKind.PERIOD, longer(last), day, before)]

    assert said("2028-01-31", date(2026, 7, 31)) == []
    assert len(said("2028-01-31", date(2026, 8, 1))) == 1
    assert len(said("2028-02-01", date(2026, 8, 1), before=1)) == 3


def test_each_kind_has_a_rule_with_its_source_and_mark() -> None:
    for kind in ChangeKind:
        rule = deciding.rule_on(kind, date(2026, 11, 22))
        assert rule.source and rule.mark in "CVHMLD"
        assert rule.written == (rule.decider is not deciding.Decider.LEAD)
    assert deciding.outranks(ChangeKind.PERIOD, ChangeKind.ROUTE, date(2026, 1, 1))


def test_who_is_affected() -> None:
    nodes = [{"number": "1", "lead": "甲"}, {"number": "2", "lead": "乙"}]
    plan: Rows = {"nodes": nodes, "milestones": [{"number": 1, "organisation": "丙"}]}
    assert deciding.affected([Line("links", ("1", "2"), "lag", 0, 1)], plan) == {"甲", "乙"}
    assert deciding.affected([Line("milestones", (1,), "due_on", "a", "b")], plan) == {"丙"}
    assert deciding.affected([Line("milestones", (1,), "organisation", "丙", "丁")], plan) == {"丙", "丁"}
    assert deciding.affected([Line("budget", tuple(MONEY.values()), "amount", "1.00", "2.00")], plan) == {"甲"}
    assert BY_NAME["budget"].private


def test_a_plan_that_was_kept_before_money_had_years_does_not_differ_from_today() -> None:
    kept = {name: value for name, value in MONEY.items() if name != "year"} | {"amount": "5.00"}
    now = {**MONEY, "amount": "5.00"}
    assert differences({"budget": [kept]}, {"budget": [now]}) == []
    split = {**MONEY, "year": 2026, "amount": "5.00"}
    gone, new = differences({"budget": [kept]}, {"budget": [split]})
    assert (gone.key[-1], gone.after, new.key[-1], new.before) == (0, None, 2026, None)
    frame = {field.name: None for field in BY_NAME["project"].fields if field.name != "money_profile"}
    assert differences({"project": [frame]}, {"project": [{**frame, "money_profile": "EU-2021"}]}) == []


def test_a_line_of_a_request_that_was_kept_before_money_had_years_still_holds() -> None:
    kept = {name: value for name, value in MONEY.items() if name != "year"} | {"amount": "5.00"}
    now = {"budget": [{**MONEY, "amount": "5.00"}]}
    asked = {"list": "budget", "key": ["1", "甲", "labour", "own"]}
    for line in (
        {**asked, "field": "amount", "before": "5.00", "after": "6.00"},
        {**asked, "field": ROW, "before": kept, "after": None},
    ):
        assert broken(now, [Line.of(line)]) == [], line
