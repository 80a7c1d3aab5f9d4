"""A fault of our own makes no call deaf for ever: it is told, counted, and what met it goes on."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime

import pytest
from streamdouble.protocol import StreamIdentity, build_connected, build_start
from websockets.asyncio.client import connect

from foundation.clock import SystemClock
from foundation.metrics import SPEECH_FAULTS
from foundation.redaction import Secret
from speech import ears as room
from speech import messengers
from speech.births import Births
from speech.crew import Crew
from speech.decoders import Decoders
from speech.ears import Ears
from speech.mailbox import Following
from speech.memory_mailbox import MemoryMailbox
from speech.messengers import LETTERS_WAITING, MAILBOX_THREADS
from speech.requests import Heard, Kind, ListenRequest, Service
from speech.server import OURS, PATH, SIGNATURE, Entrance, SpeechServer

CALL = f"CA{1:032x}"
LIMIT = 60.0  # seconds: these tests are not about time
ODD = ValueError("an answer that nobody can read")
NO_THREAD = RuntimeError("can't start new thread")
HEARD = Heard(CALL, 1, (), "scripted")
A_TURN = ListenRequest(CALL, 1, "en", Kind.CHOICE, ("refund",))


class OddMailbox(MemoryMailbox):
    """Meets a fault that nobody foresaw, as often as it is told."""

    def __init__(self) -> None:
        super().__init__(SystemClock())
        self.odd_requests = self.odd_followings = self.odd_services = 0
        self.spoke = 0
        self.answers = threading.Event()
        self.answers.set()

    def request(self, call: str) -> ListenRequest | None:
        if self.odd_requests:
            self.odd_requests -= 1
            raise ODD
        return super().request(call)

    def speaks(self, call: str, turn: int) -> None:
        self.answers.wait(LIMIT)
        super().speaks(call, turn)
        self.spoke += 1

    def serves(self, service: Service) -> None:
        if self.odd_services:
            self.odd_services -= 1
            raise ODD
        super().serves(service)

    def follow(self) -> Following:
        if self.odd_followings:
            self.odd_followings -= 1
            raise ODD
        return super().follow()


class Threads:
    """Whether the machine has a thread for those who ask."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.are_gone = False
        start = threading.Thread.start

        def begin(thread: threading.Thread) -> None:
            if self.are_gone:
                raise NO_THREAD
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", begin)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    return Threads(monkeypatch)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, pause in ((room, "SERVES_EVERY"), (room, "OPEN_EVERY"), (messengers, "FOLLOWS_AGAIN")):
        monkeypatch.setattr(place, pause, 0.02)


@pytest.fixture
def line() -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours


def faults() -> float:
    return sum(
        sample.value
        for metric in SPEECH_FAULTS.collect()
        for sample in metric.samples
        if "_total" in sample.name
    )


def heard_by(mailbox: MemoryMailbox, line: socket.socket, moved: Callable[[str, int], None]) -> Ears:
    clock = SystemClock()
    crew = Crew(Decoders(Births(line), 0, clock, lambda: None), clock)
    return Ears(mailbox, crew, moved, clock, Service({"en": "scripted"}, 2))


async def comes(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT):
        while not what():  # noqa: ASYNC110  # what is awaited says nothing by itself
            await asyncio.sleep(0.01)


def lived(
    mailbox: MemoryMailbox,
    line: socket.socket,
    life: Callable[[Ears], Awaitable[None]],
    moved: Callable[[str, int], None] = lambda _call, _turn: None,
) -> float:
    """Live with these ears for a while; how many faults were counted."""

    async def whole() -> None:
        ears = heard_by(mailbox, line, moved)
        try:
            await life(ears)
        finally:
            await ears.close()

    before = faults()
    asyncio.run(whole())
    return faults() - before


