"""`hotline run`: the whole hotline on this machine, with a local exchange to call it from."""

import os

import click

from foundation.settings import Settings


@click.command()
def command() -> None:
    """Start everything on this machine and wait for Ctrl-C: database, Redis, web process, local exchange.

    What is not set is embedded (HOTLINE_ENV=development unless you say otherwise), so nothing has to be
    configured first.
    """
    # The one command that is a laptop's by nature; the children inherit it.
    os.environ.setdefault("HOTLINE_ENV", "development")
    from processes.commands.configured import settings_or_end
    from processes.everything import LaunchFault, run
    from processes.readiness import PortBusy
    from processes.redis_finder import NoRedis
    from processes.welcome import welcome

    settings = settings_or_end()
    try:
        run(settings, _prepare, welcome(settings), click.echo)
    except (LaunchFault, PortBusy, NoRedis) as fault:
        raise click.ClickException(str(fault)) from None


def _prepare(settings: Settings) -> None:
    from processes.seeding import prepare

    prepare(settings)
