"""`make demo`: a server, real Terraform, and who is on call, from nothing and leaving nothing."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tools.stage import DemoFailed, command, heading, init, perform, say
from tools.stand_in import ROOT
from tools.terraform_folder import TerraformFolder, without_settings

QUICKSTART = ROOT / "examples" / "quickstart" / "main.tf"
POLICY = "signalcraft_escalation_policy.db_team_policy"
SECOND_RULE = """\
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.database.id
    }
  }
"""
_SIGNALCRAFT = Path(sys.prefix, "bin", "signalcraft")
# Makes a plan with changes exit with 2.
_EXIT_CODE = "-detailed-exitcode"
# Of a run of Terraform: what it will do, what it did, and the sums.
_ESSENTIAL = re.compile(
    r"^(  # \S+ (?:will|must) be .*|\S+: \w+ complete|Plan:.*|No changes\..*|\w+ complete!.*)"
)


class Demo:
    """The steps, told as they happen."""

    def __init__(self, terraform: TerraformFolder, api: httpx.Client) -> None:
        self._terraform = terraform
        self._api = api
        self._main = terraform.folder / "main.tf"
        self._numbers = count(2)

    def run(self) -> None:
        """All steps, after the server's start. Raises `DemoFailed`."""
        self._create()
        self._plan_again()
        self._edit()
        self._ask()
        self._destroy()

    def _create(self) -> None:
        self._step(
            "Two people take turns, and an alert pages whoever's turn it is",
            "examples/quickstart/main.tf says so in some 50 lines. Terraform compares them with "
            "what the server has, says what it will do, and does it.",
        )
        shutil.copy(QUICKSTART, self._main)
        self._plan_changes()
        self._run("apply", "plan")

    def _plan_again(self) -> None:
        self._step(
            "The same configuration again",
            "The server has what the files say, word for word, so there is nothing to do.",
        )
        if self._run("plan", _EXIT_CODE):
            raise DemoFailed("Terraform plans changes, though nothing has changed.")

    def _edit(self) -> None:
        self._step(
            "A change: after 15 minutes without an answer, the whole team is paged",
            "The escalation policy gets a second rule. In a team this is a pull request, and what "
            "follows is what its reviewers read.",
        )
        written = self._main.read_text(encoding="utf-8")
        self._main.write_text(written.removesuffix("}\n") + SECOND_RULE + "}\n", encoding="utf-8")
        self._plan_changes(whole=True)
        self._run("apply", "plan")

    def _ask(self) -> None:
        self._step("What happens now when an alert comes in", "The server is asked, over its API.")
        people = {user["id"]: user["name"] for user in self._items("/v1/users")}
        [policy] = self._items("/v1/escalation-policies")
        if len(policy["rules"]) != 2:
            raise DemoFailed(f"The policy should have two rules, and has {policy['rules']}.")
        timeline = f"/v1/escalation-policies/{policy['id']}/timeline"
        command(f"GET {timeline}")
        for step in self._items(timeline):
            paged = " and ".join(sorted(people[id] for id in step["user_ids"]))
            say(f"  minute {step['minute']:>2}: {paged}")
        [schedule] = self._items("/v1/schedules")
        on_call, zone = f"/v1/schedules/{schedule['id']}/on-call", ZoneInfo(schedule["time_zone"])
        command(f"GET {on_call}")
        now = self._get(on_call)
        after = self._get(on_call, at=now["until"])
        for turn, when in ((now, "now"), (after, "after that")):
            until = datetime.fromisoformat(turn["until"]).astimezone(zone)
            who = " and ".join(people[id] for id in turn["user_ids"])
            say(f"  {when}: {who}, until {until:%A %d %B %Y, %H:%M}")
        if now["user_ids"] == after["user_ids"]:
            raise DemoFailed("The next turn should be the other person's.")

    def _destroy(self) -> None:
        self._step("All of it taken back", "Terraform removes what it made, and nothing else.")
        self._run("destroy", "-auto-approve")
        if left := self._items("/v1/schedules") + self._items("/v1/escalation-policies"):
            raise DemoFailed(f"After the destroy there still is {left[0]['name']!r}.")

    def _step(self, title: str, explanation: str) -> None:
        heading(next(self._numbers), title, explanation)

    def _plan_changes(self, *, whole: bool = False) -> None:
        if not self._run("plan", "-out=plan", _EXIT_CODE, whole=whole):
            raise DemoFailed("Terraform should have planned changes, and planned none.")

    def _run(self, *arguments: str, whole: bool = False) -> int:
        """Runs Terraform and shows what matters of it; `whole` adds the changes themselves."""
        shown = [argument for argument in arguments if argument != _EXIT_CODE]
        command(f"$ terraform {' '.join(shown)}")
        ran = self._terraform.run(*arguments)
        if ran.status not in ((0, 2) if _EXIT_CODE in arguments else (0,)):
            raise DemoFailed(f"terraform {arguments[0]} failed:\n{ran.output}")
        for line in _changes(ran.output) if whole else _essential(ran.output):
            say(f"  {line}".rstrip())
        return ran.status

    def _items(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._get(path)["items"]
        return items

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        answer = self._api.get(path, params=query)
        if not answer.is_success:
            raise DemoFailed(f"GET {path} answered {answer.status_code}: {answer.text}")
        document: dict[str, Any] = answer.json()
        return document


def _essential(output: str) -> Iterator[str]:
    for line in output.splitlines():
        if found := _ESSENTIAL.match(line):
            yield found[1].strip()


def _changes(output: str) -> Iterator[str]:
    """The part of a plan that says what changes, with its sum."""
    lines = output.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("  # "))
    for line in lines[start:]:
        yield line
        if line.startswith("Plan:"):
            return


@contextmanager
def server(database: str, log: Path) -> Iterator[str]:
    """A server on a free port of this machine, for the block; yields where it answers."""
    with (
        log.open("w", encoding="utf-8") as said,
        subprocess.Popen(
            [_SIGNALCRAFT, "serve", "--port", "0", "--database", database],
            env=without_settings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            # Ctrl-C is for the demo, which then stops the server.
            start_new_session=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            answering = re.search(r"answers at (http\S+)", process.stdout.readline())
            if answering is None:
                raise DemoFailed(f"The server did not start:\n{log.read_text(encoding='utf-8')}")
            yield answering[1]
        finally:
            process.terminate()


def demo() -> None:
    """Everything, in a temporary folder. Raises `DemoFailed`."""
    say(
        "SignalCraft knows who is paged when something breaks. What it knows is kept as\n"
        "code: written in files, reviewed, applied by Terraform. Watch that happen once."
    )
    with tempfile.TemporaryDirectory(prefix="signalcraft-demo-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'demo.db'}"
        heading(
            1,
            "A server of your own",
            "`init` makes a workspace with its first owner, and an API key, which Terraform gets "
            "through its environment. The data is in SQLite, in a temporary folder.",
        )
        command("$ signalcraft init --owner-email owner@example.com --output json")
        key = init(database)
        command("$ signalcraft serve --port 0")
        with server(database, folder / "server.log") as url:
            say(f"  SignalCraft answers at {url}")
            authorization = {"Authorization": f"Bearer {key}"}
            configuration = folder / "configuration"
            configuration.mkdir()
            with httpx.Client(base_url=url, headers=authorization, trust_env=False) as api:
                Demo(TerraformFolder(configuration, url, key), api).run()
    say("\nThat was all of it: the server is stopped, and nothing is left behind.", style="bold")
    say("To try it yourself, see `First use` in README.md.")


if __name__ == "__main__":
    sys.exit(perform(demo))
