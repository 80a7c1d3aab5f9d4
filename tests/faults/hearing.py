"""A line that hears: the speech process beside it, whose parts can be stopped and killed."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

from exchange.signature import sign
from processes.launch.readiness import await_that
from speech.memory import of_its_own
from tests.children import children_of
from tests.end_to_end.running import TOKEN
from tests.end_to_end.speaking import Hearing as Ears
from tests.faults.line import ENGLISH, Caller, Carrier, Line
from tests.shipped import BOOK

WITHIN = 20.0  # seconds until something is as it should be
URGENT = ("9", "1")  # stop my money; and the number to call is agreed on
SAY_IT = BOOK.wordings["en"].common.parts["say_it"]  # told to whoever would be heard, and to nobody else


class Hearing(Ears):
    """The speech process beside a line, whose parts can be stopped and killed."""

    def __init__(self, line: Line, log: Path) -> None:
        super().__init__(line.hotline, log)
        self.line = line

    @property
    def port(self) -> int:
        return self.line.hotline.settings.speech_port

    @property
    def signature(self) -> str:
        return sign(TOKEN, f"ws://127.0.0.1:{self.port}/media", {})

    def begin(self) -> None:
        super().begin()
        self.await_room()

    @property
    def server(self) -> int:
        """The process with the sockets: the first that was forked."""
        assert self.process is not None
        return min(children_of(self.process.pid))

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def memory(self) -> int:
        """Bytes that the process with the sockets has of its own."""
        return of_its_own(self.server)

    def free(self) -> int | None:
        """How many callers more would be heard, as webhooks see it; None where nobody has said so lately."""
        with self.mailbox() as mailbox:
            service = mailbox.service()
        return service.free if service is not None else None

    def is_open(self, call: str) -> bool:
        with self.mailbox() as mailbox:
            return bool(mailbox.stream_of(call))

    def answers(self, within: float = inf) -> float:
        """How many utterances of words were answered so soon after their end."""
        counted = self.line.hotline.metrics()
        limit = "+Inf" if within == inf else str(within)
        return counted.get(f'hotline_speech_answer_seconds_bucket{{le="{limit}"}}', 0.0)

    def caller(self, carrier: Carrier) -> Caller:
        """Somebody at the main menu, whose stream is open."""
        self.await_room()
        caller = carrier.caller()
        assert SAY_IT in caller.press(ENGLISH)
        assert await_that(lambda: self.is_open(caller.call), WITHIN, lambda: False)
        return caller

    @contextmanager
    def heard_caller(self) -> Iterator[Caller]:
        """As above; at the end they are promised what they ask for."""
        with self.line.carrier() as carrier:
            caller = self.caller(carrier)
            yield caller
            caller.press(*URGENT)
            caller.leave()
        caller.promised()


def served_by_keys(carrier: Carrier) -> list[str]:
    """Somebody calls whom nobody would hear: they are asked for keys, and promised what they ask for."""
    caller = carrier.caller()
    heard = caller.press(ENGLISH)
    assert SAY_IT not in heard
    heard += caller.press(*URGENT)
    assert caller.leave().of("stream") == []
    caller.promised()
    return heard


def raise_files(number: int) -> None:
    """Let this process and those it starts from now on have so many open, or what the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < number:  # there is no limit below zero
        allowed = number if hard < 0 else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def may_open(number: int) -> bool:
    """Whether this process may have so many."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft < 0 or soft >= number
