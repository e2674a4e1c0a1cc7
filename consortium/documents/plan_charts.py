"""A plan over the calendar as SVG, the same on pages and on paper: tree, bars, milestones, waits, what was approved, the critical path.

A `Canvas` is made once from lines and arrows; the page asks it for the scale and the rows apart, so that the scale stays in view while
the rows scroll, and a paper asks it for some rows with tree and scale in one picture. Words come in the language of the reader; what
is critical is drawn thicker, not only in another colour, and each shape has its words as its title. A table belongs beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from markupsafe import Markup, escape

from consortium.documents import scales
from consortium.documents.drawing import TONES, box, fill, fitted, frame, number, path, stroke, text, width_of

#: Width of a day in units of the drawing, by zoom.
ZOOMS = {"quarter": 0.8, "month": 2.6, "week": 9.0}
WIDEST = 16_000.0
#: What lies on a shape that bears the words, so that the pointer finds them.
THROUGH = 'pointer-events="none"'
#: Which milestones lie on top of others.
RANKS = {"none": 0, "grey": 1, "green": 2, "blue": 3, "amber": 4, "red": 5}
SPARSE = 240  # more marks on the scale than these are of no use


@dataclass(frozen=True)
class Spot:
    """A milestone: its short name, its day, tone and word, and what is told of it."""

    label: str
    on: date
    tone: str
    word: str
    tip: str = ""


@dataclass(frozen=True)
class Line:
    """A row: a node with its term, or a row of milestones alone, which has none. `done` is in per cent, or None where nothing is known."""

    number: str
    title: str
    firm: str = ""
    level: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    tone: str = "grey"
    done: int | None = None
    critical: bool = False
    summary: bool = False
    shadow: tuple[date, date] | None = None
    spots: Sequence[Spot] = ()
    tip: str = ""


@dataclass(frozen=True)
class Arrow:
    """`after` waits for `before`; both are places among the lines, `kind` is fs, ss, ff or sf."""

    before: int
    after: int
    kind: str = "fs"
    critical: bool = False


@dataclass(frozen=True)
class Look:
    """Sizes: of a row, of words, of the scale, and of the tree beside the bars (number, title, firm)."""

    row: float = 30.0
    size: float = 12.0
    small: float = 11.0
    head: float = 46.0
    tree: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def unit(self) -> float:
        """What a length on the page is here."""
        return self.row / 30


PAGE = Look()


@dataclass
class Canvas:
    """Lines and arrows on a scale of days. `wide` is the width of the bars; without it the zoom gives it."""

    lines: Sequence[Line]
    arrows: Sequence[Arrow] = ()
    term: tuple[date, date] | None = None
    zoom: str = "month"
    wide: float = 0.0
    look: Look = PAGE
    today: date | None = None
    today_label: str = ""
    rests: Sequence[tuple[date, date]] = ()
    first: date = field(init=False)
    days: int = field(init=False)

    def __post_init__(self) -> None:
        known = [day for line in self.lines for day in _days_of(line)] + list(self.term or ())
        first, last = (min(known), max(known)) if known else (date(2026, 1, 1), date(2026, 12, 31))
        self.first, last = scales.begin(first, self.zoom), scales.end(last, self.zoom)
        self.days = (last - self.first).days + 1
        self.wide = self.wide or min(max(self.days * ZOOMS[self.zoom], 740.0), WIDEST)
        self.lifted = any(line.shadow for line in self.lines)
        self._places: dict[int, tuple[float, float] | None] = {}

    @property
    def left(self) -> float:
        """Where the bars begin: beside the tree."""
        return sum(self.look.tree)

    def x(self, day: date) -> float:
        """Where a day begins."""
        return self.left + self.wide * (day.toordinal() - self.first.toordinal()) / self.days

    def span(self, first: date, last: date) -> tuple[float, float]:
        """Where a term begins, and how wide it is; at least as wide as can be seen."""
        begin = self.x(first)
        return begin, max(self.left + self.wide * (last.toordinal() + 1 - self.first.toordinal()) / self.days - begin, 3 * self.look.unit)  # fmt: skip

    def _place(self, place: int) -> tuple[float, float] | None:
        """Where the bar of a line begins and how wide it is, if it has one; kept, since a bar has several waits."""
        if place not in self._places:
            line = self.lines[place]
            ends = line.starts_on, line.ends_on
            self._places[place] = None if ends[0] is None or ends[1] is None else self.span(ends[0], ends[1])
        return self._places[place]

    def at(self, place: int) -> float:
        """How far the middle of a bar lies below the top of the first row."""
        return self.look.row * place + (13 if self.lifted else 15) * self.look.unit

    # Pictures

    def scale(self) -> Markup:
        """The scale alone, for the head of a page's chart; it is decoration, since bars and table say their days."""
        drawn = "".join(self._scale())
        wide, high = number(self.left + self.wide), number(self.look.head)
        return Markup(  # noqa: S704 - drawn here, words are escaped by `text`
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plan-chart" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
            f' aria-hidden="true" focusable="false">{drawn}</svg>'
        )

    def bars(self, title: str, description: str) -> Markup:
        """All rows without tree and scale, in its own size, for a page."""
        wide, high = self.left + self.wide + 3 * self.look.unit, max(self.look.row * len(self.lines), 1)
        drawn = "".join(self._rows(0, len(self.lines)))
        made = str(frame(wide, high, title, description, drawn, "plan-chart"))
        return Markup(made.replace("viewBox=", f'width="{number(wide)}" height="{number(high)}" viewBox=', 1))  # noqa: S704 - it was Markup

    def sheet(self, title: str, description: str, begin: int = 0, end: int | None = None) -> Markup:
        """Some rows with tree and scale, for a paper."""
        end = len(self.lines) if end is None else end
        high = self.look.head + self.look.row * (end - begin)
        rows = "".join([*self._tree(begin, end), *self._rows(begin, end)])
        drawn = f'{"".join(self._scale())}<g transform="translate(0 {number(self.look.head)})">{rows}</g>'
        return frame(self.left + self.wide + 2 * self.look.unit, high, title, description, drawn, "plan-chart")

    # Parts

    def _scale(self) -> Iterator[str]:
        """Two lines of the calendar: years above quarters or months, months above weeks."""
        look, top = self.look, self.look.head
        for day, words in self._bands():
            x = self.x(day)
            yield path(f"M{number(x)} {number(top * 0.12)}V{number(top)}", stroke("rule", 0.8))
            if self.left + self.wide - x > width_of(words, look.size) + 6:
                yield text(x + 4 * look.unit, top * 0.43, words, look.size, "ink-2", weight=600)
        covered = self._badge()
        ticks = list(self._ticks())
        step = self.wide / max(len(ticks), 1)
        every = max(1, ceil((width_of("00", look.small) + 6 * look.unit) / step))
        for day, words in ticks[::every]:
            x, room = self.x(day) + 4 * look.unit, width_of(words, look.small)
            if x + room <= self.left + self.wide and not (covered and covered[0] - room < x < covered[1]):
                yield text(x, top * 0.84, words, look.small, "ink-2")
        yield path(f"M0 {number(top)}H{number(self.left + self.wide)}", stroke("rule", 1))
        if covered:
            begin, end = covered
            yield box(begin, top * 0.54, end - begin, top * 0.4, fill("accent"), 3 * look.unit)
            yield text((begin + end) / 2, top * 0.84, self.today_label, look.small, "paper", "middle", 600)

    def _bands(self) -> Iterator[tuple[date, str]]:
        """The upper line of the scale: years above quarters, quarters above months, months above weeks."""
        if self.zoom == "quarter" or self.days / 91 > SPARSE:
            return scales.years(self.first, self.days)
        every, words = (1, "{0:04d}-{1:02d}") if self.zoom == "week" else (3, "{0:04d} Q{2}")
        return scales.months(self.first, self.days, every, words)

    def _badge(self) -> tuple[float, float] | None:
        """From where to where today's label stands on the scale."""
        if self.today is None or not self._shows_today():
            return None
        half = width_of(self.today_label, self.look.small) / 2 + 4 * self.look.unit
        at = min(max(self.x(self.today), self.left + half), self.left + self.wide - half)
        return at - half, at + half

    def _ticks(self) -> Iterator[tuple[date, str]]:
        if self.zoom == "week" and self.days / 7 <= SPARSE * 2:
            start = self.first.toordinal()
            for day in (date.fromordinal(count) for count in range(start, start + self.days, 7)):
                yield day, f"{day.day:02d}"
        elif self.zoom == "month" and self.days / 30 <= SPARSE:
            yield from scales.months(self.first, self.days, 1, "{1:02d}")
        elif self.days / 91 <= SPARSE:
            yield from scales.months(self.first, self.days, 3, "Q{2}")

    def _shows_today(self) -> bool:
        return self.today is not None and 0 <= (self.today - self.first).days < self.days

    def _rows(self, begin: int, end: int) -> Iterator[str]:
        """From the ground up: free days, grid, waits, today, bars, milestones."""
        high, unit, right = self.look.row * (end - begin), self.look.unit, number(self.left + self.wide)
        if self.rests:
            free = (self.span(first, last) for first, last in self.rests)
            yield _group(fill("tint"), [_rect(x, 0, wide, high) for x, wide in free])
        lines = [f"M{number(self.x(day))} 0V{number(high)}" for day, _ in self._ticks()]
        lines += [f"M0 {number(self.look.row * place)}H{right}" for place in range(1, end - begin)]
        if lines:
            yield path("".join(lines), stroke("rule-2", 0.8 * unit))
        yield from self._waits(begin, end)
        if self.today is not None and self._shows_today():
            dash = f"{number(4 * unit)} {number(3 * unit)}"
            yield path(f"M{number(self.x(self.today))} 0V{number(high)}", stroke("accent", 1.4 * unit, dash))
        yield from self._bars(begin, end)
        yield from self._spots(begin, end)

    def _bars(self, begin: int, end: int) -> Iterator[str]:
        """All bars, those of one look as one group; the lowest shape of each bears its words, and what lies on it lets the pointer through."""
        unit, high = self.look.unit, 11 * self.look.unit
        low, pale, over = (defaultdict[str, list[str]](list) for _ in range(3))
        for place in range(begin, end):
            line, middle = self.lines[place], self.at(place - begin)
            if (bar := self._place(place)) is None:
                continue
            x, wide = bar
            if line.shadow:
                from_x, long = self.span(*line.shadow)
                low[fill("grey", 0.75)].append(_rect(from_x, middle + 8.5 * unit, long, 4 * unit, 1.5 * unit))
            if line.summary:
                low[fill("accent" if line.critical else "ink-2")].append(self._bracket(line, x, wide, middle))
                continue
            top = middle - high / 2
            low[_hollow(line.tone, unit)].append(_rect(x, top, wide, high, 2.5 * unit, line.tip))
            if line.tone not in ("grey", "none"):
                pale[fill(line.tone, 0.28)].append(_rect(x, top, wide, high, 2.5 * unit))
            if done := wide * min(max(line.done or 0, 0), 100) / 100:
                tone = "grey" if line.tone == "none" else line.tone
                over[fill(tone)].append(_rect(x, top, done, high, 2.5 * unit))
            if line.critical:
                around = _rect(x - 2 * unit, top - 2 * unit, wide + 4 * unit, high + 4 * unit, 3.5 * unit)
                over[stroke("accent", 2 * unit)].append(around)
        yield from (_group(look, shapes) for look, shapes in low.items())
        yield from (_group(f"{look} {THROUGH}", shapes) for some in (pale, over) for look, shapes in some.items())

    def _bracket(self, line: Line, x: float, wide: float, middle: float) -> str:
        """A node with others below it: a beam with an end at each side."""
        unit = self.look.unit
        foot, top = min(6 * unit, wide / 2), middle - 5 * unit
        track = f"M{number(x)} {number(top)}h{number(wide)}v{number(11 * unit)}l{number(-foot)} {number(-6 * unit)}h{number(2 * foot - wide)}l{number(-foot)} {number(6 * unit)}z"  # fmt: skip
        return f'<path d="{track}"><title>{escape(line.tip)}</title></path>'

    def _spots(self, begin: int, end: int) -> Iterator[str]:
        """All milestones, those of one tone as one group, what is late on top; and their words where there is room."""
        unit, size, reach = self.look.unit, self.look.small, number(6.5 * self.look.unit)
        turn = f"l{reach} {reach}l-{reach} {reach}l-{reach} -{reach}z"
        diamonds: dict[str, list[str]] = defaultdict(list)
        named: list[str] = []
        for place in range(begin, end):
            line, middle = self.lines[place], self.at(place - begin)
            ordered = sorted(line.spots, key=lambda spot: (spot.on, spot.label))
            for order, spot in enumerate(ordered):
                x = self.x(spot.on) + self.wide / self.days / 2
                words = escape(spot.tip or f"{spot.label} {spot.word}")
                track = f"M{number(x)} {number(middle - 6.5 * unit)}{turn}"
                diamonds[spot.tone].append(f'<path d="{track}"><title>{words}</title></path>')
                if line.ends_on is not None and spot.on < line.ends_on:
                    continue  # it stands on its bar
                ends = self.x(ordered[order + 1].on) if order + 1 < len(ordered) else self.left + self.wide
                named += self._named(spot, x, middle, ends - x - 22 * unit, size)
        for tone in sorted(diamonds, key=lambda tone: RANKS.get(tone, 0)):
            yield _group(_diamond(tone, unit), diamonds[tone])
        yield from named

    def _named(self, spot: Spot, x: float, middle: float, room: float, size: float) -> Iterator[str]:
        """The name of a milestone beside it, with its word if both have room."""
        unit = self.look.unit
        for words in (f"{spot.label} {spot.word}", spot.label):
            if (wide := width_of(words, size)) <= room:
                yield box(x + 9 * unit, middle - size * 0.62, wide + 2 * unit, size * 1.3, fill("paper", 0.85))
                yield text(x + 10 * unit, middle + size * 0.36, words, size, "ink-2")
                return

    def _waits(self, begin: int, end: int) -> Iterator[str]:
        """Elbows from bar to bar, what is critical last; where one bar is on another sheet, its number stands at the end of the other."""
        away: dict[tuple[int, bool], list[str]] = {}
        ways: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
        for arrow in self.arrows:
            leaves, reaches = begin <= arrow.before < end, begin <= arrow.after < end
            if leaves and reaches:
                ways[arrow.critical] += self._elbow(arrow, begin)
            elif leaves:
                away.setdefault((arrow.before, True), []).append(self.lines[arrow.after].number)
            elif reaches:
                away.setdefault((arrow.after, False), []).append(self.lines[arrow.before].number)
        for critical, drawn in ways.items():
            if drawn:  # all as one path: a plan has twice as many waits as nodes
                tone, thick = ("accent", 2.0) if critical else ("ink-3", 1.1)
                yield path("".join(track for track, _ in drawn), stroke(tone, thick * self.look.unit) + ' stroke-linejoin="round"')  # fmt: skip
                yield path("".join(tip for _, tip in drawn), fill(tone))
        for (place, leaves), numbers in away.items():
            if (bar := self._place(place)) is None:
                continue
            (x, wide), size = bar, self.look.small * 0.9
            said = ", ".join(numbers[:3]) + ("…" if len(numbers) > 3 else "")
            words, at, anchor = (f"→ {said}", x + wide + 4 * self.look.unit, "start") if leaves else (f"{said} →", x - 4 * self.look.unit, "end")  # fmt: skip
            room = self.left + self.wide - at if leaves else at - self.left
            if width_of(words, size) <= room:
                yield text(at, self.at(place - begin) + size * 0.36, words, size, "ink-3", anchor)

    def _elbow(self, arrow: Arrow, begin: int) -> Iterator[tuple[str, str]]:
        """The way of a wait and its tip."""
        before, after = self.lines[arrow.before], self.lines[arrow.after]
        if (here := self._place(arrow.before)) is None or (there := self._place(arrow.after)) is None:
            return
        unit, gap = self.look.unit, 8 * self.look.unit
        (x, wide), (to_x, to_wide) = here, there
        out, into = (1 if arrow.kind[0] == "f" else -1), (1 if arrow.kind[1] == "s" else -1)
        rim = 3 * unit  # outside of the line around what is critical
        from_x = x + wide + rim * before.critical if out > 0 else x - rim * before.critical
        end_x = to_x - rim * after.critical if into > 0 else to_x + to_wide + rim * after.critical
        y, to_y = self.at(arrow.before - begin), self.at(arrow.after - begin)
        if out == into and (end_x - from_x) * out >= 2 * gap:
            track = f"H{number(from_x + out * gap)}V{number(to_y)}"
        elif out == into:
            half = y + (15 if to_y > y else -15) * unit
            track = f"H{number(from_x + out * gap)}V{number(half)}H{number(end_x - into * gap)}V{number(to_y)}"
        else:
            rim_x = max(from_x, end_x) + gap if out > 0 else min(from_x, end_x) - gap
            track = f"H{number(rim_x)}V{number(to_y)}"
        point = 4.2 * unit if arrow.critical else 3.4 * unit
        tip = f"M{number(end_x)} {number(to_y)}l{number(-into * point * 1.7)} {number(-point)}v{number(2 * point)}z"
        yield f"M{number(from_x)} {number(y)}{track}H{number(end_x - into * point)}", tip

    def _tree(self, begin: int, end: int) -> Iterator[str]:
        look = self.look
        narrow, wide, firm = look.tree
        for place in range(begin, end):
            line, y = self.lines[place], self.at(place - begin) + look.size * 0.36
            inset = min(line.level, 5) * 9 * look.unit
            weight, tone = (600 if line.summary or line.critical else 400), ("accent" if line.critical else "ink-2")
            yield f"<g><title>{escape(f'{line.number} {line.title}'.strip())}</title>"
            yield text(2, y, fitted(line.number, narrow - 4, look.size), look.size, tone, weight=weight)
            title = fitted(line.title, wide - inset - 6, look.size)
            yield text(narrow + inset, y, title, look.size, "ink", weight=600 if line.summary else 400)
            if firm:
                yield text(narrow + wide, y, fitted(line.firm, firm - 6, look.small), look.small, "ink-2")
            yield "</g>"


