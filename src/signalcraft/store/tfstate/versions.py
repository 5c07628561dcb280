"""The versions of a state, and their encrypted content."""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from signalcraft.model.ids import new_id
from signalcraft.store.db.clock import now
from signalcraft.store.db.database import Connection, Row
from signalcraft.store.db.statement import Statement
from signalcraft.store.db.tables import terraform_chunk, terraform_run, terraform_version
from signalcraft.store.tfstate.content import Content, Spool, decrypted
from signalcraft.store.tfstate.keyring import Keyring, key_number
from signalcraft.store.tfstate.snapshot import Snapshot


class Version(NamedTuple):
    """A version of a state, without its content."""

    id: str
    state_id: str
    number: int
    """Counts from 1. What is written under one lock is one version."""
    run_id: str | None
    written_at: str
    account_name: str
    lineage: str | None
    serial: int | None
    size: int
    """Bytes."""
    sha256: str
    envelope: bytes
    """The content's key, encrypted."""

    @property
    def context(self) -> str:
        """What its envelope opens with: no other version's content can take its place."""
        return _context(self.state_id, self.id)


class HistoryEntry(NamedTuple):
    """A version, and the run that wrote it."""

    version: Version
    operation: str | None
    who: str | None
    url: str | None


_t = terraform_version.c
_chunk = terraform_chunk.c
_run = terraform_run.c
_COLUMNS = tuple(_t[name] for name in Version._fields)
_of_state = _t.state_id == bindparam("state_id")
_LATEST = Statement(select(*_COLUMNS).where(_of_state).order_by(_t.number.desc()).limit(1))
_BY_NUMBER = Statement(select(*_COLUMNS).where(_of_state, _t.number == bindparam("number")))
_HISTORY = Statement(
    select(*_COLUMNS, _run.operation, _run.who, _run.url)
    .join_from(terraform_version, terraform_run, _run.id == _t.run_id, isouter=True)
    .where(_of_state)
    .order_by(_t.number.desc())
)
_OLD = Statement(select(_t.id).where(_of_state, _t.number <= bindparam("number")))
_INSERT = Statement(insert(terraform_version))
_INSERT_CHUNK = Statement(insert(terraform_chunk))
_DELETE = Statement(delete(terraform_version).where(_t.id == bindparam("id")))
_DELETE_CHUNKS = Statement(delete(terraform_chunk).where(_chunk.version_id == bindparam("id")))
_EVERY = Statement(select(_t.id).where(_of_state))
_CHUNK = Statement(
    select(_chunk.data).where(
        _chunk.version_id == bindparam("version_id"), _chunk.number == bindparam("number")
    )
)
_ENVELOPES = Statement(
    select(_t.id, _t.state_id, _t.envelope)
    .where(_t.id > bindparam("after"))
    .order_by(_t.id)
    .limit(500)
)
_REWRAP = Statement(
    update(terraform_version)
    .where(_t.id == bindparam("version_id"))
    .values(envelope=bindparam("new_envelope"))
)


def latest(connection: Connection, state_id: str) -> Version | None:
    """The state's newest version."""
    return _version(connection.one(_LATEST, state_id=state_id))


def find(connection: Connection, state_id: str, number: int) -> Version | None:
    """The version with this number, if it is kept."""
    return _version(connection.one(_BY_NUMBER, state_id=state_id, number=number))


def history(connection: Connection, state_id: str) -> list[HistoryEntry]:
    """The versions that are kept, the newest first."""
    width = len(_COLUMNS)
    rows = connection.all(_HISTORY, state_id=state_id)
    return [HistoryEntry(Version(*row[:width]), *row[width:]) for row in rows]


def add(
    connection: Connection,
    state_id: str,
    current: Version | None,
    content: Content,
    snapshot: Snapshot,
    *,
    keyring: Keyring,
    account_name: str,
    run_id: str | None,
    keep: int,
) -> Version:
    """Stores content as the newest version, and keeps the newest `keep`.

    What was written under the same lock before is replaced.
    """
    number = current.number + 1 if current else 1
    if current and run_id and current.run_id == run_id:
        number = current.number
        _delete(connection, current.id)
    id = new_id("tfver")
    version = Version(
        id=id,
        state_id=state_id,
        number=number,
        run_id=run_id,
        written_at=now(),
        account_name=account_name,
        lineage=snapshot.lineage,
        serial=snapshot.serial,
        size=content.size,
        sha256=content.sha256,
        envelope=keyring.wrap(content.key, _context(state_id, id)),
    )
    connection.run(_INSERT, **version._asdict())
    for position, chunk in enumerate(content.chunks):
        connection.run(_INSERT_CHUNK, version_id=id, number=position, data=chunk)
    for (old,) in connection.all(_OLD, state_id=state_id, number=number - keep):
        _delete(connection, old)
    return version


def chunks(connection: Connection, version: Version) -> Spool:
    """The version's encrypted chunks, as they are at one moment: read them in a snapshot or a
    transaction.
    """
    spool = Spool()
    number = 0
    while row := connection.one(_CHUNK, version_id=version.id, number=number):
        spool.append(row[0])
        number += 1
    return spool


def plain(connection: Connection, version: Version, keyring: Keyring) -> bytes:
    """The version's content."""
    with closing(chunks(connection, version)) as spool:
        return b"".join(decrypted(keyring.unwrap(version.envelope, version.context), spool))


def rotate(connection: Connection, keyring: Keyring) -> int:
    """Encrypts the content keys of all versions of all states with the newest key. Returns how many
    were encrypted with an older one. Raises `UnusableKeys`.
    """
    rotated = 0
    for id, state_id, envelope in _envelopes(connection):
        if key_number(envelope) == keyring.newest:
            continue
        context = _context(state_id, id)
        renewed = keyring.wrap(keyring.unwrap(envelope, context), context)
        connection.run(_REWRAP, version_id=id, new_envelope=renewed)
        rotated += 1
    return rotated


def _envelopes(connection: Connection) -> Iterator[Row]:
    after = ""
    while rows := connection.all(_ENVELOPES, after=after):
        yield from rows
        after = rows[-1][0]


def _context(state_id: str, version_id: str) -> str:
    return f"{state_id}/{version_id}"


def delete_all(connection: Connection, state_id: str) -> int:
    """Deletes all versions of a state; returns how many there were."""
    ids = [id for (id,) in connection.all(_EVERY, state_id=state_id)]
    for id in ids:
        _delete(connection, id)
    return len(ids)


def _delete(connection: Connection, id: str) -> None:
    connection.run(_DELETE_CHUNKS, id=id)
    connection.run(_DELETE, id=id)


def _version(row: Row | None) -> Version | None:
    return Version(*row) if row else None
