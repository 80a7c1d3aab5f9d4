"""A call is moved only while the turn that was heard is listened for, and a move that fails costs nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from foundation.clock import SystemClock
from speech.memory_mailbox import MemoryMailbox
from speech.messengers import Messengers
from speech.requests import Alternative, Heard, Kind, ListenRequest

CALL, OTHER = "CA" + "1" * 32, "CA" + "2" * 32
WITHIN = 5.0  # seconds


def request(call: str, turn: int) -> ListenRequest:
    return ListenRequest(call, turn, "en", Kind.CHOICE, ("yes",))


def heard(call: str, turn: int) -> Heard:
    return Heard(call, turn, (Alternative("yes", 1.0),), "scripted")


async def comes(what: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN
    while not what():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


def test_only_the_turn_that_is_listened_for_is_moved() -> None:
    mailbox, moved = MemoryMailbox(SystemClock()), list[tuple[str, int]]()
    mailbox.ask(request(CALL, 3))

    async def life() -> None:
        messengers = Messengers(mailbox, lambda call, turn: moved.append((call, turn)))
        for call, turn in ((CALL, 2), (CALL, 4), (OTHER, 3), (CALL, 3)):
            messengers.propose(heard(call, turn), moves=True)
            await comes(lambda call=call, turn=turn: mailbox.look(call, turn).heard is not None)  # type: ignore[misc]
        await comes(lambda: (CALL, 3) in moved)
        await messengers.close()

    asyncio.run(life())
    assert moved == [(CALL, 3)]


def test_what_was_heard_lies_there_though_the_call_cannot_be_moved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    mailbox, tried = MemoryMailbox(SystemClock()), list[int]()
    mailbox.ask(request(CALL, 3))

    def fails(_call: str, turn: int) -> None:
        tried.append(turn)
        raise ConnectionError("the carrier is not there")

    async def life() -> None:
        messengers = Messengers(mailbox, fails)
        for _ in range(2):  # the second is tried by a thread that lives
            messengers.propose(heard(CALL, 3), moves=True)
        await comes(lambda: tried == [3, 3])
        await messengers.close()

    asyncio.run(life())
    assert mailbox.look(CALL, 3).heard == heard(CALL, 3)
    assert "a call was not moved" in capsys.readouterr().out
