"""The operator's process: followers that are always warm, and a controller while it leads."""

import signal
from threading import Event
from types import FrameType

import structlog
from kubernetes.client.configuration import Configuration

from signalcraft.operator.cluster import Cluster
from signalcraft.operator.controller import Controller
from signalcraft.operator.kube import Json, Kube
from signalcraft.operator.lease import Election, Fence
from signalcraft.operator.manifest import Key
from signalcraft.operator.metrics import Metrics
from signalcraft.operator.probes import Probes
from signalcraft.operator.recorder import Recorder
from signalcraft.operator.settings import Settings

log = structlog.get_logger()


class Operator:
    """Runs until it is stopped."""

    def __init__(self, configuration: Configuration, settings: Settings) -> None:
        """Raises `OSError` where the probes' port is taken."""
        self._settings = settings
        self._kube = Kube(configuration)
        self._metrics = Metrics()
        self._cluster = Cluster(self._kube, self._metrics, self._changed)
        self._recorder = Recorder(self._kube, settings.identity)
        self._election = Election(
            self._kube,
            settings.namespace,
            settings.lease_name,
            settings.identity,
            terms=settings.terms,
        )
        self._controller: Controller | None = None
        self._stopping = Event()
        self._probes = Probes(settings.probes, self._metrics, self._is_alive, self._is_ready)
        self._metrics.watch("queue_depth", "Objects that wait for a worker.", self._depth)
        self._metrics.watch("queue_pausing", "Objects that wait for a time.", self._pausing)
        self._metrics.watch("events_dropped", "Events that were not written.", self._dropped)

    @property
    def probes_port(self) -> int:
        """Where `/livez`, `/readyz` and `/metrics` are answered."""
        return self._probes.port

    def stop(self) -> None:
        """Has `run` end soon."""
        self._stopping.set()

    def run(self) -> None:
        """Works until `stop`."""
        self._probes.start()
        self._recorder.start()
        self._cluster.start()
        try:
            while not self._cluster.synced:
                if self._stopping.wait(0.05):
                    return
            log.info("synced")
            if self._settings.dry_run:
                self._run_dry()
            else:
                self._election.run(self._stopping, self._lead, self._follow)
        finally:
            self._cluster.stop()
            self._recorder.stop()
            self._probes.stop()
            self._kube.close()

    def run_until_signal(self) -> None:
        """Works until SIGTERM or SIGINT."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        self.run()

    def _run_dry(self) -> None:
        """Looks at everything without being the leader: nothing is written."""
        self._begin(self._election.fence)
        self._stopping.wait()
        self._follow()

    def _lead(self) -> None:
        log.info("leading", identity=self._settings.identity)
        self._metrics.leader.set(1)
        self._begin(self._election.fence)

    def _begin(self, fence: Fence) -> None:
        self._controller = Controller(
            self._kube, self._cluster, self._recorder, self._settings, fence, self._metrics
        )
        self._controller.start()

    def _follow(self) -> None:
        log.info("following", identity=self._settings.identity)
        self._metrics.leader.set(0)
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _changed(self, key: Key, before: Json | None, after: Json | None) -> None:
        if self._controller is not None:
            self._controller.changed(key, before, after)

    def _is_alive(self) -> bool:
        return self._controller is None or self._controller.is_alive

    def _is_ready(self) -> bool:
        return self._cluster.synced and not self._stopping.is_set()

    def _depth(self) -> float:
        return len(self._controller.queue) if self._controller else 0

    def _dropped(self) -> float:
        return self._recorder.dropped

    def _pausing(self) -> float:
        return self._controller.queue.pausing if self._controller else 0
