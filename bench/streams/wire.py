"""The least that sends frames to a web socket: so that a measurement measures the other end."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from contextlib import suppress

TEXT, BINARY = 1, 2
PING_OR_PONG = {9, 10}
SHORT = 126  # what stands for a size of two bytes, which all of ours and theirs have at most
HEAD = 2
LARGEST = 65_536  # bytes read at once
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
        came = bytearray()
        with suppress(OSError):
            while piece := await self._reader.read(LARGEST):
                came += piece
                if not _taken(came, heard):
                    break
        self.is_closed = True

    async def close(self) -> None:
        self._writer.close()


def _taken(came: bytearray, heard: Callable[[bytes], None]) -> bool:
    """Take the whole frames from what came; False after the one that closes."""
    while len(came) >= HEAD:
        kind, size, start = came[0] & 0x0F, came[1], HEAD
        if size == SHORT:
            if len(came) < HEAD + 2:
                return True
            (size,), start = struct.unpack_from(">H", came, HEAD), HEAD + 2
        if len(came) < start + size:
            return True
        if kind == TEXT:
            heard(bytes(came[start : start + size]))
        elif kind not in PING_OR_PONG:
            return False
        del came[: start + size]
    return True
