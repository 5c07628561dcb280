"""What a connection authenticates with: the key in its Secret, or how it exchanges a token for one."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from signalcraft.client.token_exchange import TokenExchange
from signalcraft.operator.identity import PodIdentity, ServiceAccountIdentity
from signalcraft.operator.informer import Informer
from signalcraft.operator.kube import SECRET, Kube, KubeError
from signalcraft.operator.link import SCOPES
from signalcraft.operator.manifest import Key, Manifest
from signalcraft.operator.reasons import Reason
from signalcraft.operator.settings import Settings

Credential = str | TokenExchange
"""An API key, or how to get one."""


@dataclass(frozen=True)
class NoCredential:
    """Why a connection has none."""

    reason: Reason
    message: str


def endpoint_of(connection: Manifest) -> str:
    """The server's URL, without a slash at its end."""
    return str(connection.spec.get("endpoint", "")).rstrip("/")


class Credentials:
    """Finds the credentials of connections, and watches their Secrets. Safe to share between
    threads.
    """

    def __init__(
        self, kube: Kube, settings: Settings, secret_changed: Callable[[Key], None]
    ) -> None:
        """`secret_changed` is called with a connection."""
        self._kube = kube
        self._settings = settings
        self._secret_changed = secret_changed
        self._lock = Lock()
        self._secrets: dict[Key, tuple[tuple[str, str], Informer]] = {}

    def stop(self) -> None:
        """Ends all watches."""
        with self._lock:
            connections = list(self._secrets)
        for connection in connections:
            self.forget(connection)

    def forget(self, connection: Key) -> None:
        """Ends the watch of a connection's Secret."""
        with self._lock:
            watched = self._secrets.pop(connection, None)
        if watched is not None:
            watched[1].stop(0.0)

    def of(self, connection: Manifest) -> Credential | NoCredential:
        """What a connection authenticates with. Raises `KubeError`."""
        how = connection.spec.get("tokenExchange")
        if how is None:
            return self._api_key(connection)
        self.forget(connection.key)
        # A Connection's author chooses where its tokens are sent, so they are for nobody else; and
        # the operator's own token is for connections of the cluster's administrators alone.
        namespace = connection.key.namespace
        identity = (
            ServiceAccountIdentity(self._kube, namespace, how["serviceAccountName"])
            if namespace
            else PodIdentity(self._settings.token_file)
        )
        audience = endpoint_of(connection) if namespace else how.get("audience")
        return TokenExchange(how["trustID"], identity, audience, " ".join(SCOPES))

    def _api_key(self, connection: Manifest) -> str | NoCredential:
        reference = connection.spec["apiKeySecretRef"]
        name, field = reference["name"], reference.get("key", "api-key")
        namespace = connection.key.namespace or self._settings.namespace
        try:
            secret = self._kube.get(SECRET, namespace, name)
        except KubeError as error:
            if error.status != 403:
                raise
            return NoCredential(
                Reason.SECRET_FORBIDDEN,
                f"The operator may not read Secrets in the namespace {namespace}: add it to "
                "connectionNamespaces in the operator chart's values.",
            )
        self._watch(connection.key, namespace, name)
        encoded: Any = ((secret or {}).get("data") or {}).get(field)
        if encoded is None:
            lacks = f"lacks the key {field!r}" if secret else "does not exist"
            return NoCredential(Reason.SECRET_MISSING, f"The Secret {namespace}/{name} {lacks}.")
        try:
            return base64.b64decode(encoded).decode().strip()
        except (UnicodeDecodeError, binascii.Error):
            return NoCredential(
                Reason.SECRET_MISSING, f"The Secret {namespace}/{name} has no text at {field!r}."
            )

    def _watch(self, connection: Key, namespace: str, name: str) -> None:
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
