"""The import of CORDIS: what comes in, what is left out and named, and that a second run changes nothing."""

import datetime
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from consortium.activity.models import Event
from consortium.activity.services import exported
from consortium.activity.verify_chain import verify
from consortium.consortia.models import Consortium, Membership
from consortium.cordis import loading, reading
from consortium.cordis.loading import load
from consortium.core.db import db
from consortium.core.errors import Refused
from consortium.core.identifiers import Scheme
from consortium.core.terms import MemberRole, OrganisationKind
from consortium.organisations.models import Organisation

#: An invented sample that lies with the tests, and excerpts of the real files where there are some.
INVENTED = Path(__file__).parent / "samples"
SAMPLES = Path(os.environ.get("CORDIS_SAMPLES") or Path(__file__).resolve().parents[3] / "shared" / "data" / "cordis")

PROJECT_HEAD = ["id", "acronym", "status", "title", "startDate", "endDate", "topics", "ecSignatureDate", "objective"]
FIRM_HEAD = [
    "projectID", "organisationID", "name", "shortName", "activityType", "city", "country", "organizationURL", "contentUpdateDate", "role",
    "ecContribution", "endOfParticipation",
]  # fmt: skip


def project(number: str, **more: str) -> list[str]:
    row = {
        "id": number, "acronym": f"A{number}", "status": "SIGNED", "title": f"Invented project {number}", "startDate": "2025-01-01",
        "endDate": "2029-12-31", "topics": "", "ecSignatureDate": "2024-12-01", "objective": "An invented objective; with, marks \"and\"\ntwo lines.",
    }  # fmt: skip
    return [{**row, **more}[name] for name in PROJECT_HEAD]


def firm(number: str, code: str, role: str = "participant", **more: str) -> list[str]:
    row = {
        "projectID": number, "organisationID": code, "name": f"INVENTED BODY {code}", "shortName": "IB", "activityType": "HES", "city": "Delft",
        "country": "NL", "organizationURL": "", "contentUpdateDate": "2025-06-01 10:00:00", "role": role, "ecContribution": "1000.5",
        "endOfParticipation": "False",
    }  # fmt: skip
    return [{**row, **more}[name] for name in FIRM_HEAD]


