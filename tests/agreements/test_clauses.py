"""The wording of the agreement: complete, aligned, and filled from known terms only."""

from __future__ import annotations

import re

import pytest

from consortium.agreements import clauses
from consortium.agreements.clauses import PLACE, TERMS, all_clauses, filled

EMPTY = {name: {"zh": "", "en": ""} for name in TERMS}
FULL = {name: {"zh": f"〔{name}〕", "en": f"[{name}]"} for name in TERMS}
CLAUSES = {clause.code: clause for clause in all_clauses()}


def test_all_twenty_two_clauses_are_there_in_order():
    assert list(CLAUSES) == [f"CL{number:02d}" for number in range(1, 23)]


@pytest.mark.parametrize("code", CLAUSES)
def test_both_languages_say_the_same_paragraphs_with_the_same_places(code):
    clause = CLAUSES[code]
    for piece in (*clause.paragraphs, *clause.notes):
        assert piece.zh and piece.en
        assert set(PLACE.findall(piece.zh)) <= set(TERMS)
        assert set(PLACE.findall(piece.zh)) == set(PLACE.findall(piece.en))
        assert re.search(r"[一-鿿]", piece.zh) and not re.search(r"[一-鿿]", piece.en)
        assert piece.zh.endswith("。") and piece.en.endswith(".")


@pytest.mark.parametrize("terms", [EMPTY, FULL], ids=["nothing known", "all known"])
def test_a_clause_has_two_to_five_paragraphs_whatever_is_known(terms):
    for clause in filled(terms):
        assert 2 <= len(clause["paragraphs"]) <= 5, clause["code"]
        assert [row["number"] for row in clause["paragraphs"]] == [
            f"{clause['number']}.{n + 1}" for n in range(len(clause["paragraphs"]))
        ]


def test_a_paragraph_speaks_of_no_term_that_may_be_missing_without_asking_for_it():
    optional = {"liability_unit", "starts_on", "ends_on", "total", "total_capitals", "projects"}
    asked = {"starts_on": "term", "ends_on": "term", "total_capitals": "total"}
    for clause in all_clauses():
        for piece in clause.paragraphs:
            for name in optional & set(PLACE.findall(piece.zh)):
                assert piece.when == asked.get(name, name), (clause.code, name)


def test_statutory_defaults_are_marked_as_to_be_checked():
    notes = [note for clause in filled(FULL) for note in clause["notes"] if "第" in note["zh"] and "条" in note["zh"]]
    assert len(notes) >= 5
    assert all(note["mark"] == clauses.CHECK for note in notes)


def test_text_of_the_database_is_never_a_template():
    terms = FULL | {"name": {"zh": "{lead}", "en": "{{ 7 * 7 }}"}}
    said = str(filled(terms))
    assert "{lead}" in said and "{{ 7 * 7 }}" in said
