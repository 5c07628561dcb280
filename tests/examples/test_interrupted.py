"""What goes wrong around an apply: `scripts/apply`, run as CI runs it."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from signalcraft.client import Client
from signalcraft.model.team import Team
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tests.examples.checkout import Checkout, approve
from tests.until import until
from tools.servers import Server, Servers, running_server

LOCK = "/v1/terraform/states/monitoring-config/lock"
WHY = "/v1/terraform/states/monitoring-config/why"
PERSON = {"ID": "of-a-person", "Operation": "OperationTypePlan", "Who": "grace@laptop"}

# An apply that creates a team, waits until somebody lets it go on, and creates another.
BARRIER = """
resource "signalcraft_team" "sooner" {
  name = "Sooner"
}

resource "terraform_data" "barrier" {
  depends_on = [signalcraft_team.sooner]
  provisioner "local-exec" {
    command = "touch $BARRIER/reached; until [ -e $BARRIER/go ]; do sleep 0.05; done"
  }
}

resource "signalcraft_team" "later" {
  name       = "Later"
  depends_on = [terraform_data.barrier]
}
"""


class Apply:
    """An apply that has come half-way."""

    def __init__(self, checkout: Checkout, **settings: str) -> None:
        self._barrier = checkout.folder.parent / "barrier"
        self._barrier.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [checkout.folder / "scripts" / "apply"],
            env={
                **checkout.environment,
                "APPROVED": "approved.json",
                "BARRIER": str(self._barrier),
                **settings,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        # It takes as long as two plans and a review do.
        while not (self._barrier / "reached").exists():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.1)
                break

    def go_on(self) -> tuple[int, str]:
        """Lets it finish; returns its status and what it said."""
        self.let_go()
        return self.ended()

    def let_go(self) -> None:
        """Lets it finish."""
        (self._barrier / "go").touch()

    def cancel(self) -> tuple[int, str]:
        """Does what a forge does to a job that is cancelled."""
        os.killpg(self._process.pid, signal.SIGINT)
        return self.ended()

    def ended(self) -> tuple[int, str]:
        """Its status and what it said, once it has ended."""
        said, _ = self._process.communicate(timeout=120)
        return self._process.returncode, said

    def kill(self) -> None:
        """Ends it, if it hasn't ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()


@contextmanager
def half_way(checkout: Checkout, **settings: str) -> Iterator[Apply]:
    """An approved apply that has come to its barrier."""
    (checkout.folder / "barrier.tf").write_text(BARRIER)
    checkout.git("add", "barrier.tf")
    checkout.git("commit", "--quiet", "--message", "Wait")
    checkout.succeed("plan")
    approve(checkout)
    apply = Apply(checkout, **settings)
    try:
        yield apply
    finally:
        apply.kill()


@pytest.fixture(autouse=True)
def _plain(checkout: Checkout) -> None:
    checkout.environment["TF_CLI_ARGS"] = "-no-color"


def teams(client: Client) -> set[str]:
    return {stored.body.name for stored in client.iterate(Team)}


def state(http: httpx.Client) -> Any:
    return http.get("/v1/terraform/states/monitoring-config").json()


