"""`hotline settings`: what every setting is now, without its secrets."""

import click


@click.command()
def command() -> None:
    """Show every setting as it is now.

    Secrets are named but not shown. What each means stands in docs/settings.md.
    """
    from processes.commands.configured import settings_or_end

    for name, value in settings_or_end():
        click.echo(f"{name.upper()} = {'(not set)' if value is None else value}")
