"""The command's entry point, and how its errors look."""

from importlib import import_module
from typing import Any

import click

import signalcraft
from signalcraft.cli.groups import wrapped
from signalcraft.cli.suggestions import did_you_mean

# Where each command is, and what `--help` says of it: what a command needs, the database and the
# web server for one, takes seconds to import, so only the one that is called is imported.
COMMANDS = {
    "serve": ("serve:serve", "Serve the API."),
    "operator": ("operator:operator", "Sync a Kubernetes cluster's objects."),
    "oncall": ("oncall:oncall", "Say who is on call."),
    "shifts": ("shifts:shifts", "Show the shifts of a schedule, or of a person."),
    "override": ("override:override", "Cover a shift: who is on call for a while."),
    "route": ("route:route", "Say where an alert would go, and why."),
    "test": ("test:test", "Test where alerts go, and who is paged."),
    "lint": ("lint:lint", "Find likely mistakes in a configuration."),
    "review": ("review:review", "Say what a Terraform plan changes for people."),
    "export": ("export:export", "Write all configuration of a workspace as JSON, or as HCL."),
    "import": ("copying:import_", "Bring an exported configuration into a workspace."),
    "changes": ("changes:list_changes", "List what was changed, by whom and when."),
    "history": ("changes:history", "List what was changed in one resource."),
    "restore": ("restore:restore", "Restore an older version of a resource."),
    "state": ("state:state", "Look after Terraform states."),
    "backup": ("copying:backup", "Copy an SQLite database, also while it is in use."),
    "renew-feed": ("copying:renew", "Tell feed readers that the database was restored."),
    "init": ("administration:init", "Create a workspace."),
    "migrate": ("administration:migrate", "Bring the database's tables up to date."),
    "key": ("key:key", "Create, list and revoke API keys."),
    "trust": ("trust:trust", "Let CI jobs and pods in without a stored key."),
    "token": ("token:token", "Exchange a CI job's or a pod's token for an API key."),
}


class _Commands(click.Group):
    """A group that turns what we raise into messages: a person never sees a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's own
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            ctx.fail(f"No such command {cmd_name!r}.{did_you_mean(cmd_name, COMMANDS)}")
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(f"signalcraft.cli.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 — click's own
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            raise wrapped(error) from None
        except Exception as error:
            from signalcraft.cli.failures import sentence  # noqa: PLC0415 — for a quick start

            said = sentence(error)
            if said is None:
                raise
            raise wrapped(click.ClickException(said)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(signalcraft.__version__, message="signalcraft %(version)s")
def main() -> None:
    """On-call and alert-routing configuration as code.

    Start with `signalcraft serve --dev`: a server on this machine, with a workspace and an API key.
    """
