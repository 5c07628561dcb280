"""`POST /v1/validate`: what is wrong with bodies, and what will surprise people about them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field

from signalcraft.api.config.read_only import ignored
from signalcraft.api.config.warnings import deletion_surprises, surprises
from signalcraft.api.http.body import read_body
from signalcraft.api.http.call import Answer, Call, answer
from signalcraft.api.http.operation import Operation
from signalcraft.api.http.parameters import FORCE, MANAGER, SOURCE
from signalcraft.api.http.schemas import ProblemError, Shape
from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.partial_draft import read_partial_draft
from signalcraft.model.problem import MAX_ERRORS, Problem
from signalcraft.model.resource import Part, Resource
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.model.workspace import Workspace
from signalcraft.oncall.budget import spend
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.people import People
from signalcraft.oncall.roster import Roster
from signalcraft.routing.lint import is_catch_all
from signalcraft.store.config import findings, guards, names, owners, planned_changes, records
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.planned_changes import PlannedChange
from signalcraft.store.config.records import Record

MAX_ITEMS = 100
_STEPS_PER_MISTAKE = 8


class ValidationItem(Part):
    """A body to validate."""

    kind: str
    """Its kind."""
    id: str | None = None
    """Id of the resource that it would replace; null for a new resource."""
    body: Any
    """The body; null for the deletion of the resource with the id."""
    unknown: Annotated[tuple[str, ...], Field(max_length=10_000)] = ()
    """JSON pointers to what isn't known yet in the body: everything else is checked."""
    replaces: str | None = None
    """Id of the resource that is deleted in exchange for this new one."""


class ValidationRequest(Part):
    """Bodies to validate."""

    items: Annotated[tuple[ValidationItem, ...], Field(min_length=1, max_length=MAX_ITEMS)]
    """The bodies."""
    planned: Annotated[tuple[ValidationItem, ...], Field(max_length=MAX_ITEMS)] = ()
    """Other changes of the same plan, which the bodies are validated as if made."""


class ValidationResult(Shape):
    """The result for one body."""

    errors: list[ProblemError]
    """Errors in the body itself."""
    warnings: list[ProblemError]
    """Errors and warnings that depend on other resources, and so on changes made before this one."""


class ValidationResults(Shape):
    """The results, in the order of the bodies."""

    items: list[ValidationResult]


def operations() -> Iterator[Operation]:
    """The operation that validates without writing."""
    yield Operation(
        "POST",
        "/v1/validate",
        "validate",
        "Validate without writing",
        _validate,
        {200: ValidationResults},
        description=f"Checks up to {MAX_ITEMS} changes at once, and lists up to {MAX_ERRORS} errors "
        "and as many warnings for each. With `SignalCraft-Manager`, changes of names, and deletions, are remembered for that manager and source until the resource "
        "changes, for 30 days at most: then a new resource may have the name before the other "
        "gives it up, and a user an e-mail address at a domain before the workspace allows it.",
        costly=True,
        tag="Validation",
        scope="config:read",
        parameters=(FORCE, MANAGER, SOURCE),
        request=ValidationRequest,
    )


def _validate(call: Call) -> Answer:
    request = read_body(ValidationRequest, call.body)
    changes = [_Change(call, item) for item in request.items]
    _remember(call, changes)
    together = [*changes, *(_Change(call, item) for item in request.planned)]
    plan = _Plan(
        _directory(call, together),
        {change.before.id for change in together if change.before},
        any(change.makes_owner for change in together),
        any(change.catches_all for change in together),
    )
    return answer({"items": [_look_at(call, change, plan) for change in changes]})


@dataclass(frozen=True)
class _Plan:
    """What the changes that are asked about together come to."""

    directory: Directory
    """Who is behind schedules and teams, as far as the changes say."""
    changed: AbstractSet[str]
    """Ids of the resources that the changes are about."""
    makes_owner: bool
    catches_all: bool

    def without_what_it_mends(self, warnings: Sequence[Mistake]) -> list[Mistake]:
        """The warnings that hold although all changes are made."""
        mended = Code.CATCH_ALL_REMOVED if self.catches_all else None
        return [warning for warning in warnings if warning.code is not mended]


def _directory(call: Call, changes: Sequence["_Change"]) -> Directory:
    changed = {change.before.id: change.resource for change in changes if change.before}
    now = call.configuration.directory
    members = {id: body.member_ids for id, body in changed.items() if isinstance(body, Team)}
    active = {id: body.active for id, body in changed.items() if isinstance(body, User)}
    people = now.people.with_members(members).with_active(active)
    schedules = {id: body for id, body in changed.items() if isinstance(body, Schedule)}
    return Directory(_PlannedRosters(call, schedules, people), people)


class _PlannedRosters(Mapping[str, Roster]):
    """The schedules with their overrides as they will be, each compiled when it is first asked for."""

    def __init__(self, call: Call, changed: Mapping[str, Schedule], people: People) -> None:
        self._call = call
        self._changed = changed
        self._people = people
        self._compiled: dict[str, Roster] = {}

    def __getitem__(self, id: str) -> Roster:
        if id not in self._compiled:
            self._compiled[id] = self._compile(id)
        return self._compiled[id]

    def _compile(self, id: str) -> Roster:
        schedule = self._changed.get(id) or self._call.configuration.schedule(id)
        if schedule is None:
            raise KeyError(id)
        return Roster(schedule, self._call.configuration.overrides_of(id), self._people)

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled)

    def __len__(self) -> int:
        return len(self._compiled)


