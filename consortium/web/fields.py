"""Form fields for single values: what was typed is kept for showing, what it means is in `data`, what is wrong is a sentence in `errors`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import Form, widgets
from wtforms.fields import Field
from wtforms.validators import StopValidation

from consortium.core import identifiers, typed
from consortium.core.errors import Refused
from consortium.core.identifiers import Scheme
from consortium.core.words import _l
from consortium.web.files import FilesField
from consortium.web.picks import ChoiceField, ManyChoiceField, Required, Sentence, needed, unmarked

__all__ = [
    "ChoiceField", "CodeField", "CountField", "DayField", "FilesField", "LineField", "ManyChoiceField", "MoneyField", "MonthsField",
    "ShareField", "TextField", "sentences",
]  # fmt: skip

# A lone surrogate cannot be sent to a browser; it is shown as the character for what could not be read.
SHOWN = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Typed(Field):
    """A field that reads a line of text by `read`; `required` may be the sentence to show when nothing was typed."""

    widget = widgets.TextInput()
    blank: Any = None

    def __init__(
        self,
        label: Any = None,
        *,
        required: Required = False,
        validators: Sequence[Callable[..., Any]] = (),
        render_kw: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        # No `maxlength`: a browser would cut in silence.
        attributes = {"autocomplete": "off", **({"aria-required": "true"} if required else {}), **(render_kw or {})}
        super().__init__(label, list(validators), render_kw=unmarked(attributes), **options)
        self.needed = required
        self.flags.required = bool(required)

    def read(self, text: str) -> Any:
        """The meaning of a text that is not blank; Refused where it has none."""
        return text

    def write(self, value: Any) -> str:
        """The text in which a value is shown for editing."""
        return str(value)

    def process_data(self, value: Any) -> None:
        self.data = self.blank if value is None else value

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist:
            return
        self.data = self.blank
        text = valuelist[0]
        if isinstance(text, str) and text.strip():
            try:
                self.data = self.read(text)
            except Refused as refusal:
                raise ValueError(refusal.message) from None

    def pre_validate(self, form: Form) -> None:
        if self.needed and not self.process_errors and self.data in (None, ""):
            raise StopValidation(needed(self))

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0].translate(SHOWN)
        return "" if self.data is None else self.write(self.data)


class LineField(Typed):
    """One line of at most `max` characters; "" when blank."""

    blank = ""

    def __init__(self, label: Any = None, max: int = 200, **options: Any) -> None:
        super().__init__(label, **options)
        self.max = max

    def read(self, text: str) -> str:
        return typed.line(text, self.max)


class TextField(LineField):
    """Several lines of at most `max` characters together; "" when blank."""

    widget = widgets.TextArea()

    def __init__(self, label: Any = None, max: int = 4000, rows: int = 5, **options: Any) -> None:
        options["render_kw"] = {"rows": rows, **(options.get("render_kw") or {})}
        super().__init__(label, max, **options)

    def read(self, text: str) -> str:
        return typed.text(text, self.max)


class MoneyField(Typed):
    """Yuan as Decimal with 2 decimals between `min` (None: also negative) and `max`; None when blank."""

    def __init__(
        self, label: Any = None, min: Decimal | None = Decimal(0), max: Decimal = typed.MOST_MONEY, **options: Any
    ) -> None:
        options["render_kw"] = {"inputmode": "decimal", **(options.get("render_kw") or {})}
        super().__init__(label, **options)
        self.min, self.max = min, max

    def read(self, text: str) -> Decimal:
        return typed.money(text, self.min, self.max)

    def write(self, value: Decimal) -> str:
        return f"{value:,.2f}"


class MonthsField(Typed):
    """Person-months as Decimal with 2 decimals, at least 0; None when blank."""

    def __init__(self, label: Any = None, max: Decimal = typed.MOST_MONTHS, **options: Any) -> None:
        options["render_kw"] = {"inputmode": "decimal", **(options.get("render_kw") or {})}
        super().__init__(label, **options)
        self.max = max

    def read(self, text: str) -> Decimal:
        return typed.months(text, self.max)


class ShareField(Typed):
    """A percentage for people, a Decimal between `min` and `max` (parts of one) inside; None when blank."""

    def __init__(self, label: Any = None, min: Decimal = Decimal(0), max: Decimal = Decimal(1), **options: Any) -> None:
        options["render_kw"] = {"inputmode": "decimal", **(options.get("render_kw") or {})}
        super().__init__(label, **options)
        self.min, self.max = min, max

    def read(self, text: str) -> Decimal:
        return typed.share(text, self.min, self.max)

    def write(self, value: Decimal) -> str:
        return typed.percent(value)


class CountField(Typed):
    """A whole number between `min` and `max`; None when blank."""

    def __init__(self, label: Any = None, min: int = 0, max: int = typed.MOST_COUNT, **options: Any) -> None:
        options["render_kw"] = {"inputmode": "numeric", **(options.get("render_kw") or {})}
        super().__init__(label, **options)
        self.min, self.max = min, max

    def read(self, text: str) -> int:
        return typed.count(text, self.min, self.max)


class DayField(Typed):
    """A date between `min` and `max`, typed as 2026-11-22 or 2026年11月22日; None when blank."""

    def __init__(
        self, label: Any = None, min: date = date(1900, 1, 1), max: date = date(2199, 12, 31), **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.min, self.max = min, max

    def read(self, text: str) -> date:
        return typed.day(text, self.min, self.max)

    def write(self, value: date) -> str:
        return value.isoformat()


class CodeField(Typed):
    """A code of an organisation under `scheme`, or under the scheme that the form's field of that name has; None when blank."""

    def __init__(self, label: Any = None, scheme: Scheme | str = Scheme.USCC, **options: Any) -> None:
        options["render_kw"] = {
            "spellcheck": "false",
            "autocapitalize": "characters",
            **(options.get("render_kw") or {}),
        }
        super().__init__(label, **options)
        self.scheme = scheme

    def read(self, text: str) -> str:
        if isinstance(self.scheme, Scheme):
            return identifiers.check(self.scheme, text)
        return typed.line(text, 200)

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if isinstance(self.scheme, Scheme) or self.process_errors or not self.data:
            return
        scheme = form[self.scheme].data
        if scheme is None:
            raise StopValidation(_l("Please choose what kind of code this is."))
        try:
            self.data = identifiers.check(Scheme(scheme), self.data)
        except Refused as refusal:
            raise StopValidation(refusal.message) from None


def sentences(fields: Iterable[Field]) -> list[tuple[Field, Sentence]]:
    """All fields that have something wrong, each with each of its sentences, in their order: for the summary."""
    return [(field, error) for field in fields for error in field.errors]
