"""Search by pairs of characters, against a real FTS5 table."""

from __future__ import annotations

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.core.grams import fts5_query, grams, phrases, tsquery

HAN = "碳化硅芯片联合体制造业"


def found(query: str, *texts: str) -> list[int]:
    """Numbers of the texts that FTS5 finds."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create virtual table t using fts5(grams, tokenize='unicode61 remove_diacritics 0')")
        connection.executemany(
            "insert into t (rowid, grams) values (?, ?)", [(i, grams(text)) for i, text in enumerate(texts)]
        )
        return [
            number
            for (number,) in connection.execute(
                "select rowid from t where t match ? order by rowid", [fts5_query(query)]
            )
        ]


def test_the_grams_of_engineering_md() -> None:
    assert grams("碳化硅 SiC") == "碳化 化硅 硅 sic"
    assert fts5_query("碳化硅") == '"碳化 化硅" *'
    assert tsquery("碳化硅 SiC") == "('碳化' <-> '化硅':*) & ('sic':*)"
    assert tsquery("硅") == "('硅':*)"


@pytest.mark.parametrize(
    "query",
    ["芯片", "片", "芯", "功率芯片", "sic", "SIC", "ＳｉＣ", "Si", "SiC 芯片", "芯片 sic", "5g", "café", "CAFE"],
)
def test_is_found(query: str) -> None:
    assert found(query, "无关", "车规级 SiC 功率芯片，5G Café") == [1]


@pytest.mark.parametrize("query", ["片芯", "芯功", "率片", "ic", "5", ""])
def test_is_not_found(query: str) -> None:
    expected = [0] if query == "5" else []
    assert found(query, "车规级 SiC 功率芯片 5G") == expected


def test_han_and_latin_without_space_are_one_phrase() -> None:
    assert found("硅SiC", "碳化硅SiC器件", "硅片 SiC") == [0]


def test_parts_of_a_reference_are_found_in_any_punctuation() -> None:
    assert found("IC-0417", "IC-0417 项目", "IC-0418 项目") == [0]


@settings(max_examples=100, deadline=None)
@given(st.text(HAN, min_size=1, max_size=12), st.text(HAN, min_size=1, max_size=4))
def test_han_is_found_exactly_where_it_stands(text: str, query: str) -> None:
    assert found(query, text) == ([0] if query in text else [])


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "Z"]), min_size=1, max_size=20))
def test_every_text_finds_itself(text: str) -> None:
    assert found(text, text) == ([0] if grams(text) else [])


HOSTILE = [
    '"',
    '" OR 1 --',
    "NEAR(a b)",
    "a* b",
    "grams:a",
    "^a",
    "a AND",
    "NOT a",
    "a\0b",
    "(((",
    "a' OR 'b",
    "{a b}:",
    "\ud800",
    "-",
    "+",
    "\\",
    "'':*",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_are_harmless(query: str) -> None:
    found(query, "a b near not and or 联合体")
    assert re.fullmatch(r"[^\"\\\0]*", tsquery(query))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_query_is_well_formed(query: str) -> None:
    found(query, "联合体 consortium")
    for phrase in phrases(query):
        assert phrase
        assert all(re.fullmatch(r"[^\W_]+", gram) for gram in phrase)


def test_a_query_is_limited() -> None:
    assert len(phrases(" ".join(map(str, range(1000))))) <= 12
    assert found("联合体" * 10_000, "联合体") == []
