"""The room of all live streams keeps nobody whom nobody will end."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from foundation.clock import StoppedClock, SystemClock
from speech import ears as room
from speech.births import Births
from speech.crew import Crew
from speech.decoder_line import DecoderLine
from speech.decoder_words import Event, Tired, written
from speech.decoders import Decoders
from speech.ears import Ears
from speech.memory_mailbox import MemoryMailbox
from speech.requests import ListenRequest, Service

CALL = f"CA{1:032x}"
LIMIT = 20.0  # seconds: these tests are not about time


class SlowMailbox(MemoryMailbox):
    """Answers what a call is to be heard for when it is let."""

    def __init__(self) -> None:
        super().__init__(SystemClock())
        self.asked, self.answers = threading.Event(), threading.Event()

    def request(self, call: str) -> ListenRequest | None:
        self.asked.set()
        self.answers.wait(LIMIT)
        return super().request(call)


class TellingMailbox(MemoryMailbox):
    """Is told which streams are open when it is let, and not before."""

    def __init__(self) -> None:
        super().__init__(StoppedClock(datetime(2026, 11, 29, tzinfo=UTC)))  # nothing lapses by itself
        self.told, self.takes, self.taken = threading.Event(), threading.Event(), threading.Event()

    def still_open(self, streams: Mapping[str, str]) -> tuple[ListenRequest, ...]:
        if streams:
            self.told.set()
            self.takes.wait(LIMIT)
        asked = super().still_open(streams)
        if streams:
            self.taken.set()
        return asked


async def given_up_while_it_begins(mailbox: SlowMailbox, line: socket.socket) -> int:
    clock = SystemClock()
    crew = Crew(Decoders(Births(line), 0, clock, lambda: None), clock)
    ears = Ears(mailbox, crew, lambda _call, _turn: None, clock, Service({"en": "scripted"}, 2))
    beginning = asyncio.create_task(ears.begin(CALL, "ears-1"))
    await asyncio.to_thread(mailbox.asked.wait, LIMIT)
    beginning.cancel()
    mailbox.answers.set()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    left = ears.heard_now
    await ears.close()
    return left


def test_a_stream_that_is_given_up_while_it_begins_takes_no_room() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert asyncio.run(given_up_while_it_begins(SlowMailbox(), ours)) == 0


async def comes(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT):
        while not what():  # noqa: ASYNC110  # a mailbox says nothing by itself
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("younger", ["", "ears-2"])
def test_a_stream_that_ends_while_it_is_told_of_is_not_left_open(
    younger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "OPEN_EVERY", 0.02)
    mailbox, clock = TellingMailbox(), SystemClock()

    async def life(line: socket.socket) -> None:
        crew = Crew(Decoders(Births(line), 0, clock, lambda: None), clock)
        ears = Ears(mailbox, crew, lambda _call, _turn: None, clock, Service({"en": "scripted"}, 2))
        ears.open()
        live = await ears.begin(CALL, "ears-1")
        await asyncio.to_thread(mailbox.told.wait, LIMIT)
        monkeypatch.setattr(room, "OPEN_EVERY", LIMIT)  # it is told of once
        ears.end(live)
        await comes(lambda: mailbox.stream_of(CALL) == "")
        if younger:
            await ears.begin(CALL, younger)
            await comes(lambda: mailbox.stream_of(CALL) == younger)
        mailbox.takes.set()
        await asyncio.to_thread(mailbox.taken.wait, LIMIT)
        await comes(lambda: mailbox.stream_of(CALL) == younger)
        await ears.close()

    ours, theirs = socket.socketpair()
    with ours, theirs:
        asyncio.run(life(ours))


async def told_of_a_line(line: socket.socket, decoder: socket.socket) -> list[Event | None]:
    told: list[Event | None] = []
    gone = asyncio.Event()

    def heard(_line: DecoderLine, event: Event | None) -> None:
        told.append(event)
        if event is not None:
            raise RuntimeError("no thread can be had")
        gone.set()

    await DecoderLine(1, SystemClock(), heard).open(line)
    decoder.sendall(written(Tired("of it")))
    async with asyncio.timeout(LIMIT):
        await gone.wait()
    return told


def test_a_decoder_that_is_read_no_further_is_told_as_gone(capsys: pytest.CaptureFixture[str]) -> None:
    line, decoder = socket.socketpair()
    with line, decoder:
        assert asyncio.run(told_of_a_line(line, decoder)) == [Tired("of it"), None]
    said = capsys.readouterr().out
    assert "a fault of ours" in said
    assert "no thread can be had" in said
