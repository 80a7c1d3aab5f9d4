"""The whole hotline on a laptop: Redis, the processes of the Procfile and the exchange, until Ctrl-C."""

import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from honcho.environ import parse_procfile

from foundation.settings import ROOT, Settings
from processes.launch.children import Child, Children, Program
from processes.launch.dialled import lines_of
from processes.launch.draft import Draft, environment_for, settings_for, swept
from processes.launch.draft_line import DraftLine
from processes.launch.first_model import attempt_of, begin
from processes.launch.local_exchange import exchange_command, exchange_environment
from processes.launch.readiness import HOST, answers, await_that, free_port, require_free
from processes.launch.redis_finder import (
    FOLDER,
    FoundRedis,
    RedisToStart,
    find_redis,
    leave_note,
    server_command,
    take_note_away,
)
from processes.launch.redis_ping import fault_of

READY_LIMIT = 60.0  # seconds until all answer; a laptop that has just installed everything is slow
REDIS_LIMIT = 15.0  # seconds; a long appended file is read first
LOOK_EVERY = 0.2  # seconds between two looks at the children
NOT_STARTED = frozenset({"release"})  # its work is done before, in this process
HEARING = "speech"  # the one that hears callers
ANSWERING = "web"  # the line of the Procfile that answers calls, a draft's too
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class LaunchFault(Exception):
    """Why the hotline is not (or no longer) running, in plain words."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is started: the hotline of these settings, and beside it a draft of its book, if one is named."""

    settings: Settings
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """One start: what is told, where it says so, and the sign to end."""

    settings: Settings
    say: Callable[[str], None]
    ended: threading.Event


def run(
    opening: Opening,
    prepare: Callable[[Settings], None],
    welcome: Callable[[], str],
    say: Callable[[str], None],
) -> None:
    """Start everything, say the welcome when all answer, and wait for Ctrl-C.

    LaunchFault if something died that the others need. `prepare` brings the database up to date before any
    process starts. Nothing is left running, however this ends, unless it is killed itself.
    """
    settings = opening.settings
    beside: DraftLine | None = None
    require_free(settings.port, "PORT")
    require_free(settings.exchange_port, "EXCHANGE_PORT")
    require_free(settings.speech_port, "SPEECH_PORT")
    with _end_signals() as ended:
        children = Children(say)
        launch = Launch(settings, say, ended)
        try:
            environment = _environment(settings, _redis_url(launch, children))
            prepare(settings)
            beside = _draft_line(opening, environment, prepare, say)
            for program in _programs(opening, environment):
                if not ended.is_set():
                    children.start(program)
            if _all_ready(launch, children):
                say(welcome())
                _try_model(settings, say)
            _watch(children, beside, ended)
        finally:
            say("ending ...")
            if beside is not None:
                beside.end()
            children.end()
            take_note_away()


@contextmanager
def _end_signals() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C and its kin; the handlers before are put back."""
    ended = threading.Event()

    def hear(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, hear) for number in END_SIGNALS}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _redis_url(launch: Launch, children: Children) -> str:
    told = launch.settings.redis_url
    match find_redis(told.reveal() if told else None):
        case FoundRedis(url):
            return url
        case RedisToStart(program):
            return _start_redis(launch, children, program)


def _start_redis(launch: Launch, children: Children, program: Path) -> str:
    FOLDER.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = tuple(server_command(program, port, FOLDER))
    child = children.start(Program("redis", command, os.environ, ROOT, quiet=True))
    url = f"redis://{HOST}:{port}/0"

    def over() -> bool:
        return child.returned() is not None or launch.ended.is_set()

    if not await_that(lambda: fault_of(url) is None, REDIS_LIMIT, over) and not launch.ended.is_set():
        raise LaunchFault("\n".join([f"{program} does not answer:", *child.last_words()]))
    leave_note(url)
    return url


def _environment(settings: Settings, redis_url: str) -> Mapping[str, str]:
    """What every child is told: our environment, this virtual environment's programs, one Redis for all."""
    beside = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "HOTLINE_ENV": settings.hotline_env,
        "REDIS_URL": redis_url,
    }


def _programs(opening: Opening, environment: Mapping[str, str]) -> Iterator[Program]:
    settings = opening.settings
    for name, command in _procfile().items():
        if name not in NOT_STARTED:
            # While nobody hears, callers are served by keys.
            yield Program(name, command, environment, ROOT, spared=name == HEARING)
    draft = (opening.draft.line,) if opening.draft else ()
    command = exchange_command(settings, (*lines_of(settings), *draft))
    yield Program("exchange", command, exchange_environment(settings, environment), ROOT)


def _procfile() -> dict[str, tuple[str, ...]]:
    written = parse_procfile((ROOT / "Procfile").read_text("utf-8"))
    return {name: tuple(shlex.split(line)) for name, line in written.processes.items()}


def _draft_line(
    opening: Opening,
    environment: Mapping[str, str],
    prepare: Callable[[Settings], None],
    say: Callable[[str], None],
) -> DraftLine | None:
    """The number of the draft, its scratch database ready; its process is started once its book is sound."""
    if opening.draft is None:
        return None
    of_draft = settings_for(opening.draft, opening.settings, environment["REDIS_URL"])
    swept(opening.settings)
    prepare(of_draft)
    told = environment_for(of_draft, opening.settings, environment)
    return DraftLine(opening.draft, Program("draft", _procfile()[ANSWERING], told, ROOT), say)


def _all_ready(launch: Launch, children: Children) -> bool:
    """Whether all answer; False if one has died or the launch was ended meanwhile."""
    addresses = (
        f"http://{HOST}:{launch.settings.port}/health/ready",
        f"http://{HOST}:{launch.settings.exchange_port}/health/live",
    )

    def over() -> bool:
        return launch.ended.is_set() or children.dead() is not None

    if await_that(lambda: all(answers(address) for address in addresses), READY_LIMIT, over):
        return True
    if over():
        return False
    silent = ", ".join(address for address in addresses if not answers(address))
    raise LaunchFault(f"not ready after {READY_LIMIT:.0f} s: {silent}; `hotline doctor` says what is missing")


def _try_model(settings: Settings, say: Callable[[str], None]) -> None:
    attempt = attempt_of(settings)
    if attempt is not None:
        begin(attempt, say)


def _watch(children: Children, beside: DraftLine | None, ended: threading.Event) -> None:
    while not ended.wait(LOOK_EVERY):
        if beside is not None:
            beside.look()
        children.revive()
        dead = children.dead()
        if dead is not None:
            raise LaunchFault(_obituary(dead))


def _obituary(dead: Child) -> str:
    return "\n".join([f"{dead.how_ended()}; its last lines:", *(f"    {line}" for line in dead.last_words())])
