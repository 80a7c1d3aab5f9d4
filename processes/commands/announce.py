"""`hotline announce`: one sentence before the menu, at once, in all languages of the book, until a moment."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from foundation.clock import Deadline
    from foundation.settings import Settings
    from ivr.menus.announcements import Announcement, Announcements
    from ivr.menus.model import MenuBook

PATIENCE = 10.0  # seconds for SQL; whoever types a command can wait longer than a caller
NOBODY = "nothing is announced: callers come straight to the menu"
_OPTION = re.compile(r"--([A-Za-z][A-Za-z0-9-]*)(?:=(.*))?", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class _Board:
    """What callers hear before the menu: where it is kept, and the clock of the book's zone."""

    announcements: Announcements
    book: MenuBook | None
    now: datetime
    until: Deadline

    @property
    def zone(self) -> ZoneInfo:
        return self.book.hours.zone_info if self.book else ZoneInfo("UTC")


class _InEveryLanguage(click.Command):
    """A command whose options are also the languages of the book, whichever those are."""

    ignore_unknown_options = True
    allow_extra_args = True


@click.command(
    cls=_InEveryLanguage,
    # No short option: words may begin with a hyphen.
    context_settings={"help_option_names": ["--help"]},
    options_metavar="[--LANGUAGE WORDS]... [OPTIONS]",
)
@click.option("--until", help='Needed for new words: 18:00, "tomorrow 09:00" or 2026-11-23T18:00.')
@click.option("--clear", is_flag=True, help="Take away what stands.")
@click.option("--by", help="Who you are; your login name if not said.")
@click.pass_context
def command(context: click.Context, until: str | None, by: str | None, *, clear: bool) -> None:
    """Put one sentence before the menu, take it away, or show what stands.

    Callers hear it a second later. Give the words in every language of the book, each in quotes:

    hotline announce --en "..." --zh "..." --id "..." --until 18:00

    With --clear it is taken away; with nothing at all it is shown. --until is a time of today by the clock
    of the book's zone, or of tomorrow, or a date with a time; 14 days ahead at most.
    """
    words = _words(context, list(context.args))
    if clear and (words or until):
        raise click.UsageError("--clear takes away what stands: give it neither words nor --until")
    if words and not until:
        raise click.UsageError('until when? add --until 18:00, or --until "tomorrow 09:00"')
    if by is not None and not by.strip():
        raise click.UsageError("--by is empty: say who you are")
    with _board() as board:
        if clear:
            _take_down(board, by)
        elif until:
            _put_up(board, words, until, by)
        else:
            _show(board)


def _words(context: click.Context, told: list[str]) -> dict[str, str]:
    """The words by language. Every option of two or three small letters is a language."""
    words: dict[str, str] = {}
    while told:
        one = told.pop(0)
        option = _OPTION.fullmatch(one)
        if option is None:
            raise click.UsageError(
                f"{one!r} stands alone: put all words of a language into one pair of quotes"
            )
        name, value = option[1], option[2]
        if not _LANGUAGE.fullmatch(name):
            raise click.NoSuchOption(f"--{name}", possibilities=_near(context, name), ctx=context)
        if name in words:
            raise click.UsageError(f"--{name} is given twice")
        if value is None and (not told or _OPTION.fullmatch(told[0])):
            raise click.UsageError(f"--{name} has no words: write them behind it, in quotes")
        words[name] = told.pop(0) if value is None else value
    return words


def _near(context: click.Context, name: str) -> list[str]:
    from difflib import get_close_matches

    known = [option for one in context.command.params for option in one.opts]
    return get_close_matches(f"--{name}", known)


@contextmanager
def _board() -> Iterator[_Board]:
    from foundation.clock import Deadline, SystemClock
    from foundation.database import Database, DatabaseUnavailable
    from ivr.menus.announcements import Announcements
    from processes.commands.configured import settings_or_end
    from processes.launch.dialled import live_book

    settings = settings_or_end()
    _require_tables(settings)
    clock = SystemClock()
    database = Database(settings.database_url, clock, threads=1, limit=PATIENCE)
    try:
        until = Deadline.after(PATIENCE, clock)
        yield _Board(Announcements(database), live_book(settings), clock.now(), until)
    except DatabaseUnavailable as fault:
        raise click.ClickException(
            f"the database does not answer ({fault}); `hotline announce` shows whether anything was changed"
        ) from fault
    finally:
        database.close()


def _require_tables(settings: Settings) -> None:
    from processes.doctor.database_look import look_at_database

    found = look_at_database(settings)
    if not found.well:
        raise click.ClickException(f"{found.what}: {found.how}. Nothing was changed. Cure: {found.cure}")


def _put_up(board: _Board, given: dict[str, str], told: str, by: str | None) -> None:
    from ivr.menus.announcements import Wanted
    from ivr.menus.announcing import doubts, tidy

    if board.book is None:
        raise click.ClickException("there is no book to announce for; `hotline menus check` says why")
    words = {language: tidy(text) for language, text in given.items()}
    until = _until_or_end(board, board.book, words, told)
    for doubt in doubts(board.book, words):
        click.echo(f"warning: {doubt}", err=True)
    in_order = {language: words[language] for language in board.book.languages}
    before = board.announcements.put_up(Wanted(in_order, until, _name(by)), board.until)
    if before:
        click.echo(f"this takes the place of what {_safe(before.set_by)} announced:")
        _tell_words(before)
    _show(board)


def _until_or_end(board: _Board, book: MenuBook, words: dict[str, str], told: str) -> datetime:
    """The moment that was told; whatever is wrong with it or with the words ends the command, all at once."""
    from ivr.menus.announcing import refusals
    from processes.commands.until import UntilFault, until_when

    faults = list(refusals(book, words))
    until: datetime | None = None
    try:
        until = until_when(told, board.now, board.zone)
    except UntilFault as fault:
        faults.append(f"--until: {fault}")
    if faults or until is None:
        raise click.ClickException("\n  ".join(["nothing was changed:", *faults]))
    return until


def _take_down(board: _Board, by: str | None) -> None:
    before = board.announcements.take_down(_name(by), board.until)
    if before is None:
        click.echo(NOBODY)
        return
    click.echo("taken away; callers no longer hear it:")
    _tell_words(before)


def _show(board: _Board) -> None:
    stands = board.announcements.standing(board.now, board.until)
    if stands is None:
        click.echo(NOBODY)
        return
    click.echo(f"callers hear this before the menu until {_local(board, stands.until)}:")
    _tell_words(stands)
    click.echo(f"it stands since {_local(board, stands.set_at)}, put up by {_safe(stands.set_by)}")


def _tell_words(one: Announcement) -> None:
    for language, text in one.words.items():
        click.echo(f"  {language}: {_safe(text)}")


def _local(board: _Board, at: datetime) -> str:
    return f"{at.astimezone(board.zone):%A %Y-%m-%d %H:%M} ({board.zone})"


def _safe(text: str) -> str:
    """What somebody else wrote, with nothing in it that moves a terminal."""
    from foundation.redaction import one_line

    return one_line(text)


def _name(by: str | None) -> str:
    if by is not None:
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise click.UsageError("this machine does not know your name: add --by") from None
