"""Commands that work on the database itself: they need no server and no API key."""

from contextlib import closing

import click

from signalcraft.cli import options
from signalcraft.store.config import setup
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate as bring_up_to_date


@click.command()
@options.database
@click.option("--name", default="My workspace", show_default=True, help="The workspace's name.")
@click.option("--owner-email", required=True, help="E-mail address of the first owner.")
@click.option("--owner-name", help="The owner's name; the e-mail address if left out.")
@click.option(
    "--account",
    default="admin",
    show_default=True,
    help="Name of the service account to create, with all scopes.",
)
@options.output
def init(
    url: str, name: str, owner_email: str, owner_name: str | None, account: str, output: str
) -> None:
    """Make a workspace, its first owner, and a service account with an API key.

    The key is printed once, and nothing can show it again.
    """
    with closing(Database(url)) as database:
        bring_up_to_date(database)
        with database.transaction() as connection:
            workspace_id = setup.create_workspace(
                connection, name=name, owner_email=owner_email, owner_name=owner_name or owner_email
            )
            setup.create_account(connection, workspace_id, account, setup.ALL_SCOPES)
            secret = setup.create_key(connection, workspace_id, account, "init")
    options.tell(
        output,
        f"Created the workspace {name!r} ({workspace_id}).\nIts API key, shown only this once:\n{secret}",
        {"workspace_id": workspace_id, "api_key": secret},
    )


@click.command()
@options.database
@options.output
def migrate(url: str, output: str) -> None:
    """Bring the database's tables up to date.

    Safe to run again, and by several at once. `init` and `serve --dev` do it themselves.
    """
    before, after = bring_up_to_date(Database(url))
    done = "is up to date" if before == after else f"went from {before or 'nothing'} to {after}"
    options.tell(output, f"The database {done}.", {"before": before, "after": after})
