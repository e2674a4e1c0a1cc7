"""The pages of readiness levels, as people use them."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from consortium.core.db import db
from consortium.maturity.models import Assessment, ProofFile
from consortium.organisations.models import Organisation
from consortium.people.models import User
from consortium.projects.models import Project
from tests.results.furniture import a_result

pytestmark = pytest.mark.slow

SAID = {
    "assessed_on": "2026-11-20",
    "assessor": "顾评估",
    "assessor_house": "测试中心",
    "note": "第三方报告",
    "free_of_secrets": "y",
}


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def a_file(name: str = "证据.txt", content: str = "证据") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content.encode()), name


@pytest.fixture
def ours(world: Any) -> Any:
    return world.ours


@pytest.fixture
def result(inside: Callable[[], Any], ours: Any) -> int:
    """A critical result of the member."""
    with inside():
        project, firm = db.session.get_one(Project, ours.project.id), db.session.get_one(Organisation, ours.member.id)
        row = a_result(
            db.session.get_one(User, ours.people.member.id), project, firm, "R1", title_zh="关键部件", critical=True
        )
        number = row.id
        db.session.commit()
    return number


def test_a_result_is_assessed_confirmed_and_holds_the_project(
    sign_in: Any, ours: Any, result: int, inside: Callable[[], Any]
) -> None:
    member, boss = sign_in(ours.people.member), sign_in(ours.people.coordinator)
    page = body(member.get(f"/results/{result}/level?level=5"))
    assert "Each level on the way" in page and "files_4" in page and "files_5" in page and "files_6" not in page
    sent = {**SAID, "kind_4": "lab_report", "kind_5": "prototype_test", "files_4": a_file()}
    refused = member.post(f"/results/{result}/level?level=5", data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422 and "level 5 has none" in body(refused) and "顾评估" in body(refused)
    with inside():
        assert db.session.scalars(select(Assessment)).all() == []
    sent = {
        **SAID,
        "kind_4": "lab_report",
        "kind_5": "prototype_test",
        "files_4": a_file(),
        "files_5": a_file("样机.txt", "样机"),
    }
    done = member.post(f"/results/{result}/level?level=5", data=sent, content_type="multipart/form-data")
    assert done.status_code == 303
    place = done.location
    assert f"{place}#confirm" in body(boss.get("/"))
    assert "waits to be confirmed" in body(member.get(f"/projects/{ours.project.id}/readiness"))
    assert member.post(f"{place}/judge", data={"decision": "confirm"}).status_code == 403
    number = re.search(r'name="assessment_id"[^>]*value="(\d+)"', body(boss.get(place)))
    assert (
        boss.post(
            f"{place}/judge", data={"decision": "return", "note": "", "assessment_id": number[1] if number else ""}
        ).status_code
        == 422
    )
    assert (
        boss.post(
            f"{place}/judge", data={"decision": "confirm", "note": "", "assessment_id": number[1] if number else ""}
        ).status_code
        == 303
    )
    for address in (f"/projects/{ours.project.id}", f"/projects/{ours.project.id}/readiness"):
        assert "3 at the start, 5 now" in body(boss.get(address)), address
    listed = list(
        csv.DictReader(io.StringIO(body(boss.get(f"/projects/{ours.project.id}/readiness?as=csv")).lstrip("\ufeff")))
    )
    assert [(row["Element"], row["Now"]) for row in listed] == [("The project as a whole", ""), ("R1 A result", "5")]
    assert "关键部件" in body(sign_in(ours.people.coordinator, "zh").get(f"/results/{result}"))
    assert f'href="{place}"' in body(boss.get(f"/results/{result}"))
    assert "第三方报告" in body(boss.get(f"/projects/{ours.project.id}"))


def test_files_are_for_the_firm_and_those_who_see_all(
    sign_in: Any, ours: Any, result: int, inside: Callable[[], Any]
) -> None:
    member = sign_in(ours.people.member)
    sent = {**SAID, "kind_4": "lab_report", "files_4": a_file()}
    place = member.post(f"/results/{result}/level?level=4", data=sent, content_type="multipart/form-data").location
    with inside():
        file = db.session.scalars(select(ProofFile)).one().id
    for who, status in ((ours.people.member, 200), (ours.people.expert, 200), (ours.people.other_member, 403)):
        browser = sign_in(who)
        assert browser.get(f"/proofs/{file}").status_code == status
        assert ("证据.txt" in body(browser.get(place))) is (status == 200)


def test_an_unexpected_kind_asks_why(sign_in: Any, ours: Any, result: int) -> None:
    member = sign_in(ours.people.member)
    sent = {**SAID, "kind_4": "orders", "files_4": a_file()}
    refused = member.post(f"/results/{result}/level?level=4", data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422 and "Level 4 expects: Laboratory report" in body(refused)
    assert member.post(f"/results/{result}/level?level=4", data={**SAID, "kind_4": "orders", "why_4": "订单附实验报告", "files_4": a_file()},
                       content_type="multipart/form-data").status_code == 303  # fmt: skip


def test_a_fall_needs_no_file(sign_in: Any, ours: Any) -> None:
    boss = sign_in(ours.people.coordinator)
    page = body(boss.get(f"/projects/{ours.project.id}/level?level=2"))
    assert "The level falls: say why." in page and "files_" not in page
    assert boss.post(f"/projects/{ours.project.id}/level?level=2", data={**SAID, "note": ""}).status_code == 422
    done = boss.post(f"/projects/{ours.project.id}/level?level=2", data={**SAID, "note": "复测未通过"})
    assert done.status_code == 303
    expert = sign_in(ours.people.expert)
    assert expert.post(f"{done.location}/judge", data={"decision": "confirm", "note": "属实"}).status_code == 303
    assert "3 at the start, 2 now" in body(expert.get(f"/projects/{ours.project.id}"))


def test_who_does_not_lead_the_project_is_told_who_assesses_it(sign_in: Any, ours: Any) -> None:
    for who in (ours.people.member, ours.people.auditor):
        answer = sign_in(who).get(f"/projects/{ours.project.id}/level")
        assert answer.status_code == 409 and "that leads the project assesses" in body(answer)
    assert sign_in(ours.people.member).get(f"/projects/{ours.project.id}/readiness").status_code == 200


def test_the_scale_shows_its_source(sign_in: Any, ours: Any) -> None:
    page = body(sign_in(ours.people.auditor).get(f"/projects/{ours.project.id}/readiness"))
    assert "GB/T 22900-2022" in page and "Check with the authority" in page and "asks for level 6, better 7" in page