class _Change:
    """A change that is asked about, and what it would change."""

    def __init__(self, call: Call, item: ValidationItem) -> None:
        self.item = item
        self.kind = KINDS.get(item.kind)
        self.draft: Draft | None = None
        self.before: Record | None = None
        if self.kind is None:
            return
        if item.id is not None:
            self.before = records.find(call.connection, call.workspace_id, self.kind, item.id)
        if not self.deletes:
            self.draft = (
                read_partial_draft(self.kind, item.body, item.unknown)
                if item.unknown
                else read_draft(self.kind, json.dumps(item.body).encode())
            )
            spend(_STEPS_PER_MISTAKE * len(self.draft.wrong_fields))
        if item.id is None and self.draft:
            self.before = names.claim(call.connection, call.author, self.draft).revived

    @property
    def deletes(self) -> bool:
        """Whether it is a deletion."""
        return self.item.id is not None and self.item.body is None

    @property
    def resource(self) -> Resource | None:
        """What it makes of the resource, if that is known well enough."""
        if self.draft is None or self.draft.mistakes:
            return None
        return self.draft.resource or self.draft.supposed

    @property
    def makes_owner(self) -> bool:
        """Whether a user is an owner afterwards."""
        return self.draft is not None and owners.has_role(self.draft.fields)

    @property
    def catches_all(self) -> bool:
        """Whether alerts that nothing else routes go somewhere because of it."""
        resource = self.resource
        if isinstance(resource, Workspace):
            return resource.default_escalation_policy_id is not None
        return isinstance(resource, RoutingRule) and is_catch_all(resource)


def _remember(call: Call, changes: Sequence[_Change]) -> None:
    """Remembers what the manager plans, where that matters to other resources."""
    if call.author.manager is None:
        return
    planned: dict[str, tuple[Record, PlannedChange | None]] = {}
    for change in changes:
        if change.kind and change.item.replaces:
            replaced = records.find(
                call.connection, call.workspace_id, change.kind, change.item.replaces
            )
            if replaced:
                planned[replaced.id] = replaced, PlannedChange(None)
        elif change.before and change.item.id:
            planned[change.before.id] = change.before, _planned(change, change.before)
    news = [
        (record, plan)
        for record, plan in planned.values()
        if plan and plan != planned_changes.find(call.connection, call.author, record)
    ]
    if not news:
        return
    with call.database.transaction() as connection:
        log = ChangeLog(connection, call.author)  # Locks the workspace; nothing is entered in it.
        for record, plan in news:
            planned_changes.note(log.connection, call.author, record, plan)


def _planned(change: _Change, before: Record) -> PlannedChange | None:
    """What a change of a resource means for others."""
    if change.deletes:
        return PlannedChange(None)
    assert change.draft is not None
    return planned_changes.planned_by(before, change.draft)


def _look_at(call: Call, change: _Change, plan: _Plan) -> dict[str, Any]:
    kind, draft, before = change.kind, change.draft, change.before
    if kind is None:
        kinds = ", ".join(KINDS)
        return _result([Mistake("", Code.NOT_ALLOWED, f"Unknown kind. Kinds: {kinds}.")])
    warnings: list[Mistake] = []
    if change.item.id is not None and before is None:
        detail = f"There is no {kind.title} with the id {change.item.id}."
        warnings.append(Mistake("", Code.UNKNOWN_REFERENCE, detail))
    if draft is None:
        warnings += _against_manager(call, before)
        warnings += deletion_surprises(call, before) if before else []
        return _result([], plan.without_what_it_mends(warnings))
    warnings += ignored(draft, before)
    warnings += _among_others(call, draft, before)
    if (
        before
        and not plan.makes_owner
        and owners.is_last(call.connection, call.workspace_id, before)
    ):
        warnings.append(findings.keeps_rights(before))
    if change.resource:
        warnings += surprises(
            call,
            change.resource,
            before,
            plan.directory,
            placeholders=draft.placeholders,
            planned=plan.changed,
        )
    warnings = plan.without_what_it_mends(warnings)
    # No other change can mend a reference to an id that nothing has: ids are never chosen.
    unmendable = [mistake for mistake in warnings if mistake.code is Code.UNKNOWN_REFERENCE]
    mendable = [mistake for mistake in warnings if mistake.code is not Code.UNKNOWN_REFERENCE]
    return _result([*draft.mistakes, *unmendable], mendable)


def _among_others(call: Call, draft: Draft, before: Record | None) -> Iterator[Mistake]:
    """What the other resources say against a write."""
    connection, author = call.connection, call.author
    yield from guards.check_among(connection, author, draft, before)
    if before is None:
        holder = names.claim(connection, author, draft).holder
        if holder and not _is_own(call, holder):
            yield findings.taken(draft, holder)
        return
    others = names.shared_by(connection, author, draft, before)
    if others and not all(_is_own(call, other) for other in others):
        yield findings.shared(before, others)
    yield from _against_manager(call, before)


def _is_own(call: Call, holder: Record) -> bool:
    """Whether a resource was last written by the manager and source that plan now: they may come to
    speak of it later in the same plan, so whether it keeps its name isn't known yet.
    """
    author = call.author
    return author.manager is not None and (holder.manager, holder.source) == (
        author.manager,
        author.source,
    )


def _against_manager(call: Call, before: Record | None) -> list[Mistake]:
    if before is None:
        return []
    try:
        guards.refuse_other_manager(before, call.author)
    except Problem as problem:
        return [Mistake("", Code.MANAGED_ELSEWHERE, problem.detail)]
    return []


def _result(errors: Sequence[Mistake], warnings: Sequence[Mistake] = ()) -> dict[str, Any]:
    return {
        "errors": [asdict(error) for error in errors[:MAX_ERRORS]],
        "warnings": [asdict(warning) for warning in warnings[:MAX_ERRORS]],
    }
