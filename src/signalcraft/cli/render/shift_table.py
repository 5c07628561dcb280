"""Shifts as a timeline in the terminal."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple, TypeVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text
from whenever import Instant, TimeDelta

from signalcraft.cli.render.instants import tell_length, tell_local
from signalcraft.cli.render.people import People
from signalcraft.cli.render.terminal import console, plain_table
from signalcraft.client import Shift
from signalcraft.client.questions import ScheduleChange
from signalcraft.model.fields import NOBODY

Range = tuple[Instant, Instant]
H = TypeVar("H", bound=Hashable)

_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green")
_NOBODY = "red"
# A narrower terminal has no room for bars.
_ROOM_FOR_BARS = 70


class Row(NamedTuple):
    """A shift, and the schedule that it is on."""

    schedule_id: str
    schedule_name: str
    shift: Shift


def show_schedule(rows: Sequence[Row], people: People, title: str, zone: str, asked: Range) -> None:
    """Shows the shifts of a schedule in order of time, with the gaps between them, and the total for
    each person.
    """
    layered = len({row.shift.rotation for row in rows if row.shift.rotation}) > 1
    colours = _colours(row.shift.user_ids for row in rows)
    timeline = _Timeline(title, zone, asked, "ON CALL")
    for part, shift in _without_holes([row.shift for row in rows], asked):
        if shift is None:
            timeline.add(part, NOBODY, "", _NOBODY)
            timeline.count([NOBODY], part)
            continue
        why = shift.rotation if layered else ""
        if shift.override_id:
            why = "override"
        timeline.add(part, people.names(shift.user_ids), why or "", colours[shift.user_ids])
        timeline.count(map(people.name, shift.user_ids), part)
    timeline.show()


def show_person(rows: Sequence[Row], title: str, zone: str, asked: Range) -> None:
    """Shows the shifts of a person in order of time, and their total."""
    colours = _colours(row.schedule_id for row in rows)
    timeline = _Timeline(f"{title} on call", zone, asked, "SCHEDULE")
    for row in rows:
        why = "override" if row.shift.override_id else ""
        part = row.shift.starts_at, row.shift.ends_at
        timeline.add(part, row.schedule_name, why, colours[row.schedule_id])
        timeline.count([row.schedule_name], part)
    timeline.show()


def show_changes(changes: Iterable[tuple[str, ScheduleChange]], zone: str, near: Instant) -> None:
    """Shows when schedules, each with its name, changed, and at which revisions."""
    lines = [
        f"  {tell_local(change.at, zone, near)}  revision {change.revision}  {schedule}"
        for schedule, change in changes
    ]
    if lines:
        console().print(Text("\n".join(["", "Other shifts were in force from:", *lines]), "dim"))


class _Timeline:
    """A row for each part of a range of time, with a bar that shows where in it the part lies."""

    def __init__(self, title: str, zone: str, whole: Range, heading: str) -> None:
        self._zone = zone
        self._whole = whole
        self._title = title
        self._console = console()
        self._bars = self._console.width >= _ROOM_FOR_BARS
        self._table = plain_table("FROM", heading, "FOR", *([""] if self._bars else []))
        self._table.columns[0].no_wrap = True
        self._totals: dict[str, TimeDelta] = {}

    def add(self, part: Range, who: str, why: str, colour: str) -> None:
        """Adds a row below the others."""
        shown = Text(who, colour)
        if why:
            shown.append(f" ({why})", "dim")
        bar = [_Bar(part, self._whole, colour)] if self._bars else []
        self._table.add_row(self._local(part[0]), shown, tell_length(part[1] - part[0]), *bar)

    def count(self, whom: Iterable[str], part: Range) -> None:
        """Counts a part in the totals of these."""
        for who in whom:
            self._totals[who] = self._totals.get(who, TimeDelta.ZERO) + (part[1] - part[0])

    def show(self) -> None:
        """Prints it all."""
        start, end = tell_local(self._whole[0], self._zone), self._local(self._whole[1])
        self._console.print(Text(self._title, "bold"))
        self._console.print(Text(f"{start} to {end}, {self._zone}", "dim"), "", sep="\n")
        if not self._totals:
            self._console.print("No shifts.")
            return
        self._console.print(self._table)
        totals = [f"{who} {_hours(length)}" for who, length in self._totals.items()]
        self._console.print("", Text("Total: " + ", ".join(totals), "dim"), sep="\n")

    def _local(self, at: Instant) -> str:
        return tell_local(at, self._zone, self._whole[0])


@dataclass(frozen=True)
class _Bar:
    """Where in a range of time a part of it lies, as wide as there is room."""

    part: Range
    whole: Range
    colour: str

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        start, end = (self._cell(at, width) for at in self.part)
        start = min(start, width - 1)
        end = max(end, start + 1)
        full, empty = ("#", ".") if options.ascii_only else ("█", "·")
        yield Text.assemble(
            (empty * start, "dim"),
            (full * (end - start), self.colour),
            (empty * (width - end), "dim"),
        )

    def __rich_measure__(self, _: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(7, options.max_width), min(21, options.max_width))

    def _cell(self, at: Instant, width: int) -> int:
        start, end = self.whole
        return round((at - start) / (end - start) * width)


def _hours(length: TimeDelta) -> str:
    """A sum of shifts, in hours and minutes: six shifts of eight hours aren't two days."""
    hours, minutes = divmod(round(length.total("minutes")), 60)
    return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"


def _without_holes(shifts: Sequence[Shift], asked: Range) -> Iterator[tuple[Range, Shift | None]]:
    """The shifts, and the gaps before, between and after them."""
    covered, end = asked
    for shift in shifts:
        if covered < shift.starts_at:
            yield (covered, shift.starts_at), None
        yield (shift.starts_at, shift.ends_at), shift
        covered = shift.ends_at
    if covered < end:
        yield (covered, end), None


def _colours(ids: Iterable[H]) -> dict[H, str]:
    """A colour for each of these, in the order in which they come."""
    return dict(zip(dict.fromkeys(ids), cycle(_COLOURS), strict=False))
