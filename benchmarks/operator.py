"""What the operator costs, beside a plain kopf operator that does the same work.

`python -m benchmarks.operator [OBJECTS] [--parts stub,ours,leases,rival]`, on a machine that does
nothing else. The Kubernetes API, SignalCraft's API and the operator share its cores; requests to
Kubernetes are counted by kube-apiserver itself.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import quantiles
from threading import Event
from typing import NamedTuple

import psutil

from benchmarks.leases import leases
from benchmarks.policies import Policies, Run
from benchmarks.progress import Progress
from benchmarks.site import Operator, real_site, stub_site
from tools.stand_in import ROOT

EDITS = 200
PARTS = ("stub", "ours", "leases", "rival")
# So often that the next resync begins when the one before ends.
_ALL_THE_TIME = ("--resync-every", "1")

Row = tuple[str, str, str]


class Edits(NamedTuple):
    """What came of edits."""

    seconds: list[float]
    """From an edit until the object is synced."""
    patches: int
    """The operator's, of which each edit needs one."""


class Ours(NamedTuple):
    """The operator's own figures."""

    first: Run
    restart: Run
    at_rest: Edits
    during_resyncs: Edits


def ours(count: int) -> Ours:
    """The first start, a restart, and edits at rest and during resyncs."""
    with real_site() as site:
        policies = site.policies()
        policies.fill(count)
        with site.operator() as operator:
            first = policies.measure(operator.process, site.server, count)
            drained(policies, operator, count)
        with site.operator() as operator:
            restart = policies.measure_until(
                lambda: operator.reconciled >= count, operator.process, site.server, count
            )
            at_rest = edits(policies, count, "edited at rest")
        with site.operator(*_ALL_THE_TIME) as operator:
            pause = Event()
            while operator.reconciled < 2 * count:
                pause.wait(0.5)
            return Ours(first, restart, at_rest, edits(policies, count, "edited during resyncs"))


def stubbed(count: int) -> Run:
    """The first start with an API that does next to nothing."""
    with stub_site() as site:
        policies = site.policies()
        policies.fill(count)
        with site.operator() as operator:
            return policies.measure(operator.process, site.server, count)


def rival(count: int) -> Run:
    """The first start of a plain kopf operator."""
    with real_site() as site:
        policies = site.policies()
        policies.fill(count)
        environment = {
            **os.environ,
            "KUBECONFIG": str(site.kubernetes.kubeconfig),
            "RIVAL_ENDPOINT": site.endpoint,
            "RIVAL_API_KEY": site.api_key,
        }
        kopf = (sys.executable, "-m", "kopf", "run", "--quiet", "--standalone", "--all-namespaces")
        command = [*kopf, str(ROOT / "benchmarks" / "kopf_rival.py")]
        with subprocess.Popen(command, env=environment) as process:
            try:
                return policies.measure(psutil.Process(process.pid), site.server, count)
            finally:
                process.terminate()


def edits(policies: Policies, count: int, what: str) -> Edits:
    """Edits objects all over the list."""
    before = policies.patches()
    with Progress(what, EDITS) as progress:
        numbers = map(progress.show, range(1, EDITS + 1))
        seconds = [policies.edit(i * count // EDITS % count) for i in numbers]
    return Edits(seconds, policies.patches() - before - EDITS)


def drained(policies: Policies, operator: Operator, count: int) -> None:
    """Returns once the events, for which nobody waits, are written."""
    pause = Event()
    while policies.events() < count and operator.figure("events_dropped") == 0:
        pause.wait(0.5)


def table(count: int, parts: frozenset[str]) -> Iterator[str]:
    """The lines that are printed."""
    yield f"{count:,} AlertPolicies, {os.cpu_count()} cores shared by everything, {_load()}"
    if "stub" in parts:
        yield from _lines("With a stub of SignalCraft's API", _first_start(stubbed(count), 30))
    if "ours" in parts:
        measured = ours(count)
        yield from _lines("With the real API", _first_start(measured.first, 60))
        yield from _lines("Afterwards", _afterwards(measured))
    if "leases" in parts:
        found = leases()
        rows = [
            ("leader killed: until another works", f"{found.handover:.1f} s", "< 20 s"),
            ("API server killed: last write", f"{found.last_write:.1f} s after", "< 15 s"),
            ("API server back: until all is put back", f"{found.recovery:.1f} s", ""),
        ]
        yield from _lines("The lease", rows)
    if {"ours", "rival"} <= parts:
        yield from _lines("kopf / ours", _ratios(rival(count), measured.first))
    yield f"\nAt the end: {_load()}"


def _first_start(run: Run, seconds: int) -> list[Row]:
    each = 1000 / run.objects
    return [
        ("from start to all Synced", f"{run.seconds:.0f} s", f"<= {seconds} s for 10,000"),
        ("memory", f"{run.megabytes} MB", "<= 200 MB"),
        ("CPU time per object: the operator", f"{each * run.cpu:.1f} ms", ""),
        ("CPU time per object: Kubernetes", f"{each * run.kubernetes_cpu:.1f} ms", ""),
        ("CPU time per object: SignalCraft", f"{each * run.signalcraft_cpu:.1f} ms", ""),
        ("PATCHes per object", f"{run.patches / run.objects:.2f}", "<= 2"),
        ("GETs of objects", f"{run.gets}", "0"),
    ]


def _afterwards(measured: Ours) -> list[Row]:
    restart = measured.restart
    return [
        ("restart: until all are compared", f"{restart.seconds:.1f} s", ""),
        ("restart: PATCHes", f"{restart.patches}", "0"),
        ("restart: GETs of objects", f"{restart.gets}", "0"),
        *_edited("at rest", measured.at_rest),
        *_edited("during resyncs", measured.during_resyncs),
    ]


def _ratios(kopf: Run, ours: Run) -> list[Row]:
    return [
        ("time", f"{kopf.seconds / ours.seconds:.1f}", ""),
        ("its CPU time", f"{kopf.cpu / ours.cpu:.1f}", ""),
        ("Kubernetes' CPU time", f"{kopf.kubernetes_cpu / ours.kubernetes_cpu:.1f}", ""),
        ("memory", f"{kopf.megabytes / ours.megabytes:.1f}", ""),
        ("PATCHes", f"{kopf.patches / ours.patches:.1f}", ""),
    ]


def _edited(when: str, edited: Edits) -> list[Row]:
    cuts = quantiles(edited.seconds, n=100)
    return [
        (f"edit to Synced, {when}, p50", f"{1000 * cuts[49]:.0f} ms", ""),
        (f"edit to Synced, {when}, p99", f"{1000 * cuts[98]:.0f} ms", "<= 2 s"),
        (f"PATCHes per edit, {when}", f"{edited.patches / EDITS:.2f}", "<= 1"),
    ]


def _lines(title: str, rows: list[Row]) -> Iterator[str]:
    yield f"\n{title}"
    for what, figure, bound in rows:
        yield f"  {what:40} {figure:>12}   {bound}".rstrip()


def _load() -> str:
    return f"load average {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What the operator costs.")
    parser.add_argument("objects", nargs="?", type=int, default=10_000)
    parser.add_argument("--parts", default=",".join(PARTS), help="Some of them, with commas.")
    arguments = parser.parse_args()
    for line in table(arguments.objects, frozenset(arguments.parts.split(","))):
        print(line, flush=True)
