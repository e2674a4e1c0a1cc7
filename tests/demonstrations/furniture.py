"""Rows of demonstrations for the tests that walk through everything; see `tests/furniture.py`."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from consortium.activity.services import record
from consortium.consortia.models import Consortium
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.uploads import Upload, examine
from consortium.demonstrations import operating, services, supporting
from consortium.demonstrations.models import Demonstration, ProductKind, Purpose, Recognition, SubsidyStep
from consortium.discussions import services as talk
from consortium.organisations.models import Organisation
from consortium.outputs.models import Direction
from consortium.people.models import User
from consortium.projects.models import Project
from tests import factories

DAYS = {
    "delivered_on": datetime.date(2026, 3, 2), "installed_on": datetime.date(2026, 3, 20), "commissioned_on": datetime.date(2026, 3, 25),
    "trial_on": datetime.date(2026, 4, 1),
}  # fmt: skip


def a_file(name: str = "证明.txt", content: str = "测量记录") -> Upload:
    """A small file."""
    return examine(name, io.BytesIO(f"{content}\n".encode()))


def a_site_user(
    consortium: Consortium, name: str = "用户甲", firm: Organisation | None = None
) -> tuple[User, Organisation]:
    """A person of a user organisation that is no member, with a seat that opens single demonstrations alone."""
    firm = firm or factories.organisation("远山用户厂")
    db.session.flush()
    person = factories.user(name, firm)
    db.session.flush()
    factories.seat(person, consortium, firm, Role.SITE)
    db.session.flush()
    db.session.expire(person, ["seats"])
    return person, firm


def a_demonstration(actor: User, project: Project, firm: Organisation, **more: Any) -> Demonstration:
    """A candidate."""
    values = {
        "title_zh": "示范产品",
        "title_en": "A product",
        "kind": ProductKind.FIRST_SET,
        "level": Recognition.NATIONAL,
        "trl_start": 6,
    }
    return services.begin(actor, project, organisation=firm, **{**values, **more})  # fmt: skip


def placed(actor: User, row: Demonstration, user: Organisation, canary: str = "") -> Demonstration:
    """It is said who uses it, and where."""
    return services.place(
        actor, row, user_organisation=user, site_name=f"{canary}一号线", site_region="320500", site_address=f"{canary}路 1 号", replaces=f"{canary}进口设备",
    )  # fmt: skip


def promised(actor: User, row: Demonstration, canary: str = "") -> Any:
    """An indicator of the contract."""
    return operating.add_indicator(
        actor, row, title_zh=f"{canary}效率", title_en="Efficiency", unit="%", direction=Direction.AT_LEAST, contract_value="95", reference_value="93",
    )  # fmt: skip


def signed(actor: User, row: Demonstration, canary: str = "") -> Demonstration:
    """Contract and days."""
    services.contract(
        actor,
        row,
        contract_number=f"{canary}HT-1",
        contract_on=datetime.date(2026, 2, 1),
        contract_price=Decimal("4321987.65"),
    )
    return services.schedule(actor, row, **DAYS)


def put(row: Demonstration, stage: str) -> Demonstration:
    """As if it had come so far."""
    row.stage = stage
    record("test", "amended", row)
    return row


def ready(row: Demonstration, level: int = 6) -> None:
    """The project is mature enough for a trial."""
    row.project.trl_now = level
    record("test", "amended", row.project)


def on_trial(actor: User, person: User, row: Demonstration, user: Organisation) -> Demonstration:
    """All the way to the trial, by the steps themselves."""
    placed(actor, row, user)
    services.confirm(person, row, decision="agree", words="同意对接")
    services.move(actor, row, "match")
    signed(actor, row)
    promised(actor, row)
    ready(row)
    for step in ("contract", "deliver", "install", "try_out"):
        services.move(actor, row, step)
    return row


def fulfilled(actor: User, row: Demonstration) -> None:
    """What the maker brings to the acceptance: a measured value of each indicator, and the certificate."""
    for indicator in row.indicators:
        operating.measure(
            actor, indicator, value="96.2", unit=indicator.unit, on_day=datetime.date(2026, 10, 1), files=[a_file()]
        )
    services.add_files(actor, row, purpose=Purpose.CERTIFICATE, files=[a_file("验收.txt", "验收证书")])


def furnish(canary: str, project: Project, firms: list[Organisation], people: tuple[User, ...]) -> None:
    """A demonstration of each firm with every kind of row: of the first the site user is the user, of the others another member."""
    consortium = db.session.get_one(Consortium, project.consortium_id)
    site, works = a_site_user(consortium, f"用户{consortium.id}", factories.organisation(f"用户单位{consortium.id}"))
    coordinator = people[0]
    users = (works, firms[2], firms[1])
    for place, (firm, person, user) in enumerate(zip(firms, people[:3], users, strict=True)):
        names = {
            "title_zh": f"{canary}示范{place}",
            "title_en": f"{canary} demonstration {place}",
            "catalogue": f"{canary}目录",
        }
        row = a_demonstration(person if place else coordinator, project, firm, **names)
        placed(coordinator, row, user, canary)
        speaker = site if user is works else people[1] if user is firms[1] else people[2]
        services.confirm(speaker, row, decision="agree", words=f"{canary}同意")
        whole(coordinator, row, canary)
        put(row, ("accepted", "trial", "failed")[place])
        talk.say(coordinator, row, words=f"{canary}示范议论")
        other = a_demonstration(coordinator, project, firm, **names)
        if place == 1:
            placed(coordinator, other, firms[0], canary)
            promised(coordinator, other, canary)
        if place == 0:
            placed(coordinator, other, firms[1], canary)
            for stage in ("matched", "contracted"):
                put(placed(coordinator, a_demonstration(coordinator, project, firm, **names), works, canary), stage)


def whole(actor: User, row: Demonstration, canary: str = "") -> None:
    """Everything that can be said of it."""
    signed(actor, row, canary)
    promised(actor, row, canary)
    put(row, "trial")
    fulfilled(actor, row)
    services.add_files(actor, row, purpose=Purpose.OTHER, files=[a_file(f"{canary}附件.txt", f"{canary}{row.id}")])
    operating.run(
        actor,
        row,
        starts_on=datetime.date(2026, 4, 1),
        ends_on=datetime.date(2026, 4, 30),
        hours=Decimal("600.50"),
        output=f"{canary}产量",
    )
    operating.fail(
        actor,
        row,
        happened_on=datetime.date(2026, 4, 9),
        what=f"{canary}停机",
        downtime=Decimal("4.00"),
        cause=f"{canary}原因",
        mended_on=datetime.date(2026, 4, 9),
    )
    put(row, "accepted")
    operating.follow_up(actor, row, year=2026, in_use=True, words=f"{canary}运行良好")
    supporting.insure(
        actor,
        row,
        insurer=f"{canary}保险",
        policy=f"{canary}P1",
        insured_sum=Decimal("4000000.00"),
        insured_rate=Decimal("0.025"),
        premium=Decimal("100000.00"),
        insured_from=datetime.date(2026, 3, 1),
        insured_to=datetime.date(2027, 2, 28),
    )
    maker = db.session.get_one(Organisation, row.organisation_id)
    supporting.subsidise(
        actor,
        row,
        maker=maker,
        step=SubsidyStep.QUALIFICATION,
        on_day=datetime.date(2026, 5, 1),
        amount=None,
        reference=f"{canary}通知",
    )
    supporting.order(
        actor,
        row,
        customer=f"{canary}客户",
        on_day=datetime.date(2026, 6, 1),
        amount=Decimal("7654321.09"),
        replicates=True,
    )
    services.conclude(actor, row, lessons=f"{canary}经验", promotion=f"{canary}推广", promoted_on=datetime.date(2026, 11, 1))  # fmt: skip


def more(project: Project, firm: Organisation, people: tuple[User, ...], times: int) -> None:
    """Many rows in each list, and of one demonstration many rows of each kind."""
    coordinator, member = people
    big = db.session.scalars(select(Demonstration).where(Demonstration.project_id == project.id).order_by(Demonstration.id)).first()  # fmt: skip
    stage = big.stage if big is not None else ""
    if big is not None:
        put(big, "trial")
    for number in range(times):
        row = a_demonstration(member, project, firm, title_zh=f"增补示范{number}")
        placed(coordinator, row, db.session.get_one(Organisation, project.lead_id))
        promised(coordinator, row)
        if big is None:
            continue
        promised(coordinator, big, f"增补{number}")
        month = datetime.date(2026, 5 + number, 1)
        operating.run(coordinator, big, starts_on=month, ends_on=month, hours=Decimal("8.00"))
        operating.fail(coordinator, big, happened_on=month, what=f"增补{number}", downtime=Decimal("1.00"))
        services.add_files(
            coordinator, big, purpose=Purpose.OTHER, files=[a_file(f"增补{number}.txt", f"增补{number}")]
        )
        supporting.order(coordinator, big, customer=f"增补{number}", on_day=month, amount=None, replicates=False)
        operating.measure(
            coordinator,
            big.indicators[0],
            value=f"9{number}",
            unit="%",
            on_day=month,
            files=[a_file(content=f"增补{number}")],
        )
    if big is not None:
        put(big, stage)
