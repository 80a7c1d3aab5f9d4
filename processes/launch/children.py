"""Programs that are started together, watched together, and ended together with all they started."""

import os
import signal
import subprocess
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

END_LIMIT = 12.0  # seconds from the polite end to the hard one; gunicorn takes up to ten for its last turns
WORDS_LIMIT = 1.0  # seconds for what is still in the pipe of a program that has ended
LAST_LINES = 15  # of a program's words, repeated when it has died
LOOK_EVERY = 0.05  # seconds
# Seconds before a program that the others go on without is begun again, by how often it has died.
PAUSES = (0.0, 1.0, 5.0, 15.0, 60.0)


@dataclass(frozen=True, slots=True)
class Program:
    """What to start: its name in front of each line it says, its command, its environment.

    `spared`: the others go on without it, and it is begun again.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    quiet: bool = False  # what it says is kept for its obituary and not shown
    spared: bool = False


class Child:
    """One running program, the head of a process group of its own."""

    def __init__(self, program: Program, say: Callable[[str], None]) -> None:
        self.program = program
        self.name = program.name
        self._quiet = program.quiet
        self._last_lines: deque[str] = deque(maxlen=LAST_LINES)
        # A session of its own: Ctrl-C reaches the launcher alone, which then ends the others in order.
        self._process = subprocess.Popen(
            program.command,
            env=dict(program.environment),
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(say,), daemon=True)
        self._reader.start()

    def _read(self, say: Callable[[str], None]) -> None:
        assert self._process.stdout is not None  # noqa: S101  # asked for above
        with self._process.stdout as words:
            for raw in words:
                line = raw.decode(errors="replace").rstrip()
                self._last_lines.append(line)
                if not self._quiet:
                    say(f"{self.name:>8} | {line}")

    def returned(self) -> int | None:
        """What it returned, or None while it runs; negative: the signal that ended it."""
        return self._process.poll()

    def how_ended(self) -> str:
        """Its name, and how it has ended."""
        code = self.returned() or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself with {code}"
        return f"{self.name} {how}"

    def last_words(self) -> list[str]:
        """The last lines it said; with those it said in dying, if it has ended."""
        self._reader.join(WORDS_LIMIT)
        return list(self._last_lines)

    def signal(self, number: int) -> None:
        """Send a signal to the program and everything it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


class Children:
    """All programs of one launch, in the order they were started."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._running: list[Child] = []
        self._deaths: dict[Child, float] = {}  # of those to be begun again: when that is to be
        self._died: Counter[str] = Counter()

    def start(self, program: Program) -> Child:
        """Start one more."""
        child = Child(program, self._say)
        self._running.append(child)
        return child

    def dead(self) -> Child | None:
        """The first that has ended by itself and whom the others need, if any."""
        ended = (child for child in self._running if child.returned() is not None)
        return next((child for child in ended if not child.program.spared), None)

    def revive(self) -> None:
        """Begin those again that were spared and have died, at once and then after ever longer pauses."""
        for place, child in enumerate(self._running):
            if not child.program.spared or child.returned() is None:
                continue
            if child not in self._deaths:
                self._mourn(child)
            elif time.monotonic() >= self._deaths[child]:
                del self._deaths[child]
                self._running[place] = Child(child.program, self._say)

    def _mourn(self, child: Child) -> None:
        child.signal(signal.SIGKILL)  # what it has started may have stayed behind
        pause = PAUSES[min(self._died[child.name], len(PAUSES) - 1)]
        self._died[child.name] += 1
        self._deaths[child] = time.monotonic() + pause
        self._say(f"{child.how_ended()}; the others go on without it, and it is begun again in {pause:.0f} s")

    def end(self) -> None:
        """End all, the last started first; whatever is left of a group at the bound is killed."""
        for child in reversed(self._running):
            child.signal(signal.SIGTERM)
            _await_end([child], END_LIMIT)
            # Also when the head has gone: a program of its group may have stayed behind.
            child.signal(signal.SIGKILL)
        _await_end(self._running, END_LIMIT)
        for child in self._running:
            child.last_words()
        self._running = []


def _await_end(children: Iterable[Child], limit: float) -> None:
    until = time.monotonic() + limit
    while any(child.returned() is None for child in children) and time.monotonic() < until:
        time.sleep(LOOK_EVERY)
