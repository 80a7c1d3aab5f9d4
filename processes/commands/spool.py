"""`hotline spool`: promises that SQL could not take, seen and made by hand."""

import sys
from contextlib import closing

import click

from foundation import logs
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.settings import Settings
from foundation.spool import FILE, Counts, Spool, SpoolBroken
from processes.commands.configured import settings_or_end
from processes.spooling import replay_of

PATIENCE = 60.0  # seconds for all that waits
LOOK = 2.0  # seconds for counting it
ROUNDS_AT_MOST = 100  # more than a full spool has


@click.group()
def spool() -> None:
    """The spool: promises of this machine that wait until SQL takes them."""


@spool.command()
def show() -> None:
    """Say how many promises wait, and how many cannot be made."""
    settings = settings_or_end()
    for line in lines_of(_counts(settings)):
        click.echo(line)


@spool.command()
@click.option("--again", is_flag=True, help="Also what was set aside because it could not be made.")
def replay(*, again: bool) -> None:
    """Make the promises that wait now, as the worker does by itself; safe at any time.

    What cannot be made is set aside, and why stands in the log on the screen.
    """
    settings = settings_or_end()
    _there_or_end(settings)
    logs.configure(settings.hotline_env, settings.log_level, sys.stderr)
    clock = SystemClock()
    with closing(Database(settings.database_url, clock, threads=1)) as database:
        chore, deadline = replay_of(settings, database, clock), Deadline.after(PATIENCE, clock)
        try:
            if again:
                click.echo(f"put back: {chore.put_back(deadline)}")
            made = 0
            for _ in range(ROUNDS_AT_MOST):
                in_this_round = chore.do(deadline)
                made += in_this_round
                if not in_this_round:
                    break
        except SpoolBroken as fault:
            raise _broken(settings, fault) from fault
    click.echo(f"made: {made}")
    for line in lines_of(_counts(settings)):
        click.echo(line)


def lines_of(counts: Counts) -> list[str]:
    """What waits, for a screen."""
    lines = [f"waiting: {counts.waiting}", f"set aside: {counts.aside}"]
    if counts.aside:
        lines.append(
            "set aside: they cannot be made; the log says why, `hotline spool replay --again` tries again"
        )
    return lines


def _there_or_end(settings: Settings) -> None:
    """Whoever looks makes no file: it would be theirs, and the web process could perhaps not write in it."""
    if not (settings.spool_dir / FILE).exists():
        raise click.ClickException(f"there is no spool in {settings.spool_dir}; the web process makes it")


def _counts(settings: Settings) -> Counts:
    _there_or_end(settings)
    spool_file = Spool(settings.spool_dir)
    try:
        with closing(spool_file):
            return spool_file.counts(Deadline.after(LOOK, SystemClock()))
    except SpoolBroken as fault:
        raise _broken(settings, fault) from fault


def _broken(settings: Settings, fault: SpoolBroken) -> click.ClickException:
    return click.ClickException(f"the spool in {settings.spool_dir} cannot be used: {fault}")
