"""A front where somebody is heard, and how what it answers is read."""

from __future__ import annotations

from lxml import etree
from werkzeug.test import TestResponse

from ivr.calls.hearing import Ways
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from speech import mailbox_keys as mail
from speech.requests import Alternative, Heard, Service
from tests.ivr.handlers.front import CALL, Front


def attribute(response: TestResponse, path: str, name: str) -> str:
    found = etree.fromstring(response.data).find(path)
    assert found is not None, path
    return found.get(name) or ""


class Speaking(Front):
    """A front where a speech process hears English, and what it says of the calls."""

    def __init__(self) -> None:
        super().__init__(ways=Ways(local=True, hosted=False))
        self.store = MemoryCallStore(self.clock)
        self.journal = MemoryJournal(self.clock)
        self.mail = self.store.mail
        self.mail[mail.SERVICE] = mail.written(Service({"en": "scripted"}, 5))

    def begin(self) -> bytes:
        """To the first question in English, the one of turn 2."""
        self.answer()
        return bytes(self.turn(1, Digits="1").data)

    def propose(self, turn: int, *said: Alternative, call: str = CALL) -> None:
        heard = Heard(call, turn, said, "scripted")
        self.mail[mail.heard_key(CALL, turn)] = mail.written(heard)

    def source(self, turn: int) -> str:
        assert isinstance(self.journal, MemoryJournal)
        return self.journal.rows[CALL, turn].source
