"""Whether a decoder process stays as large as it is: fault 52, on the real engine.

Run by `make bench-memory UTTERANCES=10000`. A decoder process as the hotline's own, forked beside the Korean
model, hears one utterance after the other; it is not replaced meanwhile, as it would be after 5,000. Every
turn has a grammar of its own, as calls have. Prints what the process holds and the most that it ever held;
judges nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from speech import mulaw
from speech.decoder import Bounds, live
from speech.decoder_words import LENGTH, Done, Event, Listen, Sound, Spoken, read_event, written
from speech.requests import RATE, Kind, ListenRequest
from speech.vad import GateAndJudge, Judges
from tests.voices import espeak, quiet, vosk

WORDS = ("네", "아니요", "환불")
PIECE = RATE // 10  # bytes of mu-law that are handed over at once
TOLD_AT = (100, 500)  # utterances, and every thousand
ENDLESS = Bounds(utterances=1_000_000_000, grows_by=1 << 50)
_MEMORY = re.compile(r"(VmHWM|VmRSS|RssAnon):\s+(\d+) kB")


def main() -> None:
    """Run and print."""
    known = argparse.ArgumentParser(description=__doc__)
    known.add_argument("utterances", type=int, nargs="?", default=10_000)
    asked = known.parse_args()
    sounds = [mulaw.from_samples(quiet(0.3) + espeak(word, "ko") + quiet(0.2)) for word in WORDS]
    print(f"{'utterances':>10} {'heard':>7} {'seconds':>8}   MB now, of its own, at the most")
    with decoder() as (process, line):
        began, heard = time.monotonic(), 0
        for turn, sound in enumerate(islice(cycle(sounds), asked.utterances), 1):
            heard += _hear(line, turn, sound)
            if turn % 1_000 == 0 or turn in (*TOLD_AT, asked.utterances):
                now, own, most = memory(process)
                took = time.monotonic() - began
                print(f"{turn:>10} {heard:>7} {took:>8.0f}   {now:.1f}, {own:.1f}, {most:.1f}", flush=True)


@contextmanager
def decoder() -> Iterator[tuple[int, socket.socket]]:
    """A decoder process, and the socket to it."""
    recognizers, judges = {"ko": vosk()}, Judges(1)
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process == 0:
        ours.close()
        live(theirs, recognizers, lambda: GateAndJudge(judges), ENDLESS)
    theirs.close()
    try:
        with ours:
            yield process, ours
    finally:
        os.waitpid(process, 0)


def memory(process: int) -> tuple[float, float, float]:
    """Megabytes of a process: resident, of these its own, and the most that was ever resident."""
    found = dict(_MEMORY.findall(Path(f"/proc/{process}/status").read_text("ascii")))
    return int(found["VmRSS"]) / 1e3, int(found["RssAnon"]) / 1e3, int(found["VmHWM"]) / 1e3


def _hear(line: socket.socket, turn: int, sound: bytes) -> bool:
    """Have one utterance heard; whether it was one of the words."""
    asked = ListenRequest("CA1", turn, "ko", Kind.CHOICE, (*WORDS[turn % 3 :], *WORDS[: turn % 3]))
    line.sendall(written(Listen(1, asked)))
    is_heard = False
    for at in range(0, len(sound), PIECE):
        line.sendall(written(Sound(1, at, sound[at : at + PIECE])))
        while not isinstance(event := _next(line), Done):
            is_heard |= isinstance(event, Spoken) and bool(event.heard.alternatives)
    return is_heard


def _next(line: socket.socket) -> Event:
    (length,) = LENGTH.unpack(_exactly(line, LENGTH.size))
    return read_event(_exactly(line, length))


def _exactly(line: socket.socket, wanted: int) -> bytes:
    found = line.recv(wanted, socket.MSG_WAITALL)
    if len(found) < wanted:
        raise SystemExit("the decoder has ended")
    return found


if __name__ == "__main__":
    main()
