"""Write the pages under docs/ that are made from the code: rights, settings, life cycles, addresses and files of plans."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))  # this file is started by its path, and writes about the package beside its folder

if TYPE_CHECKING:
    from consortium.core.workflow import Step, Workflow

#: What to run when a page does not say what the code does.
COMMAND = "make docs"

#: What each role is. A role without a line here makes the test of these pages fail.
ROLES = {
    "administrator": "runs the platform: accounts, officers' remits, organisations of the directory, measures; sees nothing of what consortia do",
    "staff": "whoever belongs to an organisation that is no authority, at no particular table",
    "coordinator": "leads the work of one consortium for its lead enterprise",
    "member": "stands for one member organisation",
    "signatory": "signs for one member organisation",
    "expert": "verifies reports on milestones, judges readiness levels, decides claims",
    "auditor": "looks at money and evidence, and changes nothing",
    "site_user": "stands for the user of a demonstration application, which may be no member; sees the demonstrations at its own organisation and nothing else",
    "officer": "oversees the filed consortia of a remit for an authority",
}


#: What each right opens, in the words of the pages. The two that need no grant are not in the table of roles.
def access() -> str:
    """Who may do what: role x action x reach."""
    from flask import current_app

    from consortium.core.access import Action, Role

    done = current_app.test_cli_runner().invoke(args=["access", "--markdown"])
    if done.exit_code:
        raise SystemExit(done.output)
    lines = [done.output, "| role | who |", "|---|---|", *(f"| {role} | {ROLES[role]} |" for role in Role)]
    lines += [
        "",
        "| right | what it opens |",
        "|---|---|",
        *(f"| `{action}` | {action.opens} |" for action in Action),
    ]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Every variable of the environment."""
    from consortium import config

    return f"{_head('Settings', 'consortium/config.py')}{config.table()}\n"


def lifecycles() -> str:
    """Every life cycle as a picture and two tables."""
    head = _head("Life cycles", "the `workflow.py` of each feature")
    rule = (
        "A step is a button on a page. Only who holds its right ([access.md](access.md)) sees it, and it is refused with a sentence while\n"
        "its condition is not met. Each step is recorded; steps marked *reason* ask for one, and those marked *careful* ask once more.\n"
    )
    return head + rule + "".join(_life(life, module) for life, module in workflows())


def routes() -> str:
    """Every address that passes a door."""
    from consortium.web.door import entrances

    rows = sorted(entrances(), key=lambda entrance: (entrance.rule, entrance.methods))
    lines = [
        f"| `{row.rule}` | {', '.join(row.methods)} | `{row.can}` | {f'`{row.of.__name__}`' if row.of else ''} | `{row.endpoint}` |"
        for row in rows
    ]
    text = (
        "Each address passes the door (`consortium/web/door.py`): it loads the thing of that number and asks for the right before the view\n"
        "runs. `anyone` needs no sign-in, `signed_in` no right; what else a right means stands in [access.md](access.md). Pages of signing in\n"
        "(`/login`, `/reset` and the like) come from Flask-Security and are not listed.\n\n"
    )
    head = ["| address | methods | right | thing | view |", "|---|---|---|---|---|"]
    return _head("Addresses", "the `routes.py` of each feature") + text + "\n".join([*head, *lines]) + "\n"


def plan_files() -> str:
    """The layout of files by which plans are taken out and brought in."""
    from consortium.baselines.layout import LATER, LISTS
    from consortium.exchange.cells import MAY_BE_BLANK, meant_by
    from consortium.exchange.checking import MOST_CHANGED
    from consortium.exchange.workbook import MOST_ROWS, MOST_ROWS_IN_ALL, columns
    from consortium.projects.replanning import AT_ONCE

    lines = [
        _head("Plans as files", "consortium/baselines/layout.py").rstrip(), "",
        "`flask export-plan --project REF FILE.xlsx` writes a sheet for each list, `FILE.zip` a CSV for each; `flask import-plan FILE --project REF [--dry-run]`",
        "reads both, a single `.csv` (its list is told by its columns), and `.xml` of MS Project. The pages of a plan do the same.", "",
        "- The first row holds the names of the columns, all of them, in any order. Columns that end in `_name` are for people and are ignored.",
        "- Numbers are numbers, days are dates (or `2026-11-22`), all else is text. In CSV an apostrophe stands before a text that begins with `= + - @ '`.",
        "- A list that is not in the file is left alone. Of a list that is, rows that are missing go when all lists are in the file, or when it is asked for.",
        "- One wrong cell refuses the whole file, and each wrong cell is told. Formulas are refused.",
        f"- At most {MOST_ROWS:,} rows a list, {MOST_ROWS_IN_ALL:,} a file, 10 MB. At most {MOST_CHANGED:,} rows are changed at a time, and undone at a time;",
        f"  on the pages more than {AT_ONCE:,} are changed by a job, all of them or none.",
        "- Of MS Project: tasks become nodes (their number is the WBS), milestones become milestones, links keep kind and lag in working days, links to a milestone",
        "  say on what it depends, and work of resources that bear the name of a member becomes person-months.",
    ]  # fmt: skip
    for one in LISTS:
        key = ", ".join(f"`{name}`" for name in one.key)
        lines += [
            "",
            f"## `{one.name}`: {_en(one.label)} ({_zh(one.label)})",
            "",
            f"No two rows agree in {key}.",
            "",
            "| column | meaning | 含义 | value |",
            "|---|---|---|---|",
        ]
        for field in one.fields:
            value = ", ".join(f"`{member.value}`" for member in field.enum) if field.enum else _en(meant_by(field.kind))
            may = "; may be blank" if (one.name, field.name) in MAY_BE_BLANK else ""
            if (one.name, field.name) in LATER:
                may = f"; `{LATER[one.name, field.name]}` where it is blank, or the column is not there"
            lines.append(f"| `{field.name}` | {_en(field.label)} | {_zh(field.label)} | {value}{may} |")
        lines += (
            ["", "For people: " + ", ".join(f"`{name}`" for name in columns(one) if name.endswith("_name")) + "."]
            if any(name.endswith("_name") for name in columns(one))
            else []
        )
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "access.md": access,
    "settings.md": settings,
    "lifecycles.md": lifecycles,
    "routes.md": routes,
    "plan-files.md": plan_files,
}


