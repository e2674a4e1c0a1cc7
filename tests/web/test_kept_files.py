"""What was chosen is not lost when its form is refused: it waits for its sender, and for nobody else, until the form is sent again."""

import datetime
import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from consortium.core import clock
from consortium.core.db import db
from consortium.documents import archive, keeping
from consortium.documents.models import KeptUpload
from consortium.jobs import worker
from consortium.organisations.models import Organisation
from consortium.outputs.models import ReadingFile, SubmittedFile
from consortium.people.models import User
from consortium.projects.models import Evidence, Milestone, Project
from tests import factories
from tests.outputs.furniture import a_deliverable, an_indicator

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(2000)
SHA = hashlib.sha256(PHOTO).hexdigest()
PAPER = b"%PDF-1.7 measured"
DECLARED = {"free_of_secrets": "y"}


def photo(name: str = "现场.png", content: bytes = PHOTO) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def offered(page: str) -> dict[str, bool]:
    """The files that a page offers once more, by their SHA-256, and whether they are ticked."""
    found = re.findall(r'<input[^>]*type="checkbox"[^>]*name="files" value="([0-9a-f]{64})"( checked)?', page)
    return {sha256: bool(ticked) for sha256, ticked in found}


@pytest.fixture
def forms(world: Any, inside: Callable[[], Any]) -> dict[str, SimpleNamespace]:
    """The three forms with files: where each stands, what it takes, what it refuses, and where its files are kept then."""
    with inside():
        boss = db.session.get_one(User, world.ours.people.coordinator.id)
        project = db.session.get_one(Project, world.ours.project.id)
        firm = db.session.get_one(Organisation, world.ours.member.id)
        deliverable, indicator = a_deliverable(boss, project, firm, "D1").id, an_indicator(boss, project, firm, "K1").id
        db.session.commit()
    today = factories.TODAY.isoformat()
    reading = {"value": "92", "on_day": today, "note": ""}
    report = {"note": "完成", "reached_on": today}
    return {
        "report": SimpleNamespace(path=f"/milestones/{world.ours.milestone.id}/report", good=report, bad={**report, "note": ""}, model=Evidence),
        "submit": SimpleNamespace(path=f"/deliverables/{deliverable}/submit", good={"note": "完成"}, bad={"note": ""}, model=SubmittedFile),
        "reading": SimpleNamespace(path=f"/indicators/{indicator}/readings/new", good=reading, bad={**reading, "value": "viel"}, model=ReadingFile),
    }  # fmt: skip


@pytest.fixture
def report(forms: Any) -> Any:
    return forms["report"]


@pytest.fixture
def member(sign_in: Any, world: Any) -> Any:
    return sign_in(world.ours.people.member)


def bytes_apart(app: Flask) -> list[Path]:
    """The files of the store that wait for their forms."""
    return [
        file for file in (Path(app.config["PLATFORM"].folder) / "files" / archive.APART).rglob("*") if file.is_file()
    ]


@pytest.fixture(autouse=True)
def nothing_waits(app: Flask) -> None:
    for file in bytes_apart(app):  # the database is new in each test, the folder is not
        file.unlink()


@pytest.mark.parametrize("name", ["report", "submit", "reading"])
def test_files_of_a_refused_form_go_with_it_when_it_is_sent_again(
    forms: Any, name: str, member: Any, inside: Any, app: Flask
) -> None:
    form = forms[name]
    answer = member.post(form.path, data={**form.bad, **DECLARED, "files": [photo(), photo("检测.pdf", PAPER)]})
    assert answer.status_code == 422
    seen = body(answer)
    assert offered(seen) == {SHA: True, hashlib.sha256(PAPER).hexdigest(): True}
    assert "现场.png" in seen and "2.0 kB" in seen and "choose them again" not in seen
    assert "Kept until 2026-11-23 12:00 for you alone" in seen
    with inside():
        assert db.session.scalar(select(form.model.id)) is None
    again = member.post(form.path, data={**form.good, **DECLARED, "files": list(offered(seen))})
    assert again.status_code == 303, body(again)
    with inside():
        rows = {row.name: row for row in db.session.scalars(select(form.model))}
        assert rows.keys() == {"现场.png", "检测.pdf"} and rows["现场.png"].sha256 == SHA
        assert archive.fetch(rows["现场.png"].key) == PHOTO and not rows["现场.png"].key.startswith(archive.APART)
        assert keeping.sweep() == 2
        db.session.commit()
        assert archive.fetch(rows["现场.png"].key) == PHOTO, "what is attached stays"
    assert not bytes_apart(app)


