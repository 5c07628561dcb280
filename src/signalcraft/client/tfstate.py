"""Terraform states: reading, writing, locks, versions, and what happened to them."""

from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict
from whenever import Instant

from signalcraft.client import answers
from signalcraft.client.request import Request

_COLLECTION = "/v1/terraform/states"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class LockHolder(_Answer):
    """The run of Terraform that holds a state's lock."""

    run_id: str
    account_name: str
    who: str
    operation: str
    url: str | None
    taken_at: Instant


class TerraformState(_Answer):
    """A state, without its content."""

    name: str
    version: int | None
    serial: int | None
    size: int | None
    """Bytes."""
    written_at: Instant | None
    lock: LockHolder | None
    unsaved: bool
    """Whether applies are refused, since one could not save the state."""


class StateList(_Answer):
    """The workspace's states, in order of name."""

    items: tuple[TerraformState, ...]


class StateVersion(_Answer):
    """A version of a state."""

    number: int
    serial: int | None
    lineage: str | None
    size: int
    """Bytes."""
    written_at: Instant
    account_name: str
    who: str | None
    operation: str | None
    url: str | None


class StateHistory(_Answer):
    """A state's versions, the newest first."""

    items: tuple[StateVersion, ...]


class Incident(_Answer):
    """A request that was refused, or what kept an apply from saving a state."""

    at: Instant
    reason: str
    detail: str
    account_name: str
    who: str | None
    operation: str | None
    url: str | None


class MissingObject(_Answer):
    """An object that exists and that a state lacks."""

    id: str
    resource_type: str
    name: str


class Explanation(_Answer):
    """What happened to a state."""

    state: TerraformState
    content: Literal["empty", "readable", "encrypted"]
    unsaved: Incident | None
    refusal: Incident | None
    missing: tuple[MissingObject, ...]


def states() -> Request[StateList]:
    """The workspace's states."""
    return Request("GET", _COLLECTION, answers.shape(StateList))


def history(name: str) -> Request[StateHistory]:
    """The versions of a state."""
    return Request("GET", f"{_item(name)}/versions", answers.shape(StateHistory))


def pull(name: str, version: int | None = None) -> Request[bytes]:
    """A state's content: the newest version's, or another's."""
    path = _item(name) if version is None else f"{_item(name)}/versions/{version}"
    return Request("GET", path, lambda response: response.content)


def push(name: str, content: bytes, *, force: bool) -> Request[None]:
    """Writes a state. With `force`, whatever the lineage and serial of what is stored."""
    query = {"force": "true"} if force else {}
    return Request("POST", _item(name), lambda _: None, query, content=content)


def restore(name: str, version: int) -> Request[StateVersion]:
    """Makes an older version's content the newest version."""
    path = f"{_item(name)}/versions/{version}/restore"
    return Request("POST", path, answers.shape(StateVersion), repeatable=False)


def delete(name: str) -> Request[None]:
    """Deletes a state with all of its versions."""
    return Request("DELETE", _item(name), lambda _: None)


def release(name: str, run_id: str) -> Request[None]:
    """Releases a state's lock by force, if this run still holds it."""
    return Request("DELETE", f"{_item(name)}/lock", lambda _: None, {"run": run_id})


def resume(name: str) -> Request[None]:
    """Lets applies run again after one that could not save the state."""
    return Request("POST", f"{_item(name)}/resume", lambda _: None)


def explain(name: str) -> Request[Explanation]:
    """What happened to a state."""
    return Request("GET", f"{_item(name)}/why", answers.shape(Explanation))


def _item(name: str) -> str:
    return f"{_COLLECTION}/{quote(name, safe='')}"
