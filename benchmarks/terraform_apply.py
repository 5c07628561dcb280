"""What `terraform apply` of many changes costs, beside a provider that does no work; what a plan of as
many changes asks the server; how long the provider takes to start; and an apply under a limit.

Run it with `python -m benchmarks.terraform_apply` on a machine that does nothing else.
"""

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from benchmarks.terraform_workspace import Run, Workspace, policies, running_server

_PER_SECOND = 20


def main() -> None:
    """Prints a table for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    _measure(options.policies, options.runs)
    _measure_limited(options.policies)


def _measure(count: int, runs: int) -> None:
    creates: list[tuple[float, float]] = []
    updates: list[tuple[float, float]] = []
    starts: list[tuple[float, float]] = []
    with (
        tempfile.TemporaryDirectory() as name,
        running_server((folder := Path(name)) / "server") as server,
    ):
        user = server.create_user()
        ours = Workspace(folder / "ours", ".", server, "")
        rival = Workspace(folder / "rival", "./benchmarks/inmemory", server, "")
        both = (ours, rival)
        for each in range(runs):
            creates.append(_apply(both, policies(count, user, 3 * each)))
            updates.append(_apply(both, policies(count, user, 3 * each + 1)))
            ours.write(policies(count, user, 3 * each + 2))
            before = server.requests()
            planned = ours.run("plan")
            requests = server.requests() - before
            _apply(both, "")
            starts.append(
                _seconds(workspace.run("providers", "schema", "-json") for workspace in both)
            )
    print(f"terraform apply with {count:,} escalation policies, {runs} runs")
    print("                         ours    a provider that does no work   ratio")
    for title, pairs in (
        ("creates", creates),
        ("updates", updates),
        ("reading the schema", starts),
    ):
        our_seconds, rival_seconds = (median(seconds) for seconds in zip(*pairs, strict=True))
        print(
            f"  {title:<20}{our_seconds:6.2f} s{rival_seconds:24.2f} s"
            f"{our_seconds / rival_seconds:15.2f}"
        )
    print(
        f"  a plan in which all change: {requests} requests, {planned.seconds:.2f} s, "
        f"{planned.provider_bytes / 2**20:.0f} MiB for the provider"
    )


def _apply(both: tuple[Workspace, Workspace], configuration: str) -> tuple[float, float]:
    """How long each takes, one after the other."""
    for workspace in both:
        workspace.write(configuration)
    return _seconds(workspace.apply() for workspace in both)


def _seconds(runs: Iterable[Run]) -> tuple[float, float]:
    first, second = (run.seconds for run in runs)
    return first, second


def _measure_limited(count: int) -> None:
    limit = ("--requests-per-second", str(_PER_SECOND), "--burst", str(_PER_SECOND))
    with (
        tempfile.TemporaryDirectory() as name,
        running_server((folder := Path(name)) / "server", *limit) as server,
    ):
        ours = Workspace(folder / "ours", ".", server, policies(count, server.create_user()))
        applied = ours.apply()
    said = "The server limits how many requests the API key may send" in applied.output
    print(f"terraform apply of {count:,} creates where the server takes {_PER_SECOND} requests/s")
    print(
        f"  {applied.seconds:.0f} s, at least {count / _PER_SECOND:.0f}; "
        f"{'says' if said else 'does not say'} why it takes so long"
    )


if __name__ == "__main__":
    main()
