"""The operations that every kind has: list, create, read, replace, delete."""

import json
from collections.abc import Callable, Iterator
from functools import partial

from signalcraft.api import parameters
from signalcraft.api.call import Answer, Call, Later, answer
from signalcraft.api.conditions import if_match
from signalcraft.api.idempotency import once
from signalcraft.api.operation import Operation, Parameter
from signalcraft.api.paging import after, cursor
from signalcraft.api.schemas import Page, Pending, Stored
from signalcraft.api.warnings import managed_elsewhere, surprises, warning_headers
from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.kinds import KINDS, Kind
from signalcraft.model.mistake import Code, Mistake
from signalcraft.model.problem import Slug, invalid, not_found
from signalcraft.store import guards, records
from signalcraft.store.records import Record
from signalcraft.store.write import Write, Written, is_there_already

_AS_CODE = (parameters.MANAGER, parameters.SOURCE)
_CONDITIONS = (parameters.IF_MATCH, parameters.IF_NONE_MATCH)


def operations() -> Iterator[Operation]:
    """The operations of all kinds."""
    for kind in KINDS.values():
        if not kind.singleton:
            yield from _of_collection(kind)
        yield from _of_item(kind)


def _of_collection(kind: Kind) -> Iterator[Operation]:
    path, key = f"/v1/{kind.path}", kind.natural_key
    plural = kind.path.replace("-", "_")
    yield Operation(
        "GET",
        path,
        f"list_{plural}",
        f"List {plural.replace('_', ' ')}",
        partial(_list, kind),
        {200: Page(kind)},
        tag=kind.tag,
        scope="config:read",
        parameters=(
            parameters.LIMIT,
            parameters.CURSOR,
            parameters.ids(kind),
            Parameter(key, parameters.ShortText, f"Only the one with exactly this {key}."),
        ),
    )
    yield Operation(
        "POST",
        path,
        f"create_{kind.name}",
        f"Create {kind.with_article}",
        partial(_create, kind),
        {201: Stored(kind), 204: None},
        description="If another with this name waits to be deleted, that one is kept instead, and "
        "replaced.",
        tag=kind.tag,
        scope=kind.write_scope,
        dry_run_scope="config:read",
        quick=True,
        parameters=(parameters.VALIDATE_ONLY, parameters.IDEMPOTENCY_KEY, *_AS_CODE),
        request=kind.body,
        problems=(
            Slug.NAME_TAKEN,
            Slug.MANAGED_ELSEWHERE,
            Slug.IDEMPOTENCY_IN_PROGRESS,
            Slug.IDEMPOTENCY_KEY_REUSED,
        ),
    )
    yield Operation(
        "PUT",
        path,
        f"put_{kind.name}_by_{key}",
        f"Create or replace {kind.with_article} by {key}",
        partial(_put_by_key, kind),
        {200: Stored(kind), 201: Stored(kind), 204: None},
        description=f"Applies a configuration again and again: creates it if no {kind.title} has "
        f"this {key}, replaces it otherwise. Writing the same thing twice changes nothing.",
        tag=kind.tag,
        scope=kind.write_scope,
        dry_run_scope="config:read",
        quick=True,
        parameters=(
            Parameter(
                key,
                parameters.ShortText,
                f"The {key} of the {kind.title}; the body must have the same.",
                required=True,
            ),
            parameters.VALIDATE_ONLY,
            parameters.FORCE,
            *_CONDITIONS,
            *_AS_CODE,
        ),
        request=kind.body,
        problems=_PUT_PROBLEMS,
    )


_PUT_PROBLEMS = (
    Slug.NAME_TAKEN,
    Slug.MANAGED_ELSEWHERE,
    Slug.LAST_OWNER,
    Slug.VERSION_MISMATCH,
)


def _of_item(kind: Kind) -> Iterator[Operation]:
    path = f"/v1/{kind.path}" if kind.singleton else f"/v1/{kind.path}/{{id}}"
    yield Operation(
        "GET",
        path,
        f"get_{kind.name}",
        f"Read {kind.with_article}",
        partial(_get, kind),
        {200: Stored(kind)},
        tag=kind.tag,
        scope="config:read",
        quick=True,
        problems=(Slug.NOT_FOUND,),
    )
    yield Operation(
        "PUT",
        path,
        f"put_{kind.name}",
        f"Replace {kind.with_article}",
        partial(_put, kind),
        {200: Stored(kind), 204: None},
        description="Writing what is there already changes nothing: no version, no entry in the "
        "feed.",
        tag=kind.tag,
        scope=kind.write_scope,
        dry_run_scope="config:read",
        quick=True,
        parameters=(parameters.VALIDATE_ONLY, parameters.FORCE, *_CONDITIONS, *_AS_CODE),
        request=kind.body,
        problems=(Slug.NOT_FOUND, *_PUT_PROBLEMS),
    )
    if kind.singleton:
        return
    yield Operation(
        "DELETE",
        path,
        f"delete_{kind.name}",
        f"Delete {kind.with_article}",
        partial(_delete, kind),
        {204: None, 202: Pending},
        tag=kind.tag,
        scope=kind.write_scope,
        parameters=(
            parameters.WHEN_UNREFERENCED,
            parameters.FORCE,
            parameters.IF_MATCH,
            *_AS_CODE,
        ),
        problems=(
            Slug.NOT_FOUND,
            Slug.REFERENCED,
            Slug.MANAGED_ELSEWHERE,
            Slug.LAST_OWNER,
            Slug.VERSION_MISMATCH,
        ),
    )


