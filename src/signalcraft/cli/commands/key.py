"""`signalcraft key`: API keys, managed on the database, where no key is needed."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from signalcraft.cli import options
from signalcraft.cli.groups import Commands
from signalcraft.cli.render.terminal import console, plain_table, tell_json
from signalcraft.cli.sources.databases import chosen_workspace, ready
from signalcraft.cli.suggestions import did_you_mean
from signalcraft.store.access import keys
from signalcraft.store.config import setup
from signalcraft.store.db.clock import now


@click.group(cls=Commands)
def key() -> None:
    """Manage API keys. These commands work on the database, so they help when no key is left."""


@key.command()
@click.argument("account")
@options.database
@click.option("--name", default="cli", show_default=True, help="What the key is for.")
@click.option(
    "--create-account",
    is_flag=True,
    help="Create the service account first, with the scopes given by --scope.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["all", *setup.ALL_SCOPES]),
    metavar="SCOPE",
    help=f"A scope of the new account; may be repeated. One of {', '.join(setup.ALL_SCOPES)}, or all.",
)
@options.workspace
@options.output
def create(
    account: str,
    url: str,
    name: str,
    create_account: bool,
    scopes: Sequence[str],
    workspace: str | None,
    output: str,
) -> None:
    """Create an API key for the service account named ACCOUNT, and print it, once."""
    if create_account != bool(scopes):
        raise click.UsageError("--create-account and --scope go together.")
    with ready(url) as database, database.transaction() as connection:
        workspace_id = chosen_workspace(connection, workspace)
        if create_account:
            wanted = [scope for scope in setup.ALL_SCOPES if scope in scopes or "all" in scopes]
            setup.create_account(connection, workspace_id, account, wanted)
        elif account not in (names := setup.accounts(connection, workspace_id)):
            raise click.ClickException(
                f"There is no service account called {account!r}.{did_you_mean(account, names)} "
                "Create one with --create-account and --scope."
            )
        secret = setup.create_key(connection, workspace_id, account, name)
    options.tell(output, secret, {"workspace_id": workspace_id, "api_key": secret})


@key.command("list")
@options.database
@options.workspace
@options.output
def list_keys(url: str, workspace: str | None, output: str) -> None:
    """List the API keys of a workspace, with whether each still works."""
    with ready(url) as database:
        connection = database.connection()
        workspace_id = chosen_workspace(connection, workspace)
        found = [
            (account, key)
            for account, id in setup.accounts(connection, workspace_id).items()
            for key in keys.of_account(connection, workspace_id, id)
        ]
    if output == "json":
        tell_json({"items": [{"account": account, **asdict(key)} for account, key in found]})
        return
    table = plain_table("ID", "ACCOUNT", "NAME", "LAST 4", "STATE", "LAST USED")
    for account, key in found:
        table.add_row(
            key.id,
            account,
            key.name,
            key.hint,
            _state(key),
            _minute(key.last_used_at) if key.last_used_at else "never",
        )
    console().print(table)


def _state(key: keys.Key) -> str:
    if key.revoked_at:
        return "revoked"
    if key.expires_at and key.expires_at <= now():
        return "expired"
    return f"until {_minute(key.expires_at)}" if key.expires_at else "active"


def _minute(instant: str) -> str:
    """`2026-03-23 09:00 UTC`, of an instant as it is stored."""
    return f"{instant[:10]} {instant[11:16]} UTC"


@key.command()
@click.argument("id")
@options.database
@options.workspace
def revoke(id: str, url: str, workspace: str | None) -> None:
    """Revoke the API key with the id ID. It stops working at once; `key list` shows the ids."""
    with ready(url) as database, database.transaction() as connection:
        workspace_id = chosen_workspace(connection, workspace)
        if not setup.revoke_key(connection, workspace_id, id):
            raise click.ClickException(f"There is no API key with the id {id!r}.")
    click.echo(f"Revoked {id}.")
