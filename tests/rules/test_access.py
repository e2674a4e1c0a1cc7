"""Who may pass which door: every address belongs to one, and every role meets there what the grants say, and no word of strangers."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from flask import Blueprint, Flask

from consortium.app import FEATURES
from consortium.core.access import GRANTS, Action, Reach, Role
from consortium.web.door import SAFE, Door, Entrance, entrances
from tests.factories import OURS
from tests.rules.walk import Thing, Walk, Walker, canaries, counted, expected, met, readable, workflows

#: Addresses that pass no door, and why.
DOORLESS = {
    "static": "files of the pages, the same for everybody",
    "security.": "the sign-in library asks who one is; there is nothing behind it but one's own account",
}
WORKFLOWS = workflows(
    [importlib.import_module(f"consortium.{f}.workflow") for f in FEATURES if find_spec(f"consortium.{f}.workflow")]
)


def without_door(app: Flask) -> list[str]:
    """Addresses that anybody could walk round the door to."""
    with app.app_context():
        known = {entrance.endpoint for entrance in entrances()}
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    return sorted(name for name in endpoints - known if not name.startswith(tuple(DOORLESS)))


def test_every_address_passes_a_door(app: Flask) -> None:
    assert not without_door(app), "Write these with @bp.page(rule, can=Action.…) on a Door."


def test_an_address_without_a_door_is_found() -> None:
    sample = Flask("sample")
    loose = Blueprint("loose", "loose")
    loose.add_url_rule("/loose", "open", lambda: "")
    sample.register_blueprint(loose)
    assert without_door(sample) == ["loose.open"]


def test_a_doorless_name_is_still_needed(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert [name for name in DOORLESS if not any(endpoint.startswith(name) for endpoint in endpoints)] == []


def test_the_door_has_no_other_way_in() -> None:
    door = Door("sample", "sample")
    for way in (door.route, door.get, door.post, door.put, door.patch, door.delete):
        with pytest.raises(TypeError, match="page"):
            way("/loose")(lambda: "")
    with pytest.raises(TypeError):
        door.page("/loose", can="view")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        door.page("/loose/<int:number>", can=Action.VIEW, of=Thing)


def test_every_role_walks(platform: Walk) -> None:
    """Else a role without a walker would pass the matrix unseen."""
    assert {walker.role for walker in platform.walkers.values()} >= set(Role)


def test_every_table_has_rows_on_both_sides(platform: Walk) -> None:
    lacking = {
        m.__name__
        for m, things in platform.things.items()
        if counted(m) and {t.table for t in things} != {"ours", "theirs"}
    }
    assert not lacking, f"Give tests/furniture.py rows of {sorted(lacking)}, so that the matrix can ask for them."


def arguments(rule: str, thing: Thing | None, walk: Walk) -> Iterator[dict[str, Any]]:
    """Values for the parts of an address beside the number; several where they matter."""
    if "<step>" in rule:
        kind = next((m.__tablename__ for m, things in walk.things.items() if thing in things), "")
        steps = WORKFLOWS[kind].steps if kind in WORKFLOWS else ()
        possible = [step.name for step in steps if thing is not None and thing.state in step.sources]
        yield from ({"step": name} for name in possible or [step.name for step in steps][:1] or ["begin"])
    elif "<token>" in rule:
        yield {"token": walk.tokens["ours"]}
    elif "<reference>" in rule:
        yield {"reference": f"{OURS}-A01"}
    elif ":form>" in rule:
        yield {"form": "pdf"}
        yield {"form": "json"}
    elif ":number>" in rule:
        yield {"number": 1}
    else:
        yield {}


def cells(walk: Walk) -> Iterator[tuple[Entrance, str, Thing | None, str]]:
    """Entrance, address, row and method of each cell; each is asked for by each role."""
    with walk.app.app_context():
        doors = entrances()
    adapter = walk.app.url_map.bind("localhost")
    for door in doors:
        for thing in walk.things[door.of] if door.of is not None else [None]:
            for values in arguments(door.rule, thing, walk):
                named = {**values, **({"id": thing.id} if thing is not None else {})}
                for method in door.methods:
                    yield door, adapter.build(door.endpoint, named), thing, method


#: Doors that are for everybody who is signed in, but behind which lie rows of single persons; `test_rows_of_one_person` walks those.
PERSONAL = ":number>"
#: The token is for a guest, who may be nobody yet.
GUEST = "<token>"


def visit(walk: Walk, walker: Walker, door: Entrance, address: str, thing: Thing | None, method: str) -> list[str]:
    """What was wrong with one cell."""
    answer = walker.client.open(address, method=method, headers={"Referer": "http://localhost/"})
    found = "sign in" if answer.status_code == 302 and "/login" in answer.location else met(answer.status_code)
    wrong = []
    wanted = expected(walker, door.can, thing)
    if found != wanted and not (wanted == "open" and found == "missing" and PERSONAL in door.rule):
        wrong.append(
            f"{walker.name} {method} {address} ({door.endpoint}, {thing}): {wanted} was expected, but {answer.status_code} came"
        )
    if answer.status_code < 300 and GUEST not in door.rule:
        wrong += [
            f"{walker.name} {method} {address} shows {word}" for word in canaries(walk, walker, door, readable(answer))
        ]
    if method not in SAFE and answer.status_code < 400:
        walk.renew()
    answer.close()
    return wrong


@pytest.mark.slow
@pytest.mark.timeout(1500)  # thousands of pages
def test_everybody_meets_what_the_grants_say(platform: Walk, tell: list[str]) -> None:
    count, wrong = 0, []
    for door, address, thing, method in cells(platform):
        for walker in platform.walkers.values():
            count += 1
            wrong += visit(platform, walker, door, address, thing, method)
    shown = [line for line in wrong if " shows " in line]
    tell.append(f"matrix: {count} cells, {len(wrong) - len(shown)} mismatches, {len(shown)} canary bytes")
    assert not wrong, "\n".join(wrong)


def test_the_matrix_would_notice(platform: Walk) -> None:
    """The same walk, with somebody taken for somebody else, is full of mismatches; and a canary on a page is seen."""
    coordinator, member = platform.walkers["coordinator"], platform.walkers["member"]
    door = next(d for d in all_doors(platform) if d.endpoint == "consortia.amend")
    row = next(thing for thing in platform.things[door.of] if thing.table == "ours")
    address = f"/consortia/{row.id}/amend"
    assert not visit(platform, coordinator, door, address, row, "GET")
    impostor = Walker("member", member.person, Role.COORDINATOR, "ours", member.firm, client=member.client)
    assert visit(platform, impostor, door, address, row, "GET")
    foreign = Walker(
        "coordinator", coordinator.person, Role.COORDINATOR, "theirs", coordinator.firm, client=coordinator.client
    )
    assert any("晨星" in line for line in visit(platform, foreign, door, address, row, "GET"))


def all_doors(walk: Walk) -> list[Entrance]:
    with walk.app.app_context():
        return entrances()


@pytest.mark.slow
def test_lists_know_no_strangers(platform: Walk, tell: list[str]) -> None:
    count, wrong = 0, []
    for door in all_doors(platform):
        if door.of is not None or "GET" not in door.methods or "<" in door.rule:
            continue
        for walker in platform.walkers.values():
            for query in ("as=csv", "as=xlsx", "q=暮云"):
                answer = walker.client.get(f"{door.rule}?{query}")
                count += 1
                # What was typed into a search is shown again, so it is taken out before looking.
                text = readable(answer).replace(query.removeprefix("q="), "")
                if answer.status_code >= 500:
                    wrong.append(f"{walker.name} {door.rule}?{query}: {answer.status_code}")
                if answer.status_code < 300 and not query.startswith("q="):
                    wrong += [
                        f"{walker.name} {door.rule}?{query} shows {word}"
                        for word in canaries(platform, walker, door, text)
                    ]
                if answer.status_code < 300 and query.startswith("q="):
                    marks = (
                        f'/consortia/{platform.world.theirs.consortium.id}"',
                        f'/projects/{platform.world.theirs.project.id}"',
                    )
                    wrong += [f"{walker.name} {door.rule}?{query} leads to {mark}" for mark in marks if mark in text]
    tell.append(f"lists: {count} answers, {len(wrong)} with words of others")
    assert not wrong, "\n".join(wrong)


def test_rows_of_one_person(platform: Walk) -> None:
    """Jobs and notifications are seen by the one they belong to; for all others they are not there."""
    from sqlalchemy import select

    from consortium.activity.models import Notification
    from consortium.core.db import db
    from consortium.jobs.models import Job

    with platform.app.app_context():
        jobs = list(db.session.execute(select(Job.id, Job.actor_id)))
        told = list(db.session.execute(select(Notification.id, Notification.user_id, Notification.href)))
    assert jobs and told
    for number, owner in jobs[:3]:
        for walker in platform.walkers.values():
            status = walker.client.get(f"/jobs/{number}").status_code
            wanted = 302 if walker.person is None else 200 if walker.person.id == owner else 404
            assert status == wanted, f"{walker.name} GET /jobs/{number}: {status}"
    number, owner, href = told[0]
    for walker in platform.walkers.values():
        answer = walker.client.post(f"/notifications/{number}/read")
        if walker.person is not None and walker.person.id != owner:
            assert href not in (answer.location or ""), (
                f"{walker.name} is led to where somebody else's notification leads"
            )
    with platform.app.app_context():
        read = db.session.scalar(select(Notification.read_at).where(Notification.id == number))
    assert (read is not None) == any(w.person is not None and w.person.id == owner for w in platform.walkers.values())


def test_the_grants_are_what_was_decided() -> None:
    """A short reading of the table by its sense, so that a slip in it is noticed and not only followed."""
    inside = {
        Action.VIEW,
        Action.EVIDENCE,
        Action.MANAGE,
        Action.PLAN,
        Action.REPORT,
        Action.READ,
        Action.VERIFY,
        Action.ACCEPT,
        Action.ISSUE,
        Action.DOWNLOAD,
    }
    assert not inside & set(GRANTS[Role.ADMINISTRATOR]), "The operator sees no content."
    assert not inside & set(GRANTS[Role.STAFF]), "Belonging to an organisation opens no consortium."
    assert [role for role in Role if Action.MANAGE in GRANTS[role]] == [Role.COORDINATOR]
    assert [role for role in Role if Action.OVERSEE in GRANTS[role]] == [Role.OFFICER]
    assert GRANTS[Role.MEMBER][Action.EVIDENCE] is GRANTS[Role.MEMBER][Action.REPORT] is Reach.OWN
    assert GRANTS[Role.MEMBER][Action.READ] is GRANTS[Role.MEMBER][Action.VERIFY] is Reach.PART
    assert Action.ACCEPT not in GRANTS[Role.MEMBER], "A member verifies; the coordinator or an expert accepts."
    assert GRANTS[Role.SITE] == dict.fromkeys((Action.VISIT, Action.INSPECT, Action.CONFIRM), Reach.PART)
    assert set(GRANTS) == set(Role)