def _list(kind: Kind, call: Call) -> Answer:
    limit = call.query["limit"]
    found = records.page(
        call.connection,
        call.workspace_id,
        kind,
        after=after(call.query["cursor"]),
        limit=limit + 1,
        key=call.query[kind.natural_key],
        ids=call.query["id"],
    )
    items = ",".join(render(record) for record in found[:limit])
    next_cursor = json.dumps(cursor(found[limit - 1].id) if len(found) > limit else None)
    return Answer(body=f'{{"items":[{items}],"next_cursor":{next_cursor}}}')


def _get(kind: Kind, call: Call) -> Answer:
    return _answer(_find(kind, call))


def _create(kind: Kind, call: Call) -> Later:
    draft = read_draft(kind, call.body)
    if call.query["validate_only"]:

        def look() -> Answer:
            before = records.taken_over_by(call.connection, call.workspace_id, draft)
            return _validate(call, draft, before)

        return Later(look)
    if draft.mistakes:
        _refuse_mistakes(call, draft, None)

    def act() -> Answer:
        done: list[Written] = []

        def create(write: Write) -> Answer:
            done.append(write.create(draft))
            return _answer(done[0].record, 201)

        answered = once(call, create)
        # Not in the transaction: what is compiled from the configuration is of committed changes
        # only.
        return answered.with_headers(_warnings(call, draft, done[0]) if done else {})

    return Later(act)


def _put_by_key(kind: Kind, call: Call) -> Answer | Later:
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


def _put(kind: Kind, call: Call) -> Answer | Later:
    draft, before = read_draft(kind, call.body), _find(kind, call)

    def replace(write: Write, tags: guards.IfMatch | None) -> Written:
        if _create_only(call):
            raise guards.exists(before)
        return write.replace(before.id, draft, tags)

    return _replace(call, draft, before, replace)


def _replace(
    call: Call,
    draft: Draft,
    before: Record | None,
    write: Callable[[Write, guards.IfMatch | None], Written],
) -> Answer | Later:
    tags = if_match(call.headers.get("if-match"))
    if call.query["validate_only"]:
        return Later(lambda: _validate(call, draft, before))
    if before and not _create_only(call) and is_there_already(before, draft, call.author):
        guards.refuse_mismatch(before, tags)  # A write that changes nothing takes no lock.
        return _written(call, draft, Written(before))
    if draft.mistakes:
        # Wrong by itself: it can't be written whatever version If-Match names, whoever manages it.
        _refuse_mistakes(call, draft, before)

    def act() -> Answer:
        with call.database.transaction() as connection:
            written = write(Write(connection, call.author, before), tags)
        return _written(call, draft, written)

    return Later(act)


def _refuse_mistakes(call: Call, draft: Draft, before: Record | None) -> None:
    """Refuses a draft, as the write would. Raises `validation` and `name-taken`."""
    other = None
    if draft.natural_key is not None:
        other = records.find_by_key(
            call.connection, call.workspace_id, draft.kind, draft.natural_key
        )
    if other and before and other.id == before.id:
        other = None
    guards.refuse_mistakes(call.connection, call.workspace_id, draft, before, other)


def _create_only(call: Call) -> bool:
    return "if-none-match" in call.headers


def _delete(kind: Kind, call: Call) -> Answer:
    id = call.path["id"]
    with call.database.transaction() as connection:
        marked, blockers = Write(connection, call.author).delete(
            kind,
            id,
            if_match(call.headers.get("if-match")),
            when_unreferenced=call.query["when_unreferenced"],
        )
    if marked is None:
        return Answer(204)
    pending = {
        "id": id,
        "deletion_requested_at": marked.deletion_requested_at,
        "blockers": blockers,
    }
    return answer(pending, 202)


def _find(kind: Kind, call: Call) -> Record:
    id = call.workspace_id if kind.singleton else call.path["id"]
    record = records.find(call.connection, call.workspace_id, kind, id)
    if record is None:
        raise not_found(f"{kind.title} with the id {id}")
    return record


def _validate(call: Call, draft: Draft, before: Record | None) -> Answer:
    _refuse_mistakes(call, draft, before)
    assert draft.resource is not None
    warnings = surprises(call, draft.resource, before)
    warnings += managed_elsewhere(call, before) if before else []
    return Answer(204, headers=warning_headers(warnings))


def _other_key(kind: Kind, wanted: str) -> Mistake:
    key = kind.natural_key
    return Mistake(f"/{key}", Code.CONFLICT, f"The query says {wanted!r}: write the same here.")


def _written(call: Call, draft: Draft, written: Written) -> Answer:
    answered = _answer(written.record, 201 if written.created else 200)
    return answered.with_headers(_warnings(call, draft, written))


def _warnings(call: Call, draft: Draft, written: Written) -> dict[str, str]:
    warnings = managed_elsewhere(call, written.record)
    if draft.parsed and (written.created or written.before):
        warnings += surprises(call, draft.parsed, written.before)
    return warning_headers(warnings)


def _answer(record: Record, status: int = 200) -> Answer:
    headers = {"ETag": guards.etag(record)}
    if status == 201:
        headers["Location"] = f"/v1/{KINDS[record.kind].path}/{record.id}"
    return Answer(status, render(record), headers)


def render(record: Record) -> str:
    """A resource as JSON: its read-only fields, then its document as it is stored."""
    managed_by = "null"
    if record.manager is not None:
        managed_by = json.dumps({"manager": record.manager, "source": record.source})
    requested = f'"{record.deletion_requested_at}"' if record.deletion_requested_at else "null"
    read_only = (
        f'{{"id":"{record.id}","version":{record.version},"created_at":"{record.created_at}",'
        f'"updated_at":"{record.updated_at}","managed_by":{managed_by},'
        f'"deletion_requested_at":{requested},'
    )
    status = f'"status":"{record.status}",' if record.status else ""
    return read_only + status + record.document[1:]