def test_kept_files_wait_when_the_form_is_opened_anew(report: Any, member: Any) -> None:
    member.post(report.path, data={**report.bad, **DECLARED, "files": [photo()]})
    assert offered(body(member.get(report.path))) == {SHA: True}
    assert member.post(report.path, data={**report.good, **DECLARED, "files": [SHA]}).status_code == 303
    assert not offered(body(member.get(report.path)))


def test_a_refusal_by_the_state_of_the_thing_keeps_files_too(report: Any, member: Any, world: Any, inside: Any) -> None:
    first = member.post(report.path, data={**report.good, **DECLARED, "files": [photo("erste.pdf", PAPER)]})
    assert first.status_code == 303, body(first)
    answer = member.post(report.path, data={**report.good, **DECLARED, "files": [photo()]})
    assert answer.status_code == 409 and offered(body(answer)) == {SHA: True}
    with inside():
        assert [row.name for row in db.session.scalars(select(Evidence))] == ["erste.pdf"]
        assert db.session.get_one(Milestone, world.ours.milestone.id).state == "reported"


def test_beside_a_file_of_the_wrong_kind_the_good_ones_are_kept(report: Any, member: Any) -> None:
    files = [photo(), photo("tool.exe", b"MZ")]
    answer = member.post(report.path, data={**report.good, **DECLARED, "files": files})
    assert answer.status_code == 422 and "of a kind that is not taken" in body(answer)
    assert offered(body(answer)) == {SHA: True}


def test_more_files_than_a_form_takes_are_kept_and_can_be_unticked(report: Any, member: Any, inside: Any) -> None:
    files = [photo(f"{number}.png", PHOTO + bytes([number])) for number in range(12)]
    answer = member.post(report.path, data={**report.good, **DECLARED, "files": files})
    assert answer.status_code == 422 and "These are 12 files; at most 10" in body(answer)
    found = offered(body(answer))
    assert len(found) == 12 and all(found.values())
    assert member.post(report.path, data={**report.good, **DECLARED, "files": list(found)[:9]}).status_code == 303
    with inside():
        assert db.session.scalar(select(func.count()).select_from(Evidence)) == 9


def test_what_is_unticked_is_not_attached_and_stays_unticked(report: Any, member: Any, inside: Any) -> None:
    other = hashlib.sha256(PAPER).hexdigest()
    member.post(report.path, data={**report.bad, **DECLARED, "files": [photo(), photo("检测.pdf", PAPER)]})
    refused = member.post(report.path, data={**report.bad, **DECLARED, "files": [other]})
    assert offered(body(refused)) == {SHA: False, other: True}
    assert member.post(report.path, data={**report.good, **DECLARED, "files": [other]}).status_code == 303
    with inside():
        assert [row.name for row in db.session.scalars(select(Evidence))] == ["检测.pdf"]


def test_a_kept_file_that_is_chosen_once_more_is_attached_once(report: Any, member: Any, inside: Any) -> None:
    member.post(report.path, data={**report.bad, **DECLARED, "files": [photo()]})
    new = photo("更清楚的名字.png")
    assert member.post(report.path, data={**report.good, **DECLARED, "files": [SHA, new]}).status_code == 303
    with inside():
        assert [row.name for row in db.session.scalars(select(Evidence))] == ["更清楚的名字.png"]


def test_nothing_is_stored_without_the_declaration(report: Any, member: Any, inside: Any, app: Flask) -> None:
    answer = member.post(report.path, data={**report.good, "files": [photo()]})
    assert answer.status_code == 422 and "The chosen files were not kept, because the confirmation" in body(answer)
    assert not offered(body(answer)) and not bytes_apart(app)
    with inside():
        assert db.session.scalar(select(KeptUpload.id)) is None


@pytest.mark.parametrize("name", ["report", "submit", "reading"])
def test_the_browser_asks_for_the_declaration_before_files_are_sent(forms: Any, name: str, member: Any) -> None:
    page = body(member.get(forms[name].path))
    tick = re.search(r'<input[^>]*name="free_of_secrets"[^>]*>', page)
    assert tick and " required" in tick[0] and "data-needed" in tick[0]
    opening = re.search(r'<form class="form" method="post"[^>]*>', page)
    assert opening and "novalidate" not in opening[0]
    assert page.index('name="free_of_secrets"') < page.index('type="file"')


@pytest.mark.parametrize(
    "secret",
    [photo("附件.txt", "机密★1年\n正文".encode()), photo("【机密】现场.png")],
    ids=["in its text", "in its name"],
)
def test_a_file_that_says_that_it_is_secret_is_never_kept_nor_what_came_with_it(
    report: Any, member: Any, inside: Any, app: Flask, secret: Any
) -> None:
    answer = member.post(report.path, data={**report.bad, **DECLARED, "files": [secret, photo("检测.pdf", PAPER)]})
    assert answer.status_code == 422 and "bears the secrecy mark" in body(answer)
    assert "None of the chosen files was kept" in body(answer)
    assert not offered(body(answer)) and not bytes_apart(app)
    with inside():
        assert db.session.scalar(select(KeptUpload.id)) is None


