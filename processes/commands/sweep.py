"""`hotline sweep`: messages that callers left while no machine of ours answered become tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ivr.calls.sweep import Fate, Sweep, Swept

USUALLY = timedelta(days=7)
PATIENCE = 600.0  # seconds for all of it; whoever types a command can wait
THREADS = 3
MOMENTS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M")


@click.command()
@click.option(
    "--since",
    type=click.DateTime(MOMENTS),
    help="A day or a moment, by the clock of the book's zone. Seven days back if not said, 25 at most.",
)
@click.option("--dry-run", is_flag=True, help="Say what would become a ticket, and keep nothing.")
def command(since: datetime | None, *, dry_run: bool) -> None:
    """Make tickets of messages that were left while no machine of ours answered.

    They stand at the carrier, recorded by the fallback document of the number. Each that belongs to no ticket
    and was heard by no call becomes one, once: to sweep twice does no more. The worker sweeps by itself every
    ten minutes; this is for whoever wants to see it, or to look further back.
    """
    from foundation.clock import Deadline
    from foundation.database import DatabaseUnavailable
    from ivr.calls.sweep import NotSwept

    with _sweep() as sweep:
        now = sweep.turns.clock.now()
        zone = sweep.turns.shelf.current().hours.zone_info
        begins = since.replace(tzinfo=zone) if since else now - USUALLY
        fates: Counter[Fate] = Counter()
        try:
            until = Deadline.after(PATIENCE, sweep.turns.clock)
            for one in sweep.sweep(begins, until, dry=dry_run):
                fates[one.fate] += 1
                click.echo(_line(one, one.message.at.astimezone(zone)))
        except (NotSwept, DatabaseUnavailable) as fault:
            raise click.ClickException(f"{fault}; sweep again later, nothing is lost or done twice") from None
    click.echo(f"{fates.total()} messages since {begins.astimezone(zone):%Y-%m-%d %H:%M}")
    for fate, number in fates.items():
        click.echo(f"{number:>5}  {fate.value}")


def _line(one: Swept, at: datetime) -> str:
    from callbacks.tickets import in_groups

    ticket = f"  {in_groups(one.ticket)}" if one.ticket else ""
    return f"{at:%Y-%m-%d %H:%M}  {one.message.seconds:>4} s  {one.message.sid}  {one.fate.value}{ticket}"


@contextmanager
def _sweep() -> Iterator[Sweep]:
    from foundation.clock import SystemClock
    from ivr.menus.faults import BookFaults
    from processes.call_parts import build_call_parts
    from processes.carrier import carrier_account
    from processes.commands.configured import settings_or_end
    from processes.sweeping import sweep_of
    from telephony.rest import CarrierRest

    settings = settings_or_end()
    account = carrier_account(settings)
    if account is None:
        raise click.ClickException("there is no account to ask: set TWILIO_ACCOUNT_SID")
    with ExitStack() as ending:
        try:
            calls = build_call_parts(settings, THREADS)
        except BookFaults as fault:
            raise click.ClickException(f"no book: {fault}; `hotline menus check` names all faults") from None
        for close in reversed(calls.closing):
            ending.callback(close)
        rest = CarrierRest(account, SystemClock())
        ending.callback(rest.close)
        yield sweep_of(calls, rest, settings)
