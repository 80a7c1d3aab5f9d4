"""Callers: what they will do, as a list of steps, one for each time the call waits for them.

A step is a small table, the same in Python, in JSON and in a conversation file:

    {"presses": "123#"}        presses keys; `w` waits half a second and `W` a second between them;
                               `{name}` is filled from the values that are handed in
    {"presses": "1", "when": "during"}    presses as soon as a Gather begins, over its prompts
    {"presses": "111", "gap": 0}          with so many seconds between two keys; 0: all at once
    {"stays_silent": true}     does nothing until the time-out; "for_ever": nor at any time after that
    {"speaks": 4.0}            speaks for so many seconds, into a Record; with "then": "#" ends it by a key,
                               with "then": "hangs_up" by leaving
    {"say": "a refund"}        says these words: a voice speaks them into its streams, and answers a
                               Gather that takes speech; with "language" (else the one last heard), "voice",
                               "sound" (a WAV file instead of a voice), "sure" (0 to 1: how sure the carrier's
                               recogniser is), "after" (so many seconds later), "when": "during" (over the
                               prompts)
    {"hangs_up": true}         leaves when the call waits; "during": in the middle of the document's first
                               Say; "reply": while the hotline is still thinking about its answer; "unheard":
                               the moment the answer has come, so that nothing of it is heard
    {"person": "answers"}      not the caller's deed: how the person rung by the next Dial behaves (busy,
                               no-answer, fails); with "talks" and "rings" in seconds, and "caller_leaves":
                               "ringing" or "talking"

A call that still waits when the list is empty is left by the caller.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast, get_args

from exchange.settings import Outcome, Person

MOST_KEYS = 1_000
LONGEST_SPEECH = 600.0
LONGEST_WORDS = 2_000  # characters
# How sure a recogniser is of words that were spoken clearly.
SURE = 0.93
DEEDS = ("presses", "stays_silent", "speaks", "say", "hangs_up", "person")
_PLACE = re.compile(r"\{([a-z_]+)\}")
WhenLeft = Literal["waiting", "during", "reply", "unheard"]
FOR_EVER = "for_ever"
# Between two keys of a quick thumb, in seconds of virtual time.
KEY_GAP = 0.2
LONGEST_GAP = 60.0

# What fills a `{name}` in keys: a text, or, for what only the call itself tells, a reader of the texts
# that the caller has heard so far. It is asked when the keys are pressed, and must answer at once.
FromHeard = Callable[[Sequence[str]], str]
Values = Mapping[str, str | FromHeard]
NO_VALUES: Values = {}


@dataclass(frozen=True, slots=True)
class Presses:
    """Press keys; `over_prompts`: without waiting for the end of the prompts. `late` fills open places.

    `gap`: the seconds between two keys.
    """

    keys: str
    over_prompts: bool = False
    late: Mapping[str, FromHeard] = field(default_factory=dict)
    gap: float = KEY_GAP

    def keyed(self, heard: Sequence[str]) -> str:
        """The keys for a caller who has heard these texts. Raises ScriptFault if they are none."""
        return checked_keys(_PLACE.sub(lambda place: self.late[place[1]](heard), self.keys))


@dataclass(frozen=True, slots=True)
class StaysSilent:
    """Do nothing until the next time the call waits; `for_ever`: then neither, and never again."""

    for_ever: bool = False


@dataclass(frozen=True, slots=True)
class Speaks:
    """Say something for so many seconds; `then` ends it: a key, "hangs_up", or "" for silence."""

    seconds: float
    then: str = ""
    audio: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Says:
    """Say words: `language` "" is the one last heard, `voice` "" the usual one; `sound`, a WAV file of them.

    `sure`: how sure the carrier's own recogniser is of them, if it is asked. `after`: so many seconds later.
    """

    words: str
    language: str = ""
    voice: str = ""
    sure: float = SURE
    over_prompts: bool = False
    after: float = 0.0
    sound: bytes | None = field(default=None, repr=False)
    # Asked for the words at the moment they are said; it is given the texts that the caller has heard so far.
    answering: FromHeard | None = None

    def now(self, heard: Sequence[str]) -> "Says":
        """The same with the words that answer what was heard."""
        return self if self.answering is None else replace(self, words=self.answering(heard))


@dataclass(frozen=True, slots=True)
class HangsUp:
    """Leave: while the call waits, in the document's first Say, before a reply has come, or just after."""

    when: WhenLeft = "waiting"


