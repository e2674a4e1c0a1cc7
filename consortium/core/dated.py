"""Rules of the field as dated data: JSON files that come with the platform, and those by which an operator adds to them or replaces them.

A file is read again when it has changed, and one that is wrong never stops a page: whoever asks for it by its code is refused in a
sentence, and `in_force` answers with the file that came with the platform.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from consortium.core.errors import Refused
from consortium.core.words import Lazy, _l

T = TypeVar("T")
#: Confidence in a source: C confirmed by the text, H high, M middling, D our own derivation.
MARKS = ("C", "H", "M", "D")
LARGEST_FILE = 1 << 20


@dataclass(frozen=True)
class Sheet:
    """What a file, or a part of it, says; every question refuses in a sentence what is not as it has to be."""

    said: dict[str, Any]
    refusal: Callable[[Lazy], Refused]

    def wrong(self, why: Lazy) -> Refused:
        """To be raised: the file cannot be used, and why."""
        return self.refusal(why)

    def get(self, key: str, instead: Any = None) -> Any:
        """What stands under a name, whatever it is."""
        return self.said.get(key, instead)

    def part(self, key: str) -> Sheet:
        """An object within the file."""
        found = self.said.get(key)
        if not isinstance(found, dict):
            raise self.wrong(_l("“%(key)s” has to be an object", key=key))
        return Sheet(found, self.refusal)

    def rows(self, key: str, instead: Any = None) -> list[Any]:
        """A list."""
        found = self.said.get(key, instead)
        if not isinstance(found, list):
            raise self.wrong(_l("“%(key)s” has to be a list", key=key))
        return found

    def pair(self, key: str) -> tuple[str, str]:
        """A text in Chinese and English, of which one may be blank."""
        found = self.said.get(key)
        texts = (found.get("zh", ""), found.get("en", "")) if isinstance(found, dict) else (None, None)
        if not all(isinstance(text, str) and len(text) <= 300 for text in texts) or not any(texts):
            raise self.wrong(_l("“%(key)s” has to be a text in zh or en", key=key))
        return str(texts[0]), str(texts[1])

    @property
    def mark(self) -> str:
        """How sure its source is."""
        found = self.said.get("mark")
        if found not in MARKS:
            raise self.wrong(_l("“mark” has to be C, H, M or D, the confidence in the source"))
        return str(found)

    def day(self, entry: Any) -> date:
        """A day as it is written in these files."""
        try:
            if not isinstance(entry, str) or len(entry) != 10:
                raise ValueError
            return date.fromisoformat(entry)
        except ValueError:
            raise self.wrong(_l("%(day)s is not a day like 2026-10-01", day=str(entry)[:20])) from None


class Shelf(Generic[T]):
    """All files of one sort. `own` is the operator's folder, asked anew each time; `unusable` makes the sentence of file name and reason."""

    def __init__(
        self, shipped: Path, own: Callable[[], Path], make: Callable[[Sheet], T], *, missing: Callable[[str], Lazy],
        unreadable: Callable[[str], Lazy], unusable: Callable[[str, Lazy], Lazy],
    ) -> None:  # fmt: skip
        self.shipped, self.own, self.make = shipped, own, make
        self.missing, self.unreadable, self.unusable = missing, unreadable, unusable
        self._read = lru_cache(64)(self._parsed)

    def files(self) -> dict[str, Path]:
        """The file of each code, the operator's before those of the platform."""
        return {path.stem: path for folder in (self.shipped, self.own()) for path in sorted(folder.glob("*.json"))}

    def get(self, code: str) -> T:
        """What the file of a code says; refuses one that is not there, or that is wrong."""
        path = self.files().get(code)
        if path is None:
            raise Refused(self.missing(code))
        return self._of(path)

    def in_force(self, code: str, instead: str) -> T:
        """The same, but where it cannot be used the platform's own file of this code, else that of another."""
        try:
            return self.get(code)
        except Refused:
            own = self.shipped / f"{code}.json"
            return self._of(own if own.parent == self.shipped and own.is_file() else self.shipped / f"{instead}.json")

    def all(self) -> Iterator[tuple[str, T | Refused]]:
        """Every file, or what is wrong with it."""
        for code, path in self.files().items():
            try:
                yield code, self._of(path)
            except Refused as problem:
                yield code, problem

    def usable(self) -> Iterator[tuple[str, T]]:
        """Every code that can be used; where the operator's file is wrong, with the platform's own."""
        for code in self.files():
            own = self.shipped / f"{code}.json"
            try:
                yield code, self.get(code)
            except Refused:
                if own.is_file():
                    yield code, self._of(own)

    def problems(self) -> list[object]:
        """What is wrong with files, a sentence each."""
        return [found.message for _, found in self.all() if isinstance(found, Refused)]

    def parse(self, content: bytes, name: str) -> T:
        """What the bytes of a file say."""
        sheet = Sheet({}, lambda why: Refused(self.unusable(name, why)))
        if len(content) > LARGEST_FILE:
            raise sheet.wrong(_l("it is larger than such a file can be"))
        try:
            said = json.loads(content)
        except (ValueError, RecursionError):
            raise sheet.wrong(_l("it is not JSON")) from None
        if not isinstance(said, dict):
            raise sheet.wrong(_l("it has to be an object"))
        code = said.get("code")
        if code != name.removesuffix(".json") or not str(code).isascii() or not 0 < len(str(code)) <= 40:
            raise sheet.wrong(_l("“code” has to be the name of the file"))
        return self.make(Sheet(said, sheet.refusal))

    def _of(self, path: Path) -> T:
        try:
            about = path.stat()
            return self._read(path, about.st_mtime_ns, about.st_size)
        except OSError:
            raise Refused(self.unreadable(path.name)) from None

    def _parsed(self, path: Path, _changed: int, size: int) -> T:
        """A file is read again when it has changed."""
        if size > LARGEST_FILE:
            raise Refused(self.unusable(path.name, _l("it is larger than such a file can be")))
        return self.parse(path.read_bytes(), path.name)
