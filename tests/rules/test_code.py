"""Rules that have to hold everywhere in the code, each with a sample that breaks it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Float, Integer, Numeric, inspect, select
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from consortium.app import FEATURES
from consortium.core.db import db
from consortium.web.door import entrances
from tests.rules.source import calls, nodes, trees
from tests.rules.walk import Walk

Rule = Callable[[str, ast.Module], list[str]]

#: Places where a rule does not apply, and why.
DRAWING = ("documents/charts.py", "documents/drawing.py", "documents/paper_charts.py", "documents/tiles.py", "documents/glyphs.py", "documents/fonts.py",
           "documents/subsetter.py", "documents/renderer.py", "documents/pdf.py", "documents/typesetting.py", "documents/tables.py")  # fmt: skip
BELOW_THE_WALL = {
    "consortia/queries.py": "`inside` is itself a part of the wall, so it cannot stand behind it",
    "web/session.py": "sign-in sessions belong to no table, and the library keeps them by its own naive clock",
    "web/limits.py": "counters of the rate limits lie in a file of their own, in the seconds in which the library counts",
}
OWN_TRANSACTIONS = {
    "people/mail.py": "the sign-in library sends mail after the door has closed",
}
OVER_THE_WALL = {
    "consortia/invitations.py": "whoever holds an invitation is not at the table yet",
    "reports/queries.py": "the public may ask whether a paper is genuine",
    "people/queries.py": "administrators see how many seats an account has, never which",
    "logbook/known.py": "whether an invoice was used before is asked of all, and answered with a number",
    "people/sign_in.py": "who signs in has no scope before he is known",
    "results/known.py": "whether a number is on the register of another consortium is answered with a count, never which",
}


#: Names of money.
MONEY = ("amount", "budget", "contribution", "funding", "price")


def floats(path: str, tree: ast.Module) -> list[str]:
    """`float()`, and numbers with a point reckoned or compared with money; figures of drawings and seconds are no money."""
    if path in (*DRAWING, "web/limits.py"):
        return []
    found = [
        f"{path}:{line} float(): amounts are Decimal, shares too" for line, name, _ in calls(tree) if name == "float"
    ]
    return found + [
        f"{path}:{node.lineno} {ast.unparse(node)}: amounts are Decimal, a float loses fen"
        for node in nodes(tree)
        if isinstance(node, (ast.BinOp, ast.AugAssign, ast.Compare)) and _floating(node) and _of_money(node)
    ]


def _floating(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, float) for part in ast.walk(node))


def _of_money(node: ast.AST) -> bool:
    """Whether a name in it says money: `budget`, `row.contribution`, `amounts["amount"]`."""
    names = [
        getattr(part, "id", None) or getattr(part, "attr", None) or getattr(part, "value", None)
        for part in ast.walk(node)
    ]
    return any(word in name.lower() for name in names if isinstance(name, str) for word in MONEY)


def clocks(path: str, tree: ast.Module) -> list[str]:
    """Every clock but the one of the platform."""
    if path in (
        "core/clock.py",
        "web/limits.py",
        "web/session.py",
    ):  # the libraries of the last two write times by the real clock
        return []
    other = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
             "datetime.datetime.today", "time.time", "func.now", "func.current_timestamp", "datetime.utcfromtimestamp"}  # fmt: skip
    return [f"{path}:{line} {name}(): ask consortium.core.clock" for line, name, _ in calls(tree) if name in other]


def raw(path: str, tree: ast.Module) -> list[str]:
    """SQL as text and tables without their classes walk through the wall between tenants."""
    if path.startswith("core/") or path in BELOW_THE_WALL:
        return []
    found = [
        f"{path}:{line} {name}(): write select(Model), which the wall sees"
        for line, name, node in calls(tree)
        if (
            (name in {"sa.text", "sqlalchemy.text", "db.text"} or (name == "text" and _imports(tree, "text")))
            and not _in_index(path, node)
        )
        or name.endswith(
            (
                ".exec_driver_sql",
                ".from_statement",
                ".bulk_save_objects",
                ".bulk_insert_mappings",
                ".bulk_update_mappings",
            )
        )
        or name in {"sa.Table", "db.Table", "sqlalchemy.Table"}
        or (name == "Table" and _imports(tree, "Table"))
    ]
    found += [
        f"{path}:{node.lineno} .{node.attr}: write select(Model), which the wall sees"
        for node in nodes(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"__table__", "connection"} and not _is_kind(node)
    ]
    return found


def _in_index(path: str, node: ast.Call) -> bool:
    """A partial index takes its condition as text; it is made once, by a migration."""
    return path.endswith("models.py") and len(node.args) == 1 and isinstance(node.args[0], ast.Constant)


def _imports(tree: ast.Module, name: str) -> bool:
    return any(isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy") and any(a.name == name for a in node.names)
               for node in nodes(tree))  # fmt: skip


def _is_kind(node: ast.Attribute) -> bool:
    return node.attr == "connection" and isinstance(node.value, ast.Name) and node.value.id == "self"


def packages(path: str, tree: ast.Module) -> list[str]:
    """Code in `__init__`."""
    return [
        f"{path}: write this in a module with a name"
        for node in tree.body
        if path.endswith("__init__.py") and not _is_docstring(node)
    ]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def undescribed(path: str, tree: ast.Module) -> list[str]:
    """Modules, and public functions and classes of core and services, say what they are in a sentence."""
    if path.endswith("__init__.py"):
        return []
    found = [] if ast.get_docstring(tree) else [f"{path}: the module has no docstring"]
    if not path.startswith("core/") and not path.endswith(("services.py", "workflow.py", "queries.py", "models.py")):
        return found
    for node in tree.body:
        if (
            isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            found.append(f"{path}:{node.lineno} {node.name} has no docstring")
    return found


def committing(path: str, tree: ast.Module) -> list[str]:
    """Modules of features that end the transaction which the door owns."""
    if path.split("/", maxsplit=1)[0] not in FEATURES or path in OWN_TRANSACTIONS:
        return []
    return [
        f"{path}:{line} commit(): the door commits, when the answer is good"
        for line, name, _ in calls(tree)
        if name.endswith("session.commit")
    ]


def unscoped(path: str, tree: ast.Module) -> list[str]:
    """Modules of features that look over the wall, above all those with a door."""
    if path.split("/", maxsplit=1)[0] not in FEATURES or path in OVER_THE_WALL:
        return []
    return [
        f"{path}:{line} {name}(): a request of a person stays inside its scope"
        for line, name, _ in calls(tree)
        if name.split(".")[-1] == "everything"
    ]


RULES: dict[str, tuple[Rule, str, str]] = {
    "floats": (floats, "projects/services.py", "x = float(budget)"),
    "clocks": (clocks, "projects/services.py", "import datetime\nx = datetime.datetime.now()"),
    "raw": (raw, "projects/queries.py", "from sqlalchemy import text\ndb.session.execute(text('SELECT 1'))"),
    "raw tables": (raw, "projects/queries.py", "select(Project.__table__)"),
    "raw driver": (raw, "projects/queries.py", "db.session.connection().exec_driver_sql('x')"),
    "packages": (packages, "projects/__init__.py", "from . import models"),
    "undescribed": (undescribed, "projects/services.py", '"""Module."""\ndef found(): pass'),
    "floats beside money": (floats, "projects/portrait.py", "x = project.budget * 0.3"),
    "floats added to money": (floats, "reports/figures.py", "contribution += 1.5"),
    "floats compared with money": (floats, "reports/figures.py", "late = row.amount > 1e6"),
    "committing": (committing, "projects/services.py", "db.session.commit()"),
    "committing elsewhere": (committing, "consortia/invitations.py", "db.session.commit()"),
    "unscoped": (unscoped, "projects/routes.py", "with scope.everything('all'): pass"),
    "unscoped papers": (unscoped, "reports/papers.py", "with everything('all'): pass"),
    "unscoped elsewhere": (unscoped, "consortia/seating.py", "with everything('all'): pass"),
}


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in RULES.values()), ids=lambda rule: rule.__name__)
def test_code_keeps_the_rule(rule: Rule) -> None:
    found = [line for path, tree in trees().items() for line in rule(path, tree)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", RULES)
def test_the_rule_finds_what_it_is_for(name: str) -> None:
    rule, path, sample = RULES[name]
    assert rule(path, ast.parse(sample))


def columns_of_floats(models: list[Any]) -> list[str]:
    """Columns that keep numbers inexactly."""
    found = []
    for model in models:
        for column in inspect(model).columns:
            kept = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
            if isinstance(kept, (Float, Numeric)):
                found.append(f"{model.__name__}.{column.key}")
    return found


def test_exceptions_are_still_needed() -> None:
    """A module that does no longer what it was excepted for leaves the list."""
    found = trees()
    commits = {
        path for path in OWN_TRANSACTIONS if any(name.endswith("session.commit") for _, name, _ in calls(found[path]))
    }
    over = {
        path for path in OVER_THE_WALL if any(name.split(".")[-1] == "everything" for _, name, _ in calls(found[path]))
    }
    assert (commits, over) == (set(OWN_TRANSACTIONS), set(OVER_THE_WALL))


def test_no_column_keeps_floats() -> None:
    assert columns_of_floats([mapper.class_ for mapper in db.Model.registry.mappers]) == [], (
        "Write Mapped[Decimal] = mapped_column(Money)."
    )


def test_a_float_column_is_found() -> None:
    class Own(DeclarativeBase):
        pass

    class Sample(Own):
        __tablename__ = "sample"
        id = mapped_column(Integer, primary_key=True)
        amount = mapped_column(Float)

    assert columns_of_floats([Sample]) == ["Sample.amount"]


#: What a reader leaves behind: who he is, and how often he asked.
TRACES = {"session", "rate_limit"}


def contents(walk: Walk) -> dict[str, list[Any]]:
    """All rows of all tables, but the traces of reading."""
    with walk.app.app_context(), db.engine.connect() as connection:
        tables = [table for table in db.metadata.sorted_tables if table.name not in TRACES]
        found = {
            table.name: [
                tuple(map(str, row)) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables
        }
        connection.rollback()
        return found


def readers(walk: Walk) -> list[tuple[str, str]]:
    """Who reads what: every GET entrance with the first row of ours, for a coordinator and an officer."""
    with walk.app.app_context():
        doors = entrances()
    from tests.rules.test_access import arguments

    adapter, found = walk.app.url_map.bind("localhost"), []
    for door in doors:
        if "GET" not in door.methods:
            continue
        things = [t for t in walk.things[door.of] if t.table in ("ours", "")][:2] if door.of is not None else [None]
        for thing in things:
            for values in list(arguments(door.rule, thing, walk))[:1]:
                address = adapter.build(door.endpoint, {**values, **({"id": thing.id} if thing is not None else {})})
                found += [(who, address) for who in ("coordinator", "officer", "administrator")]
    return found


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_reading_never_writes(platform: Walk) -> None:
    before = contents(platform)
    met = [(who, address, platform.walkers[who].client.get(address).status_code) for who, address in readers(platform)]
    after = contents(platform)
    assert {name for name in before if before[name] != after[name]} == set(), (
        "A GET changed these tables; make it a POST."
    )
    assert not [line for line in met if line[2] >= 500]
    assert sum(status == 200 for _, _, status in met) > len(met) // 4


def test_a_reading_that_writes_is_seen(platform: Walk) -> None:
    before = contents(platform)
    platform.walkers["coordinator"].client.post("/theme", data={"theme": "dark"})
    assert contents(platform) != before
