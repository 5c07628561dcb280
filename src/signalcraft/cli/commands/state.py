"""`signalcraft state`: Terraform states that are kept by the server."""

from pathlib import Path
from typing import BinaryIO

import click
from rich.filesize import decimal
from rich.text import Text

from signalcraft.cli import options
from signalcraft.cli.groups import Commands
from signalcraft.cli.render.state_explanation import explain_in_words, holder_in_words, minute
from signalcraft.cli.render.terminal import console, plain_table, tell_json
from signalcraft.cli.sources.connection import asks_a_server
from signalcraft.client import Client, tfstate


@click.group(cls=Commands)
def state() -> None:
    """Look after Terraform states that are kept by the server."""


@state.command("list")
@options.output
@asks_a_server
def list_states(client: Client, output: str) -> None:
    """List the states, with who holds their locks."""
    found = client.send(tfstate.states()).items
    if output == "json":
        tell_json({"items": [each.model_dump() for each in found]})
        return
    if not found:
        click.echo("There are no Terraform states.")
        return
    table = plain_table("STATE", "VERSION", "SERIAL", "SIZE", "WRITTEN", "LOCKED BY")
    for each in found:
        table.add_row(
            Text(each.name, "bold red" if each.unsaved else "bold"),
            _number(each.version),
            _number(each.serial),
            decimal(each.size) if each.size is not None else "",
            minute(each.written_at) if each.written_at else "never",
            holder_in_words(each.lock) if each.lock else "",
        )
    table.columns[0].no_wrap = True  # A name is there to be copied.
    console().print(table)
    for each in found:
        if each.unsaved:
            click.echo(f"Applies are refused on {each.name}: signalcraft state why {each.name}")


@state.command()
@click.argument("name")
@options.output
@asks_a_server
def history(client: Client, name: str, output: str) -> None:
    """List the versions of the state NAME, the newest first, with who wrote each."""
    found = client.send(tfstate.history(name)).items
    if output == "json":
        tell_json({"items": [each.model_dump() for each in found]})
        return
    table = plain_table("VERSION", "SERIAL", "SIZE", "WRITTEN", "BY", "WITH")
    for each in found:
        who = f"{each.account_name} for {each.who}" if each.who else each.account_name
        table.add_row(
            str(each.number),
            _number(each.serial),
            decimal(each.size),
            minute(each.written_at),
            who,
            " ".join(filter(None, (each.operation, each.url))),
        )
    console().print(table)


@state.command()
@click.argument("name")
@click.argument("file", type=click.File("wb", lazy=True, atomic=True), default="-")
@click.option("--version", type=int, metavar="N", help="Another version than the newest.")
@asks_a_server
def pull(client: Client, name: str, file: BinaryIO, version: int | None) -> None:
    """Write the state NAME to FILE, or to standard output. It may hold secrets."""
    file.write(client.send(tfstate.pull(name, version)))


@state.command()
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--force", is_flag=True, help="Replace what is stored, whatever its lineage and serial."
)
@asks_a_server
def push(client: Client, name: str, file: Path, force: bool) -> None:
    """Write FILE as the newest version of the state NAME."""
    client.send(tfstate.push(name, file.read_bytes(), force=force))
    click.echo(f"Wrote {name}.")


@state.command()
@click.argument("name")
@click.option("--version", type=int, metavar="N", required=True, help="The version to restore.")
@asks_a_server
def restore(client: Client, name: str, version: int) -> None:
    """Make an older version of the state NAME the newest one again."""
    restored = client.send(tfstate.restore(name, version))
    click.echo(f"Restored version {version} of {name} as version {restored.number}.")
    if client.send(tfstate.explain(name)).unsaved:
        click.echo(
            "It lacks objects that its configuration has created, so applies are refused. See: "
            f"signalcraft state why {name}"
        )


@state.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
@asks_a_server
def delete(client: Client, name: str, yes: bool) -> None:
    """Delete the state NAME with all of its versions, for good.

    The objects that it lists stay: Terraform no longer knows that it manages them. To destroy them,
    run `terraform destroy` first. Refused while the state is locked.
    """
    versions = len(client.send(tfstate.history(name)).items)
    if not yes:
        click.confirm(f"Delete {name} and its {_counted(versions, 'version')}?", abort=True)
    client.send(tfstate.delete(name))
    click.echo(f"Deleted {name} and its {_counted(versions, 'version')}.")


@state.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
@asks_a_server
def unlock(client: Client, name: str, yes: bool) -> None:
    """Release the lock of the state NAME, whoever holds it.

    Only when the run that holds it has died: a run that goes on without its lock can lose what it
    writes.
    """
    lock = client.send(tfstate.explain(name)).state.lock
    if lock is None:
        click.echo(f"{name} isn't locked.")
        return
    click.echo(f"{name} is locked by {holder_in_words(lock)}.")
    if not yes:
        click.confirm("Release its lock?", abort=True)
    client.send(tfstate.release(name, lock.run_id))
    click.echo("Released.")


@state.command()
@click.argument("name")
@options.output
@asks_a_server
def why(client: Client, name: str, output: str) -> None:
    """Say what happened to the state NAME, and what to do.

    Terraform shows little of why a state could not be locked or written. This command says who was
    in the way, and prints `import` blocks for objects that the state lacks.
    """
    explanation = client.send(tfstate.explain(name))
    if output == "json":
        tell_json(explanation.model_dump())
    else:
        click.echo(explain_in_words(explanation))


@state.command()
@click.argument("name")
@asks_a_server
def resume(client: Client, name: str) -> None:
    """Let applies run again on the state NAME, after one that could not save it.

    First do what `signalcraft state why NAME` says: the next apply would create a second time
    whatever the state lacks.
    """
    client.send(tfstate.resume(name))
    click.echo(f"Applies can run again on {name}.")


@state.group()
def keys() -> None:
    """Manage the keys that encrypt states in the database."""


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def add(file: Path) -> None:
    """Add a new key to FILE, which is created if it doesn't exist.

    `signalcraft serve --state-key-file FILE` encrypts with the newest key in it and decrypts with
    all of them. Keep a copy apart from the database: without its key, a state can't be read.
    """
    from signalcraft.store.tfstate.keyring import add_key  # noqa: PLC0415 — for a quick start

    click.echo(f"Added key {add_key(file)} to {file}. Restart the server to use it.")


@keys.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.database
def rotate(file: Path, url: str) -> None:
    """Encrypt all states with the newest key in FILE, so that older keys can be removed from it.

    Each version's content key is encrypted anew; the content itself is not touched. Safe while a
    server runs, once that server has the newest key.
    """
    from signalcraft.cli.sources.databases import ready  # noqa: PLC0415 — for a quick start
    from signalcraft.store.tfstate import versions  # noqa: PLC0415
    from signalcraft.store.tfstate.keyring import Keyring  # noqa: PLC0415

    keyring = Keyring.read(file)
    with ready(url) as database, database.transaction() as connection:
        rotated = versions.rotate(connection, keyring)
    click.echo(f"Encrypted {rotated} versions with key {keyring.newest}.")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
