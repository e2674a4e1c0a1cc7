"""Files, addresses and questions that somebody prepared with care."""

import io
import zipfile

import pytest

from consortium.core import uploads
from consortium.core.errors import Refused
from consortium.organisations.services import _is_address

MACRO = b'<Types><Override PartName="/word/m.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'


def archive(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made


@pytest.mark.parametrize("inner", ["a.exe ", "a.exe.", "folder/A.SCR. ."])
def test_a_program_whose_name_ends_in_what_windows_drops(inner):
    with pytest.raises(Refused):
        uploads.examine("evidence.zip", archive(**{inner: b"MZ"}))


def test_a_macro_under_another_name():
    with pytest.raises(Refused):
        uploads.examine(
            "report.docx", archive(**{"[Content_Types].xml": MACRO, "word/document.xml": b"<w/>", "word/m.bin": b"0"})
        )


def test_a_plain_document_passes():
    assert (
        uploads.examine(
            "report.docx", archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
        ).kind
        == "docx"
    )


@pytest.mark.parametrize("website", ["javascript:alert(1)", 'https://a.example"onclick=alert(1)', "https://ex.example\tjavascript:", "https://bank.example@evil.example/",
                                     "https://ex.example/<script>", "https:\\\\ex.example", "//evil.example"])  # fmt: skip
def test_addresses_that_are_none(website):
    assert not _is_address(website)


@pytest.mark.parametrize(
    "website", ["https://www.example.cn", "http://例子.中国/路?a=b#c", "https://www.example.cn:8443/x"]
)
def test_addresses_that_are_some(website):
    assert _is_address(website)


@pytest.mark.parametrize("path", ["/people?q=%00", "/people?q=a%00b&standing=%00", "/consortia?stage=%00"])
def test_a_nul_in_a_question_is_no_fault(world, sign_in, path):
    assert sign_in(world.people.administrator).get(path).status_code == 400


def test_files_say_what_they_are(app, client):
    with app.test_request_context():
        page = client.get("/login").get_data(as_text=True)
    path = next(part for part in page.split('"') if part.startswith("/static/built/") and part.endswith(".css"))
    answer = client.get(path)
    assert (
        answer.status_code == 200
        and answer.headers["X-Content-Type-Options"] == "nosniff"
        and answer.headers["X-Frame-Options"] == "DENY"
    )
