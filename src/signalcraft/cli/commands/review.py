"""`signalcraft review`."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import yaml
from whenever import Instant

from signalcraft.cli.render.instants import now, read_instant
from signalcraft.cli.reviewing import approval, proof
from signalcraft.cli.sources.plan import plan_in
from signalcraft.cli.sources.source import Source, asks_a_source
from signalcraft.cli.testing.cases import Case, WrongTests, read_cases
from signalcraft.review.digest import differing, digest, has_sensitive_values
from signalcraft.review.document import document
from signalcraft.review.escaping import escaped
from signalcraft.review.markdown import markdown
from signalcraft.review.names import count, in_a_row
from signalcraft.review.plan import Plan
from signalcraft.review.projection import Projection, project
from signalcraft.review.promise import Difference
from signalcraft.review.record import Record
from signalcraft.review.review import Review
from signalcraft.review.review import review as review_plan
from signalcraft.review.samples import Sample

UNREACHED = 3
"""The exit status where `--fail-on` applies: 1 and 2 are for what goes wrong."""
DIFFERENT = 4
"""The exit status where something is otherwise than it was, or was promised."""

_NO_KEY = (
    "The plan has sensitive values. To compare them without showing them takes a key that the "
    "server holds: name the server, and use an API key with the scope state:read."
)
_HANDLE = re.compile(r"@\w[\w.-]*", re.ASCII)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("plan", metavar="[PLAN.json]", required=False, type=_FILE)
@click.option(
    "--tests",
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
    type=click.Choice(["newly-unreached"]),
    help=f"Exit with {UNREACHED} if alerts that paged somebody would page nobody.",
)
@click.option(
    "--lock-file",
    metavar="FILE",
    type=_FILE,
    help="Terraform's lock file, .terraform.lock.hcl, which is then part of the digest.",
)
@click.option("--tree", metavar="HASH", help="The commit's tree, to show beside the digest.")
@click.option(
    "--same-as",
    metavar="PLAN.json",
    type=_FILE,
    help=f"Exit with {DIFFERENT} if this second plan would do something else, and say what.",
)
@click.option(
    "--approved",
    metavar="REVIEW.json",
    type=_FILE,
    help=f"Exit with {DIFFERENT} if this is not the plan of that review, and say what differs.",
)
@click.option(
    "--verify",
    metavar="REVIEW.json",
    type=_FILE,
    help=f"Without a plan: exit with {DIFFERENT} if the server answers otherwise than that review "
    "promised.",
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
def review(  # noqa: PLR0913 — click hands a command its options
    source: Source,
    plan: Path | None,
    tests: Sequence[Path],
    at: str | None,
    mention: bool,
    handles: Path | None,
    fail_on: str | None,
    lock_file: Path | None,
    tree: str | None,
    same_as: Path | None,
    approved: Path | None,
    verify: Path | None,
    output: str,
    json_file: Path | None,
) -> None:
    """Say what a Terraform plan changes for people: who is paged, and who is on call.

    PLAN.json is what `terraform show -json PLANFILE` writes. It is compared with the configuration
    that the server, or the file, has now. A time without an offset ('2026-03-23 09:00') is local
    time of the workspace. With --verify, ask instead whether what a review promised has come true.
    """
    if plan is None and verify is None:
        raise click.UsageError("Name a plan, PLAN.json, or a review to --verify.")
    if plan is not None and verify is not None:
        raise click.UsageError("Name a plan or a review to --verify, not both.")
    if verify is not None:
        return _verify(verify, source)
    assert plan is not None
    read = plan_in(plan)
    key = source.digest_key() if has_sensitive_values(read) else b""
    if same_as is not None:
        _compare(read, plan_in(same_as), key)
    record = approval.read(approved) if approved else None
    if record is not None:
        start = record.promise.start
    else:
        start = read_instant(at, source.workspace_zone(), "--at") if at else now()
    snapshot = source.snapshot()
    made = review_plan(
        read,
        snapshot,
        at=start,
        given=[sample for file in tests for sample in _samples(file, start)],
        digest=None if key is None else digest(read, key, _bytes(lock_file)),
        tree=tree,
    )
    text = json.dumps(document(made), indent=2, ensure_ascii=False)
    if json_file is not None:
        json_file.write_text(text + "\n", encoding="utf-8")
    mentions = _mentions(made, handles) if mention else {}
    click.echo(text if output == "json" else markdown(made, mentions), nl=output == "json")
    if record is not None:
        _check_approval(record, made, source, project(read, snapshot))
    if fail_on and made.routing.newly_unreached:
        click.get_current_context().exit(UNREACHED)
    return None


def _verify(file: Path, source: Source) -> None:
    promise = approval.read(file).promise
    differences = proof.broken(promise, source, now())
    asked = in_a_row(
        [count(len(promise.alerts), "alert"), count(len(promise.schedules), "schedule")]
    )
    if not differences:
        left_out = f" {promise.left_out:,} could not be promised." if promise.left_out else ""
        click.echo(f"As reviewed: {asked} answer as promised.{left_out}")
        return
    click.echo(f"Not as reviewed: of {asked}, {len(differences):,} answer otherwise.", err=True)
    _tell(differences)
    click.get_current_context().exit(DIFFERENT)


def _bytes(file: Path | None) -> bytes | None:
    return file.read_bytes() if file else None


def _compare(plan: Plan, other: Plan, key: bytes | None) -> None:
    if key is None:
        raise click.ClickException(_NO_KEY)
    places = differing(plan, other, key)
    if not places:
        return
    click.echo("Two plans of the same commit differ, so that no approval can hold:", err=True)
    for place in places:
        click.echo(f"  {place}", err=True)
    click.echo("Remove what changes each time, such as timestamp() or a data source.", err=True)
    click.get_current_context().exit(DIFFERENT)


def _check_approval(approved: Record, made: Review, source: Source, projection: Projection) -> None:
    if made.digest is None:
        raise click.ClickException(_NO_KEY)
    lines = approval.deviation(approved, made.digest, source)
    for line in lines:
        click.echo(line, err=True)
    if lines:
        click.get_current_context().exit(DIFFERENT)
    click.echo(f"This is the plan that was approved: {made.digest.value}.", err=True)
    moved = proof.moved(approved.promise, projection)
    if moved:
        click.echo(
            "Since the review, this has become different, though the plan is equal:", err=True
        )
        _tell(moved)


def _tell(differences: Sequence[Difference]) -> None:
    for difference in differences:
        click.echo(f"  {difference.about}", err=True)
        click.echo(f"    promised: {difference.promised}", err=True)
        click.echo(f"    now:      {difference.found}", err=True)


def _samples(file: Path, start: Instant) -> Iterator[Sample]:
    for case in _cases(file):
        for alert in case.alerts:
            yield Sample(alert, (f'test "{case.name}"',), start)


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
