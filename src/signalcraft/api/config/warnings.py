"""What will surprise people about a write: `SignalCraft-Warnings`, and `validate`."""

import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict

import structlog
from whenever import Instant

from signalcraft.api.config.people_changes import people_warnings
from signalcraft.api.config.rule_warnings import (
    catch_all_removed,
    default_policy_removed,
    rule_warnings,
)
from signalcraft.api.http.call import Call
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.resource import Resource
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.service_account import ServiceAccount
from signalcraft.model.service_account_trust import ServiceAccountTrust
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.model.workspace import Workspace
from signalcraft.oncall.budget import TooMuchWork, limited
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.never_on_call import never_on_call
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.warnings import deletion_warnings, policy_warnings, schedule_warnings
from signalcraft.store.config import findings, names, owners, records
from signalcraft.store.config.records import Record
from signalcraft.store.db.failures import UnusableDatabase
from signalcraft.store.oncall import overrides

MAX_BYTES = 4096
_STEPS = 100_000

log = structlog.get_logger()


def surprises(
    call: Call,
    resource: Resource,
    before: Record | None,
    directory: Directory | None = None,
    *,
    placeholders: AbstractSet[str] = frozenset(),
    planned: AbstractSet[str] = frozenset(),
) -> list[Mistake]:
    """What is surprising about a valid body, seen from now. `directory` is what it is validated
    with, if not the stored configuration; `placeholders` are the ids in it of what doesn't exist
    yet, and `planned` those of what is validated together with it.

    Warnings are a courtesy, so finding them fails nothing: what would take too much work, or can't
    be read, is left out.
    """
    return _if_possible(
        lambda: _surprises(
            call,
            resource,
            before,
            directory or call.configuration.directory,
            placeholders,
            planned,
        )
    )


def deletion_surprises(call: Call, record: Record) -> list[Mistake]:
    """What is surprising about a deletion, to be asked before it is made. As for `surprises`."""
    if record.id == call.author.id:
        return [_own_deletion(record)]
    if record.kind == "routing_rule":
        return _if_possible(lambda: catch_all_removed(call, record))
    if record.kind not in {"user", "team"}:  # Nothing else has overrides, which go too.
        return []
    return _if_possible(lambda: list(_without_overrides_of(call, record.id)))


def _without_overrides_of(call: Call, participant: str) -> Iterator[Mistake]:
    configuration, now = call.configuration, Instant.now()
    for id in overrides.schedules_of(call.connection, call.workspace_id, participant):
        schedule = configuration.schedule(id)
        if schedule is None:  # It has been deleted just now.
            continue
        kept = configuration.overrides_of(id)
        left = [override for override in kept if override.participant != participant]
        was = Roster(schedule, kept, configuration.people)
        will_be = Roster(schedule, left, configuration.people)
        yield from deletion_warnings(was, will_be, now, configuration.name_of)


def _if_possible(find: Callable[[], list[Mistake]]) -> list[Mistake]:
    try:
        with limited(_STEPS):
            return find()
    except (TooMuchWork, UnusableDatabase) as error:
        log.warning("warnings were left out", reason=str(error))
        return []


def _surprises(
    call: Call,
    resource: Resource,
    before: Record | None,
    directory: Directory,
    placeholders: AbstractSet[str],
    planned: AbstractSet[str],
) -> list[Mistake]:
    now, found = Instant.now(), list[Mistake]()
    match resource:
        case EscalationPolicy():
            found = policy_warnings(resource, directory, now, placeholders)
        case Schedule():
            found = _of_schedule(call, resource, before, directory, now, placeholders)
        case User() | Team() if before:
            found = people_warnings(call, before, resource, directory.people, now, planned)
        case Workspace() if before:
            found = default_policy_removed(call, before, resource)
        case RoutingRule():
            found = rule_warnings(call, resource, before)
        case ServiceAccount() if before and before.id == call.author.id:
            found = _own_access_removed(before, resource)
        case ServiceAccountTrust():
            found = _any_branch(call, resource)
        case _:
            pass
    return found


