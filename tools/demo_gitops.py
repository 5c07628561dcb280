"""`make demo-gitops`: from a pull request to the alert that goes elsewhere, with real git and
Terraform, from nothing and leaving nothing.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

from rich.console import Console
from rich.markdown import Markdown

from signalcraft.client import Client
from signalcraft.model.ids import ServiceAccountId
from signalcraft.model.service_account import Scope, ServiceAccount
from signalcraft.model.service_account_trust import ClaimMatch, ServiceAccountTrust
from signalcraft.model.user import User
from signalcraft.store.tfstate.keyring import add_key
from tools.commands import running_command
from tools.issuer import Issuer, running_issuer
from tools.programs import BIN
from tools.provider_mirror import settings_file
from tools.stage import DemoFailed, command, heading, init, perform, say
from tools.stand_in import ROOT
from tools.terraform_folder import SOCKETS, without_settings

EXAMPLE = ROOT / "examples" / "monitoring-config"
REPOSITORY_ID = "1296269"
_READ: tuple[Scope, ...] = ("config:read", "state:read", "audit:read")
_WRITE: tuple[Scope, ...] = (*_READ, "config:write", "members:write", "state:write")
_WIDTH = 100

# What a forge does after a push: a plan for a branch, an apply for main. The approval is a trailer
# of the merge commit.
_HOOK = """\
#!/usr/bin/env bash
set -euo pipefail
unset GIT_DIR GIT_QUARANTINE_PATH
while read -r _ _ ref; do
  branch=${ref#refs/heads/}
  checkout=$(mktemp -d)
  git clone --quiet --branch "$branch" "$PWD" "$checkout"
  status=0
  if [ ! -e "$checkout/scripts" ]; then
    : # The repository has only begun.
  elif [ "$branch" = main ]; then
    digest=$(git -C "$checkout" log -1 --format='%(trailers:key=Reviewed-plan,valueonly)')
    export SIGNALCRAFT_TRUST=$APPLY_TRUST ACTIONS_ID_TOKEN_REQUEST_URL=$ISSUER/main
    APPROVED=$CI/$digest.json "$checkout/scripts/apply" >"$CI/log" 2>&1 || status=$?
  else
    export SIGNALCRAFT_TRUST=$PLAN_TRUST ACTIONS_ID_TOKEN_REQUEST_URL=$ISSUER/branch
    BASE_REF=main "$checkout/scripts/plan" >"$CI/log" 2>&1 || status=$?
    if [ "$status" = 0 ]; then cp "$checkout/out/review.md" "$checkout/out/review.json" "$CI"; fi
  fi
  rm -rf "$checkout"
  echo "$status" >"$CI/status"
done
"""


@dataclass(frozen=True)
class Clone:
    """A person's clone of the repository."""

    folder: Path
    person: str
    environment: Mapping[str, str]

    def git(self, *arguments: str) -> str:
        """Runs git. Raises `DemoFailed`."""
        email = f"{self.person.split()[0].lower()}@example.com"
        identity = ("-c", f"user.name={self.person}", "-c", f"user.email={email}")
        ran = subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise DemoFailed(f"git {' '.join(arguments)} failed:\n{ran.stderr}")
        return ran.stdout

    def edit(self, file: str, old: str, new: str, message: str) -> None:
        """Replaces a text in a file, and commits that."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise DemoFailed(f"{file} does not have {old!r}.")
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--message", message)


class Demo:
    """The steps, told as they happen."""

    def __init__(self, folder: Path, environment: Mapping[str, str], client: Client) -> None:
        self._folder = folder
        self._ci = Path(environment["CI"])
        self._environment = environment
        self._client = client
        self._numbers = count(2)
        self._engineer = self._clone("engineer", "Ada Example")
        self._lead = self._clone("lead", "Grace Example")

    def run(self) -> None:
        """All steps, after everything's start. Raises `DemoFailed`."""
        self._begin()
        self._change()
        self._approve()
        self._stale()
        self._revert()

    def _begin(self) -> None:
        self._step(
            "A repository that says who is paged",
            "examples/monitoring-config: 20 resources for a company whose people live on three "
            "continents. It is pushed, planned, approved and applied. CI has no key: it proves by "
            "a token of the demo's own issuer who it is. The state is kept by SignalCraft.",
        )
        # main begins with nothing, so that its first content is reviewed like every other.
        self._engineer.git("commit", "--quiet", "--allow-empty", "--message", "Begin")
        self._push(self._engineer, "main")
        self._lead.git("pull", "--quiet", "origin", "main")
        shutil.copytree(EXAMPLE, self._engineer.folder, dirs_exist_ok=True)
        self._engineer.git("add", "--all")
        self._engineer.git("commit", "--quiet", "--message", "Who is paged")
        self._push(self._engineer, "begin")
        self._merge("begin")
        say(f"  {self._last_line()}")

    def _change(self) -> None:
        self._step(
            "An engineer opens a pull request",
            "Failing payments are to go to the platform team. The push runs scripts/plan, which "
            "writes this for the reviewers:",
        )
        self._engineer.git(
            "switch", "--quiet", "--create", "platform-takes-payments", "origin/main"
        )
        self._engineer.edit(
            "routing.tf",
            "escalate_to = signalcraft_escalation_policy.payments.id",
            "escalate_to = signalcraft_escalation_policy.platform.id",
            "Payments go to the platform team",
        )
        self._push(self._engineer, "platform-takes-payments")
        self._show_review()

    def _approve(self) -> None:
        self._step(
            "The team lead approves, and the merge applies it",
            "The approval is for the plan's digest. scripts/apply plans again: it is the same plan, "
            "so that is applied, and the server is asked everything that the review promised.",
        )
        self._ask("before")
        self._merge("platform-takes-payments")
        say(f"  {self._last_line()}", style="bold")
        self._ask("after")

    def _stale(self) -> None:
        self._step(
            "A stale approval is refused",
            "Another change is approved. But before it is merged, somebody edits a user by hand.",
        )
        self._engineer.git("switch", "--quiet", "--create", "quicker", "origin/main")
        self._engineer.edit(
            "policies.tf", "delay_minutes = 15", "delay_minutes = 5", "The team is paged sooner"
        )
        self._push(self._engineer, "quicker")
        ben = self._client.find(User, "ben@example.com")
        if ben is None:
            raise DemoFailed("There is no user ben@example.com.")
        self._client.replace(ben.id, ben.body.model_copy(update={"name": "Benny"}), force=True)
        command("PUT /v1/users/… (by hand)")
        self._merge("quicker", status=4)
        log = (self._ci / "log").read_text(encoding="utf-8")
        start = log.index("This is not the plan")
        for line in log[start:].splitlines():
            say(f"  {line}", style="yellow")

    def _revert(self) -> None:
        self._step(
            "Taken back",
            "git revert is a change like every other: reviewed, approved, applied, proved.",
        )
        lead = self._lead
        lead.git("switch", "--quiet", "--create", "revert")
        lead.git("revert", "--no-edit", "--mainline=1", "HEAD", "HEAD~1")
        self._push(lead, "revert")
        lead.git("switch", "--quiet", "main")
        self._merge("revert")
        say(f"  {self._last_line()}", style="bold")
        self._ask("again")

    def _step(self, title: str, explanation: str) -> None:
        heading(next(self._numbers), title, explanation)

    def _clone(self, name: str, person: str) -> Clone:
        folder = self._folder / name
        clone = Clone(folder, person, self._environment)
        origin = str(self._folder / "monitoring-config.git")
        clone_it = ["git", "clone", "--quiet", origin, str(folder)]
        subprocess.run(clone_it, env=self._environment, stderr=subprocess.DEVNULL, check=True)
        return clone

    def _push(self, clone: Clone, branch: str, *, status: int = 0) -> None:
        command(f"{clone.person.split()[0]}$ git push origin {branch}")
        clone.git("push", "--quiet", "origin", f"HEAD:{branch}")
        ended = int((self._ci / "status").read_text(encoding="utf-8"))
        if ended != status:
            log = (self._ci / "log").read_text(encoding="utf-8")
            raise DemoFailed(f"CI ended with {ended} instead of {status}:\n{log}")

    def _merge(self, branch: str, *, status: int = 0) -> None:
        """The lead approves what the review of a branch says, and merges it."""
        review = self._ci / "review.json"
        digest = json.loads(review.read_text(encoding="utf-8"))["digest"]["value"]
        shutil.copy(review, self._ci / f"{digest}.json")
        lead = self._lead
        lead.git("fetch", "--quiet", "origin")
        trailer = f"Reviewed-plan: {digest}"
        command(f'Grace$ git merge --no-ff {branch} --message "{trailer[:36]}…"')
        message = ("--message", f"Merge {branch}", "--message", trailer)
        lead.git("merge", "--quiet", "--no-ff", f"origin/{branch}", *message)
        self._push(lead, "main", status=status)
        self._engineer.git("fetch", "--quiet", "origin")

    def _last_line(self) -> str:
        return (self._ci / "log").read_text(encoding="utf-8").splitlines()[-1]

    def _show_review(self) -> None:
        text = (self._ci / "review.md").read_text(encoding="utf-8")
        plain = re.sub(r"</?sub>|<!--.*?-->", "", text).replace("<br>", "; ")
        plain = plain.replace("<code>", "`").replace("</code>", "`")
        Console(width=_WIDTH).print(Markdown(plain))

    def _ask(self, when: str) -> None:
        command("$ signalcraft route --label team=payments")
        arguments = ("route", "--label", "team=payments", "--at", "2026-03-25T10:00Z")
        ran = subprocess.run(
            [Path(sys.prefix, "bin", "signalcraft"), *arguments],
            env={**self._environment, "SIGNALCRAFT_API_KEY": self._environment["OWNER_KEY"]},
            capture_output=True,
            text=True,
            check=False,
        )
        expected = "Platform" if when == "after" else "Payments"
        headline = ran.stdout.partition("\n")[0]
        if headline.strip() != f"Escalated to {expected}":
            raise DemoFailed(f"The alert should go to {expected}: {ran.stdout}{ran.stderr}")
        say(f"  {headline}", style="bold")


@contextmanager
def environment(folder: Path, url: str, owner_key: str, issuer: Issuer) -> Iterator[dict[str, str]]:
    """What CI and people have in their environment; the trusts are made for it."""
    ci = folder / "ci"
    ci.mkdir()
    temporary = folder / "tmp"
    temporary.mkdir()
    with Client(url, owner_key) as client:
        plans = _trust(client, "plans", _READ, issuer, url)
        applies = _trust(client, "applies", _WRITE, issuer, url, ref="refs/heads/main")
    for name, ref in (("main", "refs/heads/main"), ("branch", "refs/heads/some-branch")):
        issuer.grant(f"/{name}?audience={quote(url, safe='')}", aud=url, ref=ref)
    path = os.pathsep.join([str(Path(sys.prefix, "bin")), str(BIN), os.environ["PATH"]])
    yield without_settings() | {
        "PATH": path,
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_ARGS": "-no-color",
        "TF_CLI_CONFIG_FILE": str(settings_file(folder / "mirror")),
        "SIGNALCRAFT_ENDPOINT": url,
        "CI": str(ci),
        "ISSUER": issuer.url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "demo",
        "PLAN_TRUST": plans,
        "APPLY_TRUST": applies,
        "OWNER_KEY": owner_key,
    }


def _trust(
    client: Client,
    name: str,
    scopes: tuple[Scope, ...],
    issuer: Issuer,
    audience: str,
    **claims: str,
) -> str:
    """A service account without a key, and the trust by which CI may act as it; returns its id."""
    account = client.create(ServiceAccount(name=name, scopes=scopes))
    pinned = {"repository_id": REPOSITORY_ID} | claims
    trust = ServiceAccountTrust(
        name=name,
        service_account_id=ServiceAccountId(account.id),
        platform="github",
        issuer=issuer.url,
        audience=audience,
        claims=tuple(ClaimMatch(name=claim, values=(value,)) for claim, value in pinned.items()),
        jwks=issuer.jwks,
    )
    return client.create(trust).id


def demo() -> None:
    """Everything, in a temporary folder. Raises `DemoFailed`."""
    say("From a pull request to the alert that goes elsewhere: who is paged, as code.")
    # Providers listen on sockets in TMPDIR, whose paths have at most 107 bytes.
    temporary = tempfile.TemporaryDirectory(prefix="signalcraft-demo-", dir=SOCKETS)
    with temporary as name, running_issuer() as issuer:
        folder = Path(name)
        database = f"sqlite:///{folder / 'demo.db'}"
        heading(1, "A server", "It keeps the configuration, and Terraform's state, encrypted.")
        owner_key = init(database)
        add_key(folder / "state-keys")
        options = ("--database", database, "--state-key-file", str(folder / "state-keys"))
        command("$ signalcraft serve --state-key-file state-keys")
        with running_command(
            ["serve", "--port", "0", *options], environment=without_settings()
        ) as served:
            url = served.url
            with (
                environment(folder, url, owner_key, issuer) as settings,
                Client(url, owner_key) as client,
            ):
                _make_repository(folder, settings)
                Demo(folder, settings, client).run()
    say("\nThat was all of it: the server is stopped, and nothing is left behind.", style="bold")


def _make_repository(folder: Path, settings: Mapping[str, str]) -> None:
    """A bare repository whose hook plays CI."""
    repository = folder / "monitoring-config.git"
    git = ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(repository)]
    subprocess.run(git, env=dict(settings), check=True)
    hook = repository / "hooks" / "post-receive"
    hook.write_text(_HOOK, encoding="utf-8")
    hook.chmod(0o755)


if __name__ == "__main__":
    sys.exit(perform(demo))
