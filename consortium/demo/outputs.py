"""Deliverables, ties and indicators of the demonstration: planned with the tree, handed in, verified, read off."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from consortium.core import uploads
from consortium.core.uploads import Upload
from consortium.demo import cast, evidence
from consortium.demo.projects import Work
from consortium.demo.results import MEASURES, PIECES, Measure, Piece
from consortium.outputs import services
from consortium.outputs.models import DeliverableKind as Kind

COURSE = re.compile(r"([rba])([+-]?\d+)")
NOTE = "“{zh}”已完成内部评审，现提交，正文见附件。The internal review is finished; the text is attached."
AGAIN = "按退回意见修改后再次提交，修改说明见首页。Handed in again; the first page says what was changed."
RETURNED = "缺少版本号和适用范围说明，数据与里程碑上报不一致，请核对后重新提交。No version and scope, and figures that differ from those of the milestone."
#: What is handed in as a table of figures.
FIGURES = (Kind.DATA, Kind.MATERIAL, Kind.PRODUCT)


def draw_up(story: Any, work: Work) -> None:
    """Plan the deliverables and indicators of a project, and on what its milestones depend."""
    coordinator, project = cast.coordinator(story, work), story.made["work", work.zh]
    for piece in PIECES[work.key]:
        row = services.plan_deliverable(
            coordinator, project, number=piece.number, node=story.made["node", (work.key, piece.node)], organisation=story.made["firm", piece.firm],
            title_zh=piece.zh, title_en=piece.en, kind=piece.kind, level=piece.level, due_on=date.fromisoformat(piece.due),
        )  # fmt: skip
        story.made["piece", (work.key, piece.number)] = row
        for number in piece.serves.split():
            milestone = _milestone(story, work, int(number))
            services.tie(coordinator, milestone, row)
            _tie_node(story, work, milestone, piece.node)
    for measure in MEASURES[work.key]:
        start, mid, end = measure.targets
        story.made["measure", (work.key, measure.number)] = services.plan_indicator(
            coordinator, project, number=measure.number, node=story.made["node", (work.key, measure.node)], organisation=story.made["firm", measure.firm],
            title_zh=measure.zh, title_en=measure.en, unit=measure.unit, direction=measure.way, value_start=start, value_mid=mid, value_end=end,
            method=measure.method,
        )  # fmt: skip


def _tie_node(story: Any, work: Work, milestone: Any, number: str) -> None:
    """A milestone depends on the node of its first deliverable, too."""
    if ("tied", milestone.id) not in story.made:
        node = story.made["node", (work.key, number)]
        story.made["tied", milestone.id] = services.tie(cast.coordinator(story, work), milestone, node)


def _milestone(story: Any, work: Work, number: int) -> Any:
    return story.made["goal", (work.zh, work.goals[number - 1].zh)]


def plan(story: Any, work: Work) -> None:
    """Put what becomes of deliverables and indicators into the story."""
    for piece in PIECES[work.key]:
        _plan_piece(story, work, piece)
    for measure in MEASURES[work.key]:
        for day, value, said in measure.readings:
            story.on(day, partial(_read_off, story, work, measure, day, value, said))


def _plan_piece(story: Any, work: Work, piece: Piece) -> None:
    """Each step counts its days from the one before, the first from the day on which the deliverable was due."""
    day, handed_in = date.fromisoformat(piece.due), 0
    steps: dict[str, Callable[..., Any]] = {"b": _send_back, "a": _accept}
    for step, days in COURSE.findall(piece.course):
        day += timedelta(days=int(days))
        if step == "r":
            handed_in += 1
            story.on(day, partial(_submit, story, work, piece, handed_in > 1))
        else:
            story.on(day, partial(steps[step], story, work, piece))


def _row(story: Any, work: Work, piece: Piece) -> Any:
    return story.made["piece", (work.key, piece.number)]


def _submit(story: Any, work: Work, piece: Piece, again: bool) -> None:
    note = AGAIN if again else NOTE.format(zh=piece.zh)
    services.submit(
        cast.speaker(story, work, piece.firm), _row(story, work, piece), note=note, files=files(piece, again), free_of_secrets=True
    )  # fmt: skip


def _accept(story: Any, work: Work, piece: Piece) -> None:
    services.accept(
        cast.verifier(story, work, piece.firm, piece.kind in FIGURES),
        _row(story, work, piece),
        note=evidence.ACCEPTED,
    )


def _send_back(story: Any, work: Work, piece: Piece) -> None:
    who = cast.verifier(story, work, piece.firm, piece.kind in FIGURES)
    services.send_back(who, _row(story, work, piece), reason=RETURNED)


def _read_off(story: Any, work: Work, measure: Measure, day: str, value: str, said: str) -> None:
    who, row = cast.speaker(story, work, measure.firm), story.made["measure", (work.key, measure.number)]
    shown = "\n".join(
        (
            f"{measure.zh} {measure.en}",
            f"{day}: {value} {measure.unit}",
            said,
            "演示数据，内容为虚构。Demonstration: the content is invented.",
        )
    )
    file = uploads.examine(f"{measure.number.lower()}-{day}.txt", io.BytesIO(shown.encode()))
    services.read_off(who, row, value=value, on_day=date.fromisoformat(day), note=said, files=[file])


def files(piece: Piece, again: bool) -> list[Upload]:
    """What is handed in: figures as CSV for what is measured, else a paper of one page."""
    name = f"{piece.number.lower().replace('.', '-')}{'-b' if again else ''}"
    if piece.kind in FIGURES:
        seed = sum(piece.number.encode()) + 1000 * again
        return [uploads.examine(f"{name}.csv", io.BytesIO(evidence.figures(seed).encode("utf-8-sig")))]
    lines = ["Demonstration: invented content", piece.en, f"Deliverable {piece.number}{', second edition' if again else ''}"]  # fmt: skip
    return [uploads.examine(f"{name}.pdf", io.BytesIO(evidence.small_pdf(lines)))]
