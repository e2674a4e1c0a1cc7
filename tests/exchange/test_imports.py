"""Bringing a plan: a preview first, all or nothing, and undone as one act."""

from __future__ import annotations

import datetime
import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.activity.models import Event, Notification
from consortium.activity.services import record
from consortium.baselines.layout import BY_NAME, LISTS, Rows, rows_of
from consortium.baselines.models import ChangeRequest
from consortium.baselines.services import decide, freeze, submit, write
from consortium.core.db import db
from consortium.core.errors import Refused, Stale
from consortium.core.identifiers import Scheme
from consortium.exchange import checking, services, workbook
from consortium.exchange.cells import Firms
from consortium.exchange.checking import Frame
from consortium.exchange.models import PlanImport
from consortium.exchange.reading import Brought
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import services as plans
from consortium.projects.models import Project
from tests.exchange.furniture import HEADS
from tests.exchange.plans import brought, operator
from tests.exchange.plans import workbook as made

pytestmark = pytest.mark.slow

DAY = datetime.date
FROM, TO = DAY(2026, 2, 1), DAY(2027, 6, 30)
LINKS, EFFORT = ("before", "after", "kind", "lag"), ("node", "organisation", "months")


@pytest.fixture
def desk(inside: Callable[[], Any], world: Any) -> Any:
    """Our project with its rows, inside a session."""
    with inside():
        yield db.session.get_one(Project, world.ours.project.id)
        db.session.rollback()


def node(
    number: Any, parent: Any = None, lead: str = "晨星牵头", first: Any = FROM, last: Any = TO, title: str = "节点"
) -> list[Any]:
    return [number, parent, title, "", lead, first, last, ""]


def looked(project: Project, sheets: Any, removes: bool | None = None) -> Any:
    return services.look(operator(project), project, ("a.xlsx", made(sheets)), removes, tried=True)


def said(preview: Any) -> dict[str, str]:
    return {one.place: str(one.sentence) for one in preview.troubles}


# What is refused


def test_all_that_is_wrong_is_told_at_its_cell(desk: Project) -> None:
    before = rows_of(desk)
    found = said(looked(desk, {
        "nodes": [HEADS, node("1"), node("1.1", "1", first=DAY(2026, 1, 5)), node("1.2", "9"), node("1", title="again"), node("2", lead="晨星牵"), node("3", first="2026-02-30"),
                  node("4", "5"), node("5", "4"), node("6", last=DAY(2029, 1, 1)), node("7", first=TO, last=FROM), node("8", title="=1+1"), node("9.1", "3")],
        "effort": [EFFORT, ["1", "晨星牵头", -1], ["1", "晨星成员", 1.005], ["8.8", "晨星牵头", 1]],
    }))  # fmt: skip
    wanted = {
        "nodes!F3": "within “1”", "nodes!B4": "There is no node 9", "nodes!A5": "in row 2", "nodes!E6": "晨星牵头", "nodes!F7": "30 February 2026", "nodes!B8": "lie in itself",
        "nodes!B9": "lie in itself", "nodes!G10": "within the project", "nodes!G11": "before the start", "nodes!C12": "formula", "effort!C2": "between 0",
        "effort!C3": "two decimals", "effort!A4": "There is no node 8.8",
    }  # fmt: skip
    assert {place: words in found.get(place, "") for place, words in wanted.items()} == dict.fromkeys(wanted, True), (
        found
    )
    assert found.keys() == wanted.keys()
    assert rows_of(desk) == before


def test_a_ring_is_named(desk: Project) -> None:
    found = said(
        looked(
            desk,
            {
                "nodes": [HEADS, node("1"), node("2"), node("3", "1")],
                "links": [LINKS, ["1", "2", "fs", 0], ["2", "3", "fs", 0]],
            },
        )
    )
    assert "ring" in found["links!B2"] or "ring" in found["links!B3"]
    assert "→" in " ".join(found.values())
    found = said(
        looked(
            desk,
            {"nodes": [HEADS, node("1"), node("3", "1")], "links": [LINKS, ["1", "1", "fs", 0], ["1", "3", "fs", 0]]},
        )
    )
    assert "itself" in found["links!B2"] and "lies in the other" in found["links!B3"]


@pytest.mark.parametrize(
    ("heads", "words"),
    [(HEADS[:-1], "lacks these columns: objective"), ((*HEADS, "colour"), "has no such column"), ((*HEADS, "number"), "is there twice"), (("a", "b"), "lacks")],
)  # fmt: skip
def test_wrong_columns_are_named(desk: Project, heads: Any, words: str) -> None:
    assert any(words in sentence for sentence in said(looked(desk, {"nodes": [heads]})).values())