def stale(folder: Path) -> list[str]:
    """A sentence for each page in a folder that is missing, or differs from what the code says; needs an app context."""
    found = []
    for name, make in PAGES.items():
        file = folder / name
        if not file.is_file():
            found.append(f"docs/{name} is missing: {COMMAND}")
        elif file.read_text("utf-8") != make():
            found.append(f"docs/{name} is out of date: {COMMAND}")
    return found


def workflows() -> Iterator[tuple[Workflow, Any]]:
    """The life cycles of all features, lowest feature first, each with the module that holds it."""
    from consortium.app import FEATURES
    from consortium.core.workflow import Workflow

    for feature in FEATURES:
        name = f"consortium.{feature}.workflow"
        if find_spec(name):
            module = importlib.import_module(name)
            yield from ((life, module) for life in vars(module).values() if isinstance(life, Workflow))


def _head(title: str, source: str) -> str:
    where = source if " " in source else f"`{source}`"
    return f"# {title}\n\nGenerated by `{COMMAND}`; the source is {where}.\n\n"


def _life(life: Workflow, module: Any) -> str:
    """One life cycle: a state diagram, its states, its steps."""
    states = [f"| `{name}` | {_en(word)} | {_zh(word)} |" for name, (word, _tone) in life.states.items()]
    steps = [_row(life, step, module) for step in life]
    return "\n".join([
        f"\n## {life.name.replace('_', ' ').capitalize()}\n",
        "```mermaid", *_diagram(life), "```\n",
        "| state | word | 中文 |", "|---|---|---|", *states, "",
        "| step | 中文 | from | to | right | asks for | condition |", "|---|---|---|---|---|---|---|", *steps, "",
    ])  # fmt: skip


def _diagram(life: Workflow) -> Iterator[str]:
    """The lines of a Mermaid state diagram; it begins in the first state, and ends in states that nothing follows."""
    yield "stateDiagram-v2"
    for name, (word, _tone) in life.states.items():
        yield f"    {name}: {_en(word)}"
    yield f"    [*] --> {next(iter(life.states))}"
    for step in life:
        for source in step.sources:
            yield f"    {source} --> {step.target}: {_en(step.label)}"
    left = {source for step in life for source in step.sources}
    for name in life.states:
        if name not in left:
            yield f"    {name} --> [*]"


def _row(life: Workflow, step: Step, module: Any) -> str:
    sources = ", ".join(_en(life.word(source)) for source in step.sources)
    asks = ", ".join(word for word, asked in (("reason", step.reason), ("careful", step.danger)) if asked)
    cells = (
        _en(step.label),
        _zh(step.label),
        sources,
        _en(life.word(step.target)),
        f"`{step.action}`",
        asks,
        _needs(step, module),
    )
    return f"| {' | '.join(cells)} |"


def _needs(step: Step, module: Any) -> str:
    """What the function that looks for obstacles says of itself, or the one that made it."""
    if step.unless is None:
        return ""
    maker = getattr(module, step.unless.__qualname__.partition(".")[0], None)
    teller = getattr(module, "LACKS", {}).get(step.name) or (step.unless if step.unless.__doc__ else maker)
    said = (teller.__doc__ or "").strip().partition("\n")[0]
    return re.sub(r" \([^)]*\.md[^)]*\)", "", said)


def _en(word: Any) -> str:
    return str(getattr(word, "english", word))


def _zh(word: Any) -> str:
    """The Chinese of a sentence by the catalogue itself, which need not be compiled for that."""
    found = _catalogue().get(_en(word))
    return str(found.string) if found and found.string else _en(word)


@cache
def _catalogue() -> Any:
    from babel.messages.pofile import read_po

    with (TOP / "consortium/translations/zh_Hans/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def main() -> int:
    """Write each page; exit status 0."""
    from programs import empty_installation

    with empty_installation() as env:
        os.environ.clear()
        os.environ.update(env)
        from consortium.app import create_app

        with create_app().app_context():
            (TOP / "docs").mkdir(exist_ok=True)
            for name, make in PAGES.items():
                (TOP / "docs" / name).write_text(make(), "utf-8")
                print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
