"""`hotline menus`: judge a menu book before callers do, see it, compare it, and give editors its schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ivr.menus.loader import Judged

FAULTY = 1
SAME, DIFFERENT, TROUBLE = 0, 1, 2  # as diff(1) has them

FOLDER = click.Path(path_type=Path, file_okay=False)
NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def menus() -> None:
    """Menu books: what callers can be asked, told and given."""


@menus.command()
@click.argument("folder", required=False, type=FOLDER)
def check(folder: Path | None) -> None:
    """Say everything that is wrong with the book in FOLDER (default: BOOKS_DIR, else the shipped book).

    Errors keep a book from being taken up and end the command with 1; warnings are only told. Each phrase
    that callers may say is looked up in the words of the recogniser that hears its language here.
    """
    from ivr.menus.loader import judge
    from processes.commands.configured import set_or_usual
    from processes.commands.named_books import books_dir
    from processes.hearing import phrases_heard

    judged = judge(folder or books_dir(), phrases_heard(set_or_usual()))
    _tell(judged)
    if judged.book is None:
        raise SystemExit(FAULTY)


@menus.command()
@click.option("--out", type=NEW_FILE, help="Write it there, not to the screen.")
def schema(out: Path | None) -> None:
    """The form of a book's files as JSON Schema, for editors."""
    from ivr.menus.schema import json_schema_text

    _give(json_schema_text(), out)


@menus.command()
@click.argument("folder", required=False, type=FOLDER)
@click.option("--to", "out", type=NEW_FILE, help="Write it there, not to the screen: a file.svg.")
def draw(folder: Path | None, out: Path | None) -> None:
    """Draw the book in FOLDER (default: BOOKS_DIR, else the shipped book) as a picture, in SVG.

    Any browser shows it, and prints it as large as you like. A book with errors is not drawn: they are told,
    and the command ends with 1.
    """
    from ivr.menus.drawing import draw as drawn
    from processes.commands.named_books import FaultyBook, book_in, books_dir

    try:
        book = book_in(folder or books_dir())
    except FaultyBook as fault:
        _tell(fault.judged, err=True)
        raise SystemExit(FAULTY) from None
    _give(drawn(book), out)


@menus.command()
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """Say what differs between two books, in the words that callers hear.

    OLD and NEW are each a folder, `live` (the book of BOOKS_DIR, else the shipped one), or the first
    characters of a version that was taken up before (`hotline menus versions`).

    The command ends with 0 where callers hear no difference, with 1 where they do, with 2 on trouble.
    """
    from ivr.menus.difference import differences, in_lines
    from processes.commands.named_books import FaultyBook, book_named

    try:
        found = differences(book_named(old), book_named(new))
    except FaultyBook as fault:
        click.echo(f"{fault}:", err=True)
        _tell(fault.judged, err=True)
        raise SystemExit(TROUBLE) from None
    except click.ClickException as fault:
        fault.show()
        raise SystemExit(TROUBLE) from None
    for line in in_lines(found):
        click.echo(line)
    if not found:
        click.echo("no difference that a caller could hear")
    raise SystemExit(DIFFERENT if found else SAME)


@menus.command()
def versions() -> None:
    """List the books that were ever taken up, the last one first (at most 200). Times are UTC."""
    from ivr.menus.fingerprint import short
    from ivr.menus.versions import LISTED_AT_MOST
    from processes.commands.named_books import vault

    with vault() as kept:
        found = kept.kept()
    if not found:
        click.echo("no book has been taken up yet")
        return
    click.echo(f"{'version':<14}{'book':<20}{'first kept':<18}last taken up")
    for one in found:
        first, last = f"{one.stored_at:%Y-%m-%d %H:%M}", f"{one.loaded_at:%Y-%m-%d %H:%M}"
        click.echo(f"{short(one.version):<14}{one.name:<20}{first:<18}{last}")
    if len(found) == LISTED_AT_MOST:
        click.echo(f"There may be older ones than these {LISTED_AT_MOST}.")


@menus.command(name="try-intent")
@click.argument("words")
@click.option("--language", help="Of the book's languages; its default language if left out.")
@click.option("--at", "node", help="The question that is asked; the first that has phrases if left out.")
@click.option("--book", "folder", type=FOLDER, help="Default: BOOKS_DIR, else the shipped book.")
def try_intent(words: str, language: str | None, node: str | None, folder: Path | None) -> None:
    """Show which choice WORDS would be taken for where callers may use words of their own, and why.

    For each choice: how sure, its phrase that is most alike, and the pieces of WORDS that spoke for it.
    """
    from processes.commands.named_books import FaultyBook, book_in, books_dir
    from processes.commands.trying import NoQuestion, tried

    try:
        for line in tried(book_in(folder or books_dir()), words, language, node):
            click.echo(line)
    except FaultyBook as fault:
        _tell(fault.judged, err=True)
        raise SystemExit(FAULTY) from None
    except NoQuestion as fault:
        raise click.ClickException(str(fault)) from None


def _give(text: str, out: Path | None) -> None:
    """To the screen, or into a file."""
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as trouble:
        raise click.ClickException(f"{out} cannot be written: {trouble.strerror}") from None
    click.echo(f"written to {out}")


def _tell(judged: Judged, *, err: bool = False) -> None:
    from ivr.menus.faults import errors
    from ivr.menus.fingerprint import short

    for fault in judged.faults:
        click.echo(f"{fault.severity.value}: {fault} [{fault.rule}]", err=err)
    wrong = len(errors(judged.faults))
    said = f"{_counted(wrong, 'error')}, {_counted(len(judged.faults) - wrong, 'warning')}"
    if judged.book is None:
        click.echo(f"{said}; the book is not taken up", err=err)
    else:
        click.echo(f"{said}; book {judged.book.name}, version {short(judged.book.version)}", err=err)


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
