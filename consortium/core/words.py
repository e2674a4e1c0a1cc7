"""Sentences for people that are written in English and translated when they are shown; works without Flask.

The web layer calls `speak_with` once; until then every sentence stays English. Babel extracts the keywords `_l` and `_ln:1,2`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, SupportsIndex


def fill(message: str, values: Mapping[str, object]) -> str:
    """The message with its `%(name)s` places filled; a message without values is left as it is."""
    return message % values if values else message


def _translate(message: str, values: Mapping[str, object]) -> str:
    """The sentence in English."""
    return fill(message, values)


def _translate_number(one: str, many: str, number: int, values: Mapping[str, object]) -> str:
    """The English sentence in the form that goes with the number."""
    return fill(one if number == 1 else many, values)


def _language() -> str:
    """The reader's language, `en` or `zh_Hans`."""
    return "en"


def _stay(tongue: str) -> AbstractContextManager[object]:
    """Stay in the reader's language."""
    return nullcontext()


# What the web layer replaces by `speak_with`; ask them as `words.language()`, since an imported name would stay English.
translate: Callable[[str, Mapping[str, object]], str] = _translate
translate_number: Callable[[str, str, int, Mapping[str, object]], str] = _translate_number
language: Callable[[], str] = _language
reading_in: Callable[[str], AbstractContextManager[object]] = _stay


def speak_with(
    one: Callable[[str, Mapping[str, object]], str],
    number: Callable[[str, str, int, Mapping[str, object]], str],
    tongue: Callable[[], str],
    other: Callable[[str], AbstractContextManager[object]] = _stay,
) -> None:
    """Have sentences translated by these functions from now on, in the whole process; `other` switches to a language for a while."""
    global translate, translate_number, language, reading_in
    translate, translate_number, language, reading_in = one, number, tongue, other


