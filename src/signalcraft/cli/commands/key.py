"""`signalcraft key`: API keys, managed on a server, or on the database, where no key is needed."""

from collections.abc import Sequence

import click
from whenever import Instant

from signalcraft.cli import options
from signalcraft.cli.groups import Commands
from signalcraft.cli.render.terminal import console, plain_table, tell_json
from signalcraft.cli.sources.api_keys import ApiKeys, asks_for_keys
from signalcraft.cli.suggestions import did_you_mean
from signalcraft.client.keys import ApiKey
from signalcraft.store.config import setup


@click.group(cls=Commands)
def key() -> None:
    """Manage API keys: on a server, or on the database, which needs no key."""


@key.command()
@click.argument("account")
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
@options.output
@asks_for_keys
def create(
    keys: ApiKeys,
    account: str,
    name: str,
    create_account: bool,
    scopes: Sequence[str],
    output: str,
) -> None:
    """Create an API key for the service account named ACCOUNT, and print it, once."""
    if create_account and not scopes:
        raise click.UsageError("Name the scopes of the new account with --scope.")
    if scopes and not create_account:
        raise click.UsageError(
            "--scope is for a new account, with --create-account. A key of an account that there is "
            "has that account's scopes."
        )
    names = keys.accounts()
    if create_account and account in names:
        raise click.ClickException(
            f"The service account {account!r} already exists. Leave out --create-account and --scope."
        )
    if create_account:
        wanted = [scope for scope in setup.ALL_SCOPES if scope in scopes or "all" in scopes]
        made = keys.create_account(account, wanted, name)
    elif account in names:
        made = keys.create(account, name)
    else:
        raise click.ClickException(
            f"There is no service account called {account!r}.{did_you_mean(account, names)} "
            "Create one with --create-account and --scope."
        )
    options.tell(output, made.secret, {"workspace_id": made.workspace_id, "api_key": made.secret})


@key.command("list")
@options.output
@asks_for_keys
def list_keys(keys: ApiKeys, output: str) -> None:
    """List the API keys of a workspace, with whether each still works."""
    found = [(account, key) for account, owned in keys.all() for key in owned]
    if output == "json":
        items = [{"account": account, **key.model_dump(mode="json")} for account, key in found]
        tell_json({"items": items})
        return
    table = plain_table("ID", "ACCOUNT", "NAME", "LAST 4", "STATE", "LAST USED")
    for column in (0, 5):
        table.columns[column].no_wrap = True
    for account, key in found:
        table.add_row(
            key.id,
            account,
            key.name,
            key.hint,
            _state(key),
            f"{key.last_used_at.to_stdlib():%Y-%m-%d}" if key.last_used_at else "never",
        )
    console().print(table)


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return "revoked"
    if key.expires_at and key.expires_at <= Instant.now():
        return "expired"
    return f"until {_minute(key.expires_at)}" if key.expires_at else "active"


def _minute(instant: Instant) -> str:
    """`2026-03-23 09:00 UTC`."""
    return f"{instant.to_stdlib():%Y-%m-%d %H:%M} UTC"


@key.command()
@click.argument("id")
@asks_for_keys
def revoke(keys: ApiKeys, id: str) -> None:
    """Revoke the API key with the id ID. It stops working at once; `key list` shows the ids."""
    if not keys.revoke(id):
        raise click.ClickException(f"There is no API key with the id {id!r}.")
    click.echo(f"Revoked {id}.")