def _of_schedule(
    call: Call,
    schedule: Schedule,
    before: Record | None,
    directory: Directory,
    now: Instant,
    placeholders: AbstractSet[str],
) -> list[Mistake]:
    was = before.resource if before else None
    assert was is None or isinstance(was, Schedule)
    kept = call.configuration.overrides_of(before.id) if before else []

    def name_of(user_id: str) -> str:
        return "somebody new" if user_id in placeholders else call.configuration.name_of(user_id)

    roster = Roster(schedule, kept, directory.people)
    earlier = Roster(was, kept, call.configuration.people) if was else None
    idle = never_on_call(schedule, roster, directory.people, now)
    return [
        *schedule_warnings(earlier, roster, now, name_of),
        *(each.told(name_of) for each in idle),
    ]


def _own_access_removed(before: Record, after: ServiceAccount) -> list[Mistake]:
    found = []
    lost = sorted(set(before.fields["scopes"]) - set(after.scopes))
    if lost:
        found.append(
            Mistake(
                "/scopes",
                Code.OWN_ACCESS_REMOVED,
                "This removes scopes of the service account that makes the change. Requests that "
                f"need {', '.join(lost)} will be refused from then on, in the same apply too.",
            )
        )
    if after.disabled and not before.fields["disabled"]:
        found.append(
            Mistake(
                "/disabled",
                Code.OWN_ACCESS_REMOVED,
                "This disables the service account that makes the change. All further requests "
                "will be refused, in the same apply too.",
            )
        )
    return found


def _any_branch(call: Call, trust: ServiceAccountTrust) -> list[Mistake]:
    """Whoever can push a branch could get a key that writes. For plans of pull requests, which only
    read, that is as it has to be.
    """
    kind = KINDS["service_account"]
    account = records.find(call.connection, call.workspace_id, kind, trust.service_account_id)
    if account is None or not trust.trusts_any_branch:
        return []
    writes = [scope for scope in account.fields["scopes"] if not scope.endswith(":read")]
    if not writes:
        return []
    return [
        Mistake(
            "/claims",
            Code.ANY_BRANCH,
            f"A job of any branch can get a key of {account.name!r}, which has {writes[0]}. Pin ref, "
            "environment or workflow_ref too.",
        )
    ]


def _own_deletion(record: Record) -> Mistake:
    return Mistake(
        "",
        Code.OWN_ACCESS_REMOVED,
        f"This deletes {record.name!r}, the service account that makes the change. All further "
        "requests will be refused, in the same apply too.",
    )


def among_others(call: Call, record: Record) -> list[Mistake]:
    """What is surprising about a resource that has been written, among the others: that it shares
    its name, or is the acting owner.
    """
    key = record.fields[KINDS[record.kind].natural_key]
    others = names.shared_with(call.connection, call.author, record, key)
    found = [findings.shared(record, others)] if others else []
    if record.kind == "user" and owners.acting(call.connection, call.workspace_id) == record.id:
        found.append(findings.keeps_rights(record))
    return found


def managed_elsewhere(call: Call, record: Record) -> list[Mistake]:
    """That what is written by hand is kept as code somewhere, and will be put back."""
    if record.manager is None or call.author.manager is not None:
        return []
    return [
        Mistake(
            "",
            Code.MANAGED_ELSEWHERE,
            f"{record.manager} manages this resource and will revert the change: change it "
            + (f"in {record.source}." if record.source else "there."),
        )
    ]


def warning_headers(warnings: Sequence[Mistake]) -> dict[str, str]:
    """The header that carries warnings; the last are left out where it would exceed 4 KB."""
    while warnings:
        text = json.dumps([asdict(warning) for warning in warnings])
        if len(text) <= MAX_BYTES:
            return {"SignalCraft-Warnings": text}
        warnings = warnings[:-1]
    return {}
