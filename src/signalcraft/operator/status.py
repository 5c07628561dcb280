"""What an object's status says. Pure: `status_of` makes it, somebody else writes it."""

from dataclasses import dataclass
from typing import Any

from whenever import Instant, TimeDelta

from signalcraft.operator.manifest import Manifest
from signalcraft.operator.plan import Remote
from signalcraft.operator.reasons import EXPLANATIONS, Outlook, Reason

# Kubernetes' own limit of a condition's message.
_LONGEST_MESSAGE = 32_768

Status = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of looking at an object."""

    reason: Reason
    message: str
    remote: Remote | None = None
    """Its resource, where that was seen."""
    workspace_id: str | None = None
    """The workspace that holds it."""
    outlook: Outlook | None = None
    """Where it isn't the reason's own."""
    patience: float = 0.0
    """For how many seconds an object that is stalled still counts as reconciling."""
    synced: bool | None = None
    """Whether the API holds the spec, where that isn't the same as being ready."""


def status_of(manifest: Manifest, outcome: Outcome, now: Instant) -> tuple[Status, float]:
    """The whole status after an outcome, and in how many seconds to look again; 0 for not at all.

    It equals the present one where nothing has changed.
    """
    outlook, wait = _outlook(manifest, outcome, now)
    status: Status = {
        **{name: value for name, value in manifest.status.items() if name != "conditions"},
        "observedGeneration": manifest.generation,
    }
    if outcome.remote is not None:
        status |= {"id": outcome.remote.id, "version": outcome.remote.version}
    if outcome.workspace_id is not None:
        status["workspaceID"] = outcome.workspace_id
    status["conditions"] = [
        _dated(manifest, condition, now) for condition in _conditions(manifest, outcome, outlook)
    ]
    return status, wait


def outlook_of(outcome: Outcome) -> Outlook:
    """What an outcome means, patience aside."""
    return outcome.outlook or EXPLANATIONS[outcome.reason].outlook


def _outlook(manifest: Manifest, outcome: Outcome, now: Instant) -> tuple[Outlook, float]:
    outlook = outlook_of(outcome)
    if outlook is not Outlook.STALLED or not outcome.patience:
        return outlook, 0.0
    if manifest.observed_generation == manifest.generation:
        if _has(manifest, Outlook.STALLED, outcome.reason):
            return outlook, 0.0
        since = _has(manifest, Outlook.RECONCILING, outcome.reason) or now
    else:
        since = now
    end = since.add(TimeDelta(seconds=outcome.patience))
    left = (end - now).total("seconds")
    return (Outlook.RECONCILING, left) if left > 0 else (outlook, 0.0)


def _has(manifest: Manifest, outlook: Outlook, reason: Reason) -> Instant | None:
    """Since when an object has been in this state for this reason; None if it isn't."""
    condition = manifest.condition(outlook.value)
    if condition is None or condition["status"] != "True" or condition["reason"] != reason:
        return None
    return Instant.parse_iso(condition["lastTransitionTime"])


def _conditions(manifest: Manifest, outcome: Outcome, outlook: Outlook) -> list[dict[str, Any]]:
    """The conditions, without their times: Ready and Synced always, and in kstatus's sense
    Reconciling or Stalled where they are so.
    """
    ready = outlook is Outlook.READY
    said = {
        "reason": outcome.reason.value,
        "message": outcome.message[:_LONGEST_MESSAGE],
        "observedGeneration": manifest.generation,
    }
    conditions = [{"type": "Ready", "status": str(ready), **said}]
    if manifest.key.kind in {"AlertPolicy", "RoutingRule"}:
        synced = ready if outcome.synced is None else outcome.synced
        conditions.append({"type": "Synced", "status": str(synced), **said})
    if not ready:
        conditions.append({"type": outlook.value, "status": "True", **said})
    return conditions


def _dated(manifest: Manifest, condition: dict[str, Any], now: Instant) -> dict[str, Any]:
    before = manifest.condition(condition["type"])
    if before is not None and before["status"] == condition["status"]:
        return {**condition, "lastTransitionTime": before["lastTransitionTime"]}
    at = now.round("second", mode="floor").format_iso()
    return {**condition, "lastTransitionTime": at}
