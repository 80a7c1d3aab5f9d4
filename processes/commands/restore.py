"""`hotline restore`: a backup brought back, in one piece or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundation.backup_file import Header
    from foundation.settings import Settings
    from processes.backup import Restored

STOP_FIRST = (
    "Stop the web processes first, on every machine: calls in progress stand in Redis, and know nothing of "
    "what is done to SQL."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="All that is in the database may go; asks before it does.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--other-key", is_flag=True, help="Take a backup of another SECRET_KEY; see docs/deploy.md for the price."
)
def command(file: Path, *, replace: bool, yes: bool, other_key: bool) -> None:
    """Bring the backup FILE into the database of DATABASE_URL, SQLite or PostgreSQL.

    If anything fails the database is as it was. No ticket number that was told to a caller is drawn again.
    """
    from foundation.clock import SystemClock
    from processes.backup import looked_at, restore
    from processes.commands.backup import progress
    from processes.commands.configured import settings_or_end

    settings = settings_or_end()
    with _told(file):
        header, counts = looked_at(file, settings, other_key=other_key)
        click.echo(
            f"{file}: made at {header.made_at[:19]} UTC, {sum(counts.values())} rows, "
            f"{counts.get('tickets', 0)} tickets"
        )
        _agreed(settings, replace=replace, yes=yes)
        with progress("rows restored") as told:
            done = restore(settings, file, SystemClock(), told, replace=replace)
    _say(done, header)


def _agreed(settings: Settings, *, replace: bool, yes: bool) -> None:
    """Ends the command unless what stands in the database may go."""
    from processes.backup import standing

    there = standing(settings)
    click.echo(STOP_FIRST)
    if there.empty:
        return
    held = f"{sum(there.rows.values())} rows, {there.rows.get('tickets', 0)} tickets"
    if not replace:
        raise click.ClickException(
            f"the database is not empty ({held}). Save it with `hotline backup`, then say --replace"
        )
    if not yes:
        click.confirm(f"The database holds {held}. Replace all of it?", abort=True)


def _say(done: Restored, header: Header) -> None:
    click.echo(f"restored: {sum(done.rows.values())} rows, {done.rows.get('tickets', 0)} tickets")
    if done.lost:
        click.echo(
            f"opened after the backup and gone now: {done.lost} ticket{'s' if done.lost > 1 else ''}; their "
            "callers have numbers that nobody will get again"
        )
    if not done.knew_earlier:
        click.echo(
            f"what was promised after {header.made_at[:19]} UTC is not in it; numbers told since are not "
            "drawn again"
        )
    click.echo("start the web processes now")


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Every fault in plain words."""
    from foundation.backup_file import NotABackup
    from foundation.database import DatabaseUnavailable
    from processes.backup import RestoreRefused

    try:
        yield
    except NotABackup as fault:
        raise click.ClickException(f"{file} {fault}; the database is as it was") from fault
    except RestoreRefused as fault:
        raise click.ClickException(f"{file} is not restored: {fault}") from fault
    except DatabaseUnavailable as fault:
        raise click.ClickException(f"the database is as it was: {fault}") from fault
    except OSError as fault:
        raise click.ClickException(f"{file} cannot be read: {fault.strerror}") from fault
