"""`hotline play`: plays recorded conversations as tests, and says where the line says something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivr.menus.model import MenuBook
    from processes.rehearsal.conversation import Conversation
    from processes.rehearsal.playing import Play, Verdict

    Player = Callable[[Play], Verdict]

DIFFERS = 1
UNREADABLE = 2  # a file, the book or the line; also when nothing was played at all


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line; a name for each option."""

    files: tuple[Path, ...]
    language: str | None
    folder: Path | None
    wire: bool
    to: str | None


@dataclass(slots=True)
class Round:
    """All that one command plays, on which book, and how it has gone so far."""

    book: MenuBook
    player: Player
    language: str | None
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
@click.option("--wire", is_flag=True, help="On the running line, through the exchange of `hotline run`.")
@click.option("--to", help="With --wire: the number that is dialled; HOTLINE_NUMBER if not said.")
def command(**options: Any) -> None:  # noqa: ANN401  # click's: each option has its own type
    """Play conversation FILES (or folders of them, or - for standard input) and compare what is heard.

    Each is played in each of its languages on a hotline of its own: a database that is thrown away, a
    clock that stands at the file's moment, the demo customers. Returns 0 if the line says what the files
    say, 1 if not, 2 if a file, the book or the line cannot be asked.
    """
    asked = Asked(**options)
    if asked.to and not asked.wire:
        raise click.UsageError("--to dials a number of the running line: add --wire")
    if asked.wire and asked.folder:
        raise click.UsageError("the running line reads its own book; dial the number of a draft by --to")
    book = _book_or_end(asked.folder)
    if asked.language is not None and asked.language not in book.languages:
        known = ", ".join(book.languages)
        raise click.UsageError(f"the book does not speak {asked.language!r}; it speaks {known}")
    with _on_the_line(book, asked.to) if asked.wire else _on_a_stage(book) as player:
        played = Round(book, player, asked.language)
        for conversation in _read(asked.files, played):
            _in_its_languages(conversation, played)
    _tell(played)
    raise SystemExit(played.code)


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
        _say(f"{fault.severity.value}: {fault} [{fault.rule}]")
    click.echo("the book has errors, and nothing is played on it; `hotline menus check` says more")
    raise SystemExit(UNREADABLE)


@contextmanager
def _on_a_stage(book: MenuBook) -> Iterator[Player]:
    import sys

    from foundation import logs
    from processes.rehearsal.playing import rehearse
    from processes.rehearsal.stage import scratch_stage

    # What goes wrong in a rehearsal is told by its lines; the log of the hotline behind it is no news.
    logs.configure("development", "critical", sys.stderr)
    with scratch_stage(book) as stage:
        yield lambda play: rehearse(stage, play)


@contextmanager
def _on_the_line(book: MenuBook, to: str | None) -> Iterator[Player]:
    import httpx

    from foundation.clock import SystemClock
    from processes.commands.configured import laptop_settings_or_end
    from processes.rehearsal.wire import ASKING, Line, NoLine

    settings = laptop_settings_or_end()
    exchange = f"http://127.0.0.1:{settings.exchange_port}"
    with httpx.Client(base_url=exchange, timeout=ASKING, trust_env=False) as client:
        line = Line(client, to or settings.hotline_number, book, SystemClock(), _new_number)
        try:
            yield line.play
        except NoLine as fault:
            _say(str(fault))
            raise SystemExit(UNREADABLE) from None


def _new_number() -> str:
    """A mobile number as the shipped book promises to call it; one in a hundred million."""
    import secrets

    return f"+62812{secrets.randbelow(90_000_000) + 10_000_000}"


def _read(places: tuple[Path, ...], played: Round) -> Iterator[Conversation]:
    """The conversations one after the other; those that cannot be read are told and counted."""
    from processes.rehearsal.files import files_of, read
    from processes.rehearsal.sheet import Unreadable

    for place in places:
        try:
            files = files_of(place)
        except Unreadable as found:
            _unreadable(found, played)
            continue
        for file in files:
            try:
                yield read(file, played.book.languages)
            except Unreadable as found:
                _unreadable(found, played)


def _unreadable(found: object, played: Round) -> None:
    played.unreadable += 1
    for line in str(found).splitlines():
        _say(f"unreadable {line}")


def _in_its_languages(conversation: Conversation, played: Round) -> None:
    from processes.rehearsal.playing import Play

    languages = [one for one in conversation.languages if played.language in {None, one}]
    if not languages:
        played.passed_over.append(conversation.name)
    for one in languages:
        _play(Play(conversation, one), played)


def _play(play: Play, played: Round) -> None:
    from processes.rehearsal.playing import NotPlayed
    from processes.rehearsal.telling import lines_of

    try:
        verdict = played.player(play)
    except NotPlayed as fault:
        _unreadable(f"{play.conversation.file} ({play.language}): {fault}", played)
        return
    ok = not verdict.differences
    _say(f"{'ok' if ok else 'not':4} {play.conversation.name} ({play.language})")
    for line in lines_of(play.conversation, verdict, played.book):
        _say(f"       {line}")
    played.ok += ok
    played.not_ok += not ok


def _say(line: str) -> None:
    """A line with words of a file in it, which command no terminal."""
    from foundation.redaction import one_line

    click.echo(one_line(line))


def _tell(played: Round) -> None:
    if played.passed_over:
        _say(f"not in this language, passed over: {', '.join(played.passed_over)}")
    told = [f"{played.ok + played.not_ok} played: {played.ok} ok, {played.not_ok} not"]
    if played.unreadable:
        told.append(f"{played.unreadable} unreadable")
    click.echo(", ".join(told))
