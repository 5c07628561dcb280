"""`signalcraft export`: a workspace's configuration as one file of JSON, or as Terraform's HCL."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import click

from signalcraft.cli.sources.workspaces import Workspace, asks_a_workspace

if TYPE_CHECKING:  # Only read when HCL is written, for a quick start.
    from signalcraft.cli.hcl.configuration import Configuration

_NAMED = 3


@click.command("export")
@click.argument("target", metavar="FILE|DIR", type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "hcl"]),
    default="json",
    show_default=True,
    help="A file of JSON, or a folder of Terraform configuration.",
)
@asks_a_workspace
def export(workspace: Workspace, target: str, format_: str) -> None:
    """Write all configuration of a workspace to FILE, as JSON, or to DIR, as HCL. Neither holds
    secrets.

    JSON is what `oncall`, `shifts`, `route` and `test` read with --file, and `signalcraft import`
    brings into a workspace; `-` is standard output. The same configuration always gives the same
    file.

    HCL is for Terraform and OpenTofu: files by kind, in which resources refer to each other, and
    import blocks in imports.tf, which can be removed once they are applied. What Kubernetes manages,
    what is marked for deletion, and schedule overrides are left out.
    """
    if format_ == "hcl":
        _export_hcl(workspace, target)
        return
    text = workspace.export()
    if target == "-":
        click.echo(text, nl=False)
    else:
        _write_private(Path(target), text)


def _write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner can read, in place of an older one, all of it or nothing."""
    if file.is_dir():
        raise click.ClickException(f"{file} is a folder. Name a file, or write HCL (--format hcl).")
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", delete=False
        ) as written:  # Made with mode 0600.
            written.write(text)
        Path(written.name).replace(file)
    except OSError as error:
        raise click.ClickException(f"Can't write {file}: {error.strerror}.") from None


def _export_hcl(workspace: Workspace, target: str) -> None:
    from signalcraft.cli.hcl.configuration import configuration  # noqa: PLC0415 — for a quick start

    found = workspace.kept()
    exported = configuration(found.resources, found.managers)
    _write_folder(Path(target), exported.files)
    _say_left_out(exported)
    click.echo(
        f"Wrote {exported.imported:,} resources to {target}. Run `terraform plan` there to see what "
        "is imported."
    )


def _write_folder(folder: Path, files: dict[str, str]) -> None:
    """Writes new files into a folder, and none where one of them is there already."""
    for name in files:
        if (folder / name).exists():
            raise click.ClickException(f"{folder / name} already exists. Nothing was written.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"Can't write {error.filename}: {error.strerror}.") from None


def _say_left_out(exported: "Configuration") -> None:
    count = len(exported.left_out)
    if not count:
        return
    named = ", ".join(map(repr, sorted(exported.left_out)[:_NAMED]))
    more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
    click.echo(f"Left out, because another tool manages them: {named}{more}.", err=True)