def test_a_call_whose_request_could_not_be_read_is_heard_when_it_can_be(
    line: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox = OddMailbox()
    mailbox.ask(A_TURN)  # before anybody follows
    mailbox.odd_requests = 3

    async def life(ears: Ears) -> None:
        ears.open()
        live = await ears.begin(CALL, "ears-1")
        await comes(lambda: live.turn == 1)

    assert lived(mailbox, line, life) == 3
    assert "an answer that nobody can read" in capsys.readouterr().out


def test_what_is_asked_is_followed_again_after_a_fault(
    line: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "OPEN_EVERY", LIMIT)  # the request is heard by whoever follows, or not at all
    mailbox = OddMailbox()
    mailbox.odd_followings = 3

    async def life(ears: Ears) -> None:
        ears.open()
        live = await ears.begin(CALL, "ears-1")
        await comes(lambda: mailbox.odd_followings == 0)

        def asked() -> bool:
            mailbox.ask(A_TURN)
            return live.turn == 1

        await comes(asked)

    assert lived(mailbox, line, life) == 3


def test_a_call_is_heard_and_moved_where_no_further_thread_can_be_had(
    line: socket.socket, threads: Threads
) -> None:
    mailbox = OddMailbox()
    mailbox.ask(A_TURN)
    moved: list[tuple[str, int]] = []

    async def life(ears: Ears) -> None:
        ears.open()
        threads.are_gone = True
        live = await ears.begin(CALL, "ears-1")
        await comes(lambda: mailbox.service() is not None and mailbox.stream_of(CALL) == "ears-1")
        for _ in range(10):
            ears.cuts(live.sound.number, 1)
        ears.said(live.sound.number, HEARD, moves=False)
        await comes(lambda: bool(moved) and mailbox.look(CALL, 1).heard == HEARD)
        threads.are_gone = False

    assert lived(mailbox, line, life, lambda call, turn: moved.append((call, turn))) == 0


def test_a_fault_over_what_is_told_is_told(line: socket.socket, capsys: pytest.CaptureFixture[str]) -> None:
    mailbox = OddMailbox()
    mailbox.odd_services = 2

    async def life(ears: Ears) -> None:
        ears.open()
        await comes(lambda: mailbox.service() is not None)

    assert lived(mailbox, line, life) == 2
    assert "task='a letter'" in capsys.readouterr().out


def test_what_a_slow_redis_is_to_be_told_does_not_pile_up(line: socket.socket) -> None:
    mailbox = OddMailbox()
    mailbox.answers.clear()

    async def life(ears: Ears) -> None:
        beginning = asyncio.create_task(ears.begin(CALL, "ears-1"))
        await comes(lambda: ears.heard_now == 1)
        for _ in range(LETTERS_WAITING + 100):
            ears.speaks(1, -1, begun=False)
        mailbox.answers.set()
        await beginning

    assert 90 < lived(mailbox, line, life) <= 100 + MAILBOX_THREADS
    assert mailbox.spoke <= LETTERS_WAITING + MAILBOX_THREADS


class BrokenClock(SystemClock):
    def now(self) -> datetime:
        raise ODD


def test_a_stream_that_meets_a_fault_ends_cleanly(line: socket.socket) -> None:
    async def life(ears: Ears) -> None:
        entrance = Entrance(lambda _target, _signature: True, Secret("5c" * 32), "127.0.0.1", 0)
        server = SpeechServer(entrance, ears, BrokenClock(), 2)
        await server.open()
        signed = {SIGNATURE: "genuine"}
        address = f"ws://127.0.0.1:{server.port}{PATH}"
        async with connect(address, additional_headers=signed, compression=None, proxy=None) as stream:
            await stream.send(json.dumps(build_connected()))
            await stream.send(json.dumps(build_start(StreamIdentity(call_sid=CALL), 1)))
            await stream.wait_closed()
            assert stream.close_code == OURS
        await server.drain(0.0)

    assert lived(OddMailbox(), line, life) == 1
