"""The wire of the measurement reads what a web socket's server writes, however it is cut."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.server import ServerConnection, serve

from bench.streams.wire import Wire

LIMIT = 20.0  # seconds: this test is not about time
SAID = ["a", "", "b" * 125, "c" * 126, "d" * 60_000, "e"]


async def heard_by_the_wire(closes: int) -> tuple[list[str], list[str]]:
    came: list[str] = []
    heard: list[str] = []

    async def answers(connection: ServerConnection) -> None:
        came.append(str(await connection.recv()))
        for message in SAID:
            await connection.ping()
            await connection.send(message)
        await connection.close(closes)

    async with serve(answers, "127.0.0.1", 0, compression=None) as server, asyncio.timeout(LIMIT):
        wire = await Wire.open(next(iter(server.sockets)).getsockname()[1], "/")
        wire.send(b"hello " * 100)
        await wire.listen(lambda message: heard.append(message.decode()))
        assert wire.is_closed
        await wire.close()
    return came, heard


@pytest.mark.parametrize("closes", [1000, 1008])
def test_every_message_is_read_until_the_other_end_closes(closes: int) -> None:
    assert asyncio.run(heard_by_the_wire(closes)) == (["hello " * 100], SAID)
