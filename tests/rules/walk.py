"""Who walks through the platform, and what each should meet at every door: computed from the grants, and from nothing else."""

from __future__ import annotations

import io
import re
import secrets
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from consortium.core import clock
from consortium.core.access import GRANTS, Action, Reach, Role
from consortium.core.db import db
from consortium.core.scope import Walled, everything
from consortium.core.workflow import Workflow
from consortium.web.door import Entrance
from tests import factories
from tests.furniture import furnish

CANARIES = {"ours": "晨星", "theirs": "暮云"}


#: The pages on which a user at a site reads words of the table: its demonstrations, what waits and is told of them, and its own seat.
OF_SITE = re.compile(r"/demonstration.*|/|/waiting|/notifications.*|/me").fullmatch


@dataclass
class Walker:
    """One person, as the world was made: where he sits, for whom, and what he oversees."""

    name: str
    person: Any = None
    role: Role | None = None
    table: str = ""
    firm: int | None = None
    regions: tuple[str, ...] = ()
    client: FlaskClient = field(default=None)  # type: ignore[assignment]


@dataclass(frozen=True)
class Thing:
    """One row, as far as permission looks at it: whose it is, and whether officers know of it."""

    id: int
    table: str
    firm: int | None
    internal: bool
    state: str
    parties: frozenset[int] = frozenset()
    kept_to: int | None = None


@dataclass
class Walk:
    """A furnished platform, with everybody signed in; `renew` puts the database back."""

    app: Flask
    world: Any
    tokens: dict[str, str]
    walkers: dict[str, Walker]
    things: dict[type, list[Thing]]
    public: dict[str, tuple[str, ...]]
    kept: str

    def renew(self) -> None:
        """The database as it was when everybody had signed in."""
        put(self.app, self.kept)


def put(app: Flask, name: str) -> None:
    """Make a kept copy the database of the app."""
    folder = Path(app.config["PLATFORM"].folder)
    with app.app_context():
        db.engine.dispose()
    for rest in ("platform.db-wal", "platform.db-shm"):
        (folder / rest).unlink(missing_ok=True)
    shutil.copyfile(folder / name, folder / "platform.db")


def keep(app: Flask, name: str) -> None:
    """Keep a copy of the database as it is now."""
    folder = Path(app.config["PLATFORM"].folder)
    with app.app_context():
        db.engine.dispose()
    # Not a copy of the file: whoever still reads keeps the last writes in the log beside it.
    (folder / name).unlink(missing_ok=True)
    with closing(sqlite3.connect(folder / "platform.db")) as live, closing(sqlite3.connect(folder / name)) as kept:
        live.backup(kept)


def walk(app: Flask, world: Any) -> Walk:
    """Furnish the platform and let everybody sign in."""
    put(app, "template.db")
    with clock.at(factories.NOW):
        with app.app_context(), everything("tests furnish their world"):
            tokens = furnish(world)
            db.session.commit()
            things = {model: list(_things(model, world)) for model in models()}
            public = _public()
            walkers = {walker.name: walker for walker in _walkers(world)}
        for walker in walkers.values():
            walker.client = sign_in(app, walker.person)
    # Each walk keeps its own copy: the cookies of one are worth nothing in that of another.
    kept = f"furnished-{secrets.token_hex(4)}.db"
    keep(app, kept)
    return Walk(app, world, tokens, walkers, things, public, kept)


