"""Runs all benchmarks, one after the other, each in a process of its own."""

import subprocess
import sys

NAMES = (
    "oncall",
    "api",
    "growth",
    "waiting",
    "worst",
    "terraform_plan",
    "terraform_apply",
    "terraform_state",
    "token_exchange",
    "gitops",
    "operator",
)
for name in NAMES:
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
