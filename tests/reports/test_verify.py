"""Anybody can ask whether a paper is genuine, and learns nothing else."""

from __future__ import annotations

import hashlib
import io
import zlib

import pikepdf
import pytest

from consortium.core.db import db
from consortium.documents.archive import fetch
from consortium.documents.models import Paper
from consortium.reports.verifying import claimed
from tests.factories import OURS
from tests.reports.test_reports import draft, submitted  # noqa: F401  (fixtures)

XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><paper:documentId>{}</paper:documentId></x:xmpmeta>'


@pytest.fixture
def paper(submitted, inside):  # noqa: F811
    """The bytes of an issued paper."""
    with inside():
        return fetch(db.session.get_one(Paper, submitted[1]).key)


def verify(client, content, name="paper.pdf"):
    return client.post("/verify", data={"papers": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def pdf(number, packed=False):
    """A small PDF that bears a number in its metadata."""
    with pikepdf.new() as made:
        made.add_blank_page()
        raw = XMP.format(number).encode()
        stream = pikepdf.Stream(made, zlib.compress(raw) if packed else raw)
        if packed:
            stream.Filter = pikepdf.Name.FlateDecode
        stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        made.Root.Metadata = stream
        target = io.BytesIO()
        made.save(
            target,
            compress_streams=False,
            fix_metadata_version=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
        return target.getvalue()


def test_the_bytes_of_the_archive_are_genuine(client, paper):
    answer = verify(client, paper)
    assert answer.status_code == 200
    assert "Genuine" in answer.text and f"{OURS}-R01" in answer.text
    assert hashlib.sha256(paper).hexdigest() in answer.text


@pytest.mark.parametrize("packed", [False, True])
def test_a_changed_paper_is_altered(client, paper, packed):
    answer = verify(client, pdf(f"{OURS}-R01", packed))
    assert "Altered" in answer.text and "Genuine" not in answer.text
    assert hashlib.sha256(paper).hexdigest() in answer.text


def test_what_the_archive_does_not_know_is_unknown(client, paper):
    assert "Unknown" in verify(client, pdf("IC-2026-9999-R01")).text
    assert "Unknown" in verify(client, b"%PDF-1.7 not really").text


def test_no_content_is_told(client, paper):
    text = verify(client, paper).text + client.get(f"/verify/{OURS}-R01").text
    assert "晨星" not in text and "prototype" not in text and "18000000" not in text


def test_what_a_reference_says(client, paper):
    answer = client.get(f"/verify/{OURS}-R01")
    assert answer.status_code == 200 and hashlib.sha256(paper).hexdigest() in answer.text
    assert client.get("/verify/IC-2026-9999-R01").status_code == 404
    assert client.get("/verify/晨星").status_code == 404


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "paper.pdf"), (b"<script>", "paper.pdf"), (b"%PDF-1.7", "paper.exe")]
)
def test_no_pdf_is_refused_with_a_sentence(client, content, name):
    answer = verify(client, content, name)
    assert answer.status_code == 422 and "Error:" in answer.text
    assert client.post("/verify").status_code == 422


def test_a_bomb_in_the_metadata_does_no_harm():
    with pikepdf.new() as made:
        made.add_blank_page()
        stream = pikepdf.Stream(made, zlib.compress(b"\0" * 200_000_000, 9))
        stream.Filter = pikepdf.Name.FlateDecode
        made.Root.Metadata = stream
        target = io.BytesIO()
        made.save(target, fix_metadata_version=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert claimed(target.getvalue()) is None