Step = Presses | StaysSilent | Speaks | Says | HangsUp | Person


class ScriptFault(ValueError):
    """A step that says nothing we know."""


def read_script(steps: Sequence[Mapping[str, Any]], values: Values = NO_VALUES) -> tuple[Step, ...]:
    """Read steps; each `{name}` in keys is filled from `values`. Raises ScriptFault that names the step."""
    script: list[Step] = []
    for place, step in enumerate(steps, start=1):
        try:
            script.append(read_step(step, values))
        except (ScriptFault, TypeError, ValueError) as error:
            raise ScriptFault(f"step {place}, {dict(step)!r}: {error}") from error
    return tuple(script)


def read_step(step: Mapping[str, Any], values: Values = NO_VALUES) -> Step:
    """Read one step."""
    kinds = [name for name in DEEDS if name in step]
    if len(kinds) != 1:
        raise ScriptFault(f"exactly one of {', '.join(DEEDS)}")
    match kinds[0]:
        case "presses":
            return _presses(step, values)
        case "speaks":
            seconds = float(step["speaks"])
            if not 0 < seconds <= LONGEST_SPEECH:
                raise ScriptFault(f"a caller speaks for 0 to {LONGEST_SPEECH:.0f} seconds")
            return Speaks(seconds, str(step.get("then", "")), step.get("audio"))
        case "say":
            return read_says(step)
        case "hangs_up":
            when = "waiting" if step["hangs_up"] is True else step["hangs_up"]
            if when not in get_args(WhenLeft):
                raise ScriptFault(f"a caller hangs up {', '.join(get_args(WhenLeft))}, not {when!r}")
            return HangsUp(cast("WhenLeft", when))
        case "person":
            return _person(step)
        case _:
            return StaysSilent(for_ever=step["stays_silent"] == FOR_EVER)


def read_says(step: Mapping[str, Any]) -> Says:
    """Read a step of words. Raises ScriptFault."""
    words, sure, after = str(step["say"]), float(step.get("sure", SURE)), float(step.get("after", 0.0))
    if not words.strip() or len(words) > LONGEST_WORDS or not words.isprintable():
        raise ScriptFault(f"a caller says a text of up to {LONGEST_WORDS} characters")
    if not 0 <= sure <= 1:
        raise ScriptFault("a recogniser is sure from 0 to 1")
    if not 0 <= after <= LONGEST_SPEECH:
        raise ScriptFault(f"a caller speaks within {LONGEST_SPEECH:.0f} seconds")
    return Says(
        words=words,
        language=str(step.get("language", "")),
        voice=str(step.get("voice", "")),
        sure=sure,
        over_prompts=step.get("when") == "during",
        after=after,
        sound=step.get("sound"),
    )


def checked_keys(keys: str) -> str:
    """The keys, if a telephone has them. Raises ScriptFault."""
    if not keys or len(keys) > MOST_KEYS or set(keys) - set("0123456789*#wW"):
        raise ScriptFault(f"{keys!r} are not keys of a telephone")
    return keys


def _presses(step: Mapping[str, Any], values: Values) -> Presses:
    gap, late = float(step.get("gap", KEY_GAP)), dict[str, FromHeard]()
    if not 0 <= gap <= LONGEST_GAP:
        raise ScriptFault(f"between two keys pass 0 to {LONGEST_GAP:.0f} seconds")

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        if name not in values:
            raise ScriptFault(f"nobody says what {place[0]} is")
        value = values[name]
        if isinstance(value, str):
            return value
        late[name] = value
        return place[0]

    keys = _PLACE.sub(fill, str(step["presses"]))
    # What is known late is checked when it is pressed; the rest at once.
    if not late or _PLACE.sub("", keys):
        checked_keys(_PLACE.sub("", keys))
    return Presses(keys, step.get("when") == "during", late, gap)


def _person(step: Mapping[str, Any]) -> Person:
    if step["person"] not in get_args(Outcome):
        raise ScriptFault(f"a person {', '.join(get_args(Outcome))}, not {step['person']!r}")
    usual = Person()
    return Person(
        step["person"],
        rings=float(step.get("rings", usual.rings)),
        talks=float(step.get("talks", usual.talks)),
        caller_leaves=step.get("caller_leaves"),
    )
