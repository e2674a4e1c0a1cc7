"""What people and programs send that no page expects: a sentence and a 4xx, nothing written, nothing typed lost."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from consortium.core import clock
from consortium.core.db import db
from consortium.core.scope import everything
from consortium.results.models import OutcomeKind
from consortium.web.door import Entrance, entrances
from tests import factories
from tests.rules.test_access import arguments
from tests.rules.test_code import contents
from tests.rules.walk import Walk, walk

pytestmark = pytest.mark.slow

#: Longer than any field takes, and short enough to be sent thousands of times.
LONG = "长" * 30_000
EVIL = {
    "nul": "a\0b", "bidi": "a\u202egnp.exe", "long": LONG, "signalling": "sNaN", "infinite": "1e999999999", "beyond": str(2**63), "february": "2026-02-30",
    "negative": "-1", "three decimals": "1.005", "html": "<script>alert(1)</script>", "quote": "\"'><b>", "formula": "=cmd|' /C calc'!A0", "blank": "　 ",
}  # fmt: skip
#: What no text field takes.
NEVER = ("nul", "bidi", "long")
SKIPPED = ("security.", "people.language", "people.theme", "desk.read")


@dataclass
class Found:
    """A form on a page: where it goes, its fields with what stands in them, and who saw it."""

    action: str
    texts: dict[str, str] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    endpoint: str = ""
    who: str = ""


class Forms(HTMLParser):
    """All forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self.form, self.area, self.choice = page, [], None, "", ""  # type: ignore[var-annotated]
        self.options: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {key: value or "" for key, value in attrs}
        if tag == "form" and a.get("method", "").lower() == "post":
            self.form = Found(a.get("action") or self.page)
            self.forms.append(self.form)
        if self.form is None:
            return
        name, kind = a.get("name", ""), a.get("type", "text")
        if tag == "textarea":
            self.area = name
            self.form.texts[name] = ""
        elif tag == "select":
            self.choice, self.options = name, []
        elif tag == "option" and self.choice:
            self.options.append(a.get("value", ""))
            if "selected" in a and a.get("value"):
                self.form.others[self.choice] = a["value"]
        elif tag in ("input", "button") and name and kind not in ("file", "submit", "password"):
            if kind in ("hidden", "radio", "checkbox"):
                if kind == "hidden" or "checked" in a or name not in self.form.others:
                    self.form.others[name] = a.get("value", "")
            elif tag == "input":
                self.form.texts[name] = a.get("value", "")
                self.form.hints[name] = a.get("inputmode", "")

    def handle_data(self, text: str) -> None:
        if self.area and self.form is not None:
            self.form.texts[self.area] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            if self.form is not None and self.area:
                # The first line feed after the tag is not part of the text.
                self.form.texts[self.area] = self.form.texts[self.area].removeprefix("\n")
            self.area = ""
        elif tag == "select" and self.form is not None and self.choice:
            self.form.others.setdefault(self.choice, next((o for o in self.options if o), ""))
            self.choice = ""
        elif tag == "form":
            self.form = None


def forms(text: str, page: str) -> list[Found]:
    parser = Forms(page)
    parser.feed(text)
    return parser.forms


@pytest.fixture(scope="module")
def walked(app: Any) -> Walk:
    return walk(app, app.extensions["world"])


@pytest.fixture
def platform(walked: Walk) -> Iterator[Walk]:
    renew(walked)
    with clock.at(factories.NOW):
        yield walked


def doors(platform: Walk) -> list[Entrance]:
    with platform.app.app_context():
        return entrances()


@pytest.fixture(scope="module")
def found(walked: Walk) -> dict[str, Found]:
    """For each address that takes a form, the form as somebody finds it on a page; where a choice makes the form, that of each choice."""
    renew(walked)
    search = Search(walked)
    with clock.at(factories.NOW):
        for door in doors(walked):
            if "GET" in door.methods and ":number>" not in door.rule:
                search.through(door)
        search.follow()
    return search.made


