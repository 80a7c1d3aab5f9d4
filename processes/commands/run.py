"""`hotline run`: the whole hotline on this machine, with a local exchange to call it from."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--draft",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A book that is being written: a number of its own leads to it, and what is saved is heard at once.",
)
def command(folder: Path | None) -> None:
    """Start the whole hotline on this laptop.

    Database, demo customers, Redis, the web process and a local exchange to call it from; Ctrl-C ends them
    all. What is not set is embedded, so nothing has to be configured first.
    """
    from processes.commands.configured import laptop_settings_or_end
    from processes.launch.demo_house import prepare
    from processes.launch.dialled import lines_of
    from processes.launch.draft import DraftFault, plan
    from processes.launch.everything import LaunchFault, Opening, run
    from processes.launch.readiness import PortBusy
    from processes.launch.redis_finder import NoRedis
    from processes.launch.welcome import welcome_for

    settings = laptop_settings_or_end()
    if not settings.in_development:
        raise click.ClickException("this is for a laptop; in production start each line of the Procfile")
    try:
        taken = [line.number for line in lines_of(settings)] if folder else []
        draft = plan(settings, folder, taken) if folder else None
        run(Opening(settings, draft), prepare, lambda: welcome_for(settings, draft), click.echo)
    except (DraftFault, LaunchFault, PortBusy, NoRedis) as fault:
        raise click.ClickException(str(fault)) from None
