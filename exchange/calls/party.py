"""Who holds the handset: a script, or a person who presses keys while the call goes on."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol, assert_never

from exchange.callers import KEY_GAP, HangsUp, Presses, Says, ScriptFault, Speaks, StaysSilent, Step
from exchange.calls.clock import CallClock
from exchange.calls.line import HangUp, Key, Line, Speech
from exchange.settings import Person

# What `w` and `W` mean, in seconds of virtual time.
PAUSES = {"w": 0.5, "W": 1.0}
# How long a person may think where waits take no time, in real seconds.
PATIENCE = 60.0
# Where waits take no time, sound does: so long a caller who spoke waits for an answer, in real seconds.
HEARING = 3.0

# "voice-soon": a recording comes next; a key is heard, but nobody waits for one. "more": nothing was said to
# the caller before; whoever has just spoken waits for what becomes of it.
Wants = Literal["keys", "voice", "voice-soon", "more"]
# Returns when what the call has told so far can be read, which takes no longer than a few seconds.
Settled = Callable[[], Awaitable[None]]
# Has the caller say something on the line; returns when it is on its way.
Speak = Callable[[Says], Awaitable[None]]


class Party(Protocol):
    """The caller, as the carrier meets them. Each method is asked once at its moment, and returns soon."""

    async def before_prompts(self, line: Line, wants: Wants) -> None:
        """A Gather begins; its prompts come next."""

    async def listens(self, line: Line, wants: Wants) -> str | None:
        """The call waits. Returns what is wrong with the script, if it does not fit."""

    def leaves_during_say(self) -> bool:
        """The document's first Say begins: does the caller leave in its middle?"""

    def leaves_before_reply(self) -> bool:
        """A webhook is on its way: does the caller leave before the answer?"""

    def leaves_unheard(self) -> bool:
        """A document has come: does the caller leave before the first of it is heard?"""

    def person(self) -> Person | None:
        """A Dial rings: how the person behaves, if the script says so."""

    def leaves_while_ringing(self) -> bool:
        """A Dial rings: does the caller leave?"""


class Scripted:
    """A caller who does what a list says, one step each time the call waits."""

    def __init__(
        self,
        script: Sequence[Step],
        heard: Callable[[], Sequence[str]],
        speak: Speak,
        settled: Settled | None = None,
    ) -> None:
        self._steps = deque(script)
        self._heard = heard
        self._speak = speak
        self._settled = settled
        self._has_spoken = False

    def _next(self) -> Step | None:
        return self._steps[0] if self._steps else None

    async def before_prompts(self, line: Line, wants: Wants) -> None:
        step = self._next()
        if self._waits_for_more(wants) or not (
            line.idle and isinstance(step, Presses | Says) and step.over_prompts
        ):
            return
        self._steps.popleft()
        if isinstance(step, Presses):
            self._press(line, step)
        else:
            await self._say(step)

    def _waits_for_more(self, wants: Wants) -> bool:
        self._has_spoken = self._has_spoken and wants == "more"
        return self._has_spoken

    async def _say(self, step: Says) -> None:
        await self._speak(step)
        self._has_spoken = True

    async def listens(self, line: Line, wants: Wants) -> str | None:
        if not line.idle or self._waits_for_more(wants):
            # Still busy with the step before: keys that are yet to be pressed, words on their way.
            await line.answer_to_words(HEARING)
            return None
        if wants == "voice-soon" and not isinstance(self._next(), Presses):
            return None
        wrong = self._nobody_is_rung()
        step = self._take()
        if self._settled and isinstance(step, Presses) and step.late:
            await self._settled()
        return await self._do(line, wants, step) or wrong

    def _nobody_is_rung(self) -> str | None:
        wrong = None
        while isinstance(self._next(), Person):
            self._steps.popleft()
            wrong = "the script expects that somebody is rung, the call waits for the caller"
        return wrong

    async def _do(self, line: Line, wants: Wants, step: Step) -> str | None:
        match step:
            case Presses():
                return self._press(line, step)
            case Speaks(seconds, then, audio):
                line.put(Speech(seconds, audio))
                _finish_speech(line, seconds, then)
                if wants in ("keys", "more"):
                    return "the script speaks, the call waits for keys"
            case Says():
                await self._say(step)
                await line.answer_to_words(HEARING)
            case HangsUp():
                line.hang_up()
            case StaysSilent() | Person():
                pass
            case _:
                assert_never(step)
        return None

    def _take(self) -> Step:
        step = self._next() or HangsUp()
        if self._steps and step != StaysSilent(for_ever=True):
            self._steps.popleft()
        return step

    def _press(self, line: Line, step: Presses) -> str | None:
        try:
            press(line, step.keyed(self._heard()), step.gap)
        except ScriptFault as error:
            return str(error)
        return None

    def leaves_during_say(self) -> bool:
        return self._leaves("during")

    def leaves_before_reply(self) -> bool:
        return self._leaves("reply")

    def leaves_unheard(self) -> bool:
        return self._leaves("unheard")

    def person(self) -> Person | None:
        step = self._next()
        if isinstance(step, Person):
            self._steps.popleft()
            return step
        return None

    def leaves_while_ringing(self) -> bool:
        return self._leaves("waiting")

    def _leaves(self, when: str) -> bool:
        step = self._next()
        return isinstance(step, HangsUp) and step.when == when


class Live:
    """A person at a telephone: what they do arrives at the line by itself."""

    def __init__(self, clock: CallClock) -> None:
        self._clock = clock

    async def before_prompts(self, line: Line, wants: Wants) -> None:
        """Nothing: keys come when they come."""

    async def listens(self, line: Line, wants: Wants) -> str | None:
        # Where waits take no time a person could never be quick enough: there the call waits for them.
        if self._clock.instant and wants != "voice-soon":
            if wants == "more" and await line.answer_to_words(HEARING):
                return None
            await line.arrival(PATIENCE)
            await line.answer_to_words(HEARING)
        return None

    def leaves_during_say(self) -> bool:
        return False

    def leaves_before_reply(self) -> bool:
        return False

    def leaves_unheard(self) -> bool:
        return False

    def person(self) -> Person | None:
        return None

    def leaves_while_ringing(self) -> bool:
        return False


def press(line: Line, keys: str, gap: float = KEY_GAP) -> None:
    """Press keys one after the other, `gap` seconds apart; `w` and `W` are pauses."""
    after = 0.0
    for key in keys:
        if key in PAUSES:
            after += PAUSES[key]
        else:
            line.put(Key(key), after)
            after += gap


def _finish_speech(line: Line, seconds: float, then: str) -> None:
    # A moment later, so that the words are out first.
    if then == "hangs_up":
        line.put(HangUp(), seconds)
    elif then:
        line.put(Key(then), seconds + KEY_GAP)
