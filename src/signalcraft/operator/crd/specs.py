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


# Ids of trusts.
TrustId = Annotated[str, Field(max_length=100, pattern=r"^trust_[0-9a-z]{26}$")]


class ServiceAccountExchange(Part):
    """Exchanges tokens of a ServiceAccount for short-lived keys."""

    trust_id: Annotated[TrustId, Field(alias="trustID")]
    """Id of the trust in SignalCraft. Its `audience` must be this connection's endpoint, and its claim
    `sub` must be `system:serviceaccount:NAMESPACE:NAME`."""
    service_account_name: Annotated[ObjectName, Field(alias="serviceAccountName")]
    """Name of the ServiceAccount, in the same namespace. It needs no permissions in Kubernetes."""


class OperatorExchange(Part):
    """Exchanges the operator's own token for short-lived keys."""

    trust_id: Annotated[TrustId, Field(alias="trustID")]
    """Id of the trust in SignalCraft. Its claim `sub` must be the operator's ServiceAccount:
    `system:serviceaccount:NAMESPACE:NAME`."""
    audience: Annotated[str | None, Field(min_length=1, max_length=400)] = None
    """The trust's `audience`, if it isn't the endpoint. The operator's token must be for it."""


class ConnectionSpec(Part):
    """A SignalCraft workspace for the objects of one namespace."""

    endpoint: Annotated[str, Field(min_length=1, max_length=2048)]
    """URL of the SignalCraft server, without `/v1`."""
    api_key_secret_ref: Annotated[SecretKeyReference | None, Field(alias="apiKeySecretRef")] = None
    """The Secret, in the same namespace, that holds the API key. Either this or `tokenExchange` is
    required."""
    token_exchange: Annotated[ServiceAccountExchange | None, Field(alias="tokenExchange")] = None
    """How to get short-lived keys instead of a stored one: by tokens of a ServiceAccount."""


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
    api_key_secret_ref: Annotated[SecretKeyReference | None, Field(alias="apiKeySecretRef")] = None
    """The Secret, in the operator's namespace, that holds the API key. Either this or
    `tokenExchange` is required."""
    token_exchange: Annotated[OperatorExchange | None, Field(alias="tokenExchange")] = None
    """How to get short-lived keys instead of a stored one: by the operator's own token."""
    namespace_selector: Annotated[LabelSelector | None, Field(alias="namespaceSelector")] = None
    """The namespaces whose objects may use it, by their labels; all of them if absent."""
