"""Connections: from the objects and their Secrets to links, and what their status says."""

import base64
import binascii
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import structlog

from signalcraft.operator.api import Api
from signalcraft.operator.bodies import KIND_OF, OBJECT_OF
from signalcraft.operator.choice import NoChoice, choose
from signalcraft.operator.cluster import Cluster
from signalcraft.operator.health import Health, State
from signalcraft.operator.informer import Informer
from signalcraft.operator.kube import SECRET, Kube, KubeError
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


@dataclass(frozen=True)
class NoKey:
    """Why there is no API key."""

    reason: Reason
    message: str


@dataclass
class _Use:
    """A link, and what it was made of."""

    link: Link
    uid: str
    endpoint: str
    api_key: str


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
        self._kube = kube
        self._cluster = cluster
        self._settings = settings
        self._fence = fence
        self._metrics = metrics
        self._told = told
        self._concerned = concerned
        self._renamed = renamed
        self._secret_changed = secret_changed
        self._certificates = ssl.create_default_context()
        self._lock = Lock()
        self._uses: dict[Key, _Use] = {}
        self._secrets: dict[Key, tuple[tuple[str, str], Informer]] = {}

    def stop(self) -> None:
        """Ends all links and watches."""
        with self._lock:
            uses, secrets = list(self._uses.values()), list(self._secrets.values())
            self._uses.clear()
            self._secrets.clear()
        for use in uses:
            use.link.stop()
        for _, informer in secrets:
            informer.stop(0.0)

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
        """Brings a connection in line with its object and its Secret, and says how it is; None if
        that isn't known yet. If a workspace is expected, it must lead there.
        """
        api_key = self._api_key(connection)
        if isinstance(api_key, NoKey):
            self._withdraw(connection.key, api_key)
            return Outcome(api_key.reason, api_key.message)
        endpoint = str(connection.spec.get("endpoint", "")).rstrip("/")
        link = self._linked(connection, endpoint, api_key, expected_workspace)
        if isinstance(link, NoKey):
            return Outcome(link.reason, link.message)
        link.expected_workspace = expected_workspace
        link.withdrawn = None
        return _outcome(link)

    def forget(self, key: Key) -> None:
        """Ends a connection whose object is gone."""
        with self._lock:
            use = self._uses.pop(key, None)
            secret = self._secrets.pop(key, None)
        if use is not None:
            use.link.stop()
        if secret is not None:
            secret[1].stop(0.0)

    def _withdraw(self, key: Key, why: NoKey) -> None:
        """Has a link use its last key for nothing but the deletions that are under way."""
        link = self.link(key)
        if link is not None:
            link.withdrawn = Health(State.REFUSED, why.reason, why.message)

    def _linked(
        self, connection: Manifest, endpoint: str, api_key: str, expected_workspace: str | None
    ) -> Link | NoKey:
        key = connection.key
        with self._lock:
            use = self._uses.get(key)
            if use and (use.uid, use.endpoint, use.api_key) == (connection.uid, endpoint, api_key):
                return use.link
        try:
            link = self._new_link(connection.key, endpoint, api_key, expected_workspace)
        except ValueError as error:
            return NoKey(Reason.INVALID_ENDPOINT, str(error))
        with self._lock:
            before = self._uses.get(key)
            self._uses[key] = _Use(link, connection.uid, endpoint, api_key)
        if before is not None:
            before.link.stop()
        link.start()
        return link

    def _new_link(self, key: Key, endpoint: str, api_key: str, expected: str | None) -> Link:
        settings = self._settings
        pace = Pace(settings.requests_per_second, settings.burst)
        api = Api(endpoint, api_key, pace, self._fence, self._metrics, self._certificates)
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

    def _api_key(self, connection: Manifest) -> str | NoKey:
        reference = connection.spec["apiKeySecretRef"]
        name, field = reference["name"], reference.get("key", "api-key")
        namespace = connection.key.namespace or self._settings.namespace
        try:
            secret = self._kube.get(SECRET, namespace, name)
        except KubeError as error:
            if error.status != 403:
                raise
            return NoKey(
                Reason.SECRET_FORBIDDEN,
                f"The operator may not read Secrets in the namespace {namespace}: add it to "
                "connectionNamespaces in the operator chart's values.",
            )
        self._watch_secret(connection.key, namespace, name)
        encoded: Any = ((secret or {}).get("data") or {}).get(field)
        if encoded is None:
            what = f"the key {field!r}" if secret else "no such Secret"
            lacks = f"lacks {what}" if secret else "does not exist"
            return NoKey(Reason.SECRET_MISSING, f"The Secret {namespace}/{name} {lacks}.")
        try:
            return base64.b64decode(encoded).decode().strip()
        except (UnicodeDecodeError, binascii.Error):
            return NoKey(
                Reason.SECRET_MISSING, f"The Secret {namespace}/{name} has no text at {field!r}."
            )

    def _watch_secret(self, connection: Key, namespace: str, name: str) -> None:
        """Follows the Secret, by its name, so that another key is used at once."""
        with self._lock:
            watched = self._secrets.get(connection)
            if watched is not None and watched[0] == (namespace, name):
                return
            informer = Informer(
                self._kube,
                SECRET,
                lambda _before, _after: self._secret_changed(connection),
                namespace=namespace,
                name=name,
            )
            self._secrets[connection] = ((namespace, name), informer)
        if watched is not None:
            watched[1].stop(0.0)
        informer.start()


def _outcome(link: Link) -> Outcome | None:
    health = link.health
    if health.state is State.NEW:
        return None
    return Outcome(health.reason, health.message, workspace_id=link.workspace_id)
