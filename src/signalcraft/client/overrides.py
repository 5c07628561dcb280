"""Reading the overrides of a schedule."""

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
    path = f"/v1/schedules/{schedule_id}/overrides"
    return Request("GET", path, answers.shape(OverridePage), query)
