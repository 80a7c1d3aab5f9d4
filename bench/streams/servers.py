"""The two servers that are measured, each started for it and ended after it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers import free_port
from tests.voices import korean_model

STARTS_WITHIN = 180.0  # seconds


@contextmanager
def our_server(redis: str, language: str, admission: str, folder: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "-m", "bench.streams.ours", redis, str(port), language, admission]
    with _running(command, port, dict(os.environ), folder / "ours.log") as pid:
        yield port, pid


@contextmanager
def peer(program: str, folder: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    told = {
        **os.environ,
        "VOSK_SERVER_INTERFACE": "127.0.0.1",
        "VOSK_SERVER_PORT": str(port),
        "VOSK_MODEL_PATH": str(korean_model()),
        "VOSK_SAMPLE_RATE": "8000",
    }
    command = [os.environ.get("PEER_PYTHON") or sys.executable, program]
    with _running(command, port, told, folder / "peer.log") as pid:
        yield port, pid


@contextmanager
def _running(command: list[str], port: int, environ: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environ, stdout=out, stderr=out)
        try:
            until = time.monotonic() + STARTS_WITHIN
            while not _listens(port):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{command} did not start: {log.read_text('utf-8', 'replace')[-2_000:]}")
                time.sleep(0.2)
            yield server.pid
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(35)
            server.kill()
            server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
