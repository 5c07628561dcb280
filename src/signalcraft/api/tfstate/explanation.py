"""What happened to a Terraform state, and what to do."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from signalcraft.api.http.call import Answer, Call
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.schemas import Shape
from signalcraft.api.tfstate.names import ITEM, TAG, known_state, no_state
from signalcraft.api.tfstate.states import TerraformState, shown
from signalcraft.model.problem import Problem, Slug
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.tfstate import sentences, versions, writing
from signalcraft.store.tfstate.keyring import UnusableKeys
from signalcraft.store.tfstate.objects import ManagedObject, Ownership
from signalcraft.store.tfstate.snapshot import OURS
from signalcraft.store.tfstate.states import Incident, Reason


class TerraformIncident(Shape):
    """A request that was refused, or what kept an apply from saving a state."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    """When it happened."""
    reason: Reason
    """What happened, for programs."""
    detail: str
    """What happened, in words."""
    account_name: str
    """The service account."""
    who: str | None
    """The person and the machine, as Terraform says it; null where it isn't known."""
    operation: str | None
    """What Terraform was doing; null where it isn't known."""
    url: str | None
    """The CI run; null where it isn't known."""


class MissingObject(Shape):
    """An object that exists and that a state lacks."""

    id: str
    """The object's id."""
    resource_type: str
    """Its type in Terraform, such as `signalcraft_team`."""
    name: str
    """Its name (users: e-mail address)."""


class TerraformExplanation(Shape):
    """What happened to a Terraform state."""

    state: TerraformState
    """The state."""
    content: Literal["empty", "readable", "encrypted"]
    """Whether the server can see the state's resources: OpenTofu may have encrypted them."""
    unsaved: TerraformIncident | None
    """Why applies are refused; null where they aren't."""
    refusal: TerraformIncident | None
    """The last request that was refused; null for none."""
    missing: list[MissingObject]
    """Objects that this state's configuration has created and that no state has."""


def _explain(call: Call) -> Answer:
    state = known_state(call)
    try:
        ownership = Ownership(call.connection, call.workspace_id, call.states.keyring)
    except UnusableKeys as error:
        raise Problem(Slug.NOT_CONFIGURED, str(error)) from None
    version = versions.latest(call.connection, state.id)
    is_encrypted = ownership.is_encrypted(state)
    explanation = TerraformExplanation(
        state=shown(call, state),
        content="empty" if version is None else "encrypted" if is_encrypted else "readable",
        unsaved=_shown(state.unsaved),
        refusal=_shown(state.refusal),
        missing=[] if is_encrypted else list(map(_missing, ownership.missing(state))),
    )
    return Answer(body=explanation.model_dump_json())


def _resume(call: Call) -> Answer:
    with call.database.transaction() as connection:
        known = writing.resume(ChangeLog(connection, call.author), call.path["name"])
    if not known:
        raise no_state(call)
    return Answer(204)


def _shown(incident: Incident | None) -> TerraformIncident | None:
    if incident is None:
        return None
    operation = sentences.operation_word(incident.operation) if incident.operation else None
    return TerraformIncident(**vars(incident) | {"operation": operation})


def _missing(found: ManagedObject) -> MissingObject:
    return MissingObject(id=found.id, resource_type=f"{OURS}{found.kind}", name=found.name)


def operations() -> Iterator[Operation]:
    """Asking what became of a state."""
    yield Operation(
        "GET",
        f"{ITEM}/why",
        "explain_terraform_state",
        "Explain what happened to a state",
        _explain,
        {200: TerraformExplanation},
        description="Who holds its lock, which request was refused last and why, and which objects "
        "the state lacks.",
        tag=TAG,
        scope="state:read",
        problems=(Slug.NOT_FOUND, Slug.NOT_CONFIGURED),
    )
    yield Operation(
        "POST",
        f"{ITEM}/resume",
        "resume_terraform_state",
        "Let applies run again",
        _resume,
        {204: None},
        description="Ends the refusal of applies after one that could not save the state. Do this "
        "once the objects that the state lacks are imported, or in `import` blocks.",
        tag=TAG,
        scope="state:unlock",
        problems=(Slug.NOT_FOUND,),
    )
