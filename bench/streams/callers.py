"""Callers in real time: to our socket as the carrier sends, to the peer's as its clients do."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.streams.sound import Speech
from bench.streams.wire import BINARY, Wire
from foundation.redaction import Secret
from speech import mulaw
from speech.tokens import mint
from tests.speech.streaming import KEY

TICK = 0.02  # seconds a frame


@dataclass
class Caller:
    """One stream.

    `ended`: when each utterance was over. In seconds: `lags` of the peer's replies, and how much too `late`
    each frame was sent.
    """

    number: int
    speech: Speech
    wire: Wire | None = None
    ended: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    waiting: deque[float] = field(default_factory=deque)

    @property
    def call(self) -> str:
        return f"CA{self.number:032x}"

    def forget(self) -> None:
        """What was measured until now."""
        self.lags.clear()
        self.late.clear()

    @property
    def was_refused(self) -> bool:
        return self.wire is None or self.wire.is_closed


async def to_us(caller: Caller, port: int, until: float) -> None:
    """To the speech process until a moment of the clock, or until it closes."""
    try:
        caller.wire = await Wire.open(port, "/media", X_Twilio_Signature="any")
    except ConnectionError:
        return
    listening = asyncio.create_task(caller.wire.listen(lambda _: None))
    sid = f"MZ{caller.number:032x}"
    token = mint(Secret(KEY), caller.call, "ears-1", int(time.time()) + 30)
    begin = {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": sid,
        "start": {
            "streamSid": sid,
            "callSid": caller.call,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": token},
        },
    }
    caller.wire.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}).encode())
    caller.wire.send(json.dumps(begin).encode())
    written = [base64.b64encode(frame).decode() for frame in caller.speech.frames]
    wire = caller.wire

    def send(number: int, at: int) -> None:
        wire.send(
            f'{{"event":"media","sequenceNumber":"{number + 2}","streamSid":"{sid}","media":{{'
            f'"track":"inbound","chunk":"{number + 1}","timestamp":"{number * 20}",'
            f'"payload":"{written[at]}"}}}}'.encode()
        )

    await _paced(caller, until, send)
    await caller.wire.close()
    listening.cancel()


async def to_peer(caller: Caller, port: int, until: float, phrases: tuple[str, ...]) -> None:
    """To the peer until a moment of the clock."""
    caller.wire = await Wire.open(port, "/")

    def replied(_message: bytes) -> None:
        if caller.waiting:
            caller.lags.append(time.monotonic() - caller.waiting.popleft())

    listening = asyncio.create_task(caller.wire.listen(replied))
    told = {"config": {"sample_rate": 8000, "phrase_list": list(phrases)}}
    caller.wire.send(json.dumps(told, ensure_ascii=False).encode())
    samples = [mulaw.to_samples(frame) for frame in caller.speech.frames]
    wire = caller.wire

    def send(_number: int, at: int) -> None:
        caller.waiting.append(time.monotonic())
        wire.send(samples[at], BINARY)

    await _paced(caller, until, send)
    # What was never answered was answered late.
    caller.lags += [time.monotonic() - since for since in caller.waiting]
    await caller.wire.close()
    listening.cancel()


async def _paced(caller: Caller, until: float, send: Callable[[int, int], None]) -> None:
    """A frame every 20 ms, by the loop's own clock: waking a task for each costs more than sending it."""
    loop = asyncio.get_running_loop()
    begun, over = loop.time(), loop.create_future()
    frames, ends, late = caller.speech.frames, caller.speech.ends, caller.late
    shift = caller.number * 37  # nobody says the same at the same time
    last = int((until - begun) / TICK)

    def tick(number: int) -> None:
        if caller.was_refused or number >= last:
            over.set_result(None)
            return
        late.append(max(0.0, loop.time() - begun - number * TICK))
        at = (number + shift) % len(frames)
        send(number, at)
        if at in ends:
            caller.ended.append(loop.time())
        loop.call_at(begun + (number + 1) * TICK, tick, number + 1)

    tick(0)
    await over
