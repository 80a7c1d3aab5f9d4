"""`hotline migrate`: bring the database to the shape this version needs."""

import click


@click.command()
def command() -> None:
    """Bring the database to this version's tables.

    Safe to repeat, and when several machines do it at once; to be run before each release.
    """
    from foundation.database import migrate, schema_version
    from processes.commands.configured import settings_or_end

    url = settings_or_end().database_url.reveal()
    migrate(url)
    click.echo(f"the database is at version {schema_version(url)}")
