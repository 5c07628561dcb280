"""What `terraform plan` of many unchanged resources costs, beside a provider that does no work.

Run it with `python -m benchmarks.terraform_plan` on a machine that does nothing else. Both
providers have the same schema; the other one (terraform-provider-signalcraft/benchmarks/inmemory)
keeps everything in memory, so a plan with it is what Terraform and its framework cost.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.terraform_workspace import Workspace, policies, running_server


def main() -> None:
    """Prints the ratio, how many requests a plan sends, and the provider's memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for count in options.policies:
        _measure(count, options.runs)


def _measure(count: int, runs: int) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        running_server((folder := Path(name)) / "server") as server,
    ):
        configuration = policies(count, server.create_user())
        ours = Workspace(folder / "ours", ".", server, configuration)
        rival = Workspace(folder / "rival", "./benchmarks/inmemory", server, configuration)
        ours.apply()
        rival.apply()
        before = server.requests()
        memory = ours.plan_nothing().provider_bytes
        requests = server.requests() - before
        rival.plan_nothing()
        # One after the other, so that what else the machine does hits both alike.
        pairs = [(ours.plan_nothing().seconds, rival.plan_nothing().seconds) for _ in range(runs)]
    our_seconds, rival_seconds = (median(seconds) for seconds in zip(*pairs, strict=True))
    print(f"terraform plan of {count:,} unchanged escalation policies, {runs} runs")
    print(
        f"  SignalCraft's provider, real server  {our_seconds:6.2f} s   {requests} requests   "
        f"{memory / 2**20:.0f} MiB"
    )
    print(f"  a provider that does no work         {rival_seconds:6.2f} s")
    print(f"  ratio                                {our_seconds / rival_seconds:6.2f}")


if __name__ == "__main__":
    main()
