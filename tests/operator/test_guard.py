from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant, TimeDelta

from signalcraft.operator.guard import Deletions, allowed, holds

START = Instant.from_utc(2026, 1, 5, 9)


@given(st.integers(0, 200), st.lists(st.integers(0, 300), max_size=120))
def test_no_ten_minutes_see_more_deletions_than_are_allowed(
    objects: int, pauses: list[int]
) -> None:
    deletions, now, let_through = Deletions(), START, []
    for pause in pauses:
        now += TimeDelta(seconds=pause)
        # What is kept in a status is read back by an operator that was restarted.
        deletions = Deletions.read({"recentDeletions": deletions.write()})
        if not holds(deletions, objects, now, allow_until=None, held=False):
            deletions = deletions.and_one(now)
            let_through.append(now)
    for start in let_through:
        within = [at for at in let_through if start <= at < start + TimeDelta(minutes=10)]
        assert len(within) <= allowed(objects)


def test_ten_or_a_fifth_may_go() -> None:
    assert [allowed(objects) for objects in (0, 10, 50, 100, 10_000)] == [10, 10, 10, 20, 2000]


def test_what_was_held_waits_for_somebody_to_agree() -> None:
    later = START + TimeDelta(hours=1)
    until = (later + TimeDelta(hours=1)).format_iso()
    assert holds(Deletions(), 5, later, allow_until=None, held=True)
    assert not holds(Deletions(), 5, later, allow_until=until, held=True)
    assert holds(Deletions(), 5, later, allow_until=START.format_iso(), held=True)
    assert holds(Deletions(), 5, later, allow_until="tomorrow", held=True)
