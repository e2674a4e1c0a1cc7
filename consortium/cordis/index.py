"""A temporary index on disk (SQLite deletes it by itself), so that files of any size are read in little memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

TABLES = """
CREATE TABLE part (project TEXT, line INTEGER, firm TEXT, role TEXT, amount TEXT, ended INTEGER, seen TEXT);
CREATE INDEX part_project ON part (project);
CREATE TABLE firm (code TEXT PRIMARY KEY, updated TEXT, said TEXT, settled INTEGER DEFAULT 0);
CREATE TABLE project (id TEXT PRIMARY KEY, line INTEGER);
CREATE TABLE omitted (file TEXT, line INTEGER, id TEXT, why TEXT);
"""


class Part(NamedTuple):
    """A row of organization.csv: what an organisation does in a project."""

    line: int
    firm: str
    role: str
    amount: str
    ended: bool
    seen: str


class Index:
    """Organisations by project, and what had to be left out."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect("", isolation_level=None)
        self.connection.executescript(TABLES)
        self.connection.execute("PRAGMA synchronous=OFF")
        self.connection.execute("BEGIN")

    def add(self, project: str, part: Part, updated: str, said: Mapping[str, str]) -> None:
        """Note a row; of an organisation that stands in several, the one updated last speaks."""
        self.connection.execute("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?)", (project, *part))
        self.connection.execute(
            "INSERT INTO firm (code, updated, said) VALUES (?, ?, ?) ON CONFLICT (code) DO UPDATE SET updated = excluded.updated, said = excluded.said "
            "WHERE (excluded.updated, excluded.said) > (firm.updated, firm.said)",
            (part.firm, updated, json.dumps(dict(said), sort_keys=True)),
        )

    def parts(self, project: str) -> list[Part]:
        """The rows of a project, in the order of the file."""
        query = "SELECT line, firm, role, amount, ended, seen FROM part WHERE project = ? ORDER BY line"
        return [Part(*row[:4], bool(row[4]), row[5]) for row in self.connection.execute(query, (project,))]

    def firm(self, code: str) -> dict[str, str]:
        """What the files say of an organisation."""
        found: dict[str, str] = json.loads(
            self.connection.execute("SELECT said FROM firm WHERE code = ?", (code,)).fetchone()[0]
        )
        return found

    def settled(self, code: str) -> bool:
        """Whether the organisation was dealt with already."""
        return bool(self.connection.execute("SELECT settled FROM firm WHERE code = ?", (code,)).fetchone()[0])

    def settle(self, code: str) -> None:
        """Note that the organisation is dealt with."""
        self.connection.execute("UPDATE firm SET settled = 1 WHERE code = ?", (code,))

    def first_line(self, project: str, line: int) -> int:
        """The line on which a project stands first; `line` if it was not seen before."""
        self.connection.execute("INSERT OR IGNORE INTO project VALUES (?, ?)", (project, line))
        return int(self.connection.execute("SELECT line FROM project WHERE id = ?", (project,)).fetchone()[0])

    def strays(self) -> Iterator[tuple[int, str, str]]:
        """Rows whose project stands in no row of project.csv: line, organisation, project."""
        query = "SELECT line, firm, project FROM part WHERE project NOT IN (SELECT id FROM project) ORDER BY line"
        yield from self.connection.execute(query)

    def omit(self, file: str, line: int, number: str, why: str) -> None:
        """Note what is left out, and why."""
        self.connection.execute("INSERT INTO omitted VALUES (?, ?, ?, ?)", (file, line, number, why))

    def omitted(self) -> Iterator[tuple[Any, ...]]:
        """What was left out: file, line, id, why."""
        yield from self.connection.execute("SELECT file, line, id, why FROM omitted ORDER BY file DESC, line, rowid")

    def omissions(self) -> int:
        """How many rows were left out."""
        return int(self.connection.execute("SELECT count(*) FROM omitted").fetchone()[0])
