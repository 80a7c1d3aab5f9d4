"""The command `hotline`: one door to what people do by hand; each subcommand has a file beside this one."""

import errno
import importlib
from typing import Any

import click

# Where each subcommand is: module and object.
COMMANDS = {
    "announce": "processes.commands.announce:command",
    "backup": "processes.commands.backup:command",
    "block": "processes.commands.block:block",
    "call": "processes.commands.call:command",
    "connect": "processes.commands.connect:command",
    "doctor": "processes.commands.doctor:command",
    "menus": "processes.commands.menus:menus",
    "migrate": "processes.commands.migrate:command",
    "on-call": "processes.commands.on_call:command",
    "pages": "processes.commands.pages:command",
    "play": "processes.commands.play:command",
    "restore": "processes.commands.restore:command",
    "run": "processes.commands.run:command",
    "settings": "processes.commands.settings:command",
    "speech": "processes.commands.speech:speech",
    "spool": "processes.commands.spool:spool",
    "sweep": "processes.commands.sweep:command",
    "tickets": "processes.commands.tickets:tickets",
    "unblock": "processes.commands.block:unblock",
}


class Lazily(click.Group):
    """A group that imports a subcommand when it is asked for, so that none pays for the others.

    What no command can use is refused here, for all of them: words that are no text, names that no file has.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for one in args:
            # The shell hands bytes over: what is no UTF-8 among them stands as half signs.
            if not one.isascii() and any("\ud800" <= sign <= "\udfff" for sign in one):
                raise click.UsageError(f"{one!a} cannot be read as text; write it in UTF-8", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # click's
        try:
            return super().invoke(ctx)
        except OSError as fault:
            if fault.errno != errno.ENAMETOOLONG:
                raise
            raise click.ClickException(f"no file has so long a name: {str(fault.filename)[:60]}...") from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=Lazily, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hotline")
def main() -> None:
    """The hotline: callers dial in, choose by keys, and leave with a promise that is kept.

    On a laptop `hotline run` starts everything. The other commands read the same settings as the
    service; put HOTLINE_ENV=development in front of them to work on what `hotline run` has made.
    """
