"""What the operator's objects say besides the model's fields: its own knobs, and connections."""

from typing import Annotated, Literal

from pydantic import Field

from signalcraft.model.resource import Part

# RFC 1123 subdomains, as Kubernetes names most objects.
ObjectName = Annotated[
    str,
    Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"),
]


class ConnectionReference(Part):
    """Names a connection."""

    kind: Literal["Connection", "ClusterConnection"] = "Connection"
    """A Connection of the same namespace, or a ClusterConnection."""
    name: ObjectName
    """Name of the connection."""


class AlertPolicyReference(Part):
    """Names an AlertPolicy object."""

    name: ObjectName
    """Name of the AlertPolicy object, in the same namespace."""


class Knobs(Part):
    """What an object says to the operator rather than to SignalCraft."""

    suspend: bool = False
    """Stops the operator from writing to SignalCraft for this object. Deleting a suspended object
    leaves its resource in place."""
    deletion_policy: Annotated[Literal["Delete", "Retain"], Field(alias="deletionPolicy")] = (
        "Delete"
    )
    """Whether the resource in SignalCraft is deleted with the object."""
    connection_ref: Annotated[ConnectionReference | None, Field(alias="connectionRef")] = None
    """The connection to use. Without one, it is the Connection `default` in the namespace, or else
    the only ClusterConnection that selects the namespace. It can't be changed later."""


class SecretKeyReference(Part):
    """Names one key of a Secret."""

    name: ObjectName
    """Name of the Secret."""
    key: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$")] = (
        "api-key"
    )
    """The key that holds the API key."""


class ConnectionSpec(Part):
    """A SignalCraft workspace for the objects of one namespace."""

    endpoint: Annotated[str, Field(min_length=1, max_length=2048)]
    """URL of the SignalCraft server, without `/v1`."""
    api_key_secret_ref: Annotated[SecretKeyReference, Field(alias="apiKeySecretRef")]
    """The Secret, in the same namespace, that holds the API key."""


class LabelRequirement(Part):
    """A condition on one label."""

    key: Annotated[str, Field(min_length=1, max_length=317)]
    """Name of the label."""
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    """How to compare the label."""
    values: Annotated[tuple[Annotated[str, Field(max_length=63)], ...], Field(max_length=100)] = ()
    """What `In` and `NotIn` compare with."""


class LabelSelector(Part):
    """Selects objects by their labels."""

    match_labels: Annotated[
        dict[str, Annotated[str, Field(max_length=63)]] | None,
        Field(alias="matchLabels", max_length=64),
    ] = None
    """Labels that must have exactly these values."""
    match_expressions: Annotated[
        tuple[LabelRequirement, ...] | None, Field(alias="matchExpressions", max_length=64)
    ] = None
    """Conditions that must all hold."""


class ClusterConnectionSpec(Part):
    """A SignalCraft workspace for objects in several namespaces."""

    endpoint: Annotated[str, Field(min_length=1, max_length=2048)]
    """URL of the SignalCraft server, without `/v1`."""
    api_key_secret_ref: Annotated[SecretKeyReference, Field(alias="apiKeySecretRef")]
    """The Secret, in the operator's namespace, that holds the API key."""
    namespace_selector: Annotated[LabelSelector | None, Field(alias="namespaceSelector")] = None
    """The namespaces whose objects may use it, by their labels; all of them if absent."""
