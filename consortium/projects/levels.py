"""The readiness level of a project is kept with it and follows from what was assessed; who assesses lies above, so it registers what is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consortium.core.words import Lazy
from consortium.projects.models import Project

#: `derived(project)` answers the level that follows from what was assessed and confirmed, or None while nothing was.
Derived = Callable[[Project], int | None]
#: `renew(actor, project, reason)` writes that level into the project, if it is another one.
Renew = Callable[[Any, Project, "str | Lazy"], None]
#: `confirmed(thing)` answers the level of a result that was confirmed last, or None.
Confirmed = Callable[[Any], int | None]
_known: tuple[Derived, Renew, Confirmed] | None = None


def assesses(derived: Derived, renew: Renew, confirmed: Confirmed) -> None:
    """Register who knows the levels of projects (`maturity` does)."""
    global _known
    _known = derived, renew, confirmed


def assessed(project: Project) -> int | None:
    """The level that follows from what was assessed; None where nothing was."""
    return _known[0](project) if _known else None


def confirmed(thing: Any) -> int | None:
    """The level of a result that was confirmed last; None where none was."""
    return _known[2](thing) if _known else None


def renew(actor: Any, project: Project, reason: str | Lazy = "") -> None:
    """Let the level of a project follow what has changed: which of its results are critical, what was assessed."""
    if _known is not None:
        _known[1](actor, project, reason)
