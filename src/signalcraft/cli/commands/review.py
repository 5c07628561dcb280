"""`signalcraft review`."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import yaml

from signalcraft.cli.render.instants import now, read_instant
from signalcraft.cli.sources.source import Source, asks_a_source
from signalcraft.cli.testing.cases import Case, WrongTests, read_cases
from signalcraft.review.document import document
from signalcraft.review.escaping import escaped
from signalcraft.review.markdown import markdown
from signalcraft.review.plan import Plan, UnfitPlan, read_plan
from signalcraft.review.review import Review
from signalcraft.review.review import review as review_plan
from signalcraft.review.samples import Sample

FAILED = 3
"""The exit status where `--fail-on` applies: 1 and 2 are for what goes wrong."""

_HANDLE = re.compile(r"@\w[\w.-]*", re.ASCII)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("plan", metavar="PLAN.json", type=_FILE)
@click.option(
    "--tests",
    "tests",
    metavar="FILE",
    multiple=True,
    type=_FILE,
    help="Try the alerts of this test file, too; may be repeated.",
)
@click.option("--at", metavar="TIME", help="Review from this time on; now if left out.")
@click.option(
    "--mention",
    is_flag=True,
    help="Name the people whose next shift moves at the top, so that they are notified.",
)
@click.option(
    "--handles",
    metavar="FILE",
    type=_FILE,
    help="How --mention names people: YAML that has '@handle' for each e-mail address.",
)
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice(["newly-unreached"]),
    help=f"Exit with {FAILED} if alerts that paged somebody would page nobody.",
)
@click.option(
    "--output",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    show_default=True,
    help="For a pull request, or for scripts.",
)
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the JSON to a file, too.",
)
@asks_a_source
def review(
    source: Source,
    plan: Path,
    tests: Sequence[Path],
    at: str | None,
    mention: bool,
    handles: Path | None,
    fail_on: str | None,
    output: str,
    json_file: Path | None,
) -> None:
    """Say what a Terraform plan changes for people: who is paged, and who is on call.

    PLAN.json is what `terraform show -json PLANFILE` writes. It is compared with the configuration
    that the server, or the file, has now. A time without an offset ('2026-03-23 09:00') is local
    time of the workspace.
    """
    start = read_instant(at, source.workspace_zone(), "--at") if at else now()
    given = [sample for file in tests for sample in _samples(file)]
    made = review_plan(_read(plan), source.snapshot(), at=start, given=given)
    text = json.dumps(document(made), indent=2, ensure_ascii=False)
    if json_file is not None:
        json_file.write_text(text + "\n", encoding="utf-8")
    mentions = _mentions(made, handles) if mention else {}
    click.echo(text if output == "json" else markdown(made, mentions), nl=output == "json")
    if fail_on and made.routing.newly_unreached:
        click.get_current_context().exit(FAILED)


def _read(file: Path) -> Plan:
    try:
        return read_plan(file.read_bytes())
    except UnfitPlan as error:
        raise click.ClickException(f"{file}: {error}") from None


def _samples(file: Path) -> Iterator[Sample]:
    for case in _cases(file):
        for alert in case.alerts:
            yield Sample(alert, (f'test "{case.name}"',))


def _cases(file: Path) -> list[Case]:
    try:
        return read_cases(file)
    except WrongTests as error:
        raise click.ClickException(str(error)) from None


def _mentions(made: Review, handles: Path | None) -> Mapping[str, str]:
    """How to mention people, by e-mail address."""
    if handles is None:
        return {moved.email: escaped(moved.email) for moved in made.moved}
    try:
        written = yaml.safe_load(handles.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        written = None
    if not isinstance(written, dict) or not all(
        isinstance(email, str) and isinstance(handle, str) and _HANDLE.fullmatch(handle)
        for email, handle in written.items()
    ):
        raise click.ClickException(
            f"{handles}: Write one line for each person, such as `ada@example.com: '@ada'`."
        )
    return written
