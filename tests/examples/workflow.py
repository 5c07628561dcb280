"""Runs a job of a workflow as GitHub Actions does: its conditions, its environment, its steps."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.examples.checkout import EXAMPLE, Checkout
from tests.examples.forge import REPOSITORY, TOKEN

# What the steps are there for that run no script of ours.
_PREPARES = re.compile(r"actions/checkout@|hashicorp/setup-terraform@|pipx install ")
# Only what is written in the workflows is understood.
_EXPRESSION = re.compile(r"\$\{\{ ([a-z_.A-Z]+) \}\}")


@dataclass
class Job:
    """What came of a job."""

    was_run: bool = True
    failed: subprocess.CompletedProcess[str] | None = None
    """The step at which it ended, if one failed."""
    uploads: dict[str, bytes] = field(default_factory=dict)
    """The files that it uploaded, by their name."""
    said: str = ""


def run_job(
    name: str,
    checkout: Checkout,
    *,
    event: Mapping[str, Any],
    variables: Mapping[str, str],
    identity: Mapping[str, str],
) -> Job:
    """Runs the only job of a workflow in a checkout. `identity` is what a job has in its environment
    that may ask for a token: one of a fork's pull request may not, whatever the workflow says.
    """
    workflow = yaml.safe_load((EXAMPLE / ".github/workflows" / f"{name}.yml").read_text())
    [job] = workflow["jobs"].values()
    github = {"repository": REPOSITORY, "token": TOKEN, "server_url": "https://github.com"}
    context: dict[str, Any] = {
        "github": {**github, "run_id": "42", **event},
        "vars": variables,
        "steps": {},
    }
    if "if" in job and not _holds(job["if"], context):
        return Job(was_run=False)
    environment: Mapping[str, str] = {
        **checkout.environment,
        **_filled(job.get("env", {}), context),
    }
    if job["permissions"].get("id-token") == "write" and not _is_of_fork(context):
        environment = {**environment, **identity}
    done = Job()
    for step in job["steps"]:
        _run_step(step, checkout, environment, context, done)
        if done.failed:
            break
    return done


def _run_step(
    step: Mapping[str, Any],
    checkout: Checkout,
    environment: Mapping[str, str],
    context: dict[str, Any],
    done: Job,
) -> None:
    what = step.get("uses") or step["run"]
    if what.startswith("actions/upload-artifact@"):
        file = checkout.folder / step["with"]["path"]
        done.uploads[file.name] = file.read_bytes()
        return
    if _PREPARES.match(what):
        return
    outputs = Path(environment["HOME"], "github-output")
    outputs.write_text("")
    # GitHub runs a step without `shell` by `bash -e`.
    ran = subprocess.run(
        ["bash", "-e", "-c", what],
        cwd=checkout.folder,
        env={**environment, **_filled(step.get("env", {}), context), "GITHUB_OUTPUT": str(outputs)},
        capture_output=True,
        text=True,
        check=False,
    )
    done.said += ran.stdout + ran.stderr
    if ran.returncode:
        done.failed = ran
    if "id" in step:
        said = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        context["steps"][step["id"]] = {"outputs": said}


def _holds(condition: str, context: Mapping[str, Any]) -> bool:
    left, right = condition.split(" == ")
    return bool(_value(left, context) == _value(right, context))


def _is_of_fork(context: Mapping[str, Any]) -> bool:
    pull = context["github"].get("event", {}).get("pull_request")
    return bool(pull) and pull["head"]["repo"]["full_name"] != REPOSITORY


def _filled(written: Mapping[str, str], context: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: _EXPRESSION.sub(lambda found: str(_value(found.group(1), context)), text)
        for name, text in written.items()
    }


def _value(path: str, context: Mapping[str, Any]) -> Any:
    value: Any = context
    for name in path.split("."):
        value = value[name]
    return value
