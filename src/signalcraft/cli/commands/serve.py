"""`signalcraft serve`."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from signalcraft.api.server.dispatcher import Limits
from signalcraft.api.server.logs import log_to_stderr
from signalcraft.api.server.serve import refuse_taken
from signalcraft.api.server.serve import serve as serve_api
from signalcraft.cli.sources.databases import refuse_unfit
from signalcraft.store.config import setup
from signalcraft.store.db.database import Database
from signalcraft.store.db.schema_revision import pending

_DEV_DATABASE = Path(".signalcraft/dev.db")


@click.command()
@click.option(
    "--dev",
    is_flag=True,
    help=f"Serve {_DEV_DATABASE} in this folder, and create a workspace and an API key in it at "
    "the first start.",
)
@click.option(
    "--database",
    "url",
    envvar="SIGNALCRAFT_DATABASE",
    show_envvar=True,
    metavar="URL",
    help="sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME. Not needed with --dev.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="SIGNALCRAFT_HOST",
    show_envvar=True,
    help="Address to listen on.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar="SIGNALCRAFT_PORT",
    show_envvar=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--requests-per-second",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits.requests_per_second,
    show_default=True,
    envvar="SIGNALCRAFT_REQUESTS_PER_SECOND",
    show_envvar=True,
    help="Sustained requests per second for each API key.",
)
@click.option(
    "--burst",
    type=click.IntRange(min=1),
    default=Limits.burst,
    show_default=True,
    envvar="SIGNALCRAFT_BURST",
    show_envvar=True,
    help="Requests that each API key may make at once.",
)
@click.option(
    "--wrong-keys",
    type=click.IntRange(min=1),
    default=Limits.wrong_keys,
    show_default=True,
    envvar="SIGNALCRAFT_WRONG_KEYS",
    show_envvar=True,
    help="Unknown API keys that an address may send before it is refused; it regains one a second.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    envvar="SIGNALCRAFT_LOG_LEVEL",
    show_envvar=True,
    help="What is logged, as JSON on standard error; `info` leaves out successful reads.",
)
def serve(
    dev: bool,
    url: str | None,
    host: str,
    port: int,
    requests_per_second: float,
    burst: int,
    wrong_keys: int,
    log_level: str,
) -> None:
    """Serve the API until Ctrl-C or SIGTERM, then finish the requests that are under way."""
    log_to_stderr(log_level)
    if url is None and not dev:
        raise click.UsageError("Say which database, with --database; or try it with --dev.")
    if url is None:
        _DEV_DATABASE.parent.mkdir(exist_ok=True)
        url = f"sqlite:///{_DEV_DATABASE}"
    refuse_taken(host, port)  # Before a key is made that is shown only once.
    database = Database(url)
    if dev:
        _prepare(database)
    else:
        refuse_unfit(database)
    limits = Limits(requests_per_second, burst, wrong_keys)
    serve_api(database, host, port, limits, partial(_announce, database))
    _end()


def _end() -> NoReturn:
    """Ends the process at once, now that everything is answered, stored and closed.

    A thread of Granian's may still be ending. If it asks for the interpreter while that is torn
    down, Python ends the thread in a way that Rust answers by aborting the process: it happened to
    4 % of servers that were stopped right after their first request.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _prepare(database: Database) -> None:
    """Creates a workspace and a key where there is none."""
    if pending(database):
        _migrate(database)
    if setup.workspaces(database.connection()):
        click.echo(f"For another API key: signalcraft key create admin --database {database}")
        return
    with database.transaction() as connection:
        workspace_id = setup.create_workspace(
            connection,
            name="Development",
            owner_email="owner@example.com",
            owner_name="Development owner",
        )
        setup.create_account(connection, workspace_id, "admin", setup.ALL_SCOPES)
        secret = setup.create_key(connection, workspace_id, "admin", "dev")
    click.echo("Created a workspace and an API key, which is shown only this once:")
    click.echo(secret)


def _migrate(database: Database) -> None:
    # Alembic takes half a second to import, and most starts have no use for it.
    from signalcraft.store.db.migrate import migrate  # noqa: PLC0415

    migrate(database)


def _announce(database: Database, url: str) -> None:
    file = database.url.database or ""
    where = str(Path(file).resolve()) if database.dialect == "sqlite" else str(database)
    click.echo(f"SignalCraft answers at {url}")
    click.echo(f"API reference: {url}/docs")
    click.echo(f"Database: {where}")
