"""Real operators for tests: `signalcraft operator` in a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.commands import Command, running_command


@contextmanager
def running_operator(
    kubeconfig: Path, cluster_name: str, namespace: str, *options: str
) -> Iterator[Command]:
    """An operator that works until the block ends, and is not to have failed in it."""
    arguments = ["operator", "--port", "0", "--kubeconfig", str(kubeconfig)]
    arguments += ["--cluster-name", cluster_name, "--namespace", namespace, *options]
    with running_command(arguments, environment={}) as command:
        yield command
