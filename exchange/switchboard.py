"""The switchboard: places calls, knows those in progress, and remembers how the others ended."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from exchange.callers import Says, Step
from exchange.calls.call import Call, Over, Rung, World
from exchange.calls.clock import CallClock
from exchange.calls.line import Line
from exchange.calls.party import Live, Party, Scripted
from exchange.calls.run import run_call
from exchange.faults import DialledWrong
from exchange.fields import Dialled
from exchange.followers import Followers
from exchange.inside import Inside
from exchange.media.streams import settled
from exchange.messages import Messages
from exchange.mishaps import Mishaps
from exchange.overrides import TOTAL_TIMEOUT
from exchange.post import Deliver, deliver_at_once
from exchange.recordings import Recordings
from exchange.settings import Account, Copies, Fate, NumberSettings, Person, Place
from exchange.sids import Sids
from exchange.speaking import spoken
from exchange.surface.settings import SurfaceSettings
from exchange.tape import Tape
from exchange.voices import Voices
from exchange.web import Web

MOST_CALLS_AT_ONCE = 2_000
MOST_ENDED_REMEMBERED = 20_000
# For the calls in progress when the exchange closes, in real seconds.
CLOSING_GRACE = 5.0
# Where waits take no time: before a caller answers into a stream, in seconds of sound. Nobody speaks sooner.
THINKING = 0.5


def now() -> datetime:
    """The wall's clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """All an exchange is told. `web_timeout` is Twilio's ceiling of 15 real seconds, less only in tests."""

    account: Account
    numbers: Mapping[str, NumberSettings]
    people: Mapping[str, Person] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    # What people do who are rung by a call placed by REST; whoever is not here listens in silence.
    rung: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    speed: float = 1.0
    tape_path: Path | None = None
    recordings_folder: Path | None = None
    copies: Copies = field(default_factory=Copies)
    surface: SurfaceSettings = field(default_factory=SurfaceSettings)
    deliver: Deliver = deliver_at_once
    # What goes wrong with requests to the REST part, and how long it hides what is new from its lists.
    mishaps: Mishaps = field(default_factory=Mishaps)
    list_delay: float = 0.0
    # What becomes of texts to a number; to any other they are delivered.
    texts: Mapping[str, Fate] = field(default_factory=dict)
    web_timeout: float = TOTAL_TIMEOUT
    sids: Sids = field(default_factory=Sids)
    now: Callable[[], datetime] = now


@dataclass(frozen=True, slots=True)
class Plan:
    """A call to place; without a script a person holds the handset. None elsewhere: as usual."""

    from_: str
    to: str
    script: tuple[Step, ...] | None = None
    stir_verstat: str | None = None
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class RingPlan:
    """A call to place to somebody outside; `asks` says where its documents come from and who is told.

    It rings for `timeout` seconds and lasts for `limit` at most.
    """

    from_: str
    to: str
    asks: NumberSettings
    timeout: int
    limit: int


class Switchboard:
    """Runs calls on the present event loop. Use it as an async context manager."""

    def __init__(self, settings: Settings, api_url: str) -> None:
        self.settings = settings
        self.opened = settings.now()
        # The REST part changes them; the next call goes by what stands here.
        self.numbers = dict(settings.numbers)
        self.tape = Tape(settings.tape_path)
        self.recordings = Recordings(settings.recordings_folder)
        self.voices = Voices()
        self._world = World(
            account=settings.account,
            numbers=self.numbers,
            people=dict(settings.people),
            tape=self.tape,
            web=Web(settings.account.auth_token, settings.web_timeout),
            recordings=self.recordings,
            sids=settings.sids,
            copies=settings.copies.dice(),
            mishaps=settings.mishaps,
            api_url=api_url,
        )
        self.messages = Messages(self._world, settings.deliver)
        self._calls: dict[str, Call] = {}
        self._running: dict[str, asyncio.Task[Over]] = {}
        self._ended: dict[str, Over] = {}
        self.followers = Followers(self.tape, self.goes_on)
        self.inside = Inside(settings.surface.inside_token)
        self.tape.listen(self.inside.hear)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for call in list(self._calls.values()):
            call.line.hang_up()
        running = list(self._running.values())
        if running:
            await asyncio.wait(running, timeout=CLOSING_GRACE)
        for task in running:
            task.cancel()
        await self.messages.close()
        await self.inside.close()
        await self._world.web.__aexit__(kind, error, trace)
        self.tape.close()

    def dial(self, plan: Plan) -> Call:
        """Place a call; it goes on by itself. Raises DialledWrong for a number that is not ours."""
        number = self.numbers.get(plan.to)
        if number is None:
            raise DialledWrong(f"{plan.to!r} is no number of this exchange")
        if elsewhere := number.trunk_sid or number.application_sid:
            raise DialledWrong(f"{plan.to!r} leads to {elsewhere}, which this exchange does not carry")
        self._require_room()
        clock = CallClock(self.settings.now(), plan.speed or self.settings.speed)
        dialled = self._dialled(plan, number)
        call = Call(
            world=self._world,
            dialled=dialled,
            number=number,
            clock=clock,
            line=Line(clock),
            party=self._party(plan, clock, dialled.call_sid),
        )
        return self._start(call)

    def ring(self, plan: RingPlan) -> Call:
        """Place a call to somebody outside. Raises DialledWrong if there are too many."""
        self._require_room()
        clock = CallClock(self.settings.now(), self.settings.speed)
        dialled = replace(self._dialled(Plan(plan.from_, plan.to), plan.asks), direction="outbound-api")
        script = self.settings.rung.get(plan.to)
        person = self.settings.people.get(plan.to, Person())
        call = Call(
            world=self._world,
            dialled=dialled,
            number=plan.asks,
            clock=clock,
            line=Line(clock),
            party=self._party(Plan(plan.from_, plan.to, script or ()), clock, dialled.call_sid),
            status="queued",
            rung=Rung(person, plan.timeout, plan.limit, silent=script is None),
        )
        return self._start(call)

    def _require_room(self) -> None:
        if len(self._calls) >= MOST_CALLS_AT_ONCE:
            raise DialledWrong(f"{MOST_CALLS_AT_ONCE} calls are in progress; no more at once")

    def _start(self, call: Call) -> Call:
        self._calls[call.sid] = call
        task = asyncio.create_task(run_call(call, self.settings.deliver), name=call.sid)
        self._running[call.sid] = task
        told = self.settings.surface.inside
        # A call that was placed by REST comes from one of our numbers.
        base = told.get(call.dialled.to) or told.get(call.dialled.from_)
        if base is not None:
            self.inside.begin(call, base).add_done_callback(lambda _: self.followers.wake(call.sid))
        task.add_done_callback(lambda done: self._end(call.sid, done))
        # Here and not by the task: whoever is told that a call is placed finds it on the tape at once.
        who = {"from_number": call.dialled.from_, "to_number": call.dialled.to}
        call.note("dialled", **who, direction=call.dialled.direction)
        return call

    def _dialled(self, plan: Plan, number: NumberSettings) -> Dialled:
        return Dialled(
            call_sid=self._world.sids.call(),
            account_sid=self._world.account.sid,
            from_=plan.from_,
            to=plan.to,
            token=self._world.sids.token(),
            stir_verstat=plan.stir_verstat or number.stir_verstat,
            places=self.settings.places,
        )

    def _party(self, plan: Plan, clock: CallClock, sid: str) -> Party:
        if plan.script is None:
            return Live(clock)

        async def speak(says: Says) -> None:
            call = self._calls[sid]
            await settled(call)
            thinking = THINKING if call.clock.instant and call.line.mouth.listeners else 0.0
            call.line.put(
                await spoken(self.voices, call, says.now(self.tape.heard(sid))), says.after + thinking
            )

        return Scripted(plan.script, lambda: self.tape.heard(sid), speak, lambda: self.inside.settled(sid))

    def _end(self, sid: str, task: asyncio.Task[Over]) -> None:
        call = self._calls.pop(sid)
        self._running.pop(sid)
        if task.cancelled() or task.exception() is not None:
            # A fault of the exchange itself: whoever follows the call must see its end.
            error = "cancelled" if task.cancelled() else repr(task.exception())
            call.note("ended", by="exchange", status="failed", seconds=call.clock.elapsed, error=error)
        else:
            self._ended[sid] = task.result()
        if len(self._ended) > MOST_ENDED_REMEMBERED:
            self._ended.pop(next(iter(self._ended)))
        self.followers.wake(sid)

    def in_progress(self, sid: str) -> Call | None:
        """A call that has not ended."""
        return self._calls.get(sid)

    def goes_on(self, sid: str) -> bool:
        """Whether more events of a call may come: it is in progress, or not all of it is told."""
        return sid in self._calls or self.inside.asks(sid)

    def ended(self, sid: str) -> Over | None:
        """How a call ended, if it has."""
        return self._ended.get(sid)

    async def until_over(self, sid: str) -> Over:
        """Wait for the end of a call. Raises DialledWrong for an unknown one."""
        task = self._running.get(sid)
        if task is not None:
            return await asyncio.shield(task)
        over = self._ended.get(sid)
        if over is None:
            raise DialledWrong(f"there is no call {sid}")
        return over
