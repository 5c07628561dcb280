from collections.abc import Callable
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from signalcraft.operator.queue import Urgency, WorkQueue

KEYS = st.sampled_from("abcde")
URGENCIES = st.sampled_from(list(Urgency))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def queue(clock: Callable[[], float]) -> WorkQueue[str]:
    return WorkQueue(first_pause=1, longest_pause=8, clock=clock, jitter=lambda: 1)


class QueueMachine(RuleBasedStateMachine):
    """The queue beside a plain list of what waits."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.queue = queue(self.clock)
        self.taken: set[str] = set()
        self.waiting: list[tuple[Urgency, str]] = []
        self.again: dict[str, Urgency] = {}
        self.later: dict[str, tuple[float, Urgency]] = {}

    def expect(self, key: str, urgency: Urgency) -> None:
        self.later.pop(key, None)
        if key in self.taken:
            self.again[key] = min(urgency, self.again.get(key, urgency))
            return
        held = next((entry for entry in self.waiting if entry[1] == key), None)
        if held is None:
            self.waiting.append((urgency, key))
        elif urgency < held[0]:
            self.waiting.remove(held)
            self.waiting.append((urgency, key))

    @rule(key=KEYS, urgency=URGENCIES)
    def add(self, key: str, urgency: Urgency) -> None:
        self.queue.add(key, urgency)
        self.expect(key, urgency)

    @rule(key=KEYS, urgency=URGENCIES, seconds=st.integers(1, 5))
    def add_later(self, key: str, urgency: Urgency, seconds: int) -> None:
        self.queue.add_later(key, seconds, urgency)
        due = self.clock.now + seconds
        if key not in self.later or due < self.later[key][0]:
            self.later[key] = (due, urgency)

    @rule(seconds=st.integers(1, 5))
    def pass_time(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule()
    def take(self) -> None:
        due = sorted((at, key) for key, (at, _) in self.later.items() if at <= self.clock.now)
        for _, key in due:
            if key in self.later:
                self.expect(key, self.later[key][1])
        found = self.queue.take(0)
        if not self.waiting:
            assert found is None
            return
        best = min(urgency for urgency, _ in self.waiting)
        assert found is not None
        assert (best, found) in self.waiting
        assert found not in self.taken
        self.waiting = [entry for entry in self.waiting if entry[1] != found]
        self.taken.add(found)

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.taken)))
        self.queue.done(key)
        self.taken.remove(key)
        if key in self.again:
            self.expect(key, self.again.pop(key))

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        assert len(self.queue) == len(self.waiting) + len(self.again)
        assert self.queue.pausing == len(self.later)


TestQueue = QueueMachine.TestCase


@given(st.lists(KEYS, unique=True), st.lists(KEYS, unique=True))
def test_edits_come_before_resyncs_each_in_order(edits: list[str], resyncs: list[str]) -> None:
    waiting = queue(Clock())
    for key in resyncs:
        waiting.add(key, Urgency.RESYNC)
    for key in edits:
        waiting.add(key, Urgency.EDIT)
    taken = list(iter(lambda: waiting.take(0), None))
    assert taken == [*edits, *(key for key in resyncs if key not in edits)]


def test_a_key_that_fails_pauses_longer_each_time_and_others_do_not() -> None:
    clock = Clock()
    waiting = queue(clock)
    assert [waiting.retry("a") for _ in range(6)] == [1, 2, 4, 8, 8, 8]
    assert waiting.retry("b") == 1
    waiting.succeeded("a")
    assert waiting.retry("a") == 1


def test_an_edit_ends_a_pause() -> None:
    clock = Clock()
    waiting = queue(clock)
    waiting.retry("a")
    assert waiting.take(0) is None
    waiting.add("a")
    assert waiting.take(0) == "a"
    waiting.done("a")
    clock.now = 100
    assert waiting.take(0) is None


def test_closing_wakes_those_who_wait() -> None:
    waiting: WorkQueue[str] = WorkQueue()
    took: list[str | None] = []
    thread = Thread(target=lambda: took.append(waiting.take()))
    thread.start()
    waiting.close()
    thread.join(5)
    assert took == [None]
