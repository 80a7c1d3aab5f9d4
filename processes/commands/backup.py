"""`hotline backup`: everything in SQL in one file, made while the line is open."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

TELL_EVERY = 2.0  # seconds between two words about how far it is
KILO = 1_000


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
def command(file: Path, *, replace: bool) -> None:
    """Write all that is in SQL to FILE, as it is at one moment; calls go on meanwhile."""
    from foundation.clock import SystemClock
    from foundation.database import DatabaseUnavailable
    from processes.backup import back_up
    from processes.commands.configured import settings_or_end

    settings = settings_or_end()
    if file.exists() and not replace:
        raise click.ClickException(f"{file} is there already; say --replace, or name another")
    try:
        with progress("rows written") as told:
            rows = back_up(settings, file, SystemClock(), told)
        size = file.stat().st_size
    except DatabaseUnavailable as fault:
        raise click.ClickException(f"the database cannot be read: {fault}") from fault
    except OSError as fault:
        raise click.ClickException(f"{file} cannot be written: {fault.strerror}") from fault
    click.echo(f"{file}: {sum(rows.values())} rows, {rows.get('tickets', 0)} tickets, {_size(size)}")
    click.echo(
        "It holds names, telephone numbers and what callers told: keep it where only you can read it.\n"
        "SECRET_KEY is not in it, and without that key it cannot be restored: keep it in another place."
    )


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Says how far it is, now and then, and not at all if it is quick."""
    last = time.monotonic()

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > TELL_EVERY:
            last = time.monotonic()
            click.echo(f"{done} {what}", err=True)

    yield told


def _size(size: int) -> str:
    return f"{size / KILO / KILO:.1f} MB" if size > KILO * KILO else f"{max(1, round(size / KILO))} kB"
