"""`hotline play`: plays recorded conversations as tests, and says where the line says something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ivr.menus.model import MenuBook
    from processes.rehearsal.conversation import Conversation
    from processes.rehearsal.playing import Play
    from processes.rehearsal.stage import Stage

DIFFERS = 1
UNREADABLE = 2  # a file or the book; also when nothing was played at all


@dataclass(slots=True)
class Sum:
    """What has been played so far."""

    ok: int = 0
    not_ok: int = 0
    unreadable: int = 0
    passed_over: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        if self.unreadable or not self.ok + self.not_ok:
            return UNREADABLE
        return DIFFERS if self.not_ok else 0


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--language", help="Only in this language, such as zh.")
@click.option(
    "--book",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="On the book in this folder, such as a draft; BOOKS_DIR if not said.",
)
def command(files: tuple[Path, ...], language: str | None, folder: Path | None) -> None:
    """Play conversation FILES (or folders of them, or - for standard input) and compare what is heard.

    Each is played in each of its languages on a hotline of its own: a database that is thrown away, a
    clock that stands at the file's moment, the demo customers. Returns 0 if the line says what the files
    say, 1 if not, 2 if a file or the book cannot be read.
    """
    import sys

    from foundation import logs
    from processes.rehearsal.stage import scratch_stage

    # What goes wrong in a rehearsal is told by its lines; the log of the hotline behind it is no news.
    logs.configure("development", "critical", sys.stderr)
    book = _book_or_end(folder)
    if language is not None and language not in book.languages:
        raise click.UsageError(f"the book does not speak {language!r}; it speaks {', '.join(book.languages)}")
    total = Sum()
    with scratch_stage(book) as stage:
        for conversation in _read(files, book, total):
            _in_its_languages(stage, conversation, language, total)
    _tell(total)
    raise SystemExit(total.code)


def _book_or_end(folder: Path | None) -> MenuBook:
    """The book; one with errors ends the command, and they are told as `hotline menus check` tells them."""
    import os

    from foundation.settings import LIBRARY
    from ivr.menus.faults import errors
    from ivr.menus.loader import judge

    # BOOKS_DIR alone: whoever plays on a laptop need not have the settings of production.
    judged = judge(folder or Path(os.environ.get("BOOKS_DIR") or LIBRARY))
    if judged.book is not None:
        return judged.book
    for fault in errors(judged.faults):
        click.echo(f"{fault.severity.value}: {fault} [{fault.rule}]")
    click.echo("the book has errors, and nothing is played on it; `hotline menus check` says more")
    raise SystemExit(UNREADABLE)


def _read(places: tuple[Path, ...], book: MenuBook, total: Sum) -> Iterator[Conversation]:
    """The conversations one after the other; those that cannot be read are told and counted."""
    from processes.rehearsal.files import files_of, read
    from processes.rehearsal.sheet import Unreadable

    for place in places:
        try:
            files = files_of(place)
        except Unreadable as found:
            _unreadable(found, total)
            continue
        for file in files:
            try:
                yield read(file, book.languages)
            except Unreadable as found:
                _unreadable(found, total)


def _unreadable(found: Exception, total: Sum) -> None:
    total.unreadable += 1
    for line in str(found).splitlines():
        _say(f"unreadable {line}")


def _in_its_languages(stage: Stage, conversation: Conversation, language: str | None, total: Sum) -> None:
    from processes.rehearsal.playing import Play

    languages = [one for one in conversation.languages if language in {None, one}]
    if not languages:
        total.passed_over.append(conversation.name)
    for one in languages:
        _play(stage, Play(conversation, one), total)


def _play(stage: Stage, play: Play, total: Sum) -> None:
    from processes.rehearsal.playing import rehearse
    from processes.rehearsal.telling import lines_of

    found = rehearse(stage, play)
    _say(f"{'not' if found else 'ok':4} {play.conversation.name} ({play.language})")
    for difference in found:
        for line in lines_of(play.conversation, difference, stage.book):
            _say(f"       {line}")
    if found:
        total.not_ok += 1
    else:
        total.ok += 1


def _say(line: str) -> None:
    """A line with words of a file in it, which command no terminal."""
    from foundation.redaction import one_line

    click.echo(one_line(line))


def _tell(total: Sum) -> None:
    if total.passed_over:
        click.echo(f"not in this language, passed over: {', '.join(total.passed_over)}")
    told = [f"{total.ok + total.not_ok} played: {total.ok} ok, {total.not_ok} not"]
    if total.unreadable:
        told.append(f"{total.unreadable} unreadable")
    click.echo(", ".join(told))
