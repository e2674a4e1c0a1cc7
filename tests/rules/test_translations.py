"""Every sentence is there in both languages, whole, with the same places."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.needs import made_by_setup
from tests.rules.source import TOP

sys.path.insert(0, str(TOP / "tools"))
import translations


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sentences of code and templates."""
    pot = tmp_path_factory.mktemp("words") / "messages.pot"
    translations.extract(pot)
    return translations.catalogue(pot)


@pytest.mark.slow  # `make lint` asks the same
def test_there_are_sentences(used: Catalog) -> None:
    assert len(used) > 300


@pytest.mark.slow  # `make lint` asks the same
def test_every_sentence_is_translated(used: Catalog) -> None:
    path = translations.FOLDER / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    assert path.is_file(), "There is no catalogue yet: make translate"
    found = translations.faults(used, translations.catalogue(path))
    assert not found, f"{len(found)} of {len(used)}:\n" + "\n".join(found[:60])


def test_the_compiled_catalogue_is_not_older_than_its_source() -> None:
    path = translations.FOLDER / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    compiled = path.with_suffix(".mo")
    made_by_setup(compiled.is_file(), "the catalogue is not compiled yet")
    from babel.messages.mofile import read_mo

    with compiled.open("rb") as file:
        said = read_mo(file)
    for message in translations.catalogue(path):
        if message.id and isinstance(message.id, str) and message.string and not message.fuzzy:
            found = said.get(message.id, message.context)
            assert found is not None and found.string == message.string, (
                f"{message.id!r}: compile the catalogue (make setup)"
            )


def sample(*lines: tuple[str, str], fuzzy: bool = False) -> Catalog:
    made = Catalog(locale="zh_Hans")
    for message, translation in lines:
        made.add(
            message, translation, flags=(["fuzzy"] if fuzzy else []) + (["python-format"] if "%(" in message else [])
        )
    return made


@pytest.mark.parametrize(
    ("catalogue", "fault"),
    [
        (sample(), "not in the catalogue"),
        (sample(("%(name)s waits.", "")), "not translated"),
        (sample(("%(name)s waits.", "%(name)s在等。"), fuzzy=True), "fuzzy"),
        (sample(("%(name)s waits.", "%(nam)s在等。")), "unknown named placeholder"),
    ],
)
def test_a_fault_is_found(catalogue: Catalog, fault: str) -> None:
    used = Catalog()
    used.add("%(name)s waits.", flags=["python-format"])
    (found,) = translations.faults(used, catalogue)
    assert fault in found


def test_a_good_catalogue_has_no_fault() -> None:
    used = Catalog()
    used.add("%(name)s waits.", flags=["python-format"])
    assert translations.faults(used, sample(("%(name)s waits.", "%(name)s在等。"))) == []


def test_the_sample_file_is_read(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('{{ _("A sentence.") }}', "utf-8")
    from babel.messages.extract import extract_from_file

    found = [message for _, message, *_ in extract_from_file("jinja2", str(page), keywords={"_": None})]
    assert found == ["A sentence."]