def test_while_a_person_has_the_lock_an_apply_waits_or_says_who_it_is(
    applied: Checkout, http: httpx.Client
) -> None:
    http.post(LOCK, json=PERSON).raise_for_status()
    stopped = applied.script("apply", APPROVED="approved.json", LOCK_TIMEOUT="0s")
    assert stopped.returncode != 0
    assert "held by the service account 'admin'" in " ".join(stopped.stderr.split())
    assert "for grace@laptop (plan)" in " ".join(stopped.stderr.split())
    with subprocess.Popen(
        [applied.folder / "scripts" / "apply"],
        env=applied.environment | {"APPROVED": "approved.json", "LOCK_TIMEOUT": "60s"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as waiting:
        refused = http.get(WHY).json()["refusal"]["at"]
        until(lambda: http.get(WHY).json()["refusal"]["at"] > refused)
        http.request("DELETE", LOCK, json=PERSON).raise_for_status()
        said, _ = waiting.communicate()
    # What was approved, the first apply, has been made: there is another plan now, to do nothing.
    assert waiting.returncode == 4, said
    assert "This is not the plan" in said


def test_an_apply_whose_lock_was_taken_away_saves_its_state_all_the_same(
    applied: Checkout, http: httpx.Client, client: Client
) -> None:
    with half_way(applied) as apply:
        http.request("DELETE", LOCK, json={}).raise_for_status()
        status, said = apply.go_on()
    assert status != 0
    assert "Error releasing the state lock" in said
    assert not (applied.folder / "errored.tfstate").exists()
    assert teams(client) > {"Sooner", "Later"}
    assert "Later" in json.dumps(state(http))
    assert http.get(WHY).json()["unsaved"] is None
    assert applied.script("drift").returncode == 0


def test_a_state_that_could_not_be_saved_is_pushed_once_the_lock_is_free(
    applied: Checkout, http: httpx.Client
) -> None:
    with half_way(applied, RETRY_SECONDS="2") as apply:
        http.request("DELETE", LOCK, json={}).raise_for_status()
        http.post(LOCK, json=PERSON).raise_for_status()
        apply.let_go()
        until(lambda: "came without that lock" in str(http.get(WHY).json()["unsaved"]))
        http.request("DELETE", LOCK, json=PERSON).raise_for_status()
        status, said = apply.ended()
    assert status != 0
    assert "The state that the apply could not save is saved now." in said, said
    assert not (applied.folder / "errored.tfstate").exists()
    assert "Later" in json.dumps(state(http))
    assert http.get(WHY).json()["unsaved"] is None


def test_an_apply_whose_lock_somebody_else_has_taken_says_loudly_that_its_state_is_not_saved(
    applied: Checkout, http: httpx.Client, client: Client
) -> None:
    with half_way(applied) as apply:
        http.request("DELETE", LOCK, json={}).raise_for_status()
        http.post(LOCK, json=PERSON).raise_for_status()
        status, said = apply.go_on()
    assert status != 0
    assert "THE STATE IS NOT SAVED. Keep errored.tfstate" in said
    assert " ".join(said.split()).count("Error acquiring the state lock") == 3, said
    # The person finishes, and whoever keeps the file does what was said.
    http.request("DELETE", LOCK, json=PERSON).raise_for_status()
    url = applied.environment["SIGNALCRAFT_ENDPOINT"]
    environment = applied.environment | {
        "TF_HTTP_ADDRESS": f"{url}/v1/terraform/states/monitoring-config",
        "TF_HTTP_LOCK_ADDRESS": f"{url}{LOCK}",
        "TF_HTTP_UNLOCK_ADDRESS": f"{url}{LOCK}",
        "TF_HTTP_USERNAME": "grace",
        "TF_HTTP_PASSWORD": applied.environment["SIGNALCRAFT_API_KEY"],
    }
    push = ["terraform", "state", "push", "errored.tfstate"]
    subprocess.run(push, cwd=applied.folder, env=environment, check=True, capture_output=True)
    (applied.folder / "errored.tfstate").unlink()
    assert "Later" in teams(client)
    assert applied.script("drift").returncode == 0


def test_a_cancelled_apply_saves_what_it_has_done_and_leaves_no_lock(
    applied: Checkout, http: httpx.Client, client: Client
) -> None:
    with half_way(applied) as apply:
        status, said = apply.cancel()
    assert status != 0
    assert "Interrupt received" in said, said
    why = http.get(WHY).json()
    assert (why["state"]["lock"], why["unsaved"]) == (None, None)
    assert not (applied.folder / "errored.tfstate").exists()
    assert "Later" not in teams(client)
    (applied.folder.parent / "barrier" / "go").touch()
    applied.succeed("plan")
    approve(applied)
    again = {"BARRIER": str(applied.folder.parent / "barrier")}
    assert "As reviewed" in applied.succeed("apply", APPROVED="approved.json", **again)
    assert "Later" in teams(client)


def test_of_two_pushes_at_once_the_second_waits_and_applies_only_what_is_still_as_approved(
    applied: Checkout, http: httpx.Client, client: Client, tmp_path: Path
) -> None:
    second = replace(applied, folder=tmp_path / "second")
    applied.git("clone", "--quiet", ".", str(second.folder))
    (second.folder / ".terraform.lock.hcl").write_bytes(
        (applied.folder / ".terraform.lock.hcl").read_bytes()
    )
    second.edit("services.tf", '"Ledger"', '"General ledger"')
    second.edit("routing.tf", "signalcraft_service.ledger.name", '"General ledger"')
    second.succeed("plan")
    approve(second)
    with half_way(applied) as first:
        waiting = Apply(second)
        until(lambda: http.get(WHY).json()["refusal"])
        status, said = first.go_on()
        assert status == 0, said
        assert "As reviewed" in said
        status, said = waiting.ended()
    # Its checkout lacks what the first has made: it would take that back.
    assert status == 4, said
    assert "signalcraft_team.later" in said
    assert "Later" in teams(client)
    assert http.get(WHY).json()["state"]["lock"] is None


def test_a_lost_state_creates_nothing_twice_and_is_restored(
    applied: Checkout, http: httpx.Client, client: Client
) -> None:
    before = teams(client)
    newest = http.get("/v1/terraform/states/monitoring-config/versions").json()["items"][0]
    lost = {"version": 4, "serial": 1, "lineage": "another", "resources": [], "outputs": {}}
    state = "/v1/terraform/states/monitoring-config"
    http.post(state, params={"force": "true"}, json=lost).raise_for_status()
    applied.script("plan")
    assert "**Plan: 20 to create" in (applied.folder / "out" / "review.md").read_text()
    approve(applied)
    refused = applied.script("apply", APPROVED="approved.json")
    assert refused.returncode != 0
    assert "import { to = signalcraft_" in " ".join(refused.stderr.split())
    assert teams(client) == before
    restore = f"{state}/versions/{newest['number']}/restore"
    http.post(restore).raise_for_status()
    assert applied.script("drift").returncode == 0


class TestRestarted:
    """A server that is stopped and started again while an apply waits in the middle."""

    @pytest.fixture
    def running(self) -> Iterator[ExitStack]:
        with ExitStack() as running:
            yield running

    @pytest.fixture
    def server(self, servers: Servers, running: ExitStack) -> Iterator[Server]:
        with servers.new_database("sqlite") as url:
            migrate(Database(url))
            options = ("--state-key-file", str(servers.state_key_file))
            yield running.enter_context(running_server(url, *options))
            running.close()

    def test_an_apply_outlives_a_restart_of_the_server(
        self,
        applied: Checkout,
        server: Server,
        servers: Servers,
        running: ExitStack,
        client: Client,
    ) -> None:
        port = server.url.rpartition(":")[2]
        options = ("--state-key-file", str(servers.state_key_file), "--port", port)
        with half_way(applied) as apply:
            running.close()
            running.enter_context(running_server(server.database_url, *options))
            status, said = apply.go_on()
        assert status == 0, said
        assert "As reviewed" in said
        assert "Later" in teams(client)
        assert applied.script("drift").returncode == 0
