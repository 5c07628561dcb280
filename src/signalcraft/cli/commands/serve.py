"""`signalcraft serve`."""

import contextlib
import os
import sys
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NoReturn

import click
from typing_extensions import override

from signalcraft.api.server.limits import Limits, Network
from signalcraft.api.server.logs import flush_log, log_to_stderr
from signalcraft.api.server.serve import refuse_taken
from signalcraft.api.server.serve import serve as serve_api
from signalcraft.cli import options
from signalcraft.cli.sources.databases import refuse_unfit
from signalcraft.store.config import setup
from signalcraft.store.db.database import Database
from signalcraft.store.db.schema_revision import pending
from signalcraft.store.tfstate.keyring import Keyring, add_key
from signalcraft.store.tfstate.writing import Settings as StateSettings

_DEV_DATABASE = Path(".signalcraft/dev.db")
_DEV_STATE_KEYS = Path(".signalcraft/state-keys")


class _NetworkType(click.ParamType[Network]):
    """A network of addresses, such as 10.0.0.0/8; one address is a network too."""

    name = "network"

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Network:
        """Raises `click.BadParameter`."""
        try:
            return ip_network(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


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
@options.listening("SIGNALCRAFT", port=8080, purpose="requests")
@options.rate(
    "SIGNALCRAFT",
    per_second=Limits.requests_per_second,
    burst=Limits.burst,
    sustained="Sustained requests per second for each API key.",
    at_once="Requests that each API key may make at once.",
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
    "--connections",
    type=click.IntRange(min=1),
    default=Limits.connections,
    show_default=True,
    envvar="SIGNALCRAFT_CONNECTIONS",
    show_envvar=True,
    help="Open connections at most; fewer where `ulimit -n` allows fewer.",
)
@click.option(
    "--connections-per-address",
    type=click.IntRange(min=1),
    default=Limits.connections_per_address,
    show_default=True,
    envvar="SIGNALCRAFT_CONNECTIONS_PER_ADDRESS",
    show_envvar=True,
    help="Open connections from one address at most, trusted proxies excepted.",
)
@click.option(
    "--header-seconds",
    type=click.IntRange(min=1),
    default=Limits.header_seconds,
    show_default=True,
    envvar="SIGNALCRAFT_HEADER_SECONDS",
    show_envvar=True,
    help="Time for sending a request's headers, and how long an idle connection stays open.",
)
@click.option(
    "--body-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits.body_seconds,
    show_default=True,
    envvar="SIGNALCRAFT_BODY_SECONDS",
    show_envvar=True,
    help="Time for sending a request's body.",
)
@click.option(
    "--request-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits.request_seconds,
    show_default=True,
    envvar="SIGNALCRAFT_REQUEST_SECONDS",
    show_envvar=True,
    help="Time for answering a request, in the queue and after it.",
)
@click.option(
    "--grace-seconds",
    type=click.FloatRange(min=0),
    default=Limits.grace_seconds,
    show_default=True,
    envvar="SIGNALCRAFT_GRACE_SECONDS",
    show_envvar=True,
    help="Time for finishing the requests in progress after SIGTERM.",
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    type=_NetworkType(),
    multiple=True,
    envvar="SIGNALCRAFT_TRUSTED_PROXIES",
    show_envvar=True,
    metavar="NETWORK",
    help="Network of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8. Repeat it for "
    "several; in the environment, separate them with spaces.",
)
@click.option(
    "--state-key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="SIGNALCRAFT_STATE_KEY_FILE",
    show_envvar=True,
    help="Keys that encrypt Terraform states, made by `signalcraft state keys add`. Without it the "
    "server keeps no Terraform states; with --dev it is made.",
)
@click.option(
    "--state-versions",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    envvar="SIGNALCRAFT_STATE_VERSIONS",
    show_envvar=True,
    help="How many versions of each Terraform state are kept.",
)
@options.log_level("SIGNALCRAFT", "; `info` leaves out successful reads")
def serve(
    dev: bool,
    url: str | None,
    host: str,
    port: int,
    state_key_file: Path | None,
    state_versions: int,
    log_level: str,
    **limits: Any,
) -> None:
    """Serve the API until Ctrl-C or SIGTERM, then finish the requests that are under way."""
    if url is None and not dev:
        raise click.UsageError("Choose a database with --database, or use --dev to try it out.")
    if url is None:
        _DEV_DATABASE.parent.mkdir(exist_ok=True)
        url = f"sqlite:///{_DEV_DATABASE}"
    database = Database(url)
    if dev:
        refuse_taken(host, port)  # Before a key is made that is shown only once.
        _prepare(database)
        state_key_file = state_key_file or _dev_state_keys()
    else:
        refuse_unfit(database)
    states = StateSettings(Keyring.read(state_key_file), state_versions) if state_key_file else None
    announce = partial(_announce, database)
    log_to_stderr(log_level)
    serve_api(database, host, port, Limits(**limits), states, announce, loopback_issuers=dev)
    _end()


def _end() -> NoReturn:
    """Ends the process at once, now that everything is answered, stored and closed.

    A thread of Granian's may still be ending. If it asks for the interpreter while that is torn
    down, Python ends the thread in a way that Rust answers by aborting the process: it happened to
    4 % of servers that were stopped right after their first request.
    """
    with contextlib.suppress(OSError, ValueError):  # Nobody reads it any more.
        sys.stdout.flush()
    flush_log()
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


def _dev_state_keys() -> Path:
    if not _DEV_STATE_KEYS.exists():
        _DEV_STATE_KEYS.parent.mkdir(exist_ok=True)
        add_key(_DEV_STATE_KEYS)
    return _DEV_STATE_KEYS


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
