"""Counters of the rate limits in one SQLite file, so that all processes of a host count together without another server."""

from __future__ import annotations

import sqlite3
import threading
import time
from urllib.parse import urlsplit

from limits.storage import Storage


class SqliteStorage(Storage):
    """Fixed windows in one table; `sqlitelimits:///path` names the file."""

    STORAGE_SCHEME = ["sqlitelimits"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_: object) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.path = urlsplit(uri).path
        self.local = threading.local()
        self._connection().execute(
            "CREATE TABLE IF NOT EXISTS hit (key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends REAL NOT NULL)"
        )

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the counter may raise."""
        return sqlite3.Error

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self.local, "connection", None)
        if found is None:
            found = self.local.connection = sqlite3.connect(self.path, timeout=5, isolation_level=None)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=OFF")  # a lost counter costs nothing
        return found

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit and answer how many there are in the window."""
        now = time.time()
        row = self._connection().execute(
            "INSERT INTO hit VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            "count = CASE WHEN ends <= ? THEN excluded.count ELSE count + excluded.count END, "
            "ends = CASE WHEN ends <= ? THEN excluded.ends ELSE ends END RETURNING count",
            (key, amount, now + expiry, now, now),
        ).fetchone()  # fmt: skip
        return int(row[0])

    def get(self, key: str) -> int:
        """How many hits there are in the window."""
        row = (
            self._connection()
            .execute("SELECT count FROM hit WHERE key = ? AND ends > ?", (key, time.time()))
            .fetchone()
        )
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        row = self._connection().execute("SELECT ends FROM hit WHERE key = ?", (key,)).fetchone()
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        """Whether the file can be read."""
        try:
            self._connection().execute("SELECT 1")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int | None:
        """Forget all windows."""
        return int(self._connection().execute("DELETE FROM hit").rowcount)

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._connection().execute("DELETE FROM hit WHERE key = ?", (key,))
