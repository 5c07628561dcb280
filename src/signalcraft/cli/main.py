"""The command's entry point, and how its errors look."""

import click

import signalcraft
from signalcraft.api.serve import AddressUnavailable
from signalcraft.cli import administration, serving
from signalcraft.model.problem import Problem
from signalcraft.store.database import UnusableDatabase


class _Commands(click.Group):
    """A group that turns what we raise into messages: a person never sees a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            lines = [problem.detail, *(f"  {error.detail}" for error in problem.errors)]
            raise click.ClickException("\n".join(lines)) from None
        except (UnusableDatabase, AddressUnavailable) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(signalcraft.__version__, message="signalcraft %(version)s")
def main() -> None:
    """On-call and alert-routing configuration as code.

    Start with `signalcraft serve --dev`: a server on this machine, with a workspace and an API key.
    """


main.add_command(serving.serve)
main.add_command(administration.init)
main.add_command(administration.migrate)
main.add_command(administration.key)
