"""A decoder process: hears many streams, one piece of sound after the other, until its socket closes.

It is forked after the models are loaded, so that all decoders share them. It ends by itself: when the speech
process has gone, and when it was told that another one has taken its place.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, assert_never

from speech import memory
from speech.decoder_words import (
    LENGTH,
    LONGEST,
    Broke,
    Done,
    Event,
    Leave,
    Listen,
    Order,
    Sound,
    Spoken,
    Tired,
    read_order,
    written,
)
from speech.hearing import Hearing
from speech.recognizer import Recognizer
from speech.vad import Voices

RECYCLED_AFTER = 5_000  # utterances
GROWS_BY = 512_000_000  # bytes of memory of its own, beyond what it had when it began, before it is replaced
ADDRESSES = (
    2_000_000_000  # bytes of address space beyond what it had: an allocation beyond them fails at once
)
LOOKED_EVERY = 50  # utterances
OVER, TORN = 0, 3  # what the process returns
_PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a decoder is replaced, and what it cannot have."""

    utterances: int = RECYCLED_AFTER
    grows_by: int = GROWS_BY
    addresses: int = ADDRESSES


class TornSocket(Exception):
    """The other side wrote what is no order."""


class DecoderProcess:
    """The loop of one decoder process; single-threaded."""

    def __init__(
        self,
        line: socket.socket,
        recognizers: Mapping[str, Recognizer],
        voices: Callable[[], Voices],
        bounds: Bounds,
    ) -> None:
        self._line = line
        self._recognizers = recognizers
        self._voices = voices
        self._bounds = bounds
        self._streams: dict[int, Hearing] = {}
        self._utterances = 0
        self._is_tired = False
        self._began_with = memory.of_its_own()

    def run(self) -> None:
        """Do what is ordered until the socket closes."""
        while (body := _read(self._line)) is not None:
            order = read_order(body)
            begun, since = time.process_time(), time.monotonic()
            try:
                self._do(order)
            except (MemoryError, RecursionError):
                raise
            except Exception as fault:  # noqa: BLE001  # a recogniser may raise whatever it likes: one stream's loss
                self._drop(order.stream)
                self._tell(Broke(order.stream, f"{type(fault).__name__}: {fault}"[:200]))
            if isinstance(order, Sound):
                spent, took = time.process_time() - begun, time.monotonic() - since
                self._tell(Done(order.stream, order.at + len(order.mulaw), spent, took))

    def _do(self, order: Order) -> None:
        match order:
            case Listen(stream, request, elapsed):
                self._hearing(stream).listen(stream, request, elapsed)
            case Sound(stream, at, mulaw):
                self._hearing(stream).sound(at, mulaw)
            case Leave(stream):
                self._drop(stream)
            case _:
                assert_never(order)

    def _hearing(self, stream: int) -> Hearing:
        if stream not in self._streams:
            self._streams[stream] = Hearing(self._recognizers, self._voices(), self._tell)
        return self._streams[stream]

    def _drop(self, stream: int) -> None:
        known = self._streams.pop(stream, None)
        if known is not None:
            known.close()

    def _tell(self, event: Event) -> None:
        self._line.sendall(written(event))
        if isinstance(event, Spoken):
            self._utterances += 1
            self._weary()

    def _weary(self) -> None:
        if self._is_tired:
            return
        if self._utterances >= self._bounds.utterances:
            self._tire(f"heard {self._utterances} utterances")
        elif (
            self._utterances % LOOKED_EVERY == 0
            and memory.of_its_own() - self._began_with > self._bounds.grows_by
        ):
            self._tire("its memory has grown")

    def _tire(self, why: str) -> None:
        self._is_tired = True
        self._tell(Tired(why))


def live(
    line: socket.socket, recognizers: Mapping[str, Recognizer], voices: Callable[[], Voices], bounds: Bounds
) -> NoReturn:
    """What a process does from its fork to its end. It never returns into the code of its parent."""
    code = TORN
    try:
        # The speech process ends us by closing the socket; a sign meant for the whole group does not.
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        gc.enable()
        _bound(bounds)
        DecoderProcess(line, recognizers, voices, bounds).run()
        code = OVER
    except (BrokenPipeError, ConnectionResetError):
        code = OVER
    except BaseException as fault:  # noqa: BLE001  # whatever it is, it must not run on as a second parent
        os.write(2, f"a decoder process has ended: {type(fault).__name__}: {fault}\n".encode())
    finally:
        os._exit(code)


def _bound(bounds: Bounds) -> None:
    """An allocation that nobody needs fails in this process, before the machine's memory is gone."""
    if sys.platform != "linux":
        return  # elsewhere this limit is not kept
    now = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * _PAGE
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now + bounds.addresses
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _read(line: socket.socket) -> bytes | None:
    head = _exactly(line, LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LONGEST:
        raise TornSocket(f"{length} bytes")
    return _exactly(line, length)


def _exactly(line: socket.socket, wanted: int) -> bytes | None:
    """So many bytes, or None where the other side has closed."""
    parts: list[bytes] = []
    while wanted:
        part = line.recv(min(wanted, 65_536))
        if not part:
            return None
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)
