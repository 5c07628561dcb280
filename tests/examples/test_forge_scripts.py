"""The scripts that talk to GitHub: the real `gh`, and a server that answers as GitHub's API does."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.checkout import EXAMPLE, Checkout
from tests.examples.forge import Forge, running_forge
from tools.gh import gh

MARKER = "<!-- signalcraft-review -->"
REVIEW = "## On-call review\n\nAda → Ben\n\n<sub>Computed for revision {}.</sub>\n" + MARKER + "\n"


@pytest.fixture
def forge() -> Iterator[Forge]:
    with running_forge() as forge:
        yield forge


@pytest.fixture
def job(tmp_path: Path, forge: Forge) -> Checkout:
    """A repository with the scripts, and what a job of GitHub Actions has in its environment."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "scripts").symlink_to(EXAMPLE / "scripts")
    (folder / "out").mkdir()
    path = os.pathsep.join([str(gh().parent), os.environ["PATH"]])
    environment = forge.environment | {"PATH": path, "HOME": str(tmp_path), "PULL_REQUEST": "7"}
    job = Checkout(folder, environment, within=folder)
    job.git("init", "--quiet")
    job.git("commit", "--quiet", "--allow-empty", "--message", "Begin")
    return job


def comment(job: Checkout, text: str) -> None:
    (job.folder / "out" / "review.md").write_text(text)
    job.succeed("github-comment", "out/review.md")


def test_one_comment_is_kept_and_updated_only_when_the_result_changes(
    job: Checkout, forge: Forge
) -> None:
    for number in range(4):  # The third and following are on the second page.
        forge.comment(f"Comment {number}, about {MARKER}", by="User")
    comment(job, REVIEW.format(1))
    assert [each["body"] for each in forge.comments if each["user"]["type"] == "Bot"] == [
        REVIEW.format(1)
    ]
    comment(job, REVIEW.format(2))
    assert forge.writes == [("POST", "issues/7/comments")]
    changed = REVIEW.format(3).replace("Ben", "Eve")
    comment(job, changed)
    assert forge.writes[1:] == [("PATCH", "issues/comments/1004")]
    assert [each["body"] for each in forge.comments][4:] == [changed]
    # GitHub gives back what was sent with other line ends.
    forge.comments[4]["body"] = changed.replace("\n", "\r\n")
    comment(job, changed)
    assert len(forge.writes) == 2


def test_drift_opens_one_issue_and_closes_it_again(job: Checkout, forge: Forge) -> None:
    forge.issues.append(
        {
            "number": 1,
            "state": "open",
            "title": "The server no longer has what this repository says",
            "user": {"type": "User"},
        }
    )
    report = job.folder / "out" / "drift.md"
    job.succeed("github-drift-issue", "0")
    assert forge.writes == []
    report.write_text("Ada is called something else\n")
    job.succeed("github-drift-issue", "2")
    report.write_text("Ada and Ben are called something else\n")
    job.succeed("github-drift-issue", "2")
    [_, issue] = forge.issues
    assert (issue["state"], issue["body"]) == ("open", report.read_text())
    job.succeed("github-drift-issue", "0")
    assert (issue["state"], issue["said"]) == ("closed", ["It has again."])
    job.succeed("github-drift-issue", "0")
    assert len(forge.writes) == 4
    job.succeed("github-drift-issue", "2")
    assert [each["state"] for each in forge.issues] == ["open", "closed", "open"]


@pytest.fixture
def approved(job: Checkout, forge: Forge) -> str:
    """A merged pull request whose plan was reviewed, and then approved; returns its head."""
    head = job.git("rev-parse", "HEAD").strip()
    forge.pulls.append({"number": 7, "head": {"sha": head}})
    run = {"head_sha": head, "conclusion": "success"}
    forge.runs += [
        run | {"id": 50, "updated_at": "2026-03-02T09:00:00Z"},
        run | {"id": 51, "updated_at": "2026-03-02T09:30:00Z"},
        run | {"id": 52, "updated_at": "2026-03-02T11:00:00Z"},
        run | {"id": 53, "updated_at": "2026-03-02T09:40:00Z", "conclusion": "failure"},
    ]
    review = {"state": "APPROVED", "commit_id": head}
    forge.reviews += [
        review | {"submitted_at": "2026-03-02T10:00:00Z"},
        {"state": "COMMENTED", "commit_id": head, "submitted_at": "2026-03-02T12:00:00Z"},
    ]
    forge.artifact["review.json"] = b'{"digest": {}}'
    return head


@pytest.mark.usefixtures("approved")
def test_the_review_of_the_last_plan_before_the_approval_is_downloaded(
    job: Checkout, forge: Forge
) -> None:
    job.succeed("github-approved", "approved")
    assert (job.folder / "approved" / "review.json").read_bytes() == b'{"digest": {}}'
    assert forge.asked[-2:] == ["actions/runs/51/artifacts", "actions/artifacts/1/zip"]


def refused(job: Checkout) -> str:
    ran = job.script("github-approved", "approved")
    assert ran.returncode == 1, ran.stdout
    assert not (job.folder / "approved").exists()
    return ran.stderr


def test_a_commit_that_no_pull_request_brought_is_not_applied(job: Checkout) -> None:
    assert "Nothing is applied that nobody has approved." in refused(job)


def test_an_approval_of_an_older_commit_does_not_count(
    job: Checkout, forge: Forge, approved: str
) -> None:
    forge.reviews[0]["commit_id"] = "0" * len(approved)
    assert "Nobody has approved pull request 7 as it was merged." in refused(job)


@pytest.mark.usefixtures("approved")
def test_an_approval_from_before_the_plan_does_not_count(job: Checkout, forge: Forge) -> None:
    forge.reviews[0]["submitted_at"] = "2026-03-02T08:00:00Z"
    assert "was approved before its plan was reviewed" in refused(job)


def test_without_a_token_nothing_is_said_to_be_approved(job: Checkout) -> None:
    job.environment["GH_TOKEN"] = "another"
    assert "Bad credentials" in refused(job)
