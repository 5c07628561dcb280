"""Runs all benchmarks, one after the other, each in a process of its own."""

import subprocess
import sys

for name in ("oncall", "api", "growth", "waiting", "terraform_plan", "operator"):
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