def test_what_services_refuse_is_told_at_its_cell(desk: Project) -> None:
    budget = ["node", "organisation", "category", "source", "amount"]
    found = said(
        looked(desk, {"nodes": [HEADS, node("1")], "budget": [budget, ["1", "晨星成员", "labour", "own", 5000000]]})
    )
    assert "yuan more" in found["budget!E2"]
    goal = rows_of(desk)["milestones"]
    accepted = next(row for row in goal if row["title_zh"].endswith("丙"))
    found = said(
        looked(
            desk,
            {
                "milestones": [
                    list(accepted),
                    [
                        *[*accepted.values()][:1],
                        "另一个",
                        "",
                        accepted["organisation"],
                        accepted["due_on"],
                        3,
                        "x",
                        "no",
                    ],
                ]
            },
            False,
        )
    )
    assert "cannot be changed" in found["milestones!A2"]


def test_a_formula_is_refused_though_its_result_is_there(desk: Project) -> None:
    assert said(looked(desk, {"effort": [EFFORT, ["1", "晨星牵头", "=1+1"]]})) == {
        "effort!C2": "Here is a formula. Put its value in its place."
    }


def test_files_that_are_none_are_refused_in_a_sentence(desk: Project) -> None:
    def refused(content: bytes) -> str:
        with pytest.raises(Refused) as refusal:
            services.look(operator(desk), desk, ("a.xlsx", content))
        return str(refusal.value.message)

    assert "empty" in refused(b"")
    assert "locked with a password" in refused(workbook.LOCKED + b"\0" * 600)
    assert "broken" in refused(b"PK\x03\x04 and no more")
    assert "at most 10 MB" in refused(b"x" * 10_000_001)
    good = made({"nodes": [HEADS, node("1")]})
    assert "broken" in refused(good[:-200])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nodes.csv", b"0" * (workbook.MOST_UNPACKED + 1))
    assert "holds too much" in refused(stream.getvalue())
    assert "more than 20,000 rows" in refused(b"before,after,kind,lag\n" + b"1,2,fs,0\n" * 20_001)
    sheet = {
        name: content.replace(b'r="A2"', b'r="XFD1048576"') for name, content in workbook.unpacked("", good).items()
    }
    assert "more than" in refused(workbook.packed(sheet))
    evil = {
        name: content.replace(b"<worksheet", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet")
        for name, content in workbook.unpacked("", good).items()
    }
    assert "broken" in refused(workbook.packed(evil))


def test_a_file_with_holes_bitten_into_it_never_breaks_the_platform(desk: Project) -> None:
    good = workbook.unpacked("", made({"nodes": [HEADS, node("1")]}))
    for name in good:
        for place in range(0, len(good[name]), max(1, len(good[name]) // 12)):
            bitten = workbook.packed({**good, name: good[name][:place] + good[name][place + 9 :]})
            try:
                services.look(operator(desk), desk, ("a.xlsx", bitten))
            except Refused as refusal:
                assert str(refusal.message)


def checked(rows: Rows, before: Rows | None = None) -> list[str]:
    """What is wrong with a whole plan."""
    brought = Brought(places={("nodes", (row["number"],)): ("nodes", 2) for row in rows["nodes"]})
    frame = Frame("2026-01-01", "2027-12-31", frozenset({"A"}), frozenset(), frozen=False, draft=True)
    empty: Rows = {one.name: [] for one in LISTS}
    checking.check({**empty, **(before or {})}, {**empty, **rows}, brought, frame, Firms([]))
    return [str(one.sentence) for one in brought.troubles]


def chain(count: int, first: str | None = None) -> list[dict[str, Any]]:
    """Nodes of which each lies in the one before."""
    return [
        {"number": str(number), "parent": str(number - 1) if number else first, "title_zh": "节点", "title_en": "", "lead": "A", "starts_on": "2026-02-01",
         "ends_on": "2026-03-01", "objective": ""} for number in range(count)
    ]  # fmt: skip


def test_a_tree_that_is_too_deep_and_a_long_ring_are_told_in_no_time() -> None:
    begun = time.monotonic()
    assert any("deeper than 5" in sentence for sentence in checked({"nodes": chain(20_000)}, {"nodes": chain(20_000)}))
    assert any("in itself" in sentence for sentence in checked({"nodes": chain(20_000, "19999")}))
    assert time.monotonic() - begun < 3
    assert checked({"nodes": chain(5)}) == [] and len(checked({"nodes": chain(6)})) == 1
    assert len(checked({"nodes": chain(3, "2")})) == 3


def test_only_so_many_rows_are_changed_at_a_time() -> None:
    flat = [{**row, "parent": None} for row in chain(checking.MOST_CHANGED + 1)]
    assert checked({"nodes": flat[1:]}) == [] == checked({"nodes": flat}, {"nodes": flat[1:]})
    assert ["at most 10,000" in sentence for sentence in checked({"nodes": flat})] == [True]


def test_a_new_milestone_of_a_running_project_is_not_waived_from_the_start(desk: Project) -> None:
    heads = [field.name for field in BY_NAME["milestones"].fields]
    goal = [77, "新", "", "晨星牵头", DAY(2027, 1, 1), 3, "x", "yes"]
    assert said(looked(desk, {"milestones": [heads, goal]}, False)) == {
        "milestones!H2": "Milestones are waived by a change request only."
    }
    desk.stage = "draft"
    db.session.flush()
    assert said(looked(desk, {"milestones": [heads, goal]}, False)) == {}


def test_money_of_a_firm_is_not_shown_to_one_with_the_same_code_of_another_scheme(desk: Project, world: Any) -> None:
    budget = ["node", "organisation", "category", "source", "amount"]
    own, other = (
        db.session.get_one(Organisation, world.ours.member.id),
        db.session.get_one(Organisation, world.ours.other.id),
    )
    other.scheme, other.code = Scheme.REGISTRATION, own.code
    record("test", "corrected", other)
    rows = [["1", own.code, "labour", "own", 1000], ["1", f"registration:{own.code}", "labour", "own", 2000]]
    brought(desk, "a.xlsx", made({"nodes": [HEADS, node("1")], "budget": [budget, *rows]}))
    assert {row["organisation"]: row["amount"] for row in rows_of(desk)["budget"]} == {
        own.code: "1000.00", f"registration:{own.code}": "2000.00",
    }  # fmt: skip
    person = db.session.get_one(User, world.ours.people.member.id)
    seen = workbook.unpacked("", services.export(person, desk, "zip"))["budget (part).csv"].decode()
    assert "1000.00" in seen and "2000.00" not in seen
    full = services.export(operator(desk), desk, "xlsx")
    assert services.look(operator(desk), desk, ("plan.xlsx", full), True, tried=True).lines == []


# What is done


def test_a_file_changes_adds_and_removes_and_is_undone_as_one(desk: Project) -> None:
    brought(desk, "first.xlsx", made({
        "nodes": [HEADS, node("1"), node("1.1", "1"), node("1.2", "1"), node("2")], "effort": [EFFORT, ["1.1", "晨星成员", 3], ["1.2", "晨星牵头", 2]],
        "links": [LINKS, ["1.1", "1.2", "fs", 3]],
    }))  # fmt: skip
    before = rows_of(desk)
    # 1.1 moves into the new node 3, 1 becomes shorter and goes into 2, 1.2 goes with its work, and the link turns.
    row = brought(desk, "second.xlsx", made({
        "nodes": [HEADS, node("2"), node("1", "2", first=DAY(2026, 5, 1), last=DAY(2026, 6, 1)), node("3", last=DAY(2027, 7, 1)), node("1.1", "3", first=DAY(2026, 1, 2) + datetime.timedelta(40))],
        "effort": [EFFORT, ["3", "晨星成员", "4.5"]], "links": [LINKS, ["1.1", "2", "ss", 0]],
    }), True)  # fmt: skip
    after = rows_of(desk)
    assert {one["number"]: one["parent"] for one in after["nodes"]} == {"1": "2", "1.1": "3", "2": None, "3": None}
    assert row.counts == {"nodes": [1, 2, 1], "effort": [1, 0, 2], "links": [1, 0, 1]}
    event = db.session.scalars(select(Event).where(Event.verb == "imported a plan").order_by(Event.id.desc())).first()
    assert event.facts["counts"] == row.counts and event.facts["sha256"] == row.sha256
    services.undo(operator(desk), row)
    db.session.commit()
    assert rows_of(desk) == before and row.state == "undone"


def test_an_import_is_not_undone_once_the_plan_was_changed(desk: Project) -> None:
    row = brought(desk, "first.xlsx", made({"nodes": [HEADS, node("1")]}))
    lead = db.session.get_one(Organisation, desk.lead_id)
    plans.add_node(
        operator(desk),
        desk,
        number="9",
        parent=None,
        title_zh="后来",
        title_en="",
        lead=lead,
        starts_on=FROM,
        ends_on=TO,
    )
    with pytest.raises(services.NotNow) as refusal:
        services.undo(operator(desk), row)
    assert "changed since" in str(refusal.value.message)


def test_rows_that_are_not_in_the_file_stay_unless_asked(desk: Project) -> None:
    brought(desk, "a.xlsx", made({"nodes": [HEADS, node("1"), node("2")]}))
    assert looked(desk, {"nodes": [HEADS, node("1")]}).lines == []
    assert [line.key for line in looked(desk, {"nodes": [HEADS, node("1")]}, True).lines] == [("2",)]


def test_a_confirmation_of_an_older_plan_is_refused(desk: Project) -> None:
    actor = operator(desk)
    preview = looked(desk, {"nodes": [HEADS, node("1")]})
    row = services.bring(actor, preview)
    brought(desk, "b.xlsx", made({"nodes": [HEADS, node("1", title="别的")]}))
    with pytest.raises(Stale):
        services.take(actor, row, removes=False, seen=preview.seen)
    assert row.state == "previewed"


def test_people_are_told_once(desk: Project) -> None:
    before = db.session.scalar(select(func.count(Notification.id)))
    brought(desk, "a.xlsx", made({"nodes": [HEADS, *(node(str(number)) for number in range(1, 9))]}))
    told = list(db.session.scalars(select(Notification).order_by(Notification.id).offset(before)))
    assert told and len({row.user_id for row in told}) == len(told)


def test_csv_in_the_encoding_of_chinese_programs_is_read(desk: Project) -> None:
    text = "\t".join(HEADS) + "\r\n1\t\t设计\t\t晨星牵头\t2026/2/1\t2027年6月30日\t'=目标\r\n"
    brought(desk, "x.csv", text.encode("gb18030"))
    (row,) = rows_of(desk)["nodes"]
    assert (row["title_zh"], row["objective"], row["ends_on"]) == ("设计", "=目标", "2027-06-30")


def test_an_import_into_an_approved_plan_becomes_one_change_request(desk: Project, world: Any) -> None:
    person = db.session.get_one(User, world.ours.people.coordinator.id)
    freeze(person, desk, name="批准", as_of=DAY(2026, 11, 22))
    before = rows_of(desk)
    preview = looked(desk, {"nodes": [HEADS, node("1"), node("1.1", "1")], "effort": [EFFORT, ["1.1", "晨星成员", 3]]})
    assert not preview.troubles
    row = services.bring(person, preview)
    request = services.take(person, row, removes=False, seen=preview.seen)
    db.session.commit()
    assert isinstance(request, ChangeRequest) and row.state == "proposed" and rows_of(desk) == before
    write(person, request, kind=request.kind, summary=request.summary, reason="导入")
    submit(person, request)
    decide(person, request, outcome="approve", decision="董事会第 1 号决议")
    db.session.commit()
    assert rows_of(desk) == preview.wanted | {"milestones": before["milestones"]} or {name: rows_of(desk)[name] for name in ("nodes", "effort")} == {
        name: preview.wanted[name] for name in ("nodes", "effort")
    }  # fmt: skip


# Pages and commands


def post(browser: Any, address: str, content: bytes, name: str = "plan.xlsx") -> Any:
    return browser.post(address, data={"files": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_a_plan_is_brought_looked_at_confirmed_and_undone_by_pages(
    sign_in: Callable[..., Any], world: Any, inside: Callable[[], Any]
) -> None:
    browser, home = sign_in(world.ours.people.coordinator), f"/projects/{world.ours.project.id}"
    assert browser.get(f"{home}/import").status_code == 200
    answer = post(browser, f"{home}/import", made({"nodes": [HEADS, node("1"), node("1.1", "1")]}))
    assert answer.status_code == 303
    text = browser.get(answer.location).text
    assert "Import all of this" in text and "Not in the file, and so left alone" in text
    seen = re.search(r'name="seen" value="(\w+)"', text)[1]  # type: ignore[index]
    stale = browser.post(answer.location, data={"removes": "", "seen": "0" * 64})
    assert stale.status_code == 409 and "has changed since this preview" in stale.text
    done = browser.post(answer.location, data={"removes": "", "seen": seen})
    assert done.status_code == 303 and "Undo this import" in browser.get(answer.location).text
    assert browser.post(answer.location, data={"removes": "", "seen": seen}).status_code == 409
    plan = browser.get(f"{home}/export").data
    same = post(browser, f"{home}/import", plan)
    assert same.location.endswith("/plan") and "0 changes" in browser.get(same.location).text
    assert browser.post(f"{answer.location}/undo").status_code == 303
    assert browser.get(f"{home}/imports").text.count("plan.xlsx") >= 1
    with inside():
        assert rows_of(db.session.get_one(Project, world.ours.project.id))["nodes"] == []
        assert [row.state for row in db.session.scalars(select(PlanImport))] == ["undone"]


def test_an_undo_that_is_refused_says_why(
    sign_in: Callable[..., Any], world: Any, inside: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside():
        row = brought(
            db.session.get_one(Project, world.ours.project.id), "a.xlsx", made({"nodes": [HEADS, node("1")]})
        ).id

    def refuse(*_: Any, **__: Any) -> None:
        raise Refused("", reason="The node is needed still.")

    monkeypatch.setattr(plans, "remove_node", refuse)
    answer = sign_in(world.ours.people.coordinator).post(f"/imports/{row}/undo")
    assert answer.status_code == 422 and "The node is needed still." in answer.text


def test_wrong_cells_are_shown_on_the_page_and_nothing_is_written(
    sign_in: Callable[..., Any], world: Any, inside: Callable[[], Any]
) -> None:
    browser = sign_in(world.ours.people.coordinator)
    answer = post(
        browser,
        f"/projects/{world.ours.project.id}/import",
        made({"nodes": [HEADS, node("1"), node("1.1", "1", first="2026-02-30")]}),
    )
    assert (
        answer.status_code == 422
        and "nodes!F3" in answer.text
        and "30 February 2026 does not exist" in answer.text
        and "What could be read" not in answer.text
    )
    for content, name in ((b"MZ\0\0", "plan.xlsx"), (b"\0\1\2", "plan.csv"), (b"x", "plan.exe")):
        assert post(browser, f"/projects/{world.ours.project.id}/import", content, name).status_code == 422
    assert browser.post(f"/projects/{world.ours.project.id}/import", data={}).status_code == 422
    with inside():
        assert db.session.scalar(select(func.count(PlanImport.id))) == 0


def test_a_member_takes_out_what_it_may_see(sign_in: Callable[..., Any], world: Any, inside: Callable[[], Any]) -> None:
    budget = ["node", "organisation", "category", "source", "amount"]
    with inside():
        project = db.session.get_one(Project, world.ours.project.id)
        rows = [["1", "晨星成员", "labour", "own", 1000], ["1", "晨星研究院", "labour", "own", 2000]]
        brought(project, "a.xlsx", made({"nodes": [HEADS, node("1")], "budget": [budget, *rows]}))
    address = f"/projects/{world.ours.project.id}/export?as=zip"
    taken = {
        who: workbook.unpacked("", sign_in(getattr(world.ours.people, who)).get(address).data)[name].decode()
        for who, name in (("member", "budget (part).csv"), ("coordinator", "budget.csv"))
    }
    assert "1000.00" in taken["member"] and "2000.00" not in taken["member"] and "2000.00" in taken["coordinator"]
    assert sign_in(world.theirs.people.coordinator).get(address).status_code == 404


def test_the_commands_take_out_and_bring(app: Any, world: Any, inside: Callable[[], Any], tmp_path: Any) -> None:
    with inside():
        reference = db.session.get_one(Project, world.ours.project.id).reference

    def run(args: list[str]) -> Any:
        with app.app_context():
            return app.test_cli_runner().invoke(args=args)

    path, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(made({"nodes": [HEADS, node("1")]}))
    dry = run(args=["import-plan", str(path), "--project", reference, "--dry-run"])
    assert dry.exit_code == 0 and "nodes: 1 added, 0 changed, 0 removed" in dry.output and "1 changes" in dry.output, (
        dry.output
    )
    assert run(args=["import-plan", str(path), "--project", reference]).exit_code == 0
    assert run(args=["export-plan", "--project", reference, str(out)]).exit_code == 0
    same = run(args=["import-plan", str(out), "--project", reference])
    assert same.exit_code == 0 and same.output.strip().endswith("0 changes")
    path.write_bytes(made({"nodes": [HEADS, node("1", "7")]}))
    wrong = run(args=["import-plan", str(path), "--project", reference])
    assert wrong.exit_code == 1 and "nodes!B2: There is no node 7" in wrong.output
    assert run(args=["import-plan", str(path), "--project", "nothing"]).exit_code == 1