class Search:
    """Looks for forms on the pages of our table, and behind the links on them that carry a choice (`…/new?kind=patent`)."""

    def __init__(self, walked: Walk) -> None:
        self.walked, self.made = walked, dict[str, Found]()
        self.adapter = walked.app.url_map.bind("localhost")
        self.choices: dict[tuple[str, str], str] = {}

    def through(self, door: Entrance) -> None:
        """The pages of a door; of a door that takes forms as many rows as it needs until one shows its form."""
        things: list[Any] = [None]
        if door.of is not None:
            things = [thing for thing in self.walked.things[door.of] if thing.table in ("ours", "")][:4]
        for thing in things:
            self.at(door, thing, None if thing is None else thing.id)
        if door.of is not None and "POST" in door.methods and things:
            # The walk keeps one row of each sort; a form may stand only on another one, of an approved plan for example.
            for number in self.all_rows(door.of):
                if door.endpoint in self.made:
                    break
                self.at(door, things[0], number)

    def at(self, door: Entrance, thing: Any, number: int | None) -> None:
        for values in list(arguments(door.rule, thing, self.walked))[:1]:
            named = {**values, **({"id": number} if number is not None else {})}
            for who in ("coordinator", "member", "administrator", "stranger"):
                self.look(who, self.adapter.build(door.endpoint, named))

    def all_rows(self, model: Any) -> list[int]:
        if not hasattr(model, "consortium_id"):
            return []
        with self.walked.app.app_context(), everything("tests look for every form"):
            ours = model.consortium_id == self.walked.world.ours.consortium.id
            return list(db.session.scalars(select(model.id).where(ours).order_by(model.id)))

    def follow(self) -> None:
        """Behind the choices; one row is enough for each."""
        for (_, choice), address in list(self.choices.items()):
            for who in ("coordinator", "member"):
                self.look(who, address, choice)

    def look(self, who: str, address: str, choice: str = "") -> None:
        answer = self.walked.walkers[who].client.get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return
        text = answer.get_data(as_text=True)
        for form in forms(text, address):
            endpoint = self.endpoint(form.action)
            if endpoint is None:
                raise AssertionError(f"{address} has a form that leads nowhere: {form.action}")
            name = f"{endpoint}?{choice}" if choice and form.action == address else endpoint
            if not endpoint.startswith(SKIPPED) and (
                name not in self.made or len(form.texts) > len(self.made[name].texts)
            ):
                form.endpoint, form.who, self.made[name] = endpoint, who, form
        for link in re.findall(r'href="(/[^"#]*\?[^"#]*)"', text):
            there = unescape(link)
            endpoint, chosen = self.endpoint(there), _choice(there)
            if endpoint is not None and chosen and not endpoint.startswith(SKIPPED):
                self.choices.setdefault((endpoint, chosen), there)

    def endpoint(self, address: str) -> str | None:
        try:
            return str(self.adapter.match(urlsplit(address).path, method="POST")[0])
        except HTTPException:
            return None


def _choice(address: str) -> str:
    """What a link chooses: names and words, not the numbers of rows."""
    return urlencode([(key, "" if value.isdigit() else value) for key, value in parse_qsl(urlsplit(address).query)])


def plausible(form: Found) -> dict[str, Any]:
    """The form filled in as a person would."""
    values = {name: text or _guess(name, form.hints.get(name, "")) for name, text in form.texts.items()}
    return {**form.others, **values}


def _guess(name: str, hint: str) -> str:
    if hint == "decimal":
        return "1.00"
    if hint == "numeric":
        return "5"
    if name.endswith(("_on", "_from", "_to")):
        return "2026-12-01"
    return {"email": "somebody@example.org", "code": factories.code(777001), "website": ""}.get(name, "测试文字")


def version(platform: Walk) -> int:
    """A number that changes when anybody else has written to the database."""
    return int(_watcher(platform).execute("PRAGMA data_version").fetchone()[0])


_watchers: dict[str, sqlite3.Connection] = {}


def _watcher(platform: Walk) -> sqlite3.Connection:
    file = str(Path(platform.app.config["PLATFORM"].folder) / "platform.db")
    if file not in _watchers:
        _watchers[file] = sqlite3.connect(file)
    return _watchers[file]


def renew(platform: Walk) -> None:
    """The database as it was, watched anew, since it is another file."""
    for connection in _watchers.values():
        connection.close()
    _watchers.clear()
    platform.renew()


def test_forms_are_found(found: dict[str, Found], platform: Walk) -> None:
    """Every door that takes a form and shows it on a page of its own is among those that are tried."""
    own = {door.endpoint for door in doors(platform) if {"GET", "POST"} <= set(door.methods)}
    shown = {form.endpoint for form in found.values()}
    assert not own - shown, "No page shows a form for these."
    assert {name for name in found if name.startswith("results.enter_outcome?")} >= {
        f"results.enter_outcome?kind={kind}" for kind in OutcomeKind
    }


