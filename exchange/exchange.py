"""An exchange inside a program: opened in a `with`, called from ordinary code, run by a thread of its own.

with Exchange(account_sid="AC...", auth_token="...", numbers={"+62...": NumberSettings(url)}) as exchange:
    record = exchange.call(from_="+62812...", to="+62...", script=[{"presses": "1"}])
    assert "Goodbye" in record.heard[-1]
"""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn

from exchange.app import server_config
from exchange.callers import Says, Step, read_script
from exchange.calls.call import Call
from exchange.calls.line import Silence, Speech
from exchange.calls.party import press
from exchange.mishaps import Mishaps
from exchange.overrides import TOTAL_TIMEOUT
from exchange.post import Deliver, deliver_at_once
from exchange.settings import Account, Copies, Fate, NumberSettings, Person, Place
from exchange.speaking import spoken
from exchange.surface.settings import SurfaceSettings
from exchange.switchboard import Plan, Settings, Switchboard
from exchange.tape import Tape, TapeEvent

# Real seconds: for one call to end, and for the exchange to open or close.
LONGEST_WAIT = 300.0
OPENING = 15.0

Result = TypeVar("Result")
ScriptLike = Sequence[Mapping[str, Any] | Step]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call that has ended: its events, the texts heard in order, who ended it, status, seconds."""

    sid: str
    events: tuple[TapeEvent, ...]
    heard: tuple[str, ...]
    ended_by: str
    status: str
    seconds: float

    def kinds(self) -> list[str]:
        """The kinds of its events, in order."""
        return [event.kind for event in self.events]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What the events of one kind say."""
        return [event.details for event in self.events if event.kind == kind]


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call to be placed by `call_many`."""

    from_: str
    to: str
    script: ScriptLike = ()


class Telephone:
    """A handset in a call: what a person does with it, and what comes out of it."""

    def __init__(self, exchange: "Exchange", call: Call) -> None:
        self._exchange = exchange
        self._call = call
        self.sid = call.sid

    def press(self, keys: str) -> None:
        """Press keys, one after the other."""
        self._exchange.soon(lambda: press(self._call.line, keys))

    def speak(self, seconds: float, audio: bytes | None = None) -> None:
        """Speak for so many seconds."""
        self._exchange.soon(lambda: self._call.line.put(Speech(seconds, audio)))

    def say(self, words: str, language: str = "", voice: str = "", sound: bytes | None = None) -> None:
        """Say words, in a voice or as a WAV file; returns when they are on their way."""
        self._exchange.run(self._say(Says(words, language, voice, sound=sound)))

    async def _say(self, says: Says) -> None:
        self._call.line.put(await spoken(self._exchange.board.voices, self._call, says))

    def stay_silent(self) -> None:
        """Let the call know that nothing will come; only where waits take no time is it needed."""
        self._exchange.soon(lambda: self._call.line.put(Silence()))

    def hang_up(self) -> None:
        """Leave."""
        self._exchange.soon(self._call.line.hang_up)

    def events(self, after: int = 0, within: float = 5.0) -> list[TapeEvent]:
        """The events beyond number `after`; waits for one, up to `within` real seconds."""
        return self._exchange.run(self._exchange.board.followers.events_after(self.sid, after, within))

    def wait_for(self, kind: str, after: int = 0, within: float = 5.0) -> TapeEvent:
        """The first event of a kind beyond number `after`. Raises TimeoutError when the call falls silent."""
        while events := self.events(after, within):
            for event in events:
                if event.kind == kind:
                    return event
            after = events[-1].sequence
        raise TimeoutError(f"no {kind!r} on call {self.sid}")

    def until_over(self) -> CallRecord:
        """Wait for the end of the call."""
        return self._exchange.record(self.sid)


@dataclass(kw_only=True)
class Exchange:
    """A local carrier for tests and tools. Times and limits as in `Settings`; port 0 takes a free one."""

    account_sid: str
    auth_token: str = field(repr=False)
    numbers: Mapping[str, NumberSettings]
    speed: float = 1.0
    tape_path: Path | None = None
    api_credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    people: Mapping[str, Person] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    rung: Mapping[str, ScriptLike] = field(default_factory=dict)
    account: Account | None = None
    surface: SurfaceSettings = field(default_factory=SurfaceSettings)
    repeat_every_request: bool = False
    overlap: int = 1
    copy_chance: float = 1.0
    seed: int = 0
    recordings_folder: Path | None = None
    deliver: Deliver = deliver_at_once
    mishaps: Mishaps = field(default_factory=Mishaps)
    list_delay: float = 0.0
    texts: Mapping[str, Fate] = field(default_factory=dict)
    web_timeout: float = TOTAL_TIMEOUT
    port: int = 0
    board: Switchboard = field(init=False, repr=False)
    api_url: str = field(init=False, default="")
    _loop: asyncio.AbstractEventLoop = field(init=False, repr=False)
    _thread: threading.Thread = field(init=False, repr=False)
    _closing: asyncio.Event = field(init=False, repr=False)

    def __enter__(self) -> Self:
        opened: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._live(opened)), name="exchange", daemon=True
        )
        self._thread.start()
        opened.result(OPENING)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(OPENING)

    @property
    def tape(self) -> Tape:
        """The tape of all its calls."""
        return self.board.tape

    def settings(self) -> Settings:
        """What the switchboard is told."""
        return Settings(
            account=self.account or Account(self.account_sid, self.auth_token, self.api_credentials),
            numbers=self.numbers,
            people=self.people,
            places=self.places,
            rung={number: _steps(script) for number, script in self.rung.items()},
            speed=self.speed,
            tape_path=self.tape_path,
            recordings_folder=self.recordings_folder,
            copies=Copies(self.repeat_every_request, self.overlap, self.copy_chance, self.seed),
            surface=self.surface,
            deliver=self.deliver,
            mishaps=self.mishaps,
            list_delay=self.list_delay,
            texts=self.texts,
            web_timeout=self.web_timeout,
        )

    async def _live(self, opened: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._closing = asyncio.Event()
        try:
            await self._serve(opened)
        except BaseException as error:
            if opened.done():
                raise
            # Whoever opens the exchange waits for this.
            opened.set_exception(error)

    async def _serve(self, opened: Future[None]) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        self.api_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with Switchboard(self.settings(), self.api_url) as self.board:
            server = uvicorn.Server(server_config(self.board))
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            opened.set_result(None)
            await self._closing.wait()
            server.should_exit = True
            server.force_exit = True
            await serving

    def run(self, deed: Coroutine[Any, Any, Result], within: float = LONGEST_WAIT) -> Result:
        """Run a coroutine in the exchange's thread and wait for it, up to `within` real seconds."""
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result(within)

    def soon(self, deed: Any) -> None:  # noqa: ANN401 - any callable without arguments, its result is dropped
        """Have something done in the exchange's thread."""
        self._loop.call_soon_threadsafe(deed)

    def call(
        self, *, from_: str, to: str, script: ScriptLike = (), stir_verstat: str | None = None
    ) -> CallRecord:
        """Place a call with a scripted caller and wait for its end."""
        return self.run(self._call(Plan(from_, to, _steps(script), stir_verstat)))

    def call_many(self, plans: Iterable[CallPlan], at_once: int = 50) -> list[CallRecord]:
        """Place many calls, at most `at_once` in progress; the records come in the order of the plans."""
        return self.run(self._call_many(list(plans), at_once))

    def dial(self, *, from_: str, to: str) -> Telephone:
        """Place a call and hold the handset."""
        return Telephone(self, self.run(self._dial(Plan(from_, to))))

    def record(self, sid: str) -> CallRecord:
        """Wait for the end of a call and return its record."""
        return self.run(self._record(sid))

    async def _dial(self, plan: Plan) -> Call:
        return self.board.dial(plan)

    async def _call(self, plan: Plan) -> CallRecord:
        return await self._record(self.board.dial(plan).sid)

    async def _call_many(self, plans: list[CallPlan], at_once: int) -> list[CallRecord]:
        places = asyncio.Semaphore(at_once)

        async def one(plan: CallPlan) -> CallRecord:
            async with places:
                return await self._call(Plan(plan.from_, plan.to, _steps(plan.script)))

        return list(await asyncio.gather(*(one(plan) for plan in plans)))

    async def _record(self, sid: str) -> CallRecord:
        over = await self.board.until_over(sid)
        await self.board.inside.told(sid)
        events = tuple(self.tape.events(sid))
        heard = tuple(self.tape.heard(sid))
        return CallRecord(
            sid, events, heard, over.by, over.status, self.tape.events(sid, "ended")[-1].details["seconds"]
        )


def _steps(script: ScriptLike) -> tuple[Step, ...]:
    return tuple(step if not isinstance(step, Mapping) else read_script([step])[0] for step in script)
