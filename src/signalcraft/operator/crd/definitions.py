"""The four custom resource definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from signalcraft.model.alert_policy import AlertPolicy
from signalcraft.model.resource import Part
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.operator.crd.rules import CREDENTIAL, ENDPOINT, IMMUTABLE_CONNECTION
from signalcraft.operator.crd.specs import (
    AlertPolicyReference,
    ClusterConnectionSpec,
    ConnectionSpec,
    Knobs,
)
from signalcraft.operator.crd.statuses import ConnectionStatus, ResourceStatus
from signalcraft.operator.crd.structural import Schema, structural, validations
from signalcraft.operator.manifest import GROUP, VERSION


@dataclass(frozen=True)
class Column:
    """A column of `kubectl get`."""

    name: str
    path: str
    type: Literal["string", "integer", "date"] = "string"
    wide: bool = False
    """Whether only `--output wide` shows it."""

    @property
    def document(self) -> dict[str, Any]:
        """As an entry of `additionalPrinterColumns`."""
        column = {"name": self.name, "type": self.type, "jsonPath": self.path}
        return column | ({"priority": 1} if self.wide else {})


@dataclass(frozen=True)
class Definition:
    """A kind of object in Kubernetes."""

    kind: str
    plural: str
    short_names: tuple[str, ...]
    scope: Literal["Namespaced", "Cluster"]
    description: str
    spec: Schema
    status: Schema
    columns: tuple[Column, ...]
    selectable: tuple[str, ...] = ()
    """Fields that `kubectl get --field-selector` can select by."""

    @property
    def document(self) -> dict[str, Any]:
        """The CustomResourceDefinition."""
        return {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {
                "name": f"{self.plural}.{GROUP}",
                # Uninstalling the chart would delete every object, and with it every alert policy.
                "annotations": {"helm.sh/resource-policy": "keep"},
            },
            "spec": {
                "group": GROUP,
                "scope": self.scope,
                "names": {
                    "kind": self.kind,
                    "listKind": f"{self.kind}List",
                    "plural": self.plural,
                    "singular": self.kind.lower(),
                    "shortNames": list(self.short_names),
                    "categories": ["signalcraft"],
                },
                "versions": [self._version],
            },
        }

    @property
    def _version(self) -> dict[str, Any]:
        selectable = [{"jsonPath": path} for path in self.selectable]
        return {
            "name": VERSION,
            "served": True,
            "storage": True,
            "subresources": {"status": {}},
            "additionalPrinterColumns": [column.document for column in self.columns],
            **({"selectableFields": selectable} if selectable else {}),
            "schema": {
                "openAPIV3Schema": {
                    "description": self.description,
                    "type": "object",
                    "required": ["spec"],
                    "properties": {"spec": self.spec, "status": self.status},
                }
            },
        }


def _condition(type: str, field: str) -> str:
    return f'.status.conditions[?(@.type=="{type}")].{field}'


_AGE = Column("Age", ".metadata.creationTimestamp", "date")
_ID = Column("ID", ".status.id", wide=True)
_SYNC = (
    Column("Synced", _condition("Synced", "status")),
    Column("Reason", _condition("Synced", "reason")),
    _AGE,
    _ID,
)
_CONNECTED = (
    Column("Endpoint", ".spec.endpoint"),
    Column("Ready", _condition("Ready", "status")),
    Column("Reason", _condition("Ready", "reason")),
    _AGE,
    Column("Workspace", ".status.workspaceID", wide=True),
)
_NAMED = "In SignalCraft its name is `<cluster>/<namespace>/<name>`."


def _resource_spec(part: type[Part]) -> Schema:
    """The model's fields, except for the name, which is the object's; then the operator's knobs."""
    spec = structural(part)
    properties = {name: field for name, field in spec["properties"].items() if name != "name"}
    return {
        "description": spec["description"],
        "type": "object",
        "properties": properties | structural(Knobs)["properties"],
        "required": [name for name in spec["required"] if name != "name"],
        **validations([IMMUTABLE_CONNECTION]),
    }


def _routing_rule_spec() -> Schema:
    """A rule's conditions may name an AlertPolicy object, whose name in SignalCraft depends on the
    cluster.
    """
    spec = _resource_spec(RoutingRule)
    condition = spec["properties"]["conditions"]["items"]
    reference = structural(AlertPolicyReference)
    reference["description"] = (
        "Matches alerts of an AlertPolicy object in the same namespace, instead of `field`, "
        "`operator` and `value`; with the operator `ne`, all others."
    )
    condition["properties"]["alertPolicyRef"] = reference
    del condition["required"]
    return spec


def _connection_spec(part: type[Part]) -> Schema:
    spec = structural(part)
    spec["properties"]["endpoint"] |= validations([ENDPOINT])
    return spec | validations([CREDENTIAL])


def _status(part: type[Part]) -> Schema:
    status = structural(part)
    conditions = status["properties"]["conditions"]
    # Each type once, so that several writers can own one each.
    conditions |= {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}
    # Nothing is ready before the operator has seen it.
    return {**status, "default": {"observedGeneration": -1}}


def definitions() -> Mapping[str, Definition]:
    """The definitions, by plural."""
    found = (
        Definition(
            "AlertPolicy",
            "alertpolicies",
            ("signalcraftalertpolicy", "scap"),
            "Namespaced",
            f"Opens an alert when conditions on metrics hold. {_NAMED}",
            _resource_spec(AlertPolicy),
            _status(ResourceStatus),
            (
                Column("Severity", ".spec.severity"),
                Column("Routing Key", ".spec.routing_key"),
                *_SYNC,
            ),
            (".spec.severity", ".spec.routing_key", ".spec.enabled", ".status.id"),
        ),
        Definition(
            "RoutingRule",
            "routingrules",
            ("signalcraftroutingrule", "scrr"),
            "Namespaced",
            f"Says where matching alerts go. {_NAMED}",
            _routing_rule_spec(),
            _status(ResourceStatus),
            (Column("Priority", ".spec.priority", "integer"), *_SYNC),
            (".spec.enabled", ".status.id"),
        ),
        Definition(
            "Connection",
            "connections",
            ("signalcraftconnection", "scconn"),
            "Namespaced",
            "A SignalCraft server and what proves who asks, for the objects of its namespace.",
            _connection_spec(ConnectionSpec),
            _status(ConnectionStatus),
            _CONNECTED,
        ),
        Definition(
            "ClusterConnection",
            "clusterconnections",
            ("signalcraftclusterconnection", "scccon"),
            "Cluster",
            "A SignalCraft server and what proves who asks, for the objects of the namespaces that it "
            "selects.",
            _connection_spec(ClusterConnectionSpec),
            _status(ConnectionStatus),
            _CONNECTED,
        ),
    )
    return {definition.plural: definition for definition in found}
