"""Creating, replacing and deleting resources."""

import dataclasses
from collections.abc import Callable

from signalcraft.api.config.read_only import ignored
from signalcraft.api.config.reading import find, render, shown
from signalcraft.api.config.warnings import (
    among_others,
    deletion_surprises,
    managed_elsewhere,
    surprises,
    warning_headers,
)
from signalcraft.api.http.call import Answer, Call, Later, answer
from signalcraft.api.http.idempotency import once
from signalcraft.api.http.preconditions import if_match
from signalcraft.api.http.schemas import Blocker, Pending
from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.ids import no_id
from signalcraft.model.kinds import Kind
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import invalid
from signalcraft.store.config import guards, names, owners, records
from signalcraft.store.config.audit_view import is_there_already
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.records import Record
from signalcraft.store.config.write import Write, Written


def create(kind: Kind, call: Call) -> Later:
    """Creates a resource."""
    draft = read_draft(kind, call.body)
    if draft.mistakes:
        holder = names.claim(call.connection, call.author, draft).holder
        guards.refuse_mistakes(call.connection, call.author, draft, None, holder)
    if call.query["validate_only"]:
        return Later(lambda: _rehearse(call, draft, None, lambda write: write.create(draft), 201))

    def act() -> Answer:
        done: list[Written] = []

        def create(log: ChangeLog) -> Answer:
            done.append(Write(log).create(draft))
            return shown(done[0].record, 201)

        answered = once(call, create)
        return answered.with_headers(_warnings(call, draft, done[0]) if done else {})

    return Later(act)


def put_by_key(kind: Kind, call: Call) -> Answer | Later:
    """Creates or replaces the resource with the name (users: e-mail address) in the query."""
    draft = read_draft(kind, call.body)
    wanted = call.query[kind.natural_key]
    if draft.natural_key is not None and kind.fold(draft.natural_key) != kind.fold(wanted):
        raise invalid([*draft.mistakes, _other_key(kind, wanted)])
    before = records.find_by_key(call.connection, call.workspace_id, kind, wanted)
    return _replace(
        call,
        draft,
        before,
        lambda write, tags: write.put(draft, tags, create_only=_create_only(call)),
    )


def put(kind: Kind, call: Call) -> Answer | Later:
    """Replaces the resource that the path names."""
    draft, before = read_draft(kind, call.body), find(kind, call)

    def replace(write: Write, tags: guards.IfMatch | None) -> Written:
        if _create_only(call):
            guards.refuse_existing(before)
        return write.replace(before.id, draft, tags)

    return _replace(call, draft, before, replace)


def delete(kind: Kind, call: Call) -> Answer:
    """Deletes a resource, or has it deleted when nothing refers to it any more."""
    id = call.path["id"]
    warnings = warning_headers(deletion_surprises(call, find(kind, call)))
    with call.database.transaction() as connection:
        marked, blockers = Write(ChangeLog(connection, call.author)).delete(
            kind,
            id,
            if_match(call.headers.get("if-match")),
            when_unreferenced=call.query["when_unreferenced"],
        )
    if marked is None:
        return Answer(204, headers=warnings)
    assert marked.deletion_requested_at is not None
    pending = Pending(
        id=id,
        deletion_requested_at=marked.deletion_requested_at,
        blockers=[Blocker(**blocker) for blocker in blockers],
        last_owner=owners.acting(call.connection, call.workspace_id) == id,
    )
    return answer(pending, 202).with_headers(warnings)


def _replace(
    call: Call,
    draft: Draft,
    before: Record | None,
    replace: Callable[[Write, guards.IfMatch | None], Written],
) -> Answer | Later:
    tags = if_match(call.headers.get("if-match"))
    if call.query["validate_only"]:
        return Later(lambda: _rehearse(call, draft, before, lambda write: replace(write, tags)))
    if before and not _create_only(call) and is_there_already(before, draft, call.author):
        guards.refuse_mismatch(before, tags)  # A write that changes nothing takes no lock.
        return _written(call, draft, Written(before))
    if draft.mistakes:
        # Wrong by itself: it can't be written whatever version If-Match names, whoever manages it.
        guards.refuse_mistakes(call.connection, call.author, draft, before)

    def act() -> Answer:
        with call.database.transaction() as connection:
            written = replace(Write(ChangeLog(connection, call.author), before), tags)
        return _written(call, draft, written)

    return Later(act)


def _rehearse(
    call: Call,
    draft: Draft,
    read: Record | None,
    write: Callable[[Write], Written],
    status: int | None = None,
) -> Answer:
    """What a write would be answered with: it is carried out, and nothing of it is kept."""
    author = call.author
    if draft.kind.write_scope not in call.caller.scopes:
        # Who may only read asks on behalf of somebody who may write.
        author = dataclasses.replace(author, scopes=None)
    with call.database.rehearsal() as connection:
        written = write(Write(ChangeLog(connection, author), read))
        beside = _warnings_beside(call, written)
    # A new resource's read-only fields are not decided by a dry run.
    stored = (written.before, None if written.created else written.record)
    warnings = [*beside, *ignored(draft, *stored), *_warnings_within(call, draft, written)]
    record = written.record
    if written.created:
        record = record._replace(id=no_id(draft.kind.id_prefix))
    return Answer(status or _status(written), render(record), warning_headers(warnings))


def _create_only(call: Call) -> bool:
    return "if-none-match" in call.headers


def _other_key(kind: Kind, wanted: str) -> Mistake:
    key = kind.natural_key
    return Mistake(f"/{key}", Code.CONFLICT, f"Must be the same as in the query, {wanted!r}.")


def _written(call: Call, draft: Draft, written: Written) -> Answer:
    answered = shown(written.record, _status(written))
    return answered.with_headers(_warnings(call, draft, written))


def _status(written: Written) -> int:
    return 201 if written.created else 200


def _warnings(call: Call, draft: Draft, written: Written) -> dict[str, str]:
    beside = _warnings_beside(call, written)
    read_only = ignored(draft, written.before, written.record)
    return warning_headers([*beside, *read_only, *_warnings_within(call, draft, written)])


def _warnings_beside(call: Call, written: Written) -> list[Mistake]:
    """What is surprising about a write beside what else there is."""
    found = managed_elsewhere(call, written.record)
    # A new resource shares its name with none, and is no owner who has lost the role.
    return [*found, *among_others(call, written.record)] if written.before else found


def _warnings_within(call: Call, draft: Draft, written: Written) -> list[Mistake]:
    """What is surprising about what was written. To be asked outside of its transaction, since what
    is compiled from the configuration is of committed changes only.
    """
    if draft.parsed is None or not (written.created or written.before):
        return []
    return surprises(call, draft.parsed, written.before)
