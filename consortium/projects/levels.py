"""The readiness level of a project is kept with it and follows from what was assessed; who assesses lies above, so it registers what is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consortium.core.words import Lazy
from consortium.projects.models import Project

#: `derived(project)` answers the level that follows from what was assessed and confirmed, or None while nothing was.
Derived = Callable[[Project], int | None]
#: `followed(project)` answers the level at which it would stand now: that one, or where none follows the one before anything was assessed.
Followed = Callable[[Project], int]
#: `renew(actor, project, reason)` writes that level into the project, if it is another one.
Renew = Callable[[Any, Project, "str | Lazy"], None]
#: `confirmed(thing)` answers the level of a result that was confirmed last, or None.
Confirmed = Callable[[Any], int | None]
_known: tuple[Derived, Renew, Confirmed, Followed] | None = None


def assesses(derived: Derived, renew: Renew, confirmed: Confirmed, followed: Followed) -> None:
    """Register who knows the levels of projects (`maturity` does)."""
    global _known
    _known = derived, renew, confirmed, followed


def assessed(project: Project) -> int | None:
    """The level that follows from what was assessed; None where nothing was."""
    return _known[0](project) if _known else None


def followed(project: Project) -> int:
    """The level at which a project would stand now by what was assessed, and by what it was before."""
    return _known[3](project) if _known else project.trl_now


def confirmed(thing: Any) -> int | None:
    """The level of a result that was confirmed last; None where none was."""
    return _known[2](thing) if _known else None


def renew(actor: Any, project: Project, reason: str | Lazy = "") -> None:
    """Let the level of a project follow what has changed: which of its results are critical, what was assessed."""
    if _known is not None:
        _known[1](actor, project, reason)
