"""What happens inside a call, for whoever tries the hotline on a laptop; production has no such door."""

import re
from collections.abc import Callable

from flask import Response, jsonify, request

from foundation.clock import Deadline
from foundation.database import DatabaseUnavailable
from foundation.logs import about, logger
from foundation.redaction import Secret
from ivr.calls.explained import Books, Plain, explained
from ivr.calls.story import Stories, Story
from ivr.calls.working import Shelf
from ivr.channels.twilio_form import is_call
from ivr.handlers.guard import refusal
from ivr.menus.model import MenuBook

SVG = "image/svg+xml"
BUDGET = 1.2  # seconds for one answer; who asks waits for three at most
BEARER = "Bearer "
CLOSED = "the inside of calls without its token"  # for the log; who asks hears 403 alone
_AFTER = re.compile(r"-?[0-9]{1,9}")
_VERSION = re.compile(r"[0-9a-f]{1,64}")

Draw = Callable[[MenuBook], str]


class InsideDoor:
    """Opens to whoever holds the token, which only the programs of this installation can make.

    `draw`: a book as an SVG document; it is handed in, for it brings a library that no live line needs.
    """

    def __init__(self, token: Secret, stories: Stories, shelf: Shelf, draw: Draw) -> None:
        self._token = token
        self._stories = stories
        self._shelf = shelf
        self._draw = draw
        self._drawn = ("", "")  # version and picture of the book that was asked for last

    def call(self, call: str) -> Response:
        """The turns of a call with a number above `after`, in order; an unknown call has none."""
        if not self._opens():
            return refusal(CLOSED)
        after = request.args.get("after", "-1")
        if not _AFTER.fullmatch(after):
            return _fault("after is a whole number, -1 for all turns", 400)
        with about(call=call):
            try:
                return jsonify(turns=self._turns(call, int(after)) if is_call(call) else [])
            except DatabaseUnavailable as fault:
                return _unreadable(fault)

    def book(self) -> Response:
        """The live book as a picture, or the one of `version`."""
        if not self._opens():
            return refusal(CLOSED)
        try:
            book = self._book(request.args.get("version"))
        except DatabaseUnavailable as fault:
            return _unreadable(fault)
        if book is None:
            return _fault("there is no book of this version", 404)
        return Response(self._picture(book), content_type=SVG)

    def _opens(self) -> bool:
        given = request.headers.get("Authorization", "")
        return given.startswith(BEARER) and Secret(given.removeprefix(BEARER)) == self._token

    def _book(self, version: str | None) -> MenuBook | None:
        if version is None:
            return self._shelf.current()
        if not _VERSION.fullmatch(version):
            return None
        return self._shelf.pinned(version, Deadline.after(BUDGET, self._stories.clock))

    def _picture(self, book: MenuBook) -> str:
        """Drawn once: a page asks for the same one again and again, and drawing holds up calls."""
        version, picture = self._drawn
        if version != book.version:
            picture = self._draw(book)
            self._drawn = (book.version, picture)
        return picture

    def _turns(self, call: str, after: int) -> list[Plain]:
        deadline = Deadline.after(BUDGET, self._stories.clock)
        story = self._stories.of(call, after, deadline)
        books = self._books(story, deadline)
        return [explained(call, row, story, books) for row in story.turns]

    def _books(self, story: Story, deadline: Deadline) -> Books:
        versions = {row.before.book for row in story.turns if row.before}
        return {version: self._shelf.pinned(version, deadline) for version in versions}


def _unreadable(fault: DatabaseUnavailable) -> Response:
    logger("handlers").warning("inside not told", fault=str(fault))
    return _fault("the database cannot be read now; ask again", 503)


def _fault(sentence: str, status: int) -> Response:
    answer = jsonify(error=sentence)
    answer.status_code = status
    return answer