def _group(look: str, shapes: Sequence[str]) -> str:
    """Shapes of one look, which is said once."""
    return f"<g {look}>{''.join(shapes)}</g>"


def _rect(x: float, y: float, width: float, height: float, radius: float = 0, tip: str = "") -> str:
    """A rectangle that looks as its group does."""
    round_ = f' rx="{number(radius)}"' if radius else ""
    end = f"><title>{escape(tip)}</title></rect>" if tip else "/>"
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"{round_}{end}'


def _hollow(tone: str, unit: float) -> str:
    """The attributes of the outline of a bar; dashed where nothing is known."""
    known = "ink-3" if tone in ("grey", "none") else tone
    dash = f' stroke-dasharray="{number(3 * unit)} {number(2 * unit)}"' if tone == "none" else ""
    return f'class="f-paper s-{known}" fill="{TONES["paper"]}" stroke="{TONES[known]}" stroke-width="{number(1.1 * unit)}"{dash}'


def _diamond(tone: str, unit: float) -> str:
    """The attributes of a milestone; what is only planned is hollow."""
    if tone == "grey":
        return f'class="f-paper s-ink-3" fill="{TONES["paper"]}" stroke="{TONES["ink-3"]}" stroke-width="{number(1.6 * unit)}"'
    return (
        f'class="f-{tone} s-paper" fill="{TONES[tone]}" stroke="{TONES["paper"]}" stroke-width="{number(1.4 * unit)}"'
    )


def _days_of(line: Line) -> Iterator[date]:
    yield from (day for day in (line.starts_on, line.ends_on, *(line.shadow or ())) if day is not None)
    yield from (spot.on for spot in line.spots)
