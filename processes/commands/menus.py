"""`hotline menus`: judge a menu book before callers do, and give editors its schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ivr.menus.loader import Judged

FAULTY = 1


@click.group()
def menus() -> None:
    """Menu books: what callers can be asked, told and given."""


@menus.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def check(folder: Path | None) -> None:
    """Say everything that is wrong with the book in FOLDER (default: BOOKS_DIR, else the shipped book).

    Errors keep a book from being taken up and end the command with 1; warnings are only told.
    """
    from ivr.menus.loader import judge

    judged = judge(folder or _books_dir())
    _tell(judged)
    if judged.book is None:
        raise SystemExit(FAULTY)


@menus.command()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it there, not to the screen."
)
def schema(out: Path | None) -> None:
    """The form of a book's files as JSON Schema, for editors."""
    from ivr.menus.schema import json_schema_text

    if out is None:
        click.echo(json_schema_text(), nl=False)
        return
    out.write_text(json_schema_text(), encoding="utf-8")
    click.echo(f"written to {out}")


def _books_dir() -> Path:
    # BOOKS_DIR alone: whoever checks a book on a laptop need not have the settings of production.
    import os

    from foundation.settings import LIBRARY

    return Path(os.environ.get("BOOKS_DIR") or LIBRARY)


def _tell(judged: Judged) -> None:
    from ivr.menus.faults import errors
    from ivr.menus.fingerprint import short

    for fault in judged.faults:
        click.echo(f"{fault.severity.value}: {fault} [{fault.rule}]")
    wrong = len(errors(judged.faults))
    said = f"{_counted(wrong, 'error')}, {_counted(len(judged.faults) - wrong, 'warning')}"
    if judged.book is None:
        click.echo(f"{said}; the book is not taken up")
    else:
        click.echo(f"{said}; book {judged.book.name}, version {short(judged.book.version)}")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
