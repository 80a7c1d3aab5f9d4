"""The books that calls are on now: the newest for new calls, older ones for those that began on them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from foundation.clock import Clock, Deadline, SystemClock
from ivr.menus.faults import BookFaults, errors
from ivr.menus.files import Stamp, read_folder, stamp
from ivr.menus.fingerprint import short
from ivr.menus.lint import heard
from ivr.menus.lint.rules import Rule
from ivr.menus.loader import Judged, judge
from ivr.menus.model import MenuBook

LOOK_EVERY = 1.0  # seconds between two looks at the files
VERSIONS_AT_HAND = 16  # books in memory besides the newest; older calls ask SQL again
FAULTS_LOGGED = 20

Work = Callable[[], None]


class Vault(Protocol):
    """Where every book that was taken up is kept (`ivr.menus.versions.BookVault`)."""

    def store(self, book: MenuBook) -> None: ...

    def fetch(self, version: str, deadline: Deadline | None = None) -> MenuBook | None: ...

    def newest(self, name: str) -> MenuBook | None: ...


def in_background(work: Work) -> None:
    """Read the files beside the calls: a turn must not wait for a book that is being judged."""
    threading.Thread(target=work, name="books", daemon=True).start()


class Shelf:
    """The live book of a folder, for any thread. To be made after a fork.

    A changed book is taken up for new calls within about a second. A faulty one leaves the old one live and
    is told by `trouble()` and once in the log. With nothing to go on with, BookFaults at the start.
    """

    def __init__(  # noqa: PLR0913  # two that the hotline has, four that a test exchanges
        self,
        folder: Path,
        keep: Vault | None,
        log: FilteringBoundLogger,
        *,
        clock: Clock | None = None,
        run: Callable[[Work], None] = in_background,
        also: Rule | None = None,
    ) -> None:
        self._folder = folder
        self._also = also
        self._keep = keep
        self._log = log
        self._clock = clock or SystemClock()
        self._run = run
        self._looking = threading.Lock()
        self._closed = threading.Event()
        self._trouble: BookFaults | None = None
        self._unkept: MenuBook | None = None
        self._at_hand: dict[str, MenuBook] = {}
        self._seen: Stamp = stamp(folder)
        self._book = self._first()
        self._look_again = self._clock.monotonic() + LOOK_EVERY

    def watch(self) -> None:
        """From now on the files are looked at every second, whether calls come or not; until `close()`."""
        threading.Thread(target=self._watch, name="book watch", daemon=True).start()

    def _watch(self) -> None:
        while not self._closed.wait(LOOK_EVERY):
            self.current()

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    def current(self) -> MenuBook:
        """The book for a call that begins now."""
        if self._clock.monotonic() >= self._look_again:
            self._look()
        return self._book

    def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
        """The book that a call began on; None if it is neither at hand nor in SQL.

        May raise DatabaseUnavailable for a book that only SQL still has.
        """
        if version == self._book.version:
            return self._book
        found = self._at_hand.get(version)
        if found is None and self._keep is not None:
            found = self._keep.fetch(version, deadline)
            if found is not None:
                self._put_at_hand(found)
        return found

    def trouble(self) -> BookFaults | None:
        """What keeps the files from being taken up; None while the live book is that of the files."""
        return self._trouble

    def _first(self) -> MenuBook:
        judged = judge(self._folder, self._also)
        if judged.book is not None:
            self._take_up(judged.book, judged)
            return judged.book
        trouble = self._refuse(judged)
        older = self._newest_kept()
        if older is None:
            raise trouble
        self._log.warning("the book taken up last stays live", book=short(older.version))
        self._put_at_hand(older)
        return older

    def _newest_kept(self) -> MenuBook | None:
        """A restart must not silence the hotline because somebody is in the middle of writing."""
        name = read_folder(self._folder).name
        if self._keep is None or name is None:
            return None
        try:
            return self._keep.newest(name)
        except Exception as trouble:  # noqa: BLE001  # whatever the store's fault is, there is no book
            self._log.error("kept books cannot be read", why=str(trouble))
            return None

    def _look(self) -> None:
        # One looks, the others go on with the book they have.
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._look_again = self._clock.monotonic() + LOOK_EVERY
            self._run(self._look_and_let_go)
        except Exception as trouble:  # noqa: BLE001  # no thread to be had: the book at hand serves the call
            self._looking.release()
            self._log.error("the books could not be looked at", why=str(trouble))

    def _look_and_let_go(self) -> None:
        try:
            self._read_anew()
        except Exception:  # noqa: BLE001  # a thread that dies of one look never looks again
            self._log.exception("the books could not be looked at")
        finally:
            self._look_again = self._clock.monotonic() + LOOK_EVERY
            self._looking.release()

    def _read_anew(self) -> None:
        if self._unkept is not None:
            self._store(self._unkept)
        now = stamp(self._folder)
        if now == self._seen:
            return
        judged = judge(self._folder, self._also)
        self._seen = now  # taken before reading: what changes meanwhile is read at the next look
        if judged.book is None:
            self._refuse(judged)
            return
        changed = judged.book.version != self._book.version
        if changed:
            self._take_up(judged.book, judged)
            self._book = judged.book
        if self._trouble is not None and not changed:
            self._log.info("the book is sound again", book=short(self._book.version))
        self._trouble = None

    def _take_up(self, book: MenuBook, judged: Judged) -> None:
        self._put_at_hand(book)
        self._store(book)
        warnings = len(judged.faults)
        self._log.info("book taken up", name=book.name, book=short(book.version), warnings=warnings)
        unheard = [str(fault) for fault in judged.faults if fault.rule == heard.RULE]
        if unheard:
            told = unheard[:FAULTS_LOGGED]
            self._log.warning("phrases that callers cannot be heard by", phrases=len(unheard), first=told)

    def _store(self, book: MenuBook) -> None:
        """Keep it in SQL; if that cannot be done now, callers are served and the next look tries again."""
        if self._keep is None:
            return
        try:
            self._keep.store(book)
        except Exception as trouble:  # noqa: BLE001  # whatever the store's fault is, callers come first
            self._unkept = book
            self._log.error("book not kept yet", book=short(book.version), why=str(trouble))
        else:
            self._unkept = None

    def _refuse(self, judged: Judged) -> BookFaults:
        found = BookFaults(errors(judged.faults))
        self._trouble = found
        told = [str(fault) for fault in found.faults[:FAULTS_LOGGED]]
        self._log.error("book refused", faults=len(found.faults), first=told)
        return found

    def _put_at_hand(self, book: MenuBook) -> None:
        # A new dict each time: readers in other threads never see one that is being changed.
        kept = list(self._at_hand.items())[-VERSIONS_AT_HAND:]
        self._at_hand = {**dict(kept), book.version: book}
