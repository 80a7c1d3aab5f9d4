"""The web process of a draft while somebody writes: started once the book is sound, told of each save."""

from __future__ import annotations

import time
from collections.abc import Callable

from ivr.menus.faults import errors
from ivr.menus.files import Stamp, stamp
from ivr.menus.fingerprint import short
from ivr.menus.loader import Judged, judge
from processes.launch.children import Child, Children, Program
from processes.launch.draft import Draft
from processes.launch.readiness import answers

LOOK_EVERY = 1.0  # seconds between two looks at the files
FAULTS_SAID = 20
LAST_LINES_SAID = 5  # of a process that has ended; the others stand above, as it said them


class DraftLine:
    """The number of a draft. It answers from the first sound book on; a faulty one leaves the last sound one.

    Nothing that goes wrong with it ends the live line. To be looked after by one thread.
    """

    def __init__(self, draft: Draft, program: Program, say: Callable[[str], None]) -> None:
        self._draft = draft
        self._program = program
        self._say = say
        self._children = Children(say)
        self._child: Child | None = None
        self._heard = False  # whether a caller can hear it: its process answers
        self._seen: Stamp | None = None
        self._look_again = 0.0

    def look(self) -> None:
        """What has changed since the last look: files saved, the process ready, the process gone."""
        if time.monotonic() < self._look_again:
            return
        self._look_again = time.monotonic() + LOOK_EVERY
        self._mourn()
        seen = stamp(self._draft.folder)
        if seen != self._seen:
            self._seen = seen
            self._judged(judge(self._draft.folder))
        if self._child is not None and not self._heard and answers(f"{self._draft.web}/health/ready"):
            self._heard = True
            self._tell("answers")

    def end(self) -> None:
        """End its process."""
        self._children.end()

    def _judged(self, judged: Judged) -> None:
        if judged.book is None:
            self._refuse(judged)
            return
        more = f"; of warnings tells `hotline menus check {self._draft.folder}`" if judged.faults else ""
        self._tell(f"is sound: version {short(judged.book.version)}{more}")
        if self._child is None:
            self._child = self._children.start(self._program)

    def _refuse(self, judged: Judged) -> None:
        found = errors(judged.faults)
        callers = "its callers hear the last sound one" if self._heard else "it does not answer"
        self._tell(f"is faulty (errors: {len(found)}); until they are mended {callers}")
        for fault in found[:FAULTS_SAID]:
            self._say(f"    {fault}")
        if len(found) > FAULTS_SAID:
            self._say(f"    and more: `hotline menus check {self._draft.folder}` says all")

    def _mourn(self) -> None:
        """The process has ended by itself: it is started again when the draft is saved next."""
        if self._child is None or self._child.returned() is None:
            return
        self._tell("does not answer any more: its process has ended. Save a file to start it again. It said:")
        for line in self._child.last_words()[-LAST_LINES_SAID:]:
            self._say(f"    {line}")
        self._children.end()
        self._child, self._heard = None, False

    def _tell(self, what: str) -> None:
        self._say(f"the draft ({self._draft.number}) {what}")
