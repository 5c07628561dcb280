"""What to say of an object, for whatever came of it."""

from signalcraft.client import ApiProblem, ClientError
from signalcraft.client.errors import Remark
from signalcraft.model.problem import Slug
from signalcraft.operator.bodies import spec_path
from signalcraft.operator.connections import PATIENCE
from signalcraft.operator.drift import CORRECTIONS, PAUSE, WINDOW
from signalcraft.operator.executor import Done
from signalcraft.operator.health import State, sentence
from signalcraft.operator.link import Link
from signalcraft.operator.manifest import ADOPT, Key
from signalcraft.operator.plan import Owner, Refuse
from signalcraft.operator.reasons import Reason
from signalcraft.operator.status import Outcome

_REASONS = {
    Slug.VALIDATION: Reason.REJECTED,
    Slug.PAYLOAD_TOO_LARGE: Reason.REJECTED,
    Slug.NAME_TAKEN: Reason.CONFLICT,
    Slug.MANAGED_ELSEWHERE: Reason.CONFLICT,
    Slug.FORBIDDEN: Reason.FORBIDDEN,
    Slug.UNAUTHENTICATED: Reason.UNAUTHORIZED,
    Slug.REFERENCED: Reason.DELETION_BLOCKED,
}


def outcome_of(error: ClientError) -> Outcome:
    """What is to be said of an object whose request failed."""
    if not isinstance(error, ApiProblem) or error.slug not in _REASONS:
        return Outcome(Reason.UNREACHABLE, sentence(error))
    reason = _REASONS[error.slug]
    if reason is not Reason.REJECTED or not error.errors:
        return Outcome(reason, error.detail)
    return Outcome(reason, "; ".join(map(_remark, error.errors)))


def _remark(remark: Remark) -> str:
    if remark.pointer is None:
        return str(remark)
    return f"{spec_path(remark.pointer)}: {remark.detail}"


def said(link: Link, done: Done) -> Outcome:
    """What to say of a plan that was carried out."""
    if isinstance(done.action, Refuse):
        return Outcome(Reason.CONFLICT, _conflict(done.action))
    return Outcome(
        Reason.SYNCED,
        f"SignalCraft holds this spec as {done.remote.id}.",
        remote=done.remote,
        workspace_id=link.workspace_id,
    )


def _conflict(refused: Refuse) -> str:
    remote = refused.remote
    if refused.owner is Owner.NOBODY:
        return (
            f"{remote.id} has the name of this object's resource, and nobody manages it. To take "
            f'it over, annotate this object with {ADOPT}: "true".'
        )
    if refused.owner is Owner.NAMESAKE:
        return (
            f"{remote.id} belongs to another object of this name ({remote.source}), in a cluster "
            "of the same name."
        )
    said = f"{remote.id} is managed by {remote.manager}."
    if refused.same_object:
        said += (
            f" That is this object under another cluster name. To go on, annotate it with {ADOPT}: "
            '"true".'
        )
    return said


def slowed_down() -> Outcome:
    """What to say of a resource that is put back again and again."""
    return Outcome(
        Reason.DRIFT_FREQUENT,
        f"The resource was changed in SignalCraft {CORRECTIONS} times within {WINDOW / 60:.0f} "
        f"minutes, so it is put back every {PAUSE / 60:.0f} minutes at most.",
    )


def unusable(connection: Key, link: Link) -> Outcome:
    """What to say of an object that has to be written by a connection that can't be used."""
    if link.standing.state is State.UNREACHABLE:
        return Outcome(Reason.UNREACHABLE, link.standing.message)
    reason = Reason.CONNECTION_NOT_READY
    if link.standing.reason is Reason.WORKSPACE_CHANGED:
        reason = Reason.WORKSPACE_CHANGED
    return Outcome(reason, f"{connection}: {link.standing.message}", patience=PATIENCE)
