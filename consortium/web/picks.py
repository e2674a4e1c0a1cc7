"""Form fields for what is picked: one or several of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from wtforms import Form, widgets
from wtforms.fields.choices import Choice as Option
from wtforms.fields.choices import SelectFieldBase
from wtforms.validators import StopValidation

from consortium.core import terms
from consortium.core.words import Lazy, _l

Sentence = str | Lazy
Required = bool | Sentence
Offered = type[StrEnum] | Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]]


def needed(field: Any) -> Sentence:
    """What is said when a required field was left blank."""
    if not isinstance(field.needed, bool):
        return field.needed
    if isinstance(field, Picked):
        return _l("Please choose “%(label)s”.", label=field.label.text)
    return _l("Please fill in “%(label)s”.", label=field.label.text)


def unmarked(attributes: dict[str, Any] | None) -> dict[str, Any]:
    """Attributes without `required`, by which a browser would speak in place of the page; `flags.required` tells templates."""
    return {"required": False, **(attributes or {})}


class Picked(SelectFieldBase):
    """What both have in common; `choices` is a StrEnum, pairs of value and label, or a function that answers pairs."""

    def __init__(
        self,
        label: Any = None,
        choices: Offered = (),
        *,
        required: Required = False,
        labels: Callable[[Any], Any] = terms.label,
        validators: Sequence[Callable[..., Any]] = (),
        render_kw: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, list(validators), render_kw=unmarked(render_kw), **options)
        self.choices = choices
        self.labels = labels
        self.needed = required
        self.flags.required = bool(required)

    def pairs(self) -> list[tuple[Any, Any]]:
        """Values and labels as they are now, in the reader's language."""
        if isinstance(self.choices, type):
            return [(member, self.labels(member)) for member in self.choices]
        return list(self.choices() if callable(self.choices) else self.choices)

    def found(self, sent: object) -> Any:
        """The value that was sent as text; ValueError where it is not on the list."""
        for value, _ in self.pairs():
            if written(value) == sent:
                return value
        raise ValueError(_l("This choice is not on the list; please choose again."))

    def pre_validate(self, form: Form) -> None:
        if self.needed and not self.process_errors and self.data in (None, "", []):
            raise StopValidation(needed(self))


def written(value: Any) -> str:
    """A value as the text that a browser sends back; None is the empty text."""
    return "" if value is None else str(value)


class ChoiceField(Picked):
    """One of a list, as the value of the list (a member, a number, …); None when nothing is chosen."""

    widget = widgets.Select()

    def __init__(self, label: Any = None, choices: Offered = (), *, blank: Any = None, **options: Any) -> None:
        if options.get("required"):
            options["render_kw"] = {"aria-required": "true", **(options.get("render_kw") or {})}
        super().__init__(label, choices, **options)
        self.blank = blank or _l("Please choose")

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = None
            if valuelist[0] != "":
                self.data = self.found(valuelist[0])

    def iter_choices(self) -> Iterator[Option]:
        pairs = self.pairs()
        # A list that has to be chosen from shows its blank only until something is chosen.
        if not any(value is None for value, _ in pairs) and (not self.needed or self.data is None):
            pairs.insert(0, (None, self.blank))
        for value, text in pairs:
            yield Option(written(value), str(text), value == self.data, {})


class ManyChoiceField(Picked):
    """Several of a list, in the order of the list; [] when nothing is chosen. Rendered as a list of check boxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = []
        sent = [self.found(value) for value in valuelist if value != ""]
        self.data = [value for value, _ in self.pairs() if value in sent]

    def iter_choices(self) -> Iterator[Option]:
        for value, text in self.pairs():
            yield Option(written(value), str(text), value in self.data, {})
