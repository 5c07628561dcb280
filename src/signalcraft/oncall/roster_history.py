"""Who was on call: a schedule as it was at each moment, with the overrides of then."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from typing_extensions import override
from whenever import Instant

from signalcraft.oncall.budget import spend
from signalcraft.oncall.errors import HistoryNotKept, TooManyShifts
from signalcraft.oncall.intervals import Interval, Span, layered
from signalcraft.oncall.local_time import END, UtcNanos, instant, nanos
from signalcraft.oncall.roster import DutyTimeline, Roster
from signalcraft.oncall.rotation_timeline import Rhythm, RotationTimeline, Turn


class Epoch(NamedTuple):
    """A time in which a schedule, its overrides and its people didn't change. It ends with the next."""

    starts: UtcNanos
    revision: int | None
    """The revision that began it; None for what was before all that is known."""
    roster: Roster


class _Part(NamedTuple):
    """A part of an epoch."""

    starts: UtcNanos
    ends: UtcNanos
    roster: Roster


class RosterHistory(DutyTimeline):
    """A schedule through its epochs. The last one is the present, which holds for the future too."""

    __slots__ = ("_epochs", "_starts")

    def __init__(self, epochs: Sequence[Epoch]) -> None:
        """`epochs` are in order of time. What was before the first is not known: asking about it
        raises `HistoryNotKept`.
        """
        self._epochs = epochs
        self._starts = [epoch.starts for epoch in epochs]

    def revision(self, at: Instant) -> int | None:
        """The revision that was in force at an instant; None for what was before all that is
        known.
        """
        return self._epochs[self._index(nanos(at))].revision

    def changes(self, start: Instant, end: Instant) -> list[tuple[int, Instant]]:
        """The revisions at which the schedule, its overrides or its people changed after one instant
        and before another, each with its time.
        """
        first, last = nanos(start), nanos(end)
        return [
            (epoch.revision, instant(epoch.starts))
            for epoch in self._epochs[self._index(first) + 1 :]
            if epoch.starts < last and epoch.revision is not None
        ]

    @property
    def made_of(self) -> AbstractSet[str]:
        """Ids of the users and teams whose changes can change the answers."""
        return {id for epoch in self._epochs for id in epoch.roster.made_of}

    @override
    def interval(self, at: UtcNanos) -> Interval:
        index = self._index(at)
        starts, ends = self._bounds(index)
        found = self._epochs[index].roster.interval(at)
        return Interval(max(starts, found.starts), min(ends, found.ends), found.duty)

    @override
    def spans(self, start: UtcNanos, end: UtcNanos, at_most: int | None = None) -> list[Span]:
        parts = list(self._parts(start, end))
        if len(parts) == 1:
            return parts[0].roster.spans(start, end, at_most)
        # Layer by layer through all epochs: most changes leave most layers' hand-overs as they are.
        spans: list[Span] = []
        for depth in range(max(len(part.roster.layers) for part in parts)):
            below = _layer_spans(parts, depth)
            spend((len(spans) + len(below)) // 4)  # As in a roster.
            spans = layered(spans, below)
            # A shift that goes on across a change is still several, at most one for each epoch.
            if at_most is not None and len(spans) > at_most + len(parts):
                raise TooManyShifts(at_most)
        spans = _joined(spans)
        if at_most is not None and len(spans) > at_most:
            raise TooManyShifts(at_most)
        return spans

    def _parts(self, start: UtcNanos, end: UtcNanos) -> Iterator[_Part]:
        """The epochs between two instants, clipped to them."""
        for index in range(self._index(start), len(self._epochs)):
            starts, ends = self._bounds(index)
            if starts >= end:
                break
            yield _Part(max(starts, start), min(ends, end), self._epochs[index].roster)

    def _index(self, at: UtcNanos) -> int:
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            raise HistoryNotKept(instant(self._starts[0]).format_iso())
        return index

    def _bounds(self, index: int) -> tuple[UtcNanos, UtcNanos]:
        ends = self._starts[index + 1] if index + 1 < len(self._starts) else END
        return self._starts[index], ends


def _layer_spans(parts: Sequence[_Part], depth: int) -> list[Span]:
    """What one layer says through all parts. Parts in a row whose rotations hand over alike share
    the turns, which cost the most.
    """
    spans: list[Span] = []
    for rhythm, group in groupby(parts, lambda part: _rhythm(part, depth)):
        if rhythm is None:
            for part in group:
                if depth < len(part.roster.layers):
                    spans += part.roster.layers[depth].spans(part.starts, part.ends)
            continue
        alike = list(group)
        turns: list[Turn] = []
        for part in alike:
            rotation = part.roster.layers[depth]
            assert isinstance(rotation, RotationTimeline)
            turns = turns or rotation.turns(part.starts, alike[-1].ends)
            rotation.extend(spans, _clipped(turns, part.starts, part.ends))
    return spans


def _rhythm(part: _Part, depth: int) -> Rhythm | None:
    layers = part.roster.layers
    layer = layers[depth] if depth < len(layers) else None
    return layer.rhythm if isinstance(layer, RotationTimeline) else None


def _clipped(turns: Sequence[Turn], start: UtcNanos, end: UtcNanos) -> list[Turn]:
    """Those of the turns that lie between two instants, clipped to them."""
    first = bisect_right(turns, start, key=_end)
    found = list(turns[first : bisect_left(turns, end, first, key=_start)])
    if found:
        found[0] = (max(found[0][0], start), *found[0][1:])
        found[-1] = (found[-1][0], min(found[-1][1], end), found[-1][2])
    return found


_start: Callable[[Turn], UtcNanos] = itemgetter(0)
_end: Callable[[Turn], UtcNanos] = itemgetter(1)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """The same, with what follows without a break on the same duty as one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1][1] == span[0] and joined[-1][2] == span[2]:
            joined[-1] = (joined[-1][0], span[1], span[2])
        else:
            joined.append(span)
    return joined
