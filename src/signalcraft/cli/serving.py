"""`signalcraft serve`."""

from pathlib import Path

import click

from signalcraft.api.serve import serve as serve_api
from signalcraft.store import setup
from signalcraft.store.database import Database
from signalcraft.store.migrate import migrate

_DEV_DATABASE = Path(".signalcraft/dev.db")


@click.command()
@click.option(
    "--dev",
    is_flag=True,
    help=f"Serve {_DEV_DATABASE} in this folder, and make a workspace and an API key in it at the "
    "first start.",
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
def serve(dev: bool, url: str | None, host: str, port: int) -> None:
    """Serve the API, until Ctrl-C."""
    if url is None and not dev:
        raise click.UsageError("Say which database, with --database; or try it with --dev.")
    if url is None:
        _DEV_DATABASE.parent.mkdir(exist_ok=True)
        url = f"sqlite:///{_DEV_DATABASE}"
    database = Database(url)
    if dev:
        _prepare(database)
    serve_api(database, host, port, _announce)


def _prepare(database: Database) -> None:
    """Makes a workspace and a key, where there is none."""
    migrate(database)
    if setup.workspaces(database.connection()):
        click.echo("For another API key: signalcraft key create admin --database " + str(database))
        return
    with database.transaction() as connection:
        workspace_id = setup.create_workspace(
            connection,
            name="Development",
            owner_email="owner@example.com",
            owner_name="Development owner",
        )
        secret = setup.create_key(connection, workspace_id, "admin", "dev")
    click.echo("Made a workspace with an API key, which is shown only now:")
    click.echo(secret)


def _announce(url: str) -> None:
    click.echo(f"SignalCraft answers at {url}")
