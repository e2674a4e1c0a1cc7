"""The money of a firm is its own: nobody without a right to it finds an amount of it anywhere, nor a sum that it is part of."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from consortium.baselines import services as baselines
from consortium.baselines.layout import EVERY
from consortium.budgets import services as budgets
from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.exchange import services as exchange
from consortium.logbook import services as logbook
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.plans import queries as plans
from consortium.plans import services as planning
from consortium.plans.models import CostCategory, MoneySource
from consortium.projects import services as projects
from consortium.projects.models import Participant, Project
from consortium.web.door import entrances
from tests import factories
from tests.exchange.plans import workbook
from tests.rules.test_access import arguments
from tests.rules.walk import Walk, keep, walk

BUDGET = ("node", "organisation", "category", "source", "amount")
#: All amounts of the firm that is looked at end on so many fen, and no other amount does, nor any sum without them.
FEN = "27"
#: Amounts of others in the furnished world end on these, so these are the ends of sums with the firm's.
ENDS = (FEN, "16", "52", "54", "41", "43")
AMOUNT = re.compile(r"(?<![\d.])[1-9][\d,]{2,}\.(?:" + "|".join(ENDS) + r")(?!\d)")
#: Where the pieces of a picture lie is no amount.
GEOMETRY = re.compile(r'\s(?:x|y|width|height|d|cx|cy|r|rx|points|viewBox|transform)="[^"]*"')


def amount(number: int) -> Decimal:
    """The next amount of the firm."""
    return Decimal(f"{number}.{FEN}")


def pay(
    actor: User,
    project: Project,
    number: str,
    firm: Organisation,
    much: Decimal,
    head: CostCategory = CostCategory.EQUIPMENT,
) -> Any:
    """Planned money of the firm in a node."""
    node = plans.node(project, number)
    assert node is not None
    key = (firm.id, head, MoneySource.LOAN)
    there = next((row for row in node.allocations if (row.organisation_id, row.category, row.source) == key), None)
    if there is not None:
        return planning.reallocate(actor, there, amount=much)
    return planning.allocate(actor, node, firm, category=head, source=MoneySource.LOAN, amount=much)


def spend(world: Any) -> None:
    """Give the firm that the member is not of money in every place where money is kept."""
    coordinator, other = (
        db.session.get_one(User, getattr(world.people, name).id) for name in ("coordinator", "other_member")
    )
    firm = db.session.get_one(Organisation, world.other.id)
    free = db.session.get_one(Project, world.project.id)
    part = db.session.scalars(
        select(Participant).where(Participant.project_id == free.id, Participant.organisation_id == firm.id)
    ).one()
    projects.change_part(coordinator, part, task=part.task, budget=amount(2718281))
    row = pay(coordinator, free, "3.1", firm, amount(100001))
    planning.reallocate(coordinator, row, amount=amount(100002))
    planning.deallocate(coordinator, pay(coordinator, free, "1.1", firm, amount(100003)), reason="不再需要")
    moving = pay(coordinator, free, "3.1", firm, amount(100007))
    budgets.move(
        other, moving, node=moving.node, category=CostCategory.OPERATING, source=MoneySource.LOAN, year=2026, amount=amount(1000), reason="调剂"
    )  # fmt: skip
    kept = logbook.keep(
        other, free, month=datetime.date(2026, 8, 1), note="八月", efforts={}, spending={(CostCategory.EQUIPMENT, MoneySource.LOAN): amount(100004)},
        organisation=firm,
    )  # fmt: skip
    logbook.confirm(other, kept)
    logbook.reopen(other, kept, reason="更正")
    for wanted, taken in ((amount(100005), True), (amount(100006), False)):
        sheets = {"budget": [BUDGET, ["3.1", firm.code, "labour", "loan", str(wanted)]]}
        looked = exchange.look(coordinator, free, (f"{world.canary}.xlsx", workbook(sheets)))
        brought = exchange.bring(coordinator, looked)
        if taken:
            seen = exchange.preview_of(coordinator, brought, False).seen
            exchange.take(coordinator, brought, removes=False, seen=seen)
    _frozen(world, coordinator, firm)


def _frozen(world: Any, coordinator: User, firm: Organisation) -> None:
    """The same in the project whose plan is approved: in two baselines, and in requests of all states."""
    planned = next(row for row in db.session.scalars(select(Project)) if row.title_zh == f"{world.canary}获批项目")
    for number, outcome in enumerate(("approve", "reject", "submit", "withdraw", "draft"), start=100010):
        asked = pay(coordinator, planned, "3", firm, amount(number))
        if outcome == "draft":
            continue
        baselines.submit(
            coordinator, baselines.write(coordinator, asked, kind=asked.kind, summary="经费", reason="因为")
        )
        if outcome in ("approve", "reject"):
            baselines.decide(coordinator, asked, outcome=outcome, decision="决议 7 号")
        if outcome == "approve":
            baselines.freeze(coordinator, planned, name="经费之后", as_of=clock.today())
        if outcome == "withdraw":
            baselines.withdraw(coordinator, asked)


@pytest.fixture(scope="module")
def spent(app: Flask) -> Iterator[Walk]:
    """The furnished platform, where one firm has money everywhere."""
    made = walk(app, app.extensions["world"])
    with app.app_context(), everything("a test gives a firm money"), clock.at(factories.NOW):
        spend(made.world.ours)
        db.session.commit()
    keep(app, made.kept)
    with clock.at(factories.NOW):
        yield made


def addresses(spent: Walk) -> Iterator[str]:
    """All pages and files of all things of our table, by the numbers that there are now."""
    with spent.app.app_context(), everything("a test looks for addresses"):
        doors = [door for door in entrances() if "GET" in door.methods and "<token>" not in door.rule]
        things = {
            door.of: [row.id for row in db.session.scalars(select(door.of)) if getattr(row, "consortium_id", 0) in (0, spent.world.ours.consortium.id)][-8:]
            for door in doors if door.of is not None
        }  # fmt: skip
    adapter = spent.app.url_map.bind("localhost")
    for door in doors:
        for number in things[door.of] if door.of is not None else [None]:
            for values in arguments(door.rule, None, spent):
                yield adapter.build(door.endpoint, {**values, **({"id": number} if number else {})})


def questions(address: str) -> Iterator[str]:
    """An address with all that can be asked of it."""
    yield address
    if address.endswith(("/export",)):
        yield f"{address}?as=zip"
    elif address.startswith("/baselines/"):
        yield from (f"{address}?list={one.name}&as={kind}" for one in EVERY for kind in ("csv", "xlsx"))
    elif address.endswith("/compare"):
        yield from (f"{address}?from=1&to={to}&as={kind}" for to in ("2", "3", "today") for kind in ("csv", "xlsx"))
        yield from (f"{address}?from=1&to=3&list={one.name}" for one in EVERY)
    elif not address.startswith(("/compare", "/papers")):
        yield f"{address}?as=csv"
        if address.endswith(("/plan", "/logs")):
            yield f"{address}?as=xlsx"
    if address == "/search":
        yield from (f"/search?q={words}" for words in ("100001.27", "100,001.27", "经费", "2718281"))


def read(content: bytes) -> str:
    """What a person could read, also inside of files in files."""
    if content[:2] != b"PK":
        return GEOMETRY.sub("", unescape(content.decode("utf-8", "replace")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(read(archive.read(name)) for name in archive.namelist())


def found(spent: Walk, who: str) -> dict[str, list[str]]:
    """Where somebody meets an amount of the firm, or a sum that it is part of."""
    client, places = spent.walkers[who].client, {}
    for address in addresses(spent):
        for asked in questions(address):
            answer = client.get(asked)
            if answer.status_code >= 300:
                assert answer.status_code < 500, asked
                break
            # What was typed into a search is shown again.
            text = read(answer.get_data()).replace(asked.partition("?q=")[2] or "\0", "")
            if amounts := AMOUNT.findall(text):
                places[asked] = sorted(set(amounts))
    return places


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", ["member", "signatory", "staff"])
def test_amounts_of_another_firm_are_nowhere(spent: Walk, who: str) -> None:
    assert found(spent, who) == {}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_who_may_see_them_does(spent: Walk) -> None:
    """Else the test above would look in the wrong places."""
    own = found(spent, "other_member")
    words = (
        "/plan",
        "/export",
        "/nodes/",
        "/baselines/",
        "/compare",
        "/changes/",
        "/logs",
        "/logs/",
        "/projects/",
        "/money",
        "/moves",
    )
    assert {word for word in words if not any(word in address for address in own)} == set()