class Lazy:
    """A sentence with its values, translated each time that it becomes text.

    It is no `str`, so that nothing (Jinja's `join`, `"".join`) can take the English by mistake; `json.dumps(…, default=plain)`
    writes the English. Text methods and operators work on the translation.
    """

    __slots__ = ("many", "message", "values")

    def __init__(self, message: str, values: Mapping[str, object] | None = None, many: str | None = None) -> None:
        self.message = message
        self.values = dict(values or {})
        self.many = many

    @property
    def english(self) -> str:
        """The sentence in English, for logs, events and JSON."""
        values = {name: value.english if isinstance(value, Lazy) else value for name, value in self.values.items()}
        one = self.many is None or values["num"] == 1
        return fill(self.message if one else str(self.many), values)

    def __str__(self) -> str:
        if self.many is None:
            return translate(self.message, self.values)
        number = self.values["num"]
        return translate_number(self.message, self.many, number if isinstance(number, int) else 0, self.values)

    def __repr__(self) -> str:
        return f"_l({self.english!r})"

    def __format__(self, pattern: str) -> str:
        return format(str(self), pattern)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Lazy):
            return (self.message, self.many, self.values) == (other.message, other.many, other.values)
        return str(self) == other if isinstance(other, str) else NotImplemented

    # Not of the translation: a hash must not change with the reader.
    def __hash__(self) -> int:
        return hash(self.message)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)

    def __len__(self) -> int:
        return len(str(self))

    def __bool__(self) -> bool:
        return bool(self.message)

    def __contains__(self, part: str) -> bool:
        return part in str(self)

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        return str(self)[key]

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)

    def __mod__(self, values: Any) -> str:
        text: str = str(self) % values
        return text

    def __getattr__(self, name: str) -> Any:
        # Dunder names are asked for by pickle, copy and markupsafe, and must not be answered by the text.
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(str(self), name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Lazy, (self.message, self.values, self.many)


class Name(Lazy):
    """A name that somebody gave in both languages, as sentences carry it: the reader's one when it becomes text."""

    __slots__ = ()

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh or en, {"zh": zh, "en": en})

    @property
    def english(self) -> str:
        """The English name, else the other."""
        return str(self.values["en"] or self.values["zh"])

    def __str__(self) -> str:
        chosen = self.values["zh" if language().startswith("zh") else "en"]
        return str(chosen or self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return Name, (self.values["zh"], self.values["en"])


def called(row: Any) -> Lazy | str:
    """The name of a row for a sentence that people of both languages read: in both, where the row has its words in both."""
    title = row if isinstance(row, str) else getattr(row, "title", None) or row
    return title if isinstance(title, Lazy) else (in_both(row, str(title)) or str(title))


def in_both(row: Any, name: str) -> Name | None:
    """The name of a row with its words in the one language and in the other; None if the row has no two."""
    for first, second in (("name_zh", "name_en"), ("title_zh", "title_en")):
        zh, en = getattr(row, first, ""), getattr(row, second, "")
        if zh and en and zh != en and zh in name:
            return Name(name, name.replace(zh, en))
    return None


def _l(message: str, /, **values: object) -> Lazy:
    """A sentence with named places, to be translated when it is shown."""
    return Lazy(message, values)


def _ln(one: str, many: str, num: int, /, **values: object) -> Lazy:
    """A sentence in the form that goes with `num`, which is also its place `%(num)s`."""
    return Lazy(one, {"num": num, **values}, many)


def listed(parts: Iterable[object]) -> str:
    """The parts as a list inside a sentence, in the reader's language: `a, b`."""
    return str(_l(", ")).join(map(str, parts))


def kept(values: Mapping[str, object], plain: Callable[[object], object]) -> dict[str, object]:
    """The values of a sentence as JSON can keep them for a reader of any language: a sentence among them stays one."""
    return {name: _parts(value, plain) if isinstance(value, Lazy) else plain(value) for name, value in values.items()}


def _parts(sentence: Lazy, plain: Callable[[object], object]) -> dict[str, object]:
    if isinstance(sentence, Name):
        return kept(sentence.values, plain)
    parts: dict[str, object] = {"message": sentence.message, "values": kept(sentence.values, plain)}
    return parts if sentence.many is None else {**parts, "many": sentence.many}


def again(message: str, values: Mapping[str, object]) -> str:
    """A sentence whose values were `kept`, in the reader's language."""
    return str(_made(message, values))


def _made(message: str, values: Mapping[str, object], many: str | None = None) -> Lazy:
    return Lazy(
        message, {name: _part(value) if isinstance(value, dict) else value for name, value in values.items()}, many
    )


def _part(value: dict[str, Any]) -> Lazy:
    return Name(**value) if value.keys() == {"zh", "en"} else _made(**value)


def written(sentence: object, most: int) -> str:
    """A sentence as text of at most `most` characters, which `read` makes a sentence again; other text as it is.

    Of a sentence that is too long, the values are cut; where that does not help, its English is kept, cut off.
    """
    if not isinstance(sentence, Lazy):
        return str(sentence)[:most]
    for room in (most, 300, 100, 30):
        text = json.dumps(_parts(sentence, lambda value, room=room: _cut(value, room)), ensure_ascii=False)  # type: ignore[misc]
        if len(text) <= most:
            return text
    return sentence.english[:most]


def _cut(value: object, room: int) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    text = str(value)
    return text if len(text) <= room else f"{text[: room - 1]}…"


def read(text: str) -> Lazy | str:
    """What was `written`: a sentence for a reader of any language, or the text as it was."""
    if not text.startswith('{"message": '):
        return text
    try:
        sentence = _made(**json.loads(text))
        _ = sentence.english
    except (ValueError, TypeError, KeyError):  # somebody wrote it who only meant to write what looks like a sentence
        return text
    return sentence


def plain(value: object) -> str:
    """The English of a lazy sentence: the `default` of `json.dumps`."""
    if isinstance(value, Lazy):
        return value.english
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")
