"""The parent of the speech process and of its decoders: loads nothing and knows no call, forks and reaps.

A process with threads cannot fork safely, and a model should be loaded once: so this one has neither threads
nor streams. It forks the speech process first, then a decoder whenever that asks for one, and hands the
other end of its socket over. Its end is everybody's end.
"""

from __future__ import annotations

import errno
import gc
import os
import select
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from foundation.logs import logger
from speech.decoder import Bounds, live
from speech.recognizer import Recognizer
from speech.vad import Voices

WORD = struct.Struct(">ci")  # what is asked: a decoder (its number is 0), or the end of one
# The process that was forked, its socket beside it; or minus the number of the error why there is none.
ANSWER = struct.Struct(">i")
FORK, KILL = b"f", b"k"
LOOKED_EVERY = 0.2  # seconds between two looks at who has died
FAULTY = 4  # what it returns when the speech process died by itself, or cannot be forked
FIRST_FORK_AGAIN = (1.0, 2.0, 4.0, 8.0, 16.0)  # seconds; the models are loaded, which took longer than that

Serve = Callable[[socket.socket], int]


class Nursery:
    """Forks and reaps; for the main thread of a process without others. `voices`: one for each stream."""

    def __init__(
        self,
        recognizers: Mapping[str, Recognizer],
        voices: Callable[[], Voices],
        bounds: Bounds | None = None,
    ) -> None:
        self._recognizers = recognizers
        self._voices = voices
        self._bounds = bounds or Bounds()
        self._decoders: set[int] = set()
        self._server = 0

    def run(self, serve: Serve) -> int:
        """Fork the speech process and serve it until it ends; what it returns is what comes back.

        `serve` is given its end of the socket on which decoders are asked for.
        """
        ours, theirs = socket.socketpair()
        # What stands now is never looked through by the collector, so its pages stay shared.
        gc.collect()
        gc.freeze()
        server = _forked_in_time(lambda: _serve(serve, ours, theirs))
        theirs.close()
        if server is None:
            return FAULTY
        self._server = server
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._pass_on)
        try:
            with ours:
                return self._look_after(ours)
        finally:
            self._end_decoders()

    def _pass_on(self, sign: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._server, sign)

    def _look_after(self, line: socket.socket) -> int:
        while True:
            readable, _, _ = select.select([line], [], [], LOOKED_EVERY)
            if readable:
                self._answer(line)
            ended = self._reaped()
            if ended is not None:
                return ended

    def _answer(self, line: socket.socket) -> None:
        word = line.recv(WORD.size, socket.MSG_WAITALL)
        if len(word) < WORD.size:
            time.sleep(LOOKED_EVERY)  # it has closed, and so it is about to end
            return
        asked, number = WORD.unpack(word)
        if asked == FORK:
            self._fork(line)
        elif asked == KILL and number in self._decoders:
            os.kill(number, signal.SIGKILL)

    def _fork(self, line: socket.socket) -> None:
        try:
            theirs, ours = socket.socketpair()
            with ours, theirs:
                decoder = _forked(lambda: self._decode(ours, theirs, line))
                self._decoders.add(decoder)
                socket.send_fds(line, [ANSWER.pack(decoder)], [theirs.fileno()])
        except OSError as fault:  # no process, memory or file to be had; or nobody is there to be told
            with suppress(OSError):
                line.send(ANSWER.pack(-(fault.errno or errno.EAGAIN)))

    def _decode(self, ours: socket.socket, *others: socket.socket) -> NoReturn:
        for other in others:
            other.close()
        live(ours, self._recognizers, self._voices, self._bounds)

    def _reaped(self) -> int | None:
        """What the speech process has returned, if it has ended. The dead are never left lying."""
        with suppress(ChildProcessError):
            while True:
                child, status = os.waitpid(-1, os.WNOHANG)
                if child == 0:
                    return None
                self._decoders.discard(child)
                if child == self._server:
                    code = os.waitstatus_to_exitcode(status)
                    return code if code >= 0 else FAULTY
        return FAULTY

    def _end_decoders(self) -> None:
        for decoder in self._decoders:
            with suppress(ProcessLookupError):
                os.kill(decoder, signal.SIGKILL)
        for decoder in self._decoders:
            with suppress(ChildProcessError):
                os.waitpid(decoder, 0)


def _serve(serve: Serve, ours: socket.socket, theirs: socket.socket) -> NoReturn:
    ours.close()
    code = FAULTY
    try:
        code = serve(theirs)
    except Exception:  # noqa: BLE001  # it must not run on as a second parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _forked_in_time(life: Callable[[], NoReturn]) -> int | None:
    """As below, with patience; None where the machine has no process to give for half a minute."""
    for wait in (*FIRST_FORK_AGAIN, 0.0):
        try:
            return _forked(life)
        except OSError as fault:
            logger("speech").error("the speech process cannot be forked", fault=fault.strerror, again_in=wait)
            time.sleep(wait)
    return None


def _forked(life: Callable[[], NoReturn]) -> int:
    """A new process that lives this life, and its number. OSError."""
    child = os.fork()
    if child == 0:
        life()
    return child
