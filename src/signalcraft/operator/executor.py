"""Carrying out plans: what SignalCraft is asked, and what came of it."""

from dataclasses import dataclass
from typing import Any

from signalcraft.client import ApiProblem, Candidate, Stored
from signalcraft.client.validation import validate
from signalcraft.model.diff import diff
from signalcraft.model.kinds import Kind
from signalcraft.model.problem import Slug
from signalcraft.model.resource import ManagedBy, Resource
from signalcraft.operator.link import Link
from signalcraft.operator.mirror import remote_of
from signalcraft.operator.plan import (
    Create,
    Delete,
    Desired,
    Keep,
    Refuse,
    Release,
    Remote,
    Replace,
    plan,
    plan_deletion,
)

# A write that was overtaken is planned again, so often at once.
_ATTEMPTS = 3


class Overtaken(Exception):
    """Others changed the resource again and again while it was to be written."""


@dataclass(frozen=True)
class Done:
    """What a plan has come to."""

    action: Create | Replace | Keep | Refuse
    remote: Remote
    """The resource as it is now."""
    fields: tuple[str, ...] = ()
    """Where the body differed, as JSON pointers."""


class Executor:
    """Looks at resources and changes them, as plans say. Raises what `Api` does, and `Overtaken`."""

    def __init__(self, link: Link, kind: Kind) -> None:
        self._link = link
        self._api = link.api
        self._kind = kind

    def look(self, desired: Desired, known_id: str | None) -> Remote | None:
        """The resource that a plan is about: from memory, or else from SignalCraft. For an object
        that names none it isn't looked for by name: creating it will tell.
        """
        id = known_id or desired.external_id
        if id is None:
            return None
        return self._link.mirror.get(id) or self._read(id)

    def objections(self, desired: Desired, action: Create | Replace) -> tuple[str, ...]:
        """What SignalCraft would say against a write; nothing is written."""
        id = action.remote.id if isinstance(action, Replace) else None
        [verdict] = self._api.read(validate([Candidate(desired.body, id)])).items
        return tuple(str(each) for each in (*verdict.errors, *verdict.warnings))

    def carry_out(
        self, desired: Desired, action: Create | Replace | Keep | Refuse, known_id: str | None
    ) -> Done:
        """Does what was planned; where others were faster, plans again."""
        for _ in range(_ATTEMPTS):
            if isinstance(action, Keep | Refuse):
                return Done(action, action.remote)
            try:
                return self._write(desired, action)
            except ApiProblem as problem:
                overtaken = {Slug.VERSION_MISMATCH, Slug.NOT_FOUND, Slug.MANAGED_ELSEWHERE}
                if problem.slug not in overtaken:
                    raise
            action = plan(desired, self._look_again(desired, action), known_id)
            if isinstance(action, Create) and action.again:
                break  # It has just been deleted: is the object still there?
        raise Overtaken

    def delete(self, manager: ManagedBy, name: str, known_id: str | None) -> Release:
        """Deletes what an object has created, if it is there and still the object's."""
        for _ in range(_ATTEMPTS):
            stored = (
                self._api.get(self._kind.body, known_id)
                if known_id
                else self._api.find(self._kind.body, name)
            )
            remote = remote_of(stored) if stored else None
            action = plan_deletion(manager.manager, manager.source or "", remote)
            if isinstance(action, Release):
                return action
            if self._delete(action, manager):
                return Release()
        raise Overtaken

    def _delete(self, action: Delete, manager: ManagedBy) -> bool:
        """Whether the resource is gone; False if it has changed meanwhile."""
        remote = action.remote
        try:
            self._api.delete(self._kind.body, remote.id, remote.etag, manager)
        except ApiProblem as problem:
            if problem.slug is Slug.VERSION_MISMATCH:
                return False
            if problem.slug is not Slug.NOT_FOUND:
                raise
        self._link.mirror.remove(remote.id)
        return True

    def _write(self, desired: Desired, action: Create | Replace) -> Done:
        if isinstance(action, Create):
            created = self._api.create(desired.body, desired.managed_by)
            return Done(action, self._note(created))
        before = self._api.get(self._kind.body, action.remote.id)
        if before is not None and remote_of(before) != action.remote:
            # It is not as the plan took it to be: the write is refused, and planned again.
            self._link.mirror.put(before)
        fields = _differences(before.body, desired.body) if before else ()
        written = self._api.replace(
            action.remote.id,
            desired.body,
            action.remote.etag,
            desired.managed_by,
            force=action.force,
        )
        return Done(action, self._note(written), fields)

    def _look_again(self, desired: Desired, action: Create | Replace) -> Remote | None:
        if isinstance(action, Replace):
            return self._read(action.remote.id)
        found = self._api.find(self._kind.body, desired.body.name)
        return None if found is None else self._note(found)

    def _read(self, id: str) -> Remote | None:
        found = self._api.get(self._kind.body, id)
        if found is None:
            self._link.mirror.remove(id)
            return None
        return self._note(found)

    def _note(self, stored: Stored[Resource]) -> Remote:
        self._link.mirror.put(stored)
        return remote_of(stored)


def _differences(before: Resource, after: Resource) -> tuple[str, ...]:
    found: list[dict[str, Any]] = diff(
        before.model_dump(mode="json"), after.model_dump(mode="json")
    )
    return tuple(each["pointer"] for each in found)
