"""The Kubernetes API: JSON in, JSON out, over the official client's connections.

Its generated classes parse each answer into models, which costs more than the request; the objects
here are small and their fields few.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

import urllib3
from kubernetes import config
from kubernetes.client.api_client import ApiClient
from kubernetes.client.configuration import Configuration
from pydantic_core import from_json, to_json

import signalcraft
from signalcraft.operator.manifest import GROUP, VERSION, Key

FIELD_MANAGER = "signalcraft-operator"
MERGE_PATCH = "application/merge-patch+json"
# Seconds. Tokens are renewed minutes before they end.
_TOKEN_LASTS = 5.0

Query = Sequence[tuple[str, str]]
Json = dict[str, Any]


class KubeError(Exception):
    """A request that the Kubernetes API didn't carry out."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status; 0 if there was no answer."""
        self.reason = reason
        """The reason of the API's Status object: `AlreadyExists`, say."""


class Resource(NamedTuple):
    """A kind of object, and where the API has it."""

    prefix: str
    """`/api/v1`, or `/apis/<group>/<version>`."""
    plural: str
    kind: str

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Path of the collection, of an object, or of a part of it."""
        parts = [self.prefix]
        parts += ["namespaces", namespace] if namespace else []
        parts += [part for part in (self.plural, name, subresource) if part]
        return "/".join(parts)


_OURS = f"/apis/{GROUP}/{VERSION}"
ALERT_POLICY = Resource(_OURS, "alertpolicies", "AlertPolicy")
ROUTING_RULE = Resource(_OURS, "routingrules", "RoutingRule")
CONNECTION = Resource(_OURS, "connections", "Connection")
CLUSTER_CONNECTION = Resource(_OURS, "clusterconnections", "ClusterConnection")
NAMESPACE = Resource("/api/v1", "namespaces", "Namespace")
SERVICE_ACCOUNT = Resource("/api/v1", "serviceaccounts", "ServiceAccount")
SECRET = Resource("/api/v1", "secrets", "Secret")
EVENT = Resource("/apis/events.k8s.io/v1", "events", "Event")
LEASE = Resource("/apis/coordination.k8s.io/v1", "leases", "Lease")
CRD = Resource(
    "/apis/apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition"
)

BY_KIND = {each.kind: each for each in (ALERT_POLICY, ROUTING_RULE, CONNECTION, CLUSTER_CONNECTION)}


class NoCluster(Exception):
    """Nothing says how to reach a cluster."""


def configuration(kubeconfig: str | None = None, context: str | None = None) -> Configuration:
    """How to reach the cluster: by a kubeconfig, or else as a Pod in it. Raises `NoCluster`."""
    found = Configuration()
    try:
        _load(found, kubeconfig, context)
    except config.ConfigException as error:
        raise NoCluster(f"The cluster can't be found: {error}") from None
    # Whoever asks decides whether to ask again.
    found.retries = urllib3.Retry(total=False, redirect=False)
    found.connection_pool_maxsize = 32
    return found


def _load(found: Configuration, kubeconfig: str | None, context: str | None) -> None:
    if kubeconfig is not None or context is not None:
        config.load_kube_config(kubeconfig, context, client_configuration=found)
        return
    try:
        config.load_incluster_config(client_configuration=found)
    except config.ConfigException:
        config.load_kube_config(client_configuration=found)


class Kube:
    """A connection to the Kubernetes API. Safe to share between threads."""

    def __init__(self, configuration: Configuration, *, timeout: float = 10.0) -> None:
        """`timeout` is in seconds, for each phase of a request."""
        self._client = ApiClient(configuration)
        self._client.user_agent = f"{FIELD_MANAGER}/{signalcraft.__version__}"
        self._host = configuration.host
        self._timeout = timeout
        self._authorization: tuple[float, dict[str, str]] = (0.0, {})

    def close(self) -> None:
        """Closes all connections."""
        self._client.rest_client.close()

    def get(self, resource: Resource, namespace: str, name: str) -> Json | None:
        """An object; None if it doesn't exist."""
        try:
            return self.request("GET", resource.path(namespace, name))
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    def patch(self, key: Key, body: Mapping[str, Any], subresource: str = "") -> Json:
        """Merges a body into an object, and returns what became of it."""
        path = BY_KIND[key.kind].path(key.namespace, key.name, subresource)
        query = [("fieldManager", FIELD_MANAGER)]
        return self.request("PATCH", path, query, body, content_type=MERGE_PATCH)

    def request(
        self,
        method: str,
        path: str,
        query: Query = (),
        body: Mapping[str, Any] | None = None,
        *,
        content_type: str = "application/json",
        timeout: float | None = None,
    ) -> Json:
        """Sends a request and returns its answer. Raises `KubeError`."""
        response = self._send(method, path, query, body, content_type, timeout or self._timeout)
        try:
            data = response.data
        except urllib3.exceptions.HTTPError as error:
            raise KubeError(0, "Unreachable", f"The Kubernetes API broke off: {error}") from None
        if not 200 <= response.status <= 299:
            raise _refusal(response.status, data)
        answer: Json = from_json(data)
        return answer

    def stream(
        self, path: str, query: Query, *, connect: float, read: float
    ) -> urllib3.BaseHTTPResponse:
        """Sends a GET and returns its answer unread, whatever its status. Times are in seconds;
        `read` is the longest silence.
        """
        return self._send("GET", path, query, None, "application/json", (connect, read))

    def _send(
        self,
        method: str,
        path: str,
        query: Query,
        body: Mapping[str, Any] | None,
        content_type: str,
        timeout: float | tuple[float, float],
    ) -> urllib3.BaseHTTPResponse:
        # The library's own way from here prepares and copies more than a small request is worth.
        headers = {
            **self._client.default_headers,
            "Accept": "application/json",
            **self._authorized(),
        }
        if body is not None:
            headers["Content-Type"] = content_type
        url = f"{self._host}{path}" + (f"?{urlencode(query)}" if query else "")
        connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        try:
            response: urllib3.BaseHTTPResponse = self._client.rest_client.pool_manager.urlopen(
                method,
                url,
                body=None if body is None else to_json(body),
                headers=headers,
                timeout=urllib3.Timeout(connect=connect, read=read),
                preload_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise KubeError(
                0, "Unreachable", f"The Kubernetes API doesn't answer: {error}"
            ) from None
        return response

    def _authorized(self) -> dict[str, str]:
        """The headers that say who asks. The library looks for a newer token each time, which
        takes a tenth of a request.
        """
        until, headers = self._authorization
        if time.monotonic() < until:
            return headers
        headers = {}
        self._client.update_params_for_auth(headers, [], ["BearerToken"], "", "GET", None)
        self._authorization = (time.monotonic() + _TOKEN_LASTS, headers)
        return headers


def _refusal(status: int, data: bytes) -> KubeError:
    try:
        document = json.loads(data)
        return KubeError(status, document["reason"], document["message"])
    except (ValueError, KeyError, TypeError):
        return KubeError(status, "", f"The Kubernetes API answered {status}.")
