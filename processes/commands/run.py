"""`hotline run`: the whole hotline on this machine, with a local exchange to call it from."""

import click


@click.command()
def command() -> None:
    """Start the whole hotline on this laptop.

    Database, demo customers, Redis, the web process and a local exchange to call it from; Ctrl-C ends them
    all. What is not set is embedded, so nothing has to be configured first.
    """
    from processes.commands.configured import laptop_settings_or_end
    from processes.demo_house import prepare
    from processes.everything import LaunchFault, run
    from processes.readiness import PortBusy
    from processes.redis_finder import NoRedis
    from processes.welcome import welcome_for

    settings = laptop_settings_or_end()
    if not settings.in_development:
        raise click.ClickException("this is for a laptop; in production start each line of the Procfile")
    try:
        run(settings, prepare, lambda: welcome_for(settings), click.echo)
    except (LaunchFault, PortBusy, NoRedis) as fault:
        raise click.ClickException(str(fault)) from None
