"""Why a condition or an event says what it says, and what to do about it."""

from enum import Enum, StrEnum
from typing import NamedTuple


class Outlook(Enum):
    """What a reason means for the object, in kstatus's terms."""

    READY = "Ready"
    """Done: the API holds what the object asks for."""
    RECONCILING = "Reconciling"
    """Not done yet; the operator goes on by itself."""
    STALLED = "Stalled"
    """Not done, and somebody has to do something first."""


class Explanation(NamedTuple):
    """A reason's meaning and remedy, for the documentation."""

    outlook: Outlook
    meaning: str
    remedy: str


class Reason(StrEnum):
    """The reason of a condition."""

    SYNCED = "Synced"
    SUSPENDED = "Suspended"
    REJECTED = "Rejected"
    CONFLICT = "Conflict"
    UNREACHABLE = "Unreachable"
    FORBIDDEN = "Forbidden"
    UNAUTHORIZED = "Unauthorized"
    WORKSPACE_CHANGED = "WorkspaceChanged"
    CONNECTION_MISSING = "ConnectionMissing"
    CONNECTION_NOT_READY = "ConnectionNotReady"
    AMBIGUOUS_CONNECTION = "AmbiguousConnection"
    UNRESOLVED_REFERENCE = "UnresolvedReference"
    DRIFT_FREQUENT = "DriftFrequent"
    DELETION_HELD = "DeletionHeld"
    DELETION_BLOCKED = "DeletionBlocked"
    CONNECTED = "Connected"
    SECRET_MISSING = "SecretMissing"  # noqa: S105 — a reason's name
    SECRET_FORBIDDEN = "SecretForbidden"  # noqa: S105 — as above
    TOKEN_UNAVAILABLE = "TokenUnavailable"  # noqa: S105 — as above
    TOKEN_REFUSED = "TokenRefused"  # noqa: S105 — as above
    INVALID_ENDPOINT = "InvalidEndpoint"


class EventReason(StrEnum):
    """The reason of an event that isn't a condition's."""

    CREATED = "Created"
    UPDATED = "Updated"
    ADOPTED = "Adopted"
    DRIFT_CORRECTED = "DriftCorrected"
    DELETED = "Deleted"
    RETAINED = "Retained"
    ORPHANED = "Orphaned"