def sign_in(app: Flask, person: Any) -> FlaskClient:
    """A browser of somebody, or of nobody; its cookie is good for the copy that is kept next."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    if person is not None:
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["locale"] = person.fs_uniquifier, True, "en"
    return client


def _walkers(world: Any) -> Iterator[Walker]:
    from consortium.people.models import Seat, User

    ours = world.ours
    seats = {
        "coordinator": (Role.COORDINATOR, ours.lead), "member": (Role.MEMBER, ours.member), "other_member": (Role.MEMBER, ours.other),
        "signatory": (Role.SIGNATORY, ours.member), "expert": (Role.EXPERT, ours.other), "auditor": (Role.AUDITOR, ours.lead),
    }  # fmt: skip
    for name, (role, firm) in seats.items():
        yield Walker(name, getattr(ours.people, name), role, "ours", firm.id)
    site = db.session.scalars(
        select(Seat).where(Seat.consortium_id == ours.consortium.id, Seat.role == Role.SITE)
    ).one_or_none()
    if site is not None:  # the furniture of demonstrations brings it; a checkout without its tests has none
        yield Walker("site", db.session.get_one(User, site.user_id), Role.SITE, "ours", site.organisation_id)
    yield Walker("administrator", world.people.administrator, Role.ADMINISTRATOR)
    yield Walker("staff", world.people.staff, Role.STAFF, firm=_firm_of(world.people.staff.id))
    yield Walker("officer", world.people.officer, Role.OFFICER, regions=("32",))
    yield Walker("officer_elsewhere", world.people.officer_elsewhere, Role.OFFICER, regions=("51",))
    yield Walker("stranger")


def _firm_of(person: int) -> int:
    from consortium.people.models import User

    return int(db.session.get_one(User, person).organisation_id)


def models() -> list[type]:
    """All classes of rows with a number."""
    return [mapper.class_ for mapper in db.Model.registry.mappers if "id" in mapper.columns]


def _things(model: Any, world: Any) -> Iterator[Thing]:
    """A row of each kind that matters to permission: per table, firm, internal or not, and state."""
    tables = {world.ours.consortium.id: "ours", world.theirs.consortium.id: "theirs"}
    seen = set()
    for row in db.session.scalars(select(model).order_by(model.id)):
        table = tables.get(row.consortium_id, "") if issubclass(model, Walled) else ""
        state = str(getattr(row, "state", getattr(row, "stage", "")))
        thing = Thing(
            row.id, table, getattr(row, "organisation_id", None), bool(getattr(row, "internal", False)), state,
            frozenset(getattr(row, "parties", ())), getattr(row, "kept_to_id", None),
        )  # fmt: skip
        alike = (
            table,
            thing.firm if table != "theirs" else None,
            thing.internal,
            state if table == "ours" else "",
            bool(thing.kept_to),
        )
        if alike not in seen and (table or not issubclass(model, Walled)):
            seen.add(alike)
            yield thing


def _public() -> dict[str, tuple[str, ...]]:
    """Names that the directory shows to everybody who is signed in: of organisations, and on their pages of their people."""
    from consortium.organisations.models import Organisation
    from consortium.people.models import User

    firms = sorted(
        {name for row in db.session.scalars(select(Organisation)) for name in (row.name_en, row.name_zh)},
        key=len,
        reverse=True,
    )
    people = [user.name for user in db.session.scalars(select(User)) if user.organisation_id]
    return {"firms": tuple(firms), "people": tuple(people)}


def expected(walker: Walker, can: Action, thing: Thing | None) -> str:
    """What a person meets at a door: `open`, `denied` (403), `missing` (404) or `sign in` (302, 401)."""
    if can is Action.ANYONE:
        return "open"
    if walker.role is None:
        return "sign in"
    if thing is None or not thing.table:
        return _at_large(walker, can, thing)
    if walker.role is Role.OFFICER:
        here = thing.table == "ours" and "32" in walker.regions and not thing.internal
    else:
        here = walker.table == thing.table
    if not here:
        return "missing"
    reach, sees = GRANTS[walker.role].get(can), GRANTS[walker.role].get(Action.EVIDENCE)
    if thing.kept_to is not None and sees is not Reach.ANY and (sees is None or thing.kept_to != walker.firm):
        return "denied"
    if reach is Reach.ANY or (reach is not None and thing.firm == walker.firm):
        return "open"
    return "open" if reach is Reach.PART and walker.firm in thing.parties else "denied"


def _at_large(walker: Walker, can: Action, thing: Thing | None) -> str:
    if can is Action.SIGNED_IN or (can is Action.VIEW and thing is not None):
        return "open"
    # Whoever belongs to an organisation and is no officer is its staff, whatever else he is.
    held = {walker.role} | ({Role.STAFF} if walker.firm is not None else set())
    reaches = {GRANTS[role][can] for role in held if role is not None and can in GRANTS[role]}
    own = thing is None or thing.firm == walker.firm
    return "open" if Reach.ANY in reaches or (Reach.OWN in reaches and own) else "denied"


def met(status: int) -> str:
    """What a status says that a person met."""
    if status >= 500:
        return f"failed with {status}"
    return {401: "sign in", 403: "denied", 404: "missing"}.get(status, "open")


def workflows(modules: list[ModuleType]) -> dict[str, Workflow]:
    """The life cycles of all features by the name of their table."""
    return {found.name: found for module in modules for found in vars(module).values() if isinstance(found, Workflow)}


def readable(response: Any) -> str:
    """Everything that a person could read in an answer: HTML, CSV, JSON, or the texts inside a workbook."""
    body = response.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return unescape(body.decode("utf-8", "replace"))


def canaries(walk: Walk, walker: Walker, entrance: Entrance, text: str) -> list[str]:
    """Words of tables of which this person must not know that stand in a text; the public directory does not count."""
    for name in walk.public["firms"]:
        text = text.replace(name, "·")
    if entrance.rule.startswith("/organisations") or entrance.rule.startswith("/people"):
        for name in walk.public["people"]:
            text = text.replace(name, "·")
    knows = {"officer": "ours"}.get(walker.name, walker.table)
    if walker.role is Role.SITE and not OF_SITE(entrance.rule):
        knows = ""  # a user at a site sits at the table for its demonstrations alone
    return [word for table, word in CANARIES.items() if table != knows and word in text]


def counted(model: type) -> bool:
    """Whether a class has to have rows at both tables."""
    return issubclass(model, Walled) and not inspect(model).polymorphic_on
