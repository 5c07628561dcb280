"""Reading, creating and deleting the overrides of a schedule."""

import uuid

from pydantic import BaseModel, ConfigDict
from whenever import Instant

from signalcraft.client import answers
from signalcraft.client.request import Request


class ScheduleOverride(BaseModel):
    """Who is on call from `starts_at` until before `ends_at`, whoever the rotations name."""

    model_config = ConfigDict(frozen=True)

    id: str
    participant: str
    """Id of a user or a team, or `nobody`."""
    starts_at: Instant
    ends_at: Instant
    created_at: Instant
    revision: int
    """Where two overlap, the one of greater revision wins."""


class OverridePage(BaseModel):
    """A part of a schedule's overrides, in order of their creation."""

    model_config = ConfigDict(frozen=True)

    items: tuple[ScheduleOverride, ...]
    next_cursor: str | None


def override_page(schedule_id: str, *, cursor: str | None = None) -> Request[OverridePage]:
    """A page of a schedule's overrides."""
    query = {"limit": "1000"} | ({} if cursor is None else {"cursor": cursor})
    return Request("GET", _path(schedule_id), answers.shape(OverridePage), query)


class _NewOverride(BaseModel):
    participant: str
    starts_at: Instant
    ends_at: Instant


def create_override(
    schedule_id: str, participant: str, starts_at: Instant, ends_at: Instant
) -> Request[ScheduleOverride]:
    """A new override: who is on call from `starts_at` until before `ends_at`. The same request can be
    sent again.
    """
    body = _NewOverride(participant=participant, starts_at=starts_at, ends_at=ends_at)
    return Request(
        "POST",
        _path(schedule_id),
        answers.shape(ScheduleOverride),
        headers={"Idempotency-Key": str(uuid.uuid4())},
        content=body.model_dump_json().encode(),
    )


def delete_override(schedule_id: str, id: str) -> Request[None]:
    """The end of an override, which is deleted."""
    return Request("DELETE", f"{_path(schedule_id)}/{id}", lambda _: None)


def _path(schedule_id: str) -> str:
    return f"/v1/schedules/{schedule_id}/overrides"