EXPLANATIONS: dict[Reason, Explanation] = {
    Reason.SYNCED: Explanation(
        Outlook.READY,
        "SignalCraft holds the spec of `observedGeneration`.",
        "Nothing.",
    ),
    Reason.SUSPENDED: Explanation(
        Outlook.STALLED,
        "`suspend` is true, so nothing is written. An object that was synced before keeps its "
        "Ready condition; one that never was is Stalled.",
        "Set `suspend` to false.",
    ),
    Reason.REJECTED: Explanation(
        Outlook.STALLED,
        "SignalCraft refused the spec; the message lists each field and what is wrong with it.",
        "Correct the fields. The next edit is tried at once.",
    ),
    Reason.CONFLICT: Explanation(
        Outlook.STALLED,
        "Another tool, cluster or object manages the resource. Nothing was changed.",
        "Remove the resource on the other side, or give this object another name. A resource that "
        'nobody manages is taken over with the annotation `signalcraft.io/adopt: "true"`.',
    ),
    Reason.UNREACHABLE: Explanation(
        Outlook.RECONCILING,
        "SignalCraft doesn't answer, or answers with an error of its own.",
        "Check the server and the network. The operator retries by itself.",
    ),
    Reason.FORBIDDEN: Explanation(
        Outlook.STALLED,
        "The API key lacks a scope, which the message names.",
        "Add the scope to the key's service account. The operator tries again within five minutes.",
    ),
    Reason.UNAUTHORIZED: Explanation(
        Outlook.STALLED,
        "SignalCraft doesn't accept the API key.",
        "Put a valid key into the Secret. It is picked up without a restart.",
    ),
    Reason.WORKSPACE_CHANGED: Explanation(
        Outlook.STALLED,
        "The connection leads to another workspace than the one that holds this object's "
        "resource. Nothing is written, so that nothing is created twice.",
        "Point the connection at the former workspace; or delete the object with `deletionPolicy: "
        "Retain` and create it again.",
    ),
    Reason.CONNECTION_MISSING: Explanation(
        Outlook.STALLED,
        "There is no Connection for the object: neither the one that `connectionRef` names, nor "
        "a Connection `default` in its namespace, nor a ClusterConnection for the namespace.",
        "Create one, or correct `connectionRef`.",
    ),
    Reason.CONNECTION_NOT_READY: Explanation(
        Outlook.STALLED,
        "The object's Connection can't be used; the message says why.",
        "Look at the Connection's conditions and correct what they name.",
    ),
    Reason.AMBIGUOUS_CONNECTION: Explanation(
        Outlook.STALLED,
        "Several ClusterConnections select the object's namespace.",
        "Name one in `connectionRef`, or narrow their `namespaceSelector`.",
    ),
    Reason.UNRESOLVED_REFERENCE: Explanation(
        Outlook.STALLED,
        "The rule names an escalation policy or a team that doesn't exist. For the first minute "
        "the object is Reconciling, then Stalled.",
        "Create what is missing, or correct the name. The rule is synced as soon as it exists.",
    ),
    Reason.DRIFT_FREQUENT: Explanation(
        Outlook.RECONCILING,
        "The resource is changed in SignalCraft again and again, so it is put back more slowly.",
        "Find out who changes it: the change feed names the actor.",
    ),
    Reason.DELETION_HELD: Explanation(
        Outlook.STALLED,
        "Many objects of the connection were deleted within ten minutes, so further deletions "
        "wait.",
        "If they are intended, annotate the Connection with `signalcraft.io/allow-deletions-until` "
        "and a time, such as `2026-01-05T09:00:00Z`.",
    ),
    Reason.DELETION_BLOCKED: Explanation(
        Outlook.STALLED,
        "Other resources still refer to the one to be deleted; the message names them.",
        "Remove these references. The operator tries again by itself.",
    ),
    Reason.CONNECTED: Explanation(
        Outlook.READY,
        "The API key works; the message names the workspace.",
        "Nothing.",
    ),
    Reason.SECRET_MISSING: Explanation(
        Outlook.STALLED,
        "The Secret of `apiKeySecretRef` doesn't exist, or lacks the key.",
        "Create it. It is picked up at once.",
    ),
    Reason.SECRET_FORBIDDEN: Explanation(
        Outlook.STALLED,
        "The operator may not read Secrets in this namespace.",
        "Add the namespace to `connectionNamespaces` in the chart's values.",
    ),
    Reason.TOKEN_UNAVAILABLE: Explanation(
        Outlook.STALLED,
        "The cluster gives the operator no token to exchange for an API key; the message says why.",
        "Follow the message: create the ServiceAccount of `tokenExchange`, list it in "
        "`connectionServiceAccounts` in the chart's values, or set `connection.tokenExchange`, "
        "which mounts the operator's own token. The operator tries again every minute.",
    ),
    Reason.TOKEN_REFUSED: Explanation(
        Outlook.STALLED,
        "SignalCraft refused the token; the message names the claim, or the trust's mistake.",
        "Correct the trust: its issuer, its audience, its claim `sub`, or its `jwks` after the "
        "cluster has changed its keys. The operator tries again every minute.",
    ),
    Reason.INVALID_ENDPOINT: Explanation(
        Outlook.STALLED,
        "`endpoint` is not the URL of a SignalCraft server, or what answers there isn't one.",
        "Correct `endpoint`: the server's URL, without `/v1`.",
    ),
}

EVENTS: dict[EventReason, str] = {
    EventReason.CREATED: "The resource was created.",
    EventReason.UPDATED: "The resource was changed as the spec asks; the note names the fields.",
    EventReason.ADOPTED: "A resource that existed before is managed by this object from now on.",
    EventReason.DRIFT_CORRECTED: (
        "Somebody changed or deleted the resource in SignalCraft, and it was put back; the note "
        "names the fields."
    ),
    EventReason.DELETED: "The resource was deleted.",
    EventReason.RETAINED: "The object is gone; its resource was kept, as its spec asks.",
    EventReason.ORPHANED: (
        "The object is gone and its resource remains, since its connection was gone for longer "
        "than `orphanAfter`; the note names the resource."
    ),
}
