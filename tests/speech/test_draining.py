"""SIGTERM: nobody new is taken, and who is heard is heard to the end."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from streamdouble.protocol import StreamIdentity, build_connected, build_start
from websockets.asyncio.client import ClientConnection, connect

from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech import mailbox_keys as keys
from speech.crew import Crew
from speech.decoders import Decoders
from speech.ears import Ears
from speech.memory_mailbox import MemoryMailbox
from speech.requests import Alternative, Service
from speech.scripted import sound_of
from speech.server import GOING_AWAY, PATH, SIGNATURE, Entrance, SpeechServer
from speech.tokens import mint
from tests.speech.streaming import KEY, PATIENT, asked, awaited, scripted_process

CALL = f"CA{1:032x}"
LIMIT = 0.5  # seconds that a live stream is waited for


def test_a_live_stream_goes_on_after_sigterm_while_the_door_is_shut(
    fresh_redis_url: str, tmp_path: Path
) -> None:
    with scripted_process(fresh_redis_url, tmp_path) as ears:
        with ears.stream(31) as stream:
            stream.begin()
            ears.process.send_signal(signal.SIGTERM)
            awaited(lambda: "no further call is heard" in ears.said())
            awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 0))
            with pytest.raises(ConnectionError):
                ears.stream(32).__enter__()
            time.sleep(keys.SERVICE_KEPT + 1)  # whose stream is open is heard on, as long as that is said
            assert ears.mailbox.service() == Service({"en": "scripted"}, 0)
            ears.ask(asked(stream.call, 1, "refund"))
            stream.quiet(0.5)
            stream.say(sound_of("refund", seconds=0.6))
            stream.quiet(0.6)
            assert ears.heard(stream.call, 1).alternatives == (Alternative("refund", 1.0),)
            assert ears.process.poll() is None
        assert ears.process.wait(20) == 0
        awaited(lambda: ears.mailbox.service() is None)


def test_the_word_of_the_process_that_comes_stays(fresh_redis_url: str, tmp_path: Path) -> None:
    coming = Service({"en": "scripted"}, 7)
    with scripted_process(fresh_redis_url, tmp_path) as ears, ears.stream(31) as stream:
        stream.begin()
        ears.process.send_signal(signal.SIGTERM)
        awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 0))
        ears.mailbox.serves(coming)
        time.sleep(keys.SERVICE_KEPT - 1)
        assert ears.mailbox.service() == coming


def ears_with_room(mailbox: MemoryMailbox) -> Ears:
    """Whose one decoder hears nothing: here nobody says anything."""
    clock, line = SystemClock(), SimpleNamespace(tell=lambda _order: None, is_leaving=False)
    crew = Crew(cast("Decoders", SimpleNamespace(able=[line])), clock)
    return Ears(mailbox, crew, lambda _call, _turn: None, clock, Service({"en": "scripted"}, 2))


async def begin(stream: ClientConnection) -> None:
    token = mint(Secret(KEY), CALL, "ears-1", int(time.time()) + 30)
    start = build_start(StreamIdentity(call_sid=CALL), 1, custom_parameters={"token": token})
    for message in (build_connected(), start):
        await stream.send(json.dumps(message))


def test_a_stream_that_goes_on_and_on_is_closed_at_the_limit_and_is_open_no_more() -> None:
    mailbox = MemoryMailbox(SystemClock())

    async def life() -> None:
        ears = ears_with_room(mailbox)
        entrance = Entrance(lambda _target, _signature: True, Secret(KEY), "127.0.0.1", 0)
        server = SpeechServer(entrance, ears, SystemClock(), 2)
        await server.open()
        address, signed = f"ws://127.0.0.1:{server.port}{PATH}", {SIGNATURE: "genuine"}
        async with (
            asyncio.timeout(PATIENT),
            connect(address, additional_headers=signed, compression=None, proxy=None) as stream,
        ):
            await begin(stream)
            while mailbox.stream_of(CALL) != "ears-1":  # noqa: ASYNC110  # a mailbox says nothing by itself
                await asyncio.sleep(0.01)
            began = time.monotonic()
            await server.drain(LIMIT)
            assert time.monotonic() - began >= LIMIT
            await stream.wait_closed()
            assert stream.close_code == GOING_AWAY
        assert ears.heard_now == 0
        await ears.close()

    asyncio.run(life())
    assert mailbox.stream_of(CALL) == ""
