"""`signalcraft test`."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click
from rich.padding import Padding
from rich.text import Text

from signalcraft.cli.render.terminal import console
from signalcraft.cli.sources.plan import PlanSource
from signalcraft.cli.sources.source import Source, asks_a_source
from signalcraft.cli.testing.cases import Case, WrongTests, read_cases
from signalcraft.cli.testing.junit import junit
from signalcraft.cli.testing.results import TestResult, evaluate


@click.command()
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--junit",
    "report",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write the results as JUnit XML.",
)
@click.option(
    "--plan",
    metavar="PLAN.json",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Test what this Terraform plan, from `terraform show -json`, would make of it.",
)
@asks_a_source
def test(source: Source, files: Sequence[Path], report: Path | None, plan: Path | None) -> None:
    """Test where alerts go and who is paged, as FILEs say, each of them YAML.

    Exits with 1 if a test fails.
    """
    tested = source if plan is None else PlanSource.read(plan, source)
    try:
        results = evaluate(tested, _read(files))
    except WrongTests as error:
        raise click.ClickException(str(error)) from None
    if report is not None:
        report.write_bytes(junit(results))
    _tell(results)
    if any(result.failures for result in results):
        click.get_current_context().exit(1)


def _read(files: Sequence[Path]) -> list[Case]:
    """The tests of all files. Raises `WrongTests` with the mistakes of all files."""
    cases: list[Case] = []
    mistakes: list[str] = []
    for file in files:
        try:
            cases += read_cases(file)
        except WrongTests as error:
            mistakes.append(str(error))
    if mistakes:
        raise WrongTests("\n".join(mistakes))
    return cases


def _tell(results: Sequence[TestResult]) -> None:
    out = console()
    for file, of_file in groupby(results, lambda result: result.case.file):
        out.print(Text(str(file), "bold"))
        for result in of_file:
            mark = Text("FAIL", "bold red") if result.failures else Text("ok  ", "green")
            out.print(Padding(Text.assemble(mark, " ", result.case.name), (0, 0, 0, 2)))
            if result.failures:
                out.print(Padding(Text(result.case.place(), "dim"), (0, 0, 0, 7)))
            for failure in result.failures:
                out.print(Padding(failure, (0, 0, 0, 7)))
    failed = sum(1 for result in results if result.failures)
    tests = "1 test" if len(results) == 1 else f"{len(results):,} tests"
    out.print(f"{tests}, {failed:,} failed" if failed else f"{tests}, all as expected")
