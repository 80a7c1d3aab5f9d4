"""`hotline settings`: what every setting is now, without its secrets."""

import click


@click.command()
def command() -> None:
    """Show every setting with its present value; secrets are named but not shown."""
    from processes.commands.configured import settings_or_end

    for name, value in settings_or_end():
        click.echo(f"{name.upper()} = {'(not set)' if value is None else value}")
