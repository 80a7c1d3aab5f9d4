"""The least that sends frames to a web socket: so that a measurement measures the other end."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable

TEXT, BINARY = 1, 2
SHORT, LONG = 126, 65_536
KEY = bytes(4)  # frames are masked with zeros: RFC 6455 asks for a key, and nobody is protected by it here


def frame(payload: bytes, kind: int) -> bytes:
    """One whole frame from a client."""
    size = len(payload)
    head = struct.pack(">BB", 0x80 | kind, 0x80 | size) if size < SHORT else b""
    if not head:
        head = struct.pack(">BBH", 0x80 | kind, 0x80 | SHORT, size)
    return head + KEY + payload


class Wire:
    """One open socket; `heard` gets every message of the other end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.is_closed = False

    @classmethod
    async def open(cls, port: int, path: str, **headers: str) -> Wire:
        """Connected and past the handshake; ConnectionError if it was refused."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        told = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise ConnectionError(answer.split(b"\r\n")[0].decode())
        return cls(reader, writer)

    def send(self, payload: bytes, kind: int = TEXT) -> None:
        """Send one message."""
        self._writer.write(frame(payload, kind))

    async def listen(self, heard: Callable[[bytes], None]) -> None:
        """Read until the other end closes."""
        try:
            while True:
                first, size = await self._reader.readexactly(2)
                if size == SHORT:
                    (size,) = struct.unpack(">H", await self._reader.readexactly(2))
                payload = await self._reader.readexactly(size)
                if first & 0x0F == TEXT:
                    heard(payload)
                elif first & 0x0F not in {9, 10}:
                    break
        except (asyncio.IncompleteReadError, OSError):
            pass
        self.is_closed = True

    async def close(self) -> None:
        self._writer.close()
