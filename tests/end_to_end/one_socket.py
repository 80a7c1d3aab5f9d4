"""Web processes on a socket that somebody else holds, as systemd does: new ones beside the old."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from foundation.clock import SystemClock
from foundation.database import Database
from foundation.settings import load
from processes.launch.demo_house import prepare
from tests.end_to_end.running import ROOT, Hotline, command_of, outside, settings_of

ANSWERS_WITHIN = 40.0  # seconds until new processes answer, on a machine that is busy with calls
ENDS_WITHIN = 25.0  # seconds: their grace is ten
WAITING = 512  # as in deploy/hotline-web.socket
# systemd says whose the sockets are by the process id, which only the process itself knows.
_HANDED_OVER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.set_inheritable(3, True); "
    "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); os.execvp(sys.argv[2], sys.argv[2:])"
)


@dataclass(slots=True)
class OneSocket:
    """The socket, and who answers on it."""

    hotline: Hotline
    told: Mapping[str, str]
    listener: socket.socket
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """New processes beside those that answer; returns when they have said that they answer too."""
        place = self.folder / f"notify-{len(self.started)}"
        with (
            closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as notified,
            self.hotline.log.open("ab") as out,
        ):
            notified.bind(str(place))
            notified.settimeout(ANSWERS_WITHIN)
            handed = self.listener.fileno()
            web = subprocess.Popen(
                [sys.executable, "-c", _HANDED_OVER, str(handed), *command_of("web")],
                cwd=ROOT,
                env={**outside(), **self.told, "NOTIFY_SOCKET": str(place)},
                stdout=out,
                stderr=out,
                pass_fds=[handed],
            )
            self.started.append(web)
            assert notified.recv(100) == b"READY=1"
        return web

    def exchange(self) -> None:
        """As deploy/exchange-web does: new ones beside the old, then the old ones end by themselves."""
        (old,) = self.living()
        self.start()
        old.terminate()
        assert old.wait(ENDS_WITHIN) == 0

    def living(self) -> list[subprocess.Popen[bytes]]:
        """The processes that have not ended."""
        return [web for web in self.started if web.poll() is None]

    def end(self) -> None:
        """End what lives."""
        for web in self.living():
            web.terminate()
        for web in self.started:
            try:
                web.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                web.kill()
                web.wait()


@contextmanager
def one_socket(redis_url: str, database_url: str, folder: Path, **more: str) -> Iterator[OneSocket]:
    """A hotline whose socket outlives its processes; the first of them answer."""
    told = settings_of(redis_url, database_url, folder, **more)
    settings = load(told, folder)
    prepare(settings)
    database = Database(settings.database_url, SystemClock())
    hotline = Hotline(settings, database, folder / "web.log", 0, {**outside(), **told})
    with closing(socket.create_server(("127.0.0.1", settings.port), backlog=WAITING)) as listener:
        held = OneSocket(hotline, told, listener, folder)
        try:
            held.start()
            yield held
        finally:
            held.end()
            database.close()
