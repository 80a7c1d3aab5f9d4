"""`hotline block` and `hotline unblock`: numbers whose calls are refused for a while, and who said so."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from foundation.clock import Deadline
    from identity.blocked import Block, BlockList
    from ivr.calls.census import Census
    from ivr.calls.sealing import Seal
    from ivr.menus.model import MenuBook

PATIENCE = 10.0  # seconds for SQL; whoever types a command can wait longer than a caller
USUAL, LONGEST = timedelta(hours=24), timedelta(days=90)
NOBODY = "no number is blocked"
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_FOR = re.compile(r"([1-9][0-9]{0,4})([mhd])", re.ASCII)
LARGEST_ID = 2**31 - 1  # what SQL can count to
_BY = click.option("--by", help="Who you are; your login name if not said.")


@dataclass(frozen=True, slots=True)
class _Door:
    """The list of blocked numbers, how a number is marked, and the clock of the book's zone."""

    blocks: BlockList
    census: Census
    seal: Seal
    book: MenuBook | None
    now: datetime
    deadline: Deadline

    @property
    def zone(self) -> ZoneInfo:
        return self.book.hours.zone_info if self.book else ZoneInfo("UTC")

    def local(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"


@click.command()
@click.argument("number", required=False)
@click.option("--for", "duration", help="How long: 30m, 12h or 7d; 24h if nothing is said, 90d at most.")
@click.option("--until", help='Instead: 18:00, "tomorrow 09:00" or 2026-11-23T18:00; 14 days ahead at most.')
@click.option("--why", default="", help="Why, in a few words, without anything personal.")
@click.option("--list", "listed", is_flag=True, help="Show whose calls are refused.")
@click.option("--over", is_flag=True, help="With --list: also the blocks that are over.")
@_BY
def block(number: str | None, by: str | None, why: str, **told: object) -> None:
    """Refuse the calls of NUMBER for a while; the next one hears a sentence and ends.

    NUMBER is a telephone number, or the CallSid of a call (CA and 32 characters), which blocks the number it
    came from. What a telephone shows may be forged, and its owner be somebody else: every block has an end.
    """
    duration, until = told["duration"], told["until"]
    if (number is None) != bool(told["listed"]) or (told["over"] and not told["listed"]):
        raise click.UsageError("name the number to block, or say --list (with --over: also what is over)")
    if duration and until:
        raise click.UsageError("say --for or --until, not both")
    with _door() as door:
        if number is None:
            _list(door, over=bool(told["over"]))
        else:
            _block(door, number, _end(door, duration, until), (_one_line(why), _name(by)))


@click.command()
@click.argument("number", required=False)
@click.option(
    "--id", "place", type=click.IntRange(1, LARGEST_ID), help="The number of the block, as --list shows it."
)
@_BY
def unblock(number: str | None, place: int | None, by: str | None) -> None:
    """Take the calls of NUMBER again, from the next one on. NUMBER as in `hotline block`."""
    if (number is None) == (place is None):
        raise click.UsageError("name the number, or with --id the block")
    with _door() as door:
        if place is not None:
            lifted = door.blocks.lift_one(place, _name(by), door.deadline)
        else:
            mark, _ = _marked(door, number or "")
            lifted = door.blocks.lift(mark, _name(by), door.deadline)
        if not lifted:
            raise click.ClickException("it is not blocked; `hotline block --list` shows who is")
        for one in lifted:
            click.echo(f"taken again from the next call on: {_line(door, one)}")


@contextmanager
def _door() -> Iterator[_Door]:
    from foundation.clock import Deadline, SystemClock
    from foundation.database import Database, DatabaseUnavailable
    from identity.blocked import BlockList
    from ivr.calls.census import Census
    from ivr.calls.sealing import Seal
    from processes.commands.configured import settings_or_end
    from processes.doctor.database_look import look_at_database
    from processes.launch.dialled import live_book

    settings = settings_or_end()
    found = look_at_database(settings)
    if not found.well:
        raise click.ClickException(f"{found.what}: {found.how}. Nothing was changed. Cure: {found.cure}")
    clock = SystemClock()
    database = Database(settings.database_url, clock, threads=1, limit=PATIENCE)
    seal = Seal(settings.secret_key)
    until = Deadline.after(PATIENCE, clock)
    try:
        book = live_book(settings)
        yield _Door(BlockList(database), Census(database), seal, book, clock.now(), until)
    except DatabaseUnavailable as fault:
        raise click.ClickException(
            f"the database does not answer ({fault}); `hotline block --list` shows what stands"
        ) from fault
    finally:
        database.close()


def _block(door: _Door, number: str, until: datetime, said: tuple[str, str]) -> None:
    from identity.blocked import TooManyBlocks, Wanted

    (mark, shown), (why, by) = _marked(door, number), said
    try:
        before = door.blocks.block(Wanted(mark, shown, until, why, by), door.deadline)
    except TooManyBlocks as full:
        raise click.ClickException(f"{full}; take some away first") from full
    for one in before:
        click.echo(f"this takes the place of: {_line(door, one)}")
    click.echo(f"calls of {shown} are refused until {door.local(until)} ({door.zone})")


def _list(door: _Door, *, over: bool) -> None:
    blocks = door.blocks.listed(door.deadline, over=over)
    for one in blocks:
        click.echo(_line(door, one))
    if not blocks:
        click.echo(NOBODY)


def _line(door: _Door, one: Block) -> str:
    why = f": {_one_line(one.why)}" if one.why else ""
    ended = (
        f", lifted {door.local(one.lifted_at)} by {_one_line(one.lifted_by or '')}" if one.lifted_at else ""
    )
    standing = "" if one.stands(door.now) or ended else ", over"
    since = f"since {door.local(one.set_at)} until {door.local(one.until)} by {_one_line(one.set_by)}"
    return f"{one.id}  {one.shown}  {since}{why}{ended}{standing}"


def _marked(door: _Door, number: str) -> tuple[str, str]:
    """What the number is known by, and what may be seen of it."""
    from foundation.phone_numbers import STAND_INS, parse
    from foundation.redaction import mask_number
    from ivr.channels.twilio_form import is_call

    if is_call(number):
        mark = door.census.mark_of(number, door.deadline)
        if mark is None:
            raise click.ClickException(f"no number is known of call {number}: it showed none, or is not kept")
        return mark, f"caller of {number}"
    found = parse(number, door.book.calling.region if door.book else "ZZ")
    if (found.e164 if found else number) in STAND_INS:
        raise click.ClickException("that is what callers show who hide their number: it would block them all")
    if found is None:
        raise click.ClickException("that is no telephone number; write it with + and the country")
    return door.seal.mark(found.e164), mask_number(found.e164)


def _end(door: _Door, duration: object, until: object) -> datetime:
    from processes.commands.until import UntilFault, until_when

    if until:
        try:
            return until_when(str(until), door.now, door.zone)
        except UntilFault as fault:
            raise click.ClickException(f"--until: {fault}") from fault
    if not duration:
        return door.now + USUAL
    told = _FOR.fullmatch(str(duration))
    span = int(told[1]) * _UNITS[told[2]] if told else None
    if span is None or span > LONGEST:
        raise click.ClickException(f"--for: write 30m, 12h or 7d, {LONGEST.days}d at most")
    return door.now + span


def _one_line(text: str) -> str:
    """What somebody wrote, with nothing in it that moves a terminal."""
    from foundation.redaction import one_line

    return one_line(text).strip()


def _name(by: str | None) -> str:
    said = _one_line(by) if by is not None else _login()
    if not said:
        raise click.UsageError("say who you are with --by")
    return said


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
