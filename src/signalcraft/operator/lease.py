"""Leader election by a Lease: at most one operator writes at a time.

Ours, since the library's went on leading after 12 s of an API that hangs, and ended by an exception
that stops nothing. Clocks of other machines are never compared: a lease has run out when nobody
has renewed it for its duration by our own monotonic clock.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import structlog
from whenever import Instant

from signalcraft.operator.kube import LEASE, Json, Kube, KubeError

log = structlog.get_logger()


@dataclass(frozen=True)
class Terms:
    """The times of an election, in seconds."""

    duration: float = 15.0
    """How long after its last renewal others leave a lease alone."""
    renew_deadline: float = 10.0
    """How long after the last renewal its holder begins new work."""
    retry_period: float = 2.0
    """How often it is renewed, or tried for."""

    def __post_init__(self) -> None:
        if not 0 < self.retry_period < self.renew_deadline < self.duration:
            raise ValueError("A lease needs retry period < renew deadline < duration.")


@dataclass
class Fence:
    """Until when its holder may work. Safe to share between threads."""

    clock: Callable[[], float] = time.monotonic
    _until: float = 0.0
    _end: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def extend(self, renewed_at: float, terms: Terms) -> None:
        """Lets work begin until the renew deadline, and go on for most of what remains."""
        with self._lock:
            self._until = renewed_at + terms.renew_deadline
            # A tenth is left for the last request to arrive.
            self._end = renewed_at + terms.duration - 0.1 * terms.duration

    def close(self) -> None:
        """Lets no work begin."""
        with self._lock:
            self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether work may begin."""
        return self.remaining > 0

    @property
    def remaining(self) -> float:
        """How many seconds work that begins now may take; 0 if it may not begin."""
        with self._lock:
            now = self.clock()
            return self._end - now if now < self._until else 0.0


class Election:
    """Takes part in the election of a leader, and says whether we are it."""

    def __init__(
        self,
        kube: Kube,
        namespace: str,
        name: str,
        identity: str,
        *,
        terms: Terms = Terms(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kube = kube
        self._namespace = namespace
        self._name = name
        self._identity = identity
        self._terms = terms
        self._clock = clock
        self.fence = Fence(clock)
        self._leads = False
        # The lease as it was last seen, and when it was first seen like that.
        self._seen: tuple[object, ...] | None = None
        self._seen_at = 0.0

    @property
    def leads(self) -> bool:
        """Whether we held the lease at the last look."""
        return self._leads

    def run(
        self, stopping: Event, started: Callable[[], None], stopped: Callable[[], None]
    ) -> None:
        """Takes part until `stopping` is set, then gives the lease back. Calls `started` when we
        become the leader, and `stopped` when we are it no longer, before anybody else can be.
        """
        while not stopping.is_set():
            self.look()
            if self._leads and not self.fence.is_open:
                self._leads = False
                stopped()
            elif not self._leads and self.fence.is_open:
                self._leads = True
                started()
            stopping.wait(self._terms.retry_period)
        if self._leads:
            self.fence.close()
            stopped()
            self._leads = False
            self._release()

    def look(self) -> None:
        """Renews the lease if it is ours, or takes it if nobody holds it. Whatever goes wrong is a
        renewal that failed: the fence closes by itself.
        """
        began = self._clock()
        try:
            if self._hold():
                self.fence.extend(began, self._terms)
            else:
                self.fence.close()
        except Exception as error:  # noqa: BLE001 — whatever it is, we have not renewed
            log.warning("lease_not_renewed", error=str(error))

    def _hold(self) -> bool:
        found = self._request("GET", LEASE.path(self._namespace, self._name))
        if found is None:
            return self._request("POST", LEASE.path(self._namespace), self._lease({})) is not None
        spec = found["spec"]
        holder = spec.get("holderIdentity") or ""
        self._note(spec)
        if holder not in {"", self._identity} and not self._has_run_out(spec):
            return False
        lease = self._lease(spec) | {"metadata": found["metadata"]}
        path = LEASE.path(self._namespace, self._name)
        written = self._request("PUT", path, lease)
        if written is not None:
            self._note(written["spec"])
        return written is not None

    def _note(self, spec: Mapping[str, Any]) -> None:
        seen = tuple(spec.get(each) for each in ("holderIdentity", "renewTime", "acquireTime"))
        if seen != self._seen:
            self._seen, self._seen_at = seen, self._clock()

    def _has_run_out(self, spec: Mapping[str, Any]) -> bool:
        duration = float(spec.get("leaseDurationSeconds") or self._terms.duration)
        return self._clock() > self._seen_at + duration

    def _lease(self, before: Mapping[str, Any]) -> Json:
        now = Instant.now().round("microsecond", mode="floor").format_iso(unit="microsecond")
        ours = before.get("holderIdentity") == self._identity
        transitions = int(before.get("leaseTransitions") or 0)
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": self._name, "namespace": self._namespace},
            "spec": {
                "holderIdentity": self._identity,
                "leaseDurationSeconds": max(1, round(self._terms.duration)),
                "acquireTime": before.get("acquireTime") if ours else now,
                "renewTime": now,
                "leaseTransitions": transitions if ours or not before else transitions + 1,
            },
        }

    def _request(self, method: str, path: str, body: Json | None = None) -> Json | None:
        """The answer; None where somebody else was faster, or there is none yet."""
        timeout = self._terms.renew_deadline / 3
        try:
            return self._kube.request(method, path, body=body, timeout=timeout)
        except KubeError as error:
            if error.status in {404, 409}:
                return None
            raise

    def _release(self) -> None:
        """Lets another take the lease at once."""
        path = LEASE.path(self._namespace, self._name)
        try:
            found = self._request("GET", path)
            if found is None or found["spec"].get("holderIdentity") != self._identity:
                return
            released = found["spec"] | {"holderIdentity": "", "leaseDurationSeconds": 1}
            self._request("PUT", path, found | {"spec": released})
        except KubeError:
            return  # It runs out by itself.