@pytest.mark.timeout(900)
def test_what_is_evil_is_refused_and_kept(found: dict[str, Found], platform: Walk) -> None:
    """Everything wrong at once: never a fault, nothing written, and all that was typed is in the answer."""
    renew(platform)
    wrong, untouched = [], contents(platform)
    for form in found.values():
        if not form.texts:
            continue
        client = platform.walkers[form.who].client
        for name, value in EVIL.items():
            before = version(platform)
            answer = client.post(form.action, data={**form.others, **dict.fromkeys(form.texts, value)})
            status, place = answer.status_code, f"{form.endpoint} with {name}"
            if status >= 500:
                wrong.append(f"{place}: {status}")
            elif status >= 400:
                # The session keeps its token; everything else has to stand as it was.
                if version(platform) != before and contents(platform) != untouched:
                    wrong.append(f"{place}: {status}, but something was written")
                if status in (409, 422):
                    wrong += [
                        f"{place}: {status}, {line}" for line in _lost(form, value, answer.get_data(as_text=True))
                    ]
            elif name in NEVER:
                wrong.append(f"{place}: was taken with {status}")
            if "<script>alert" in answer.get_data(as_text=True):
                wrong.append(f"{place}: markup is not escaped")
            if status < 400:
                renew(platform)
    assert not wrong, "\n".join(line[:300] for line in wrong)


def _lost(form: Found, value: str, text: str) -> list[str]:
    """Fields whose text is not in the answer; and answers without a sentence."""
    there = [other for other in forms(text, form.action) if set(form.texts) & set(other.texts)]
    if not there:
        return [] if value.replace("\0", "")[:50] in text else ["the form is not shown again"]
    wanted = value.replace("\0", "").replace("\r\n", "\n")
    lost = [
        name
        for name in form.texts
        if not any(wanted in (o.texts.get(name) or "").replace("\0", "").replace("\ufffd", "") for o in there)
    ]
    said = "invalid" in text or "alert" in text or "error" in text
    return ([f"lost what was typed into {lost}"] if lost else []) + ([] if said else ["without a sentence"])


@pytest.mark.timeout(900)
def test_each_field_refuses_for_itself(found: dict[str, Found], platform: Walk) -> None:
    """All other fields are right: so what is refused is refused by this field, and what is taken was really good."""
    renew(platform)
    wrong, tried = [], set[tuple[str, str, str]]()
    for form in found.values():
        client, base = platform.walkers[form.who].client, plausible(form)
        for name in form.texts:
            for evil in NEVER:
                # The forms behind several choices share fields.
                if (form.endpoint, name, evil) in tried:
                    continue
                tried.add((form.endpoint, name, evil))
                answer = client.post(form.action, data={**base, name: EVIL[evil]})
                if answer.status_code >= 500 or answer.status_code < 400:
                    wrong.append(f"{form.endpoint}: {name} with {evil}: {answer.status_code}")
                if answer.status_code < 400:
                    renew(platform)
    assert len(tried) > 100
    assert not wrong, "\n".join(wrong)


