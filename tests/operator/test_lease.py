import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from signalcraft.operator.kube import Kube, configuration
from signalcraft.operator.lease import Election, Fence, Terms
from tests.until import until
from tools.kubernetes import KubernetesApi

TERMS = Terms(duration=3, renew_deadline=2, retry_period=0.2)


class Candidate:
    """One that takes part in an election, and notes when it led."""

    def __init__(self, kube: Kube, namespace: str, identity: str) -> None:
        self.election = Election(kube, namespace, "lease", identity, terms=TERMS)
        self.stopping = Event()
        self.led_from: float | None = None
        self.led_until: float | None = None
        self.thread = Thread(
            target=self.election.run, args=(self.stopping, self.started, self.stopped)
        )

    def started(self) -> None:
        self.led_from = time.monotonic()

    def stopped(self) -> None:
        self.led_until = time.monotonic()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.thread.start()
        try:
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture
def kube(kubernetes: KubernetesApi) -> Iterator[Kube]:
    kube = Kube(configuration(str(kubernetes.kubeconfig)))
    yield kube
    kube.close()


def test_a_leader_that_stops_hands_over_at_once(kube: Kube, namespace: str) -> None:
    first, second = (Candidate(kube, namespace, name) for name in ("first", "second"))
    with first.running():
        until(lambda: first.led_from)
        with second.running():
            until(lambda: second.election._seen)  # noqa: SLF001 — it has looked
            first.stop()
            until(lambda: second.led_from)
    handed_over = (second.led_from or 0) - (first.led_until or 0)
    assert 0 <= handed_over < TERMS.duration


def test_a_leader_whose_api_hangs_stops_before_another_may_lead(
    kubernetes: KubernetesApi, kube: Kube, namespace: str
) -> None:
    leader = Candidate(kube, namespace, "leader")
    with leader.running():
        until(lambda: leader.led_from)
        kubernetes.process.suspend()
        hung_at = time.monotonic()
        try:
            until(lambda: leader.led_until)
        finally:
            kubernetes.process.resume()
        assert leader.led_until is not None
        assert leader.led_until - hung_at < TERMS.duration
        assert not leader.election.leads


def test_a_lease_is_left_alone_until_its_holder_is_silent_for_its_duration(
    kube: Kube, namespace: str
) -> None:
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    holder = Election(kube, namespace, "lease", "holder", terms=TERMS)
    other = Election(kube, namespace, "lease", "other", terms=TERMS, clock=clock)

    def leads(election: Election) -> bool:
        election.look()
        return election.fence.is_open

    assert leads(holder)
    assert not leads(other)
    clock.now += 2.9
    assert not leads(other)
    assert leads(holder)
    clock.now += 2.9
    assert not leads(other)  # It has been renewed: its time begins again.
    clock.now += 3.1
    assert leads(other)
    assert not leads(holder)


def test_work_may_last_no_longer_than_the_lease() -> None:
    times = iter([100.0, 101.99, 102.0])
    fence = Fence(clock=lambda: next(times))
    fence.extend(100, TERMS)
    assert 0 < fence.remaining < TERMS.duration
    assert 0 < 1.99 + fence.remaining < TERMS.duration
    assert not fence.is_open


@pytest.mark.parametrize("times", [(1, 2, 0.1), (3, 2, 2), (3, 2, 0)])
def test_terms_that_can_not_be_kept_are_refused(times: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="retry period < renew deadline < duration"):
        Terms(*times)