def quoted(rows: list[list[str]], delimiter: str) -> str:
    return "".join(delimiter.join('"' + field.replace('"', '""') + '"' for field in row) + "\n" for row in rows)


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Write the two tables, as CORDIS does, and answer their folder."""

    def write(
        projects: list[list[str]], firms: list[list[str]], delimiter: str = ",", start: bytes = b"", tail: bytes = b""
    ) -> Path:
        (tmp_path / "project.csv").write_bytes(start + quoted([PROJECT_HEAD, *projects], delimiter).encode() + tail)
        (tmp_path / "organization.csv").write_bytes(start + quoted([FIRM_HEAD, *firms], delimiter).encode())
        return tmp_path

    return write


def left_out(report: loading.Report) -> dict[tuple[str, str], str]:
    return {(file, number): why for file, _line, number, why in report.index.omitted()}


@pytest.mark.parametrize(("delimiter", "start"), [(",", b""), (";", b"\xef\xbb\xbf")])
def test_a_project_becomes_a_consortium_with_its_members(inside: Any, files: Any, delimiter: str, start: bytes) -> None:
    folder = files(
        [project("101", title="A chip for cyber security", topics="HORIZON-KDT-CHIPS")],
        [firm("101", "999000001", "coordinator", ecContribution="2500000.75"), firm("101", "999000002", activityType="PRC", country="EL"),
         firm("101", "999000003", "thirdParty", activityType="REC", country="UK"), firm("101", "999000004", "associatedPartner", country="CN", city="Wuhan")],
        delimiter, start,
    )  # fmt: skip
    with inside():
        report = load(folder)
        assert list(report.index.omitted()) == []
        table = db.session.scalars(select(Consortium).where(Consortium.source == "cordis")).one()
        assert (table.reference, table.external_id, table.name_en, table.stage, table.currency) == (
            "EU-101", "101", "A chip for cyber security", "operating", "EUR",
        )  # fmt: skip
        assert "two lines." in table.purpose_en and '"and"' in table.purpose_en
        assert table.area_codes == ["ic"]
        query = (
            select(Membership, Organisation)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Membership.consortium_id == table.id)
        )
        found = {row.code: (part, row) for part, row in db.session.execute(query)}
        assert {code: part.role for code, (part, _) in found.items()} == {
            "999000001": MemberRole.LEAD, "999000002": MemberRole.CORE, "999000003": MemberRole.SERVICE, "999000004": MemberRole.PARTNER,
        }  # fmt: skip
        assert found["999000001"][0].contribution == Decimal("2500000.75")
        assert found["999000001"][0].joined_on == datetime.date(2025, 1, 1)
        assert [(found[code][1].scheme, found[code][1].country) for code in sorted(found)] == [
            (Scheme.PIC, "NL"), (Scheme.PIC, "GR"), (Scheme.PIC, "GB"), (Scheme.PIC, "CN"),
        ]  # fmt: skip
        assert found["999000002"][1].kind is OrganisationKind.ENTERPRISE
        assert found["999000004"][1].region == "420100"
        event = db.session.scalars(select(Event).where(Event.verb == "imported")).one()
        assert event.actor_name == "CORDIS import" and event.facts["areas_guessed"] == ["ic"]


def test_bad_rows_are_left_out_by_name_and_the_others_come_in(inside: Any, files: Any) -> None:
    folder = files(
        [project("201"), project("202"), project("203"), project("204", startDate="2025-02-30"), project("205", startDate="2026-01-01", endDate="2025-01-01"),
         project("201"), project("x7"), project("206", status="DREAMT"), project("207"), ["208", "too", "short"], project("209", startDate="", ecSignatureDate="")],
        [firm("201", "999000001", "coordinator"), firm("201", "12"), firm("201", "999000003", ecContribution="sNaN"), firm("201", "999000004", "jester"),
         firm("201", "999000001"), firm("201", "999000005", country="CN", city="Atlantis"), firm("201", "999000006", name=""),
         firm("202", "999000001"), firm("203", "999000001", "coordinator"), firm("203", "999000002", "coordinator"), firm("204", "999000001", "coordinator"),
         firm("205", "999000001", "coordinator"), firm("206", "999000001", "coordinator"), firm("209", "999000001", "coordinator"),
         firm("999", "999000009", "coordinator"), firm("207", "999000007", "coordinator", ecContribution="12345678901234567890")],
    )  # fmt: skip
    with inside():
        report = load(folder)
        assert list(db.session.scalars(select(Consortium.reference).where(Consortium.source == "cordis"))) == ["EU-201"]
        why = left_out(report)
        assert "no coordinator" in why["project.csv", "202"]
        assert "2 coordinators" in why["project.csv", "203"]
        assert "no day" in why["project.csv", "204"]
        assert "before it starts" in why["project.csv", "205"]
        assert "on line 2 already" in why["project.csv", "201"]
        assert "not a number" in why["project.csv", "x7"]
        assert "not known" in why["project.csv", "206"]
        assert "no row of organization.csv" in why["project.csv", "207"]
        assert "3 fields instead of 9" in why["project.csv", ""]
        assert "neither" in why["project.csv", "209"]
        assert "nine digits" in why["organization.csv", "12"]
        assert "no amount" in why["organization.csv", "999000003"]
        assert "role" in why["organization.csv", "999000004"]
        assert "Atlantis" in why["organization.csv", "999000005"]
        assert "no name" in why["organization.csv", "999000006"]
        assert "999 is in no row" in why["organization.csv", "999000009"]
        assert "no amount that can be kept" in why["organization.csv", "999000007"]
        text = "\n".join(report.lines())
        assert "project.csv: 11 rows read" in text and "consortia: 1 = 1 made" in text


def test_a_quote_that_is_never_closed_and_bytes_that_are_no_utf8_cost_one_row(inside: Any, files: Any) -> None:
    good = quoted([project("303", title="After the damage")], ",").encode()
    broken = b'"302","A","SIGNED","never closed,"2025-01-01"\n'
    latin = quoted([project("304", title="Universit@t")], ",").encode().replace(b"@", b"\xe4")
    firms = [firm(number, "999000001", "coordinator") for number in ("301", "302", "303", "304")]
    folder = files([project("301")], firms, tail=broken + good.replace(b"\n", b" ", 1) + latin)
    with inside():
        report = load(folder)
        names = dict(
            db.session.execute(
                select(Consortium.external_id, Consortium.name_en).where(Consortium.source == "cordis")
            ).all()
        )
        assert set(names) == {"301", "303", "304"}
        assert names["304"] == "Universität"
        assert "never closed" in left_out(report)["project.csv", ""]


def test_a_second_run_changes_nothing_and_a_changed_file_only_what_it_says(inside: Any, files: Any) -> None:
    projects = [project("401"), project("402", status="CLOSED"), project("403", endDate="2026-01-31")]
    firms = [firm(number, "999000001", "coordinator") for number in ("401", "402", "403")] + [
        firm("401", "999000002"),
        firm("401", "999000003"),
    ]
    with inside():
        load(files(projects, firms))
        assert list(
            db.session.scalars(select(Consortium.stage).where(Consortium.source == "cordis").order_by(Consortium.id))
        ) == ["operating", "closed", "closed"]
        events = db.session.scalar(select(func.count()).select_from(Event))
        report = load(files(projects, firms))
        assert (
            report.done["consortia", "unchanged"] == 3
            and report.done["organisations", "unchanged"] == 3
            and report.done["memberships", "unchanged"] == 5
        )
        assert sum(report.done.values()) == 11
        assert db.session.scalar(select(func.count()).select_from(Event)) == events

        firms[0], firms[3] = firm("401", "999000001"), firm("401", "999000002", "coordinator", name="ANOTHER NAME")
        firms[4] = firm("401", "999000003", endOfParticipation="true")
        report = load(files([project("401", title="Another title for open-source software"), *projects[1:]], firms))
        assert (
            report.done["consortia", "changed"],
            report.done["organisations", "changed"],
            report.done["memberships", "changed"],
        ) == (1, 1, 3)
        table = db.session.scalars(select(Consortium).where(Consortium.external_id == "401")).one()
        assert table.name_en == "Another title for open-source software" and table.area_codes == ["basic_sw"]
        parts = db.session.execute(
            select(Organisation.code, Membership.role, Membership.left_on).join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Membership.consortium_id == table.id).order_by(Organisation.code)
        ).all()  # fmt: skip
        assert parts == [
            ("999000001", MemberRole.CORE, None), ("999000002", MemberRole.LEAD, None), ("999000003", MemberRole.CORE, datetime.date(2025, 6, 1)),
        ]  # fmt: skip
        assert verify(
            exported(event) for event in db.session.scalars(select(Event).order_by(Event.chain, Event.number))
        )


def test_an_organisation_that_is_spelled_in_two_ways_settles_on_the_newest(inside: Any, files: Any) -> None:
    projects = [project("501"), project("502")]
    firms = [
        firm("501", "999000001", "coordinator", name="NEWER", contentUpdateDate="2025-09-01"),
        firm("502", "999000001", "coordinator", name="OLDER", contentUpdateDate="2024-09-01"),
    ]
    with inside():
        load(files(projects, firms))
        assert load(files(projects, firms)).done["organisations", "unchanged"] == 1
        assert db.session.scalars(select(Organisation.name_en).where(Organisation.code == "999000001")).all() == [
            "NEWER"
        ]


def test_a_folder_without_the_files_or_a_file_without_its_columns_is_refused_with_a_sentence(
    inside: Any, tmp_path: Path
) -> None:
    with inside(), pytest.raises(Refused, match=r"no file project\.csv"):
        load(tmp_path)
    (tmp_path / "project.csv").write_text("id;title\n")
    with pytest.raises(Refused, match="status"):
        list(reading.rows(tmp_path / "project.csv", loading.PROJECT_COLUMNS))


def test_the_invented_sample_comes_in_and_a_second_time_changes_nothing(inside: Any) -> None:
    with inside():
        first = load(INVENTED)
        assert first.read == {"project.csv": 4, "organization.csv": 9}
        assert left_out(first).keys() == {
            ("project.csv", "900000004"), ("organization.csv", "12"), ("organization.csv", "990000002"),
        }  # fmt: skip
        assert (
            first.done["consortia", "made"],
            first.done["organisations", "made"],
            first.done["memberships", "made"],
        ) == (3, 6, 7)
        second = load(INVENTED)
        assert not any(count for (_, what), count in second.done.items() if what != "unchanged")
        assert list(second.index.omitted()) == list(first.index.omitted())


def test_the_real_samples_come_in_and_a_second_time_change_nothing(inside: Any) -> None:
    if not (SAMPLES / "project.csv").is_file():
        pytest.skip(
            "no samples of CORDIS: name their folder in CORDIS_SAMPLES, or put them beside the checkout (../shared/data/cordis)"
        )
    with inside():
        first = load(SAMPLES)
        assert first.read == {"project.csv": 100, "organization.csv": 100}
        tables = db.session.scalar(select(func.count()).select_from(Consortium).where(Consortium.source == "cordis"))
        assert tables == first.done["consortia", "made"] > 35
        assert tables + sum(file == "project.csv" for file, *_ in first.index.omitted()) == 100
        assert (
            first.done["memberships", "made"] + sum(file == "organization.csv" for file, *_ in first.index.omitted())
            == 100
        )
        second = load(SAMPLES)
        assert {kind: count for (kind, what), count in second.done.items() if what == "unchanged"} == {
            kind: count for (kind, what), count in first.done.items() if what == "made"
        }
        assert not any(count for (_, what), count in second.done.items() if what != "unchanged")
        assert list(second.index.omitted()) == list(first.index.omitted())