def test_half_a_character_is_no_fault(found: dict[str, Found], platform: Walk) -> None:
    for form in found.values():
        body = "&".join(f"{name}=%ED%A0%80%ff" for name in form.texts)
        answer = platform.walkers[form.who].client.post(
            form.action, data=body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code < 500, form.endpoint


@pytest.mark.parametrize("body", [b"[1, 2]", b'{"name_zh": {"a": 1}}', b'"x"', b"{", b"\xff\x00"])
def test_json_where_a_form_is_expected_is_no_fault(found: dict[str, Found], platform: Walk, body: bytes) -> None:
    for form in found.values():
        answer = platform.walkers[form.who].client.post(form.action, data=body, content_type="application/json")
        assert answer.status_code < 500, form.endpoint
        if answer.status_code < 400:
            renew(platform)


WRONG_NUMBERS = [str(2**63), str(2**64), "0", "-1", "01", "1.0", "1%00", "%00", "٣", "1e3", "9" * 400, "%F0%9F%92%A9"]


def test_numbers_that_cannot_be_are_not_there(platform: Walk) -> None:
    wrong = []
    for door in doors(platform):
        if "<id:" not in door.rule:
            continue
        for number in WRONG_NUMBERS:
            address = door.rule.replace("<id:id>", number).replace("<id:number>", number).replace("<step>", "begin")
            address = address.replace("<any(pdf,xlsx,csv,json):form>", "pdf")
            answer = platform.walkers["coordinator"].client.open(address, method=door.methods[0])
            if answer.status_code not in (400, 404, 405):
                wrong.append(f"{address[:80]}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_rows_that_are_not_there_are_not_there(platform: Walk) -> None:
    for door in doors(platform):
        if "<id:id>" in door.rule:
            address = (
                door.rule.replace("<id:id>", str(2**63 - 1))
                .replace("<step>", "begin")
                .replace("<any(pdf,xlsx,csv,json):form>", "pdf")
            )
            assert platform.walkers["coordinator"].client.open(address, method=door.methods[0]).status_code in (
                403,
                404,
            ), address


@pytest.mark.parametrize(
    "part", ["%00", "a%00b", "x" * 5000, "..%2f..%2fetc", "%ED%A0%80", "%E2%80%AE", "<script>", "' OR 1=1--"]
)
def test_parts_of_addresses_are_no_fault(platform: Walk, part: str) -> None:
    for door in doors(platform):
        rest = (
            door.rule.replace("<id:id>", "1").replace("<id:number>", "1").replace("<any(pdf,xlsx,csv,json):form>", part)
        )
        if "<" not in rest and part not in rest:
            continue
        address = rest.replace("<step>", part).replace("<token>", part).replace("<reference>", part)
        for method in door.methods:
            answer = platform.walkers["coordinator"].client.open(address, method=method)
            assert 400 <= answer.status_code < 500, f"{method} {address[:90]}: {answer.status_code}"


QUERIES = ["page=-1", "page=0", f"page={2**63}", "page=abc", "sort=%00", "sort=-nothing", "as=exe", "as=%00", "q=%00", "q=" + "x" * 3000, "q=%25_%22'", "q=芯 \"", "q=*",
           "q=AND+OR+NOT", "region=%00", "area=%00", "state=%00", "year=99999", "year=0000", "year=٢٠٢٦", "light=%00", "kind=%00", "stage=%00", "consortium=%00", f"consortium={2**63}",
           "which=%00", "province=%00", "tier=%00", "next=//elsewhere.test"]  # fmt: skip


@pytest.mark.parametrize("who", ["coordinator", "officer"])
def test_questions_to_lists_are_no_fault(platform: Walk, who: str) -> None:
    wrong = []
    for door in doors(platform):
        if door.of is None and "GET" in door.methods and "<" not in door.rule:
            wrong += [
                f"{door.rule}?{q[:60]}: {s}"
                for q in QUERIES
                if (s := platform.walkers[who].client.get(f"{door.rule}?{q}").status_code) >= 500
            ]
    assert not wrong, "\n".join(wrong)


def test_what_is_too_large_is_not_read(platform: Walk) -> None:
    client = platform.walkers["coordinator"].client
    before = contents(platform)
    assert client.post("/consortia/new", data={"name_zh": "x" * 3_000_000}).status_code == 413
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(platform.app.config, "MAX_CONTENT_LENGTH", 1000)
        answer = client.post("/consortia/new", data={"name_zh": "x" * 2000}, content_type="multipart/form-data")
    assert answer.status_code == 413 and "larger" in answer.get_data(as_text=True)
    assert (
        client.post(
            "/consortia/new", data={f"f{n}": "1" for n in range(5000)}, content_type="multipart/form-data"
        ).status_code
        == 413
    )
    assert contents(platform) == before


def test_without_its_token_nothing_is_taken(platform: Walk) -> None:
    adapter, tried = platform.app.url_map.bind("localhost"), 0
    renew(platform)
    platform.app.config["WTF_CSRF_ENABLED"] = True
    try:
        before = contents(platform)
        for door in doors(platform):
            for method in set(door.methods) - {"GET"}:
                thing = (
                    next((t for t in platform.things[door.of] if t.table in ("ours", "")), None)
                    if door.of is not None
                    else None
                )
                for values in list(arguments(door.rule, thing, platform))[:1]:
                    address = adapter.build(
                        door.endpoint, {**values, **({"id": thing.id} if thing is not None else {})}
                    )
                    for data in ({}, {"csrf_token": "x"}, {"csrf_token": ""}):
                        tried += 1
                        answer = platform.walkers["coordinator"].client.open(address, method=method, data=data)
                        assert answer.status_code == 400, f"{method} {address}: {answer.status_code}"
        assert tried > 60 and contents(platform) == before
    finally:
        platform.app.config["WTF_CSRF_ENABLED"] = False
