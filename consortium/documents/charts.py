"""Charts as SVG, the same on pages and on paper; every number is given with its words, and a table belongs beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil, cos, pi, sin

from markupsafe import Markup

from consortium.core.shares import percent
from consortium.documents.drawing import (
    SERIES,
    TONES,
    Number,
    axis,
    box,
    brief,
    dot,
    fill,
    fitted,
    frame,
    legend,
    number,
    path,
    stroke,
    text,
    ticks,
    width_of,
)  # fmt: skip
from consortium.documents.tiles import tile_grid

__all__ = [
    "Bar", "Mark", "Series", "bars", "donut", "gantt", "line", "matrix", "progress", "ranking", "spark", "tile_grid"
]  # fmt: skip


@dataclass(frozen=True)
class Series:
    """A row of values with its label; None where nothing is known. `until` is the place of the last known value between two labels."""

    label: str
    values: Sequence[Number | None]
    dash: str = ""
    area: bool = False
    tone: str = ""
    until: float | None = None


@dataclass(frozen=True)
class Mark:
    """A milestone on a bar of a Gantt chart."""

    on: date
    tone: str
    label: str = ""


@dataclass(frozen=True)
class Bar:
    """A row of a Gantt chart: from when to when, the share that is done (0 to 1), and its milestones."""

    label: str
    starts_on: date
    ends_on: date
    done: Number = 0
    tone: str = "brand-2"
    marks: Sequence[Mark] = field(default=())


def line(
    title: str, description: str, labels: Sequence[str], series: Sequence[Series], *, width: float = 360,
    height: float = 156, unit: str = "", mark: float | None = None, mark_label: str = "",
) -> Markup:  # fmt: skip
    """Lines over labels; `mark` is a place on the axis (0 for the first label) that is drawn as a dashed upright."""
    left, top, wide, high = 30.0, 28.0, width - 40, height - 50
    marks = ticks(max((value for row in series for value in row.values if value is not None), default=0))
    last = max(len(labels) - 1, 1)

    def place(index: float, value: Number) -> str:
        return f"{number(left + wide * index / last)} {number(top + high - high * float(value) / marks[-1])}"

    drawn = [axis(left, top, wide, high, marks, unit)]
    every = max(1, ceil(len(labels) / 9))
    for index in range(0, len(labels), every):
        # The last one stands at the right edge where it is too wide for its place.
        x, half = left + wide * index / last, width_of(labels[index], 6.2) / 2
        drawn.append(text(min(x, width - half), top + high + 10, labels[index], 6.2, "ink-3", "middle"))
    if mark is not None:
        x = left + wide * mark / last
        drawn.append(path(f"M{number(x)} {number(top - 4)}V{number(top + high)}", stroke("accent", 0.7, "2 2")))
        half = width_of(mark_label, 6.2) / 2  # in a row of its own, between the legend and the highest line
        drawn.append(text(min(max(x, left + half), width - half), top - 6, mark_label, 6.2, "accent", "middle", 500))
    entries = []
    for order, row in enumerate(series):
        tone = row.tone or SERIES[order % len(SERIES)]
        entries.append((row.label, tone, row.dash))
        known: list[tuple[float, Number]] = [
            (index, value) for index, value in enumerate(row.values) if value is not None
        ]
        if not known:
            continue
        if row.until is not None:
            known[-1] = (row.until, known[-1][1])
        track = "L".join(place(index, value) for index, value in known)
        if row.area and len(known) > 1:
            begin, end = (number(left + wide * index / last) for index in (known[0][0], known[-1][0]))
            bottom = number(top + high)
            drawn.append(path(f"M{begin} {bottom}L{track}L{end} {bottom}Z", fill(tone, 0.12)))
        drawn.append(path(f"M{track}", stroke(tone, 1.6, row.dash) + ' stroke-linejoin="round"'))
        end_x, end_y = map(float, place(*known[-1]).split())
        drawn.append(dot(end_x, end_y, 2.2, fill(tone)))
    return frame(width, height, title, description, legend(left, 9, entries) + "".join(drawn))


def bars(
    title: str, description: str, labels: Sequence[str], series: Sequence[Series], *, width: float = 360,
    height: float = 150, unit: str = "", stacked: bool = False,
) -> Markup:  # fmt: skip
    """Upright bars over labels, side by side or one on the other."""
    left, top, wide, high = 30.0, 20.0, width - 40, height - 42
    columns = [[float(row.values[index] or 0) for row in series] for index in range(len(labels))]
    marks = ticks(max((sum(column) if stacked else max(column) for column in columns if column), default=0))
    step = wide / max(len(labels), 1)
    drawn = [axis(left, top, wide, high, marks, unit)]
    for index, column in enumerate(columns):
        label = fitted(labels[index], step - 2, 6.2)
        drawn.append(text(left + step * (index + 0.5), top + high + 10, label, 6.2, "ink-3", "middle"))
        base = top + high
        for order, value in enumerate(column):
            tone, tall = series[order].tone or SERIES[order % len(SERIES)], high * value / marks[-1]
            if stacked:
                base -= tall
                drawn.append(box(left + step * (index + 0.24), base, step * 0.52, tall, fill(tone)))
            else:
                slot = step * 0.62 / len(column)
                x = left + step * (index + 0.19) + slot * order
                drawn.append(box(x, base - tall, slot - 0.6, tall, fill(tone)))
    entries = [(row.label, row.tone or SERIES[order % len(SERIES)], "") for order, row in enumerate(series)]
    return frame(width, height, title, description, legend(left, 9, entries) + "".join(drawn))


def ranking(
    title: str,
    description: str,
    entries: Sequence[tuple[str, Number, str]],
    *,
    width: float = 360,
    tone: str = "brand-2",
) -> Markup:
    """Lying bars, one a row: label, value, and the words that stand at its end."""
    row, start = 13.5, width * 0.4
    end = max((width_of(words, 6.6) for _, _, words in entries), default=0)
    longest = max((float(value) for _, value, _ in entries), default=0) or 1
    drawn = []
    for index, (label, value, words) in enumerate(entries):
        y = row * index + 2
        reach = (width - start - end - 8) * float(value) / longest
        drawn.append(text(0, y + 7.6, fitted(label, start - 8), tone="ink"))
        drawn.append(box(start, y + 1, max(reach, 0.6), 8.4, fill(tone), 1.2))
        drawn.append(text(start + max(reach, 0.6) + 4, y + 7.6, words, tone="ink-2", weight=500))
    return frame(width, row * len(entries) + 4, title, description, "".join(drawn))


def donut(
    title: str, description: str, slices: Sequence[tuple[str, int, str]], *, centre: tuple[str, str] = ("", ""),
    width: float = 186, height: float = 150,
) -> Markup:  # fmt: skip
    """Shares of a whole as a ring: label, count and tone of each; the counts stand beside it."""
    x, y, radius, thick = 52.0, height / 2, 37.0, 14.0
    total = sum(count for _, count, _ in slices)
    known = [part for part in slices if part[1] > 0]
    drawn, angle = [], -pi / 2
    if not total:
        drawn.append(dot(x, y, radius, stroke("rule-2", thick)))
    for _, count, tone in known:
        if len(known) == 1:
            drawn.append(dot(x, y, radius, stroke(tone, thick)))
            break
        turn = 2 * pi * count / total
        gap = min(0.018, turn / 4)
        from_x, from_y = x + radius * cos(angle + gap), y + radius * sin(angle + gap)
        angle += turn
        to_x, to_y = x + radius * cos(angle - gap), y + radius * sin(angle - gap)
        arc = f"A{number(radius)} {number(radius)} 0 {int(turn > pi)} 1 {number(to_x)} {number(to_y)}"
        drawn.append(path(f"M{number(from_x)} {number(from_y)}{arc}", stroke(tone, thick)))
    for index, (label, count, tone) in enumerate(slices):
        row = y - (len(slices) - 1) * 7 + 14 * index
        drawn.append(box(106, row - 4.6, 6, 6, fill(tone), 1))
        drawn.append(text(115, row + 0.8, fitted(label, width - 115 - 16)))
        drawn.append(text(width - 2, row + 0.8, count, 6.8, "ink", "end", 600))
    drawn.append(text(x, y + 2.5, centre[0], 17, "brand", "middle", 600))
    drawn.append(text(x, y + 12, centre[1], 6.2, "ink-3", "middle"))
    return frame(width, height, title, description, "".join(drawn))


def gantt(
    title: str, description: str, rows: Sequence[Bar], *, today: date | None = None, today_label: str = "",
    width: float = 520, label_width: float = 172,
) -> Markup:  # fmt: skip
    """Bars over the calendar; the solid part of a bar is what is done, and diamonds are milestones."""
    if not rows:
        return frame(width, 24, title, description, text(0, 14, "–"))
    top, step = 22.0, 17.0
    first = min(row.starts_on for row in rows)
    last = max([row.ends_on for row in rows] + [mark.on for row in rows for mark in row.marks])
    start = first.year * 12 + first.month - 1
    months = last.year * 12 + last.month - start
    wide, height = width - label_width - 6, top + step * len(rows) + 6

    def across(day: date) -> float:
        return label_width + wide * (day.year * 12 + day.month - 1 - start + (day.day - 1) / 31) / months

    now = across(today) if today is not None and first <= today <= last else None
    room = min(13, wide / 32)  # labels that fit side by side
    every = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120) if months / step <= room or step == 120)
    drawn = []
    for month in range(0, months + 1, every):
        x = label_width + wide * month / months
        year, of_year = divmod(start + month, 12)
        drawn.append(path(f"M{number(x)} {number(top - 4)}V{number(height - 4)}", stroke("rule-2")))
        if wide - wide * month / months > 24 and not (now and x - 2 < now < x + 27):  # no line through a label
            drawn.append(text(x + 1.5, top - 6.6, f"{year}-{of_year + 1:02d}", 6.6, "ink-3"))
    for index, row in enumerate(rows):
        y = top + step * index
        from_x, to_x = across(row.starts_on), max(across(row.ends_on), across(row.starts_on) + 1)
        drawn.append(text(0, y + 9.8, fitted(row.label, label_width - 8, 7.4), 7.4, "ink"))
        drawn.append(box(from_x, y + 3.4, to_x - from_x, 7.4, fill(row.tone, 0.22), 1.6))
        done = (to_x - from_x) * min(max(float(row.done), 0), 1)
        if done:
            drawn.append(box(from_x, y + 3.4, done, 7.4, fill(row.tone), 1.6))
        for mark in row.marks:
            x, middle = across(mark.on), y + 7.1
            track = f"M{number(x)} {number(middle - 3.4)}l3.4 3.4l-3.4 3.4l-3.4 -3.4z"
            drawn.append(path(track, _diamond(mark.tone)))
    if now is not None:
        drawn.append(path(f"M{number(now)} {number(top - 14)}V{number(height - 3)}", stroke("accent", 0.9)))
        half = width_of(today_label, 6.6) / 2
        drawn.append(text(min(now, width - half), 6.4, today_label, 6.6, "accent", "middle", 500))
    return frame(width, height, title, description, "".join(drawn))


def _diamond(tone: str) -> str:
    """The attributes of a milestone; what is only planned is hollow."""
    if tone == "grey":
        return f'class="f-paper s-grey" fill="{TONES["paper"]}" stroke="{TONES["grey"]}" stroke-width=".9"'
    return f'class="f-{tone} s-paper" fill="{TONES[tone]}" stroke="{TONES["paper"]}" stroke-width=".7"'


def matrix(
    title: str, description: str, counts: Mapping[tuple[int, int], int], *, across: str = "", up: str = "",
    width: float = 150, height: float = 146,
) -> Markup:  # fmt: skip
    """Five by five fields: how many things have (impact, likelihood), each from 1 to 5."""
    side, left, top = 21.0, 32.0, 10.0
    drawn = []
    for row in range(5):
        likelihood = 5 - row
        drawn.append(text(left - 5, top + row * side + side / 2 + 2, likelihood, 6.2, "ink-3", "end"))
        for column in range(5):
            impact = column + 1
            x, y = left + column * side, top + row * side
            tone = f"risk-{min(5, (impact + likelihood - 2) // 2 + 1)}"
            drawn.append(box(x, y, side - 1.4, side - 1.4, fill(tone), 2))
            if count := counts.get((impact, likelihood), 0):
                drawn.append(text(x + side / 2 - 0.7, y + side / 2 + 2, count, 8, "ink", "middle", 600))
    drawn += (
        text(left + column * side + side / 2 - 0.7, top + 5 * side + 8, column + 1, 6.2, "ink-3", "middle")
        for column in range(5)
    )
    drawn.append(text(left + 2.5 * side, top + 5 * side + 18, across, 6.4, anchor="middle"))
    turned = text(14, top + 2.5 * side, up, 6.4, anchor="middle")
    drawn.append(f'<g transform="rotate(-90 14 {number(top + 2.5 * side)})">{turned}</g>')
    return frame(width, height, title, description, "".join(drawn))


def spark(
    title: str, values: Sequence[Number], *, width: float = 60, height: float = 12, tone: str = "brand-2"
) -> Markup:
    """A small line without axes; its description says from what to what."""
    if not values:
        return frame(width, height, title, "–", "", "spark")
    lowest = float(min(values))
    spread = float(max(values)) - lowest or 1
    points = [
        (
            1 + (width - 4) * index / max(len(values) - 1, 1),
            height - 2 - (height - 4) * (float(value) - lowest) / spread,
        )
        for index, value in enumerate(values)
    ]
    track = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    end = dot(*points[-1], 1.5, fill(tone))
    span = f"{brief(values[0])} → {brief(values[-1])}"
    return frame(width, height, title, span, path(track, stroke(tone, 1.1)) + end, "spark")


def progress(
    title: str, share: Number, planned: Number | None = None, *, width: float = 60, tone: str = "brand-2"
) -> Markup:
    """A bar from 0 to 1, with a tick where it should be by plan."""
    done = min(max(float(share), 0), 1)
    drawn = box(0, 3, width, 4, fill("rule-2"), 2) + (box(0, 3, width * done, 4, fill(tone), 2) if done else "")
    words = f"{percent(str(done))} %"
    if planned is not None:
        x = width * min(max(float(planned), 0), 1)
        drawn += path(f"M{number(x)} 1V9", stroke("ink", 0.9))
        words += f" / {percent(str(planned))} %"
    return frame(width, 10, title, words, drawn, "progress-line")
