"""Connections: from the objects and their credentials to links, and what their status says."""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

import structlog

from signalcraft.operator.api import Api
from signalcraft.operator.bodies import KIND_OF, OBJECT_OF
from signalcraft.operator.choice import NoChoice, choose
from signalcraft.operator.cluster import Cluster
from signalcraft.operator.credentials import (
    Credential,
    Credentials,
    NoCredential,
    endpoint_of,
)
from signalcraft.operator.health import Health, State
from signalcraft.operator.kube import Kube
from signalcraft.operator.lease import Fence
from signalcraft.operator.link import Link
from signalcraft.operator.manifest import Key, Manifest
from signalcraft.operator.metrics import Metrics
from signalcraft.operator.mirror import Mirror
from signalcraft.operator.pace import Pace
from signalcraft.operator.reasons import Reason
from signalcraft.operator.settings import Settings
from signalcraft.operator.status import Outcome

log = structlog.get_logger()

# How long a connection may take to be known before what needs it is said to be stalled: a chart
# creates both at once.
PATIENCE = 15.0


@dataclass
class _Use:
    """A link, and what it was made of."""

    link: Link
    uid: str
    endpoint: str
    credential: Credential
    generation: int


class Connections:
    """The connections of a cluster, at work. Safe to share between threads."""

    def __init__(
        self,
        kube: Kube,
        cluster: Cluster,
        settings: Settings,
        fence: Fence,
        metrics: Metrics,
        *,
        told: Callable[[Link], None],
        concerned: Callable[[Link, Iterable[Key]], None],
        renamed: Callable[[Link], None],
        secret_changed: Callable[[Key], None],
    ) -> None:
        self._cluster = cluster
        self._settings = settings
        self._fence = fence
        self._metrics = metrics
        self._told = told
        self._concerned = concerned
        self._renamed = renamed
        self._credentials = Credentials(kube, settings, secret_changed)
        self._certificates = ssl.create_default_context()
        self._lock = Lock()
        self._uses: dict[Key, _Use] = {}

    def stop(self) -> None:
        """Ends all links and watches."""
        with self._lock:
            uses = list(self._uses.values())
            self._uses.clear()
        for use in uses:
            use.link.stop()
        self._credentials.stop()

    def choose(self, manifest: Manifest) -> Key | NoChoice:
        """The connection that an object uses."""
        return choose(
            manifest,
            self._cluster.all("Connection"),
            self._cluster.all("ClusterConnection"),
            self._cluster.labels(manifest.key.namespace),
        )

    def link(self, key: Key) -> Link | None:
        """The connection at work, if it has ever worked."""
        use = self._uses.get(key)
        return use.link if use else None

    def users(self, key: Key) -> list[Manifest]:
        """The objects that use a connection."""
        objects = self._cluster.all(*KIND_OF)
        return [each for each in objects if self.choose(each) == key]

    def refresh(self, connection: Manifest, expected_workspace: str | None) -> Outcome | None:
        """Brings a connection in line with its object and its credential, and says how it is; None if
        that isn't known yet. If a workspace is expected, it must lead there.
        """
        credential = self._credentials.of(connection)
        if isinstance(credential, NoCredential):
            self._withdraw(connection.key, credential)
            return Outcome(credential.reason, credential.message)
        try:
            link = self._linked(connection, credential, expected_workspace)
        except ValueError as error:
            return Outcome(Reason.INVALID_ENDPOINT, str(error))
        link.expected_workspace = expected_workspace
        link.withdrawn = None
        return _outcome(link)

    def forget(self, key: Key) -> None:
        """Ends a connection whose object is gone."""
        with self._lock:
            use = self._uses.pop(key, None)
        if use is not None:
            use.link.stop()
        self._credentials.forget(key)

    def _withdraw(self, key: Key, why: NoCredential) -> None:
        """Has a link use its last key for nothing but the deletions that are under way."""
        link = self.link(key)
        if link is not None:
            link.withdrawn = Health(State.REFUSED, why.reason, why.message)

    def _linked(
        self, connection: Manifest, credential: Credential, expected_workspace: str | None
    ) -> Link:
        """Raises `ValueError` for an endpoint that is no URL."""
        key, endpoint = connection.key, endpoint_of(connection)
        made_of = (connection.uid, endpoint, credential)
        with self._lock:
            use = self._uses.get(key)
            if use and (use.uid, use.endpoint, use.credential) == made_of:
                if use.generation != connection.generation:
                    use.generation = connection.generation
                    use.link.wake()  # Somebody expects it to work now.
                return use.link
        link = self._new_link(key, endpoint, credential, expected_workspace)
        with self._lock:
            before = self._uses.get(key)
            self._uses[key] = _Use(link, *made_of, connection.generation)
        if before is not None:
            before.link.stop()
        link.start()
        return link

    def _new_link(
        self, key: Key, endpoint: str, credential: Credential, expected: str | None
    ) -> Link:
        settings = self._settings
        pace = Pace(settings.requests_per_second, settings.burst)
        api = Api(endpoint, credential, pace, self._fence, self._metrics, self._certificates)
        return Link(
            key,
            api,
            Mirror(settings.cluster_name, OBJECT_OF),
            KIND_OF.values(),
            expected,
            told=self._told,
            concerned=self._concerned,
            renamed=self._renamed,
            reload_every=settings.resync_every,
        )


def _outcome(link: Link) -> Outcome | None:
    health = link.health
    if health.state is State.NEW:
        return None
    return Outcome(health.reason, health.message, workspace_id=link.workspace_id)