def test_nobody_else_sees_or_uses_a_kept_file(report: Any, member: Any, world: Any, sign_in: Any, inside: Any) -> None:
    member.post(report.path, data={**report.bad, **DECLARED, "files": [photo()]})
    with inside():
        from consortium.activity.services import record
        from consortium.core.access import Role
        from consortium.people.models import Seat

        colleague = factories.user("同事", db.session.get_one(Organisation, world.ours.member.id))
        db.session.flush()
        seat = Seat(user_id=colleague.id, consortium_id=world.ours.consortium.id, organisation_id=world.ours.member.id, role=Role.MEMBER)  # fmt: skip
        db.session.add(seat)
        record("test", "seated", seat)
        db.session.commit()
        person = SimpleNamespace(id=colleague.id, fs_uniquifier=colleague.fs_uniquifier)
    browser = sign_in(person)
    page = body(browser.get(report.path))
    assert 'name="note"' in page and not offered(page) and "现场.png" not in page
    answer = browser.post(report.path, data={**report.good, **DECLARED, "files": [SHA]})
    assert answer.status_code == 422 and "is there no longer" in body(answer) and not offered(body(answer))
    with inside():
        assert db.session.scalar(select(Evidence.id)) is None


def test_a_kept_file_serves_the_form_to_which_it_was_sent_and_no_other(forms: Any, member: Any) -> None:
    member.post(forms["report"].path, data={**forms["report"].bad, **DECLARED, "files": [photo()]})
    other = forms["submit"]
    assert not offered(body(member.get(other.path)))
    answer = member.post(other.path, data={**other.good, **DECLARED, "files": [SHA]})
    assert answer.status_code == 422 and "is there no longer" in body(answer)


def test_what_waited_a_day_is_gone(report: Any, member: Any, app: Flask, inside: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(worker, "_app", app)
    member.post(report.path, data={**report.bad, **DECLARED, "files": [photo()]})
    worker.tidy()
    assert len(bytes_apart(app)) == 1, "its time is not over"
    with clock.at(factories.NOW + datetime.timedelta(hours=24)):
        assert not offered(body(member.get(report.path)))
        answer = member.post(report.path, data={**report.good, **DECLARED, "files": [SHA]})
        assert answer.status_code == 422 and "is there no longer" in body(answer)
        worker.tidy()
    assert not bytes_apart(app)
    with inside():
        assert db.session.scalar(select(KeptUpload.id)) is None
        assert db.session.scalar(select(Evidence.id)) is None


def test_there_is_room_for_so_many_files_of_one_person(report: Any, member: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST_FILES", 2)
    files = [photo(f"{number}.png", PHOTO + bytes([number])) for number in range(3)]
    answer = member.post(report.path, data={**report.bad, **DECLARED, "files": files})
    assert len(offered(body(answer))) == 2
    assert "no room to keep these files for you: 2.png. At most 2 files, and 200 MB" in body(answer)
    monkeypatch.setattr(keeping, "MOST_BYTES", 3000)
    monkeypatch.setattr(keeping, "MOST_FILES", 9)
    answer = member.post(report.path, data={**report.bad, **DECLARED, "files": [photo("gross.png", PHOTO + b"x")]})
    assert len(offered(body(answer))) == 2 and "no room to keep these files for you: gross.png" in body(answer)


def test_a_store_that_takes_nothing_loses_no_words(report: Any, member: Any, monkeypatch: Any) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "write", full)
    sent = {**report.bad, "note": "", **DECLARED, "files": [photo()]}
    answer = member.post(report.path, data=sent)
    assert answer.status_code == 422 and "The chosen files could not be kept" in body(answer)
    assert not offered(body(answer))


def test_bytes_of_the_archive_cannot_be_let_go(inside: Any) -> None:
    with inside():
        stored = archive.keep(PAPER)
        with pytest.raises(ValueError, match="stays"):
            archive.let_go(stored.key)
        assert archive.fetch(stored.key) == PAPER


def test_many_kept_files_ask_the_database_no_more_than_one(report: Any, member: Any, app: Flask) -> None:
    def asked() -> int:
        statements: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(*arguments: Any) -> None:
            statements.append(arguments[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            assert member.get(report.path).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    def send(numbers: range) -> None:
        files = [photo(f"{number}.png", PHOTO + bytes([number])) for number in numbers]
        assert member.post(report.path, data={**report.bad, **DECLARED, "files": files}).status_code == 422

    send(range(1))
    one = asked()
    send(range(1, 10))
    assert asked() == one
