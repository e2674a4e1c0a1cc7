"""What MS Project writes becomes a plan."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.core.errors import Refused
from consortium.core.identifiers import Scheme
from consortium.exchange import gates, reading
from consortium.exchange.cells import Firms

LEAD, OTHER = "91320500000000012X", "12320500000000034Y"
FIRMS = Firms(
    [
        SimpleNamespace(scheme=Scheme.USCC, code=LEAD, name_zh="牵头", name_en="Lead", short=""),
        SimpleNamespace(scheme=Scheme.USCC, code=OTHER, name_zh="成员", name_en="Other", short="OT"),
    ]
)  # type: ignore[misc]


def task(
    uid: int, name: str, level: int, number: str, start: str, end: str, *links: tuple[int, int, int], **more: str
) -> str:
    said = "".join(f"<{key}>{value}</{key}>" for key, value in more.items())
    tied = "".join(f"<PredecessorLink><PredecessorUID>{one}</PredecessorUID><Type>{kind}</Type><LinkLag>{lag}</LinkLag><LagFormat>7</LagFormat></PredecessorLink>"
                   for one, kind, lag in links)  # fmt: skip
    return (f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>{name}</Name><OutlineNumber>{number}</OutlineNumber><OutlineLevel>{level}</OutlineLevel>"
            f"<Start>{start}T08:00:00</Start><Finish>{end}T17:00:00</Finish>{said}{tied}</Task>")  # fmt: skip


PLAN = "".join((
    task(0, "Whole project", 0, "0", "2026-01-05", "2026-12-31", Summary="1"),
    task(1, "设计", 1, "1", "2026-01-05", "2026-06-30", Summary="1"),
    task(2, "Draft", 2, "1.1", "2026-01-05", "2026-03-31"),
    task(3, "Review &amp; freeze", 2, "1.2", "2026-04-01", "2026-06-30", (2, 1, 9600)),
    task(4, "Build", 1, "2", "2026-07-01", "2026-12-31", (3, 3, -4800), (2, 0, 0), (5, 1, 0)),
    task(5, "Design frozen", 2, "1.3", "2026-06-30", "2026-06-30", (3, 1, 0), Milestone="1", Notes="Signed"),
    task(6, "Put aside", 1, "3", "2026-07-01", "2026-12-31", Active="0"),
))  # fmt: skip


def xml(tasks: str = PLAN, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f"""{head}<Project xmlns="http://schemas.microsoft.com/project"><MinutesPerDay>480</MinutesPerDay><DaysPerMonth>20</DaysPerMonth><Tasks>{tasks}</Tasks>
    <Resources><Resource><UID>1</UID><Name>other</Name><Type>1</Type></Resource><Resource><UID>2</UID><Name>Crane</Name><Type>1</Type></Resource></Resources>
    <Assignments><Assignment><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Work>PT240H0M0S</Work></Assignment>
    <Assignment><TaskUID>2</TaskUID><ResourceUID>2</ResourceUID><Work>PT1H0M0S</Work></Assignment></Assignments></Project>""".encode()


def read(content: bytes, taken: Any = None) -> Any:
    return reading.brought("plan.xml", content, FIRMS, LEAD, taken or {})


def test_tasks_become_a_tree_with_links_milestones_and_work() -> None:
    found = read(xml())
    assert not found.troubles
    nodes = {row["number"]: row for row in found.rows["nodes"]}
    assert {number: row["parent"] for number, row in nodes.items()} == {"1": None, "1.1": "1", "1.2": "1", "2": None}
    assert (nodes["1"]["title_zh"], nodes["1.2"]["title_en"]) == ("设计", "Review & freeze")
    assert (nodes["1.1"]["lead"], nodes["1.2"]["lead"]) == (OTHER, LEAD)
    assert (nodes["2"]["starts_on"], nodes["2"]["ends_on"]) == ("2026-07-01", "2026-12-31")
    assert {(row["before"], row["after"]): (row["kind"], row["lag"]) for row in found.rows["links"]} == {
        ("1.1", "1.2"): ("fs", 2), ("1.2", "2"): ("ss", -1), ("1.1", "2"): ("ff", 0),
    }  # fmt: skip
    assert found.rows["effort"] == [{"node": "1.1", "organisation": OTHER, "months": "1.50"}]
    (goal,) = found.rows["milestones"]
    assert (goal["title_en"], goal["due_on"], goal["means"]) == ("Design frozen", "2026-06-30", "Signed")
    assert found.rows["ties"] == [{"milestone": 1, "node": "1.2", "deliverable": None}]
    said = " ".join(map(str, found.notes))
    assert (
        "Crane" in said
        and "1 link is to a task that is not there, or beside another link" in said
        and "牵头" not in said
    )


def test_a_link_over_milestones_stays_a_link_of_the_tasks() -> None:
    """A chain over two gates, the lags added; which end of a task counts comes from its own link; rings of gates do no harm."""
    days = ("2026-01-05", "2026-03-31")
    found = read(xml("".join((
        task(1, "A", 1, "1", *days), task(2, "G", 1, "2", *days, (1, 1, 4800), (3, 1, 0), Milestone="1"),
        task(3, "H", 1, "3", *days, (2, 1, 9600), Milestone="1"), task(4, "B", 1, "4", *days, (3, 1, -4800)),
        task(5, "C", 1, "5", *days, (2, 0, 0)), task(6, "D", 1, "6", *days, (7, 1, 0)), task(7, "I", 1, "7", *days, (1, 3, 0), Milestone="1"),
    ))))  # fmt: skip
    assert not found.troubles
    assert {(row["before"], row["after"]): (row["kind"], row["lag"]) for row in found.rows["links"]} == {
        ("1", "4"): ("fs", 2), ("1", "5"): ("ff", 1), ("1", "6"): ("ss", 0),
    }  # fmt: skip
    assert "3 links over milestones" in " ".join(map(str, found.notes))


def test_what_the_plan_says_beyond_the_file_stays() -> None:
    first = read(xml()).rows
    taken = {name: [dict(row) for row in rows] for name, rows in first.items()}
    taken["milestones"][0] |= {"number": 7, "weight": 33, "means": "Test report", "title_zh": "设计冻结"}
    taken["nodes"][0] |= {"title_en": "Design", "objective": "Aim", "lead": OTHER}
    again = read(xml(PLAN.replace("<Notes>Signed</Notes>", "")), taken).rows
    assert again["milestones"] == taken["milestones"]
    assert again["nodes"][0] == taken["nodes"][0]


@pytest.mark.parametrize(
    "content",
    [b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Project><Tasks><Task><Name>&b;</Name></Task></Tasks></Project>', b"<?xml", b"<?xml version='1.0'?><a/>",
     xml("")],
)  # fmt: skip
def test_what_is_no_plan_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read(content)


@pytest.mark.parametrize(
    ("tasks", "said"),
    [(task(1, "A", 1, "1", "2026-02-30", "2026-03-01"), "no start or no end"), (task(1, "A", 1, "", "2026-01-01", "2026-03-01"), "no number"),
     (task(1, "A", 1, "1", "2026-01-01", "2026-03-01") * 2, "twice"), (task(1, "A", 1, "1" * 30, "2026-01-01", "2026-03-01"), "30 characters"),
     (task(1, "A", 1, "1", "2026-01-01", "2026-02-01") + task(2, "B", 1, "2", "2026-01-01", "2026-03-01", (1, 1, 480000000)), "A lag lies between")],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_at_its_task(tasks: str, said: str) -> None:
    troubles = read(xml(tasks)).troubles
    assert any(said in str(one.sentence) for one in troubles) and all(one.sheet == "Tasks" for one in troubles)


@pytest.mark.parametrize("level", ["²", "1" * 5000, "-1", "x", "１"])
def test_numbers_that_are_none_do_no_harm(level: str) -> None:
    content = xml(PLAN.replace("<OutlineLevel>2</OutlineLevel>", f"<OutlineLevel>{level}</OutlineLevel>"))
    for digits in ("4" * 5009, "²", "0", "999999999999"):
        found = read(content.replace(b"<MinutesPerDay>480<", f"<MinutesPerDay>{digits}<".encode()))
        assert len(found.rows["nodes"]) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("old", "new"),
    [("<Name>Draft<", "<Name>机密★ 方案<"), ("<Notes>Signed<", "<Notes>密级：秘密<"), ("<Name>Draft<", "<Name>&#26426;&#23494;<"), ("<Tasks>", "<!-- 绝密★ --><Tasks>")],
)  # fmt: skip
def test_a_file_that_is_marked_secret_is_refused(encoding: str, old: str, new: str) -> None:
    text = xml().decode().replace('encoding="UTF-8"', f'encoding="{encoding.upper()}"')
    assert old in text
    with pytest.raises(Refused) as refusal:
        read(text.replace(old, new).encode(encoding))
    assert "secrecy mark" in str(refusal.value.message)
    ordinary = text.replace("<Name>Draft<", "<Name>商业秘密保护方案，不涉及国家秘密<")
    assert not read(ordinary.encode(encoding)).troubles


def test_a_file_whose_name_is_marked_secret_is_refused() -> None:
    with pytest.raises(Refused, match="secrecy mark"):
        reading.brought("机密-计划.xml", xml(), FIRMS, LEAD, {})


def by_every_way(waits: Any, milestones: Any) -> Any:
    """The same as `gates.over` said so that one sees it: each way over milestones is walked."""

    def into(gate: str, seen: frozenset[str]) -> Any:
        for before, kind, lag in waits.get(gate, ()):
            if before not in milestones:
                yield before, kind[0], lag
            elif before not in seen:
                yield from ((task, side, lag + more) for task, side, more in into(before, seen | {gate}))

    found: Any = {}
    for after, some in waits.items():
        for gate, kind, lag in some if after not in milestones else ():
            for before, side, more in into(gate, frozenset()) if gate in milestones else ():
                if (before, after) not in found or lag + more > found[before, after][1]:
                    found[before, after] = side + kind[1], lag + more
    return found


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(("fs", "ss", "ff", "sf")), st.integers(-3, 3)),
        max_size=25,
    )
)
def test_links_over_milestones_are_those_of_all_ways(links: list[tuple[int, int, str, int]]) -> None:
    """Names below t5 are tasks, the others milestones, each of which waits for lower numbers only."""
    waits: dict[str, list[gates.Wait]] = {}
    for one, other, kind, lag in links:
        if one != other:
            waits.setdefault(f"t{max(one, other)}", []).append((f"t{min(one, other)}", kind, lag))
    # Tasks after the milestones: what waits for them.
    waits["end"] = [(f"t{number}", "fs", number) for number in range(5, 10)]
    milestones = {f"t{number}" for number in range(5, 10)}
    assert gates.over(waits, milestones) == by_every_way(waits, milestones)


def test_many_ways_over_milestones_are_walked_in_no_time() -> None:
    """Twenty layers of three milestones, each after all of the layer before: more ways than could ever be walked one by one."""
    days, gate = ("2026-01-05", "2026-03-31"), ("2026-03-31", "2026-03-31")
    tasks, layer = [task(1, "A", 1, "1", *days)], [1]
    for depth in range(20):
        after = [(before, 1, 4800) for before in layer]
        layer = [2 + 3 * depth + place for place in range(3)]
        tasks += [task(uid, f"M{uid}", 1, str(uid), *gate, *after, Milestone="1") for uid in layer]
    tasks.append(task(99, "Z", 1, "99", *days, *((before, 1, 0) for before in layer)))
    found = read(xml("".join(tasks)))
    assert not found.troubles
    assert [(row["kind"], row["lag"]) for row in found.rows["links"]] == [("fs", 20)]


def test_a_chain_of_very_many_milestones_is_walked() -> None:
    waits = {f"m{number}": [(f"m{number - 1}", "fs", 0)] for number in range(1, 15_000)}
    waits |= {"m0": [("first", "ss", 2)], "last": [("m14999", "ff", 1)]}
    assert gates.over(waits, {f"m{number}" for number in range(15_000)}) == {("first", "last"): ("sf", 3)}


def test_a_file_that_links_everything_with_everything_is_refused() -> None:
    waits: dict[str, list[gates.Wait]] = {"gate": [(f"a{number}", "fs", 0) for number in range(600)]}
    waits |= {f"b{number}": [("gate", "fs", 0)] for number in range(600)}
    with pytest.raises(Refused, match="in more than 200,000 ways"):
        gates.over(waits, {"gate"})
