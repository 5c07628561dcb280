"""The workflows of `examples/monitoring-config`, job by job, without a stored key: from a pull request
to a comment, an apply and the nightly drift.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from signalcraft.client import Client
from signalcraft.model.schedule import Schedule
from signalcraft.model.user import User
from tests.examples.checkout import Checkout
from tests.examples.forge import REPOSITORY, Forge, running_forge
from tests.examples.workflow import Job, run_job
from tools.demo_gitops import environment
from tools.gh import gh
from tools.issuer import Issuer
from tools.servers import Server, Tenant


@pytest.fixture
def forge() -> Iterator[Forge]:
    with running_forge() as forge:
        yield forge


@pytest.fixture
def trusted(
    tmp_path: Path, server: Server, tenant: Tenant, issuer: Issuer
) -> Iterator[Mapping[str, str]]:
    """The ids of trusts for plans and applies, and where the issuer hands out tokens."""
    folder = tmp_path / "ci"
    folder.mkdir()
    with environment(folder, server.url, tenant.api_key, issuer) as settings:
        yield settings


class Repository:
    """A repository on the forge, whose workflows run."""

    def __init__(self, checkout: Checkout, forge: Forge, trusted: Mapping[str, str]) -> None:
        self.checkout = checkout
        self._forge = forge
        self._trusted = trusted
        del checkout.environment["SIGNALCRAFT_API_KEY"]  # No key is stored anywhere.
        path = os.pathsep.join([checkout.environment["PATH"], str(gh().parent)])
        checkout.environment |= {**forge.environment, "PATH": path}
        del checkout.environment["GH_TOKEN"]

    def plan(self, *, head: str = REPOSITORY) -> Job:
        """A pull request's plan."""
        pull = {
            "number": 7,
            "head": {"repo": {"full_name": head}, "sha": self.head},
        }
        job = self._run("plan", "branch", {"event": {"pull_request": pull}, "base_ref": "main"})
        self._forge.artifact |= job.uploads
        return job

    def merge(self, branch: str = "main") -> Job:
        """The apply that follows an approval and the merge of what is checked out. The job gets the
        token of a run of main, or of a branch.
        """
        head = self.head
        self._forge.runs.append(
            {
                "id": 50,
                "head_sha": head,
                "conclusion": "success",
                "updated_at": "2026-03-02T09:00:00Z",
            }
        )
        self._forge.pulls[:] = [{"number": 7, "head": {"sha": head}}]
        self._forge.reviews.append(
            {"state": "APPROVED", "commit_id": head, "submitted_at": "2026-03-02T10:00:00Z"}
        )
        self.checkout.git("push", "--quiet", "--force", "origin", "HEAD:main")
        return self._run("apply", branch, {})

    def drift(self) -> Job:
        """The nightly job."""
        return self._run("drift", "branch", {})

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self.checkout.git("rev-parse", "HEAD").strip()

    def _run(self, name: str, token: str, event: Mapping[str, Any]) -> Job:
        variables = {
            "SIGNALCRAFT_ENDPOINT": self._trusted["SIGNALCRAFT_ENDPOINT"],
            "SIGNALCRAFT_PLAN_TRUST": self._trusted["PLAN_TRUST"],
            "SIGNALCRAFT_APPLY_TRUST": self._trusted["APPLY_TRUST"],
        }
        identity = {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self._trusted['ISSUER']}/{token}",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job",
        }
        return run_job(name, self.checkout, event=event, variables=variables, identity=identity)


@pytest.fixture
def repository(checkout: Checkout, forge: Forge, trusted: Mapping[str, str]) -> Repository:
    return Repository(checkout, forge, trusted)


def succeeded(job: Job) -> str:
    assert job.was_run
    assert job.failed is None, job.said
    return job.said


def test_a_pull_request_becomes_a_comment_an_apply_and_a_quiet_night(
    repository: Repository, forge: Forge, client: Client
) -> None:
    succeeded(repository.plan())
    repository.checkout.git("add", ".terraform.lock.hcl")
    repository.checkout.git("commit", "--quiet", "--message", "Lock the provider")
    succeeded(repository.plan())
    [comment] = forge.comments
    assert "**Plan: 20 to create" in comment["body"]
    # The lock file is part of what is approved. Another plan of the same says nothing new.
    assert [method for method, _ in forge.writes] == ["POST", "PATCH"]
    succeeded(repository.plan())
    assert len(forge.writes) == 2
    assert "As reviewed" in succeeded(repository.merge())
    assert {s.body.name for s in client.iterate(Schedule)} >= {"Payments primary"}

    succeeded(repository.drift())
    assert forge.issues == []
    ada = client.find(User, "ada@example.com")
    assert ada is not None
    client.replace(ada.id, ada.body.model_copy(update={"name": "Ada"}), force=True)
    succeeded(repository.drift())
    [issue] = forge.issues
    assert issue["state"] == "open"
    assert '"Ada" → "Ada Example"' in issue["body"]
    client.replace(ada.id, ada.body, force=True)
    succeeded(repository.drift())
    assert issue["state"] == "closed"


def test_a_pull_request_from_a_fork_gets_no_plan_and_no_secret(
    repository: Repository, forge: Forge, trusted: Mapping[str, str]
) -> None:
    job = repository.plan(head="stranger/monitoring-config")
    assert not job.was_run
    assert forge.asked == []
    # Nor would it get anything if its own copy of the workflow had no condition.
    ran = repository.checkout.script("plan", SIGNALCRAFT_TRUST=trusted["PLAN_TRUST"])
    assert ran.returncode != 0
    assert "There is no token here" in ran.stderr
    assert not (repository.checkout.folder / ".terraform").exists()
    assert not (repository.checkout.folder / "out").exists()
    secrets = [v for n, v in repository.checkout.environment.items() if "KEY" in n or "TOKEN" in n]
    assert secrets == []


def test_a_token_of_a_branch_applies_nothing(repository: Repository, client: Client) -> None:
    succeeded(repository.plan())
    job = repository.merge("branch")
    assert job.failed is not None
    assert "The claim ref is 'refs/heads/some-branch'" in job.said
    assert not list(client.iterate(Schedule))
