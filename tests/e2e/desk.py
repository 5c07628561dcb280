"""What a person at a desk does with Terraform, and reads of it."""

from dataclasses import dataclass, replace
from pathlib import Path

from tools.stand_in import ROOT
from tools.terraform_folder import Ran, TerraformFolder

QUICKSTART = (ROOT / "examples" / "quickstart" / "main.tf").read_text(encoding="utf-8")
PROVIDER = """\
terraform {
  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }
}

provider "signalcraft" {}

"""


@dataclass(frozen=True)
class Desk:
    """A folder of configuration. What its methods return is what Terraform said, as one line: it
    breaks lines where the terminal ends.
    """

    terraform: TerraformFolder

    def apply(self, configuration: str, *options: str) -> str:
        """Makes it so, which has to succeed."""
        return succeeded(self._run(configuration, "apply", "-auto-approve", *options))

    def plan(self, configuration: str, *options: str) -> str:
        """What would be done, which has to succeed."""
        return succeeded(self._run(configuration, "plan", *options))

    def planned(self, configuration: str, file: str = "plan.json") -> Path:
        """What would be done, in a file of JSON."""
        succeeded(self._run(configuration, "plan", "-out=plan"))
        shown = self.terraform.run("show", "-json", "plan")
        succeeded(shown)
        written = self.folder / file
        written.write_text(shown.output, encoding="utf-8")
        return written

    def fail_to_apply(self, configuration: str) -> str:
        """Tries to make it so, in vain."""
        return failed(self._run(configuration, "apply", "-auto-approve"))

    def fail_to_plan(self, configuration: str, *options: str) -> str:
        """Asks what would be done, in vain."""
        return failed(self._run(configuration, "plan", *options))

    def with_settings(self, **settings: str) -> "Desk":
        """The same desk with another environment."""
        terraform = TerraformFolder(self.folder, "", "")
        terraform.environment.update(self.terraform.environment | settings)
        return replace(self, terraform=terraform)

    @property
    def folder(self) -> Path:
        """Where the configuration is."""
        return self.terraform.folder

    def _run(self, configuration: str, *arguments: str) -> Ran:
        (self.folder / "main.tf").write_text(configuration, encoding="utf-8")
        return self.terraform.run(*arguments)


def succeeded(ran: Ran) -> str:
    assert ran.status == 0, ran.output
    return one_line(ran.output)


def failed(ran: Ran) -> str:
    assert ran.status == 1, ran.output
    return one_line(ran.output)


def one_line(text: str) -> str:
    return " ".join(text.split())
