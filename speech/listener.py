"""When an utterance begins, when it ends, and when it may cut a prompt short; pure, in frames of 20 ms.

All bounds of it stand in the first lines; docs/speech.md tells what each is for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from foundation.check_digits import valid
from speech.amounts import amount_in
from speech.digits import digits_in
from speech.recognizer import NOTHING_YET, SoFar
from speech.requests import Alternative, Kind, ListenRequest

FRAME_MS = 20
PRE_ROLL = 400 // FRAME_MS  # frames from before the onset: it is noticed up to 300 ms late
DEAF = 250 // FRAME_MS  # no onset in the first frames of a turn: the tail of the last answer, and echo
ONSET = 3  # voiced frames, less those between them
TAIL = 160 // FRAME_MS  # silent frames behind words that are decoded at once; others only before more words
HANG_OVER = 600 // FRAME_MS  # silent frames inside a number that are decoded; longer silence is skipped
SHORTEST = 100 // FRAME_MS  # voiced frames of an utterance; less is a click or a cough
SHORTEST_IN_PROMPT = 200 // FRAME_MS  # the same for one that begins while the prompt is spoken
CUTS = 300 // FRAME_MS  # voiced frames after which words cut the prompt short
CUT_BY = 2  # digits of a number that do; a noise is easily taken for one
LOUD_IN_PROMPT = 1_000  # peak of 32,768 that a voice has over a prompt; its echo from a handset is softer

# Silent frames that end an utterance.
ENDS = {Kind.CHOICE: 400 // FRAME_MS, Kind.OPEN: 500 // FRAME_MS, Kind.NUMBER: 1_200 // FRAME_MS}
ENDS_WHOLE = 700 // FRAME_MS  # of a number with all its digits by count (one may be a breath), or for sure
ENDS_PROVEN = 400 // FRAME_MS  # of a number that has all its digits, and the check digit is right
# Frames after which an utterance is ended while somebody still speaks.
LONGEST = {Kind.CHOICE: 8_000 // FRAME_MS, Kind.OPEN: 20_000 // FRAME_MS, Kind.NUMBER: 25_000 // FRAME_MS}


class Move(Enum):
    """What is to be done with a frame."""

    WAIT = "wait"  # nobody speaks
    BEGIN = "begin"  # somebody has begun: this frame and those before it are decoded
    FEED = "feed"
    HOLD = "hold"  # inside an utterance, and silent: decoded at once, or before the voice that comes back
    SKIP = "skip"  # inside an utterance, and silent for so long that decoding it tells nothing
    END = "end"  # the utterance is over
    DROP = "drop"  # it is over, and was none


@dataclass(frozen=True, slots=True)
class Listening:
    """How far the hearing of one turn is; in frames. `length` is 0 while nobody speaks."""

    elapsed: int = 0
    run: int = 0
    length: int = 0
    voiced: int = 0
    silent: int = 0
    in_prompt: bool = False

    @property
    def speaking(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self.length > 0


def in_prompt(request: ListenRequest, elapsed: int) -> bool:
    """Whether the prompt is still spoken after so many frames, as far as somebody knows."""
    return elapsed * FRAME_MS < request.prompt_seconds * 1_000


def is_voice(request: ListenRequest, listening: Listening, peak: Callable[[], int]) -> bool:
    """Whether a frame with a voice in it counts as the caller's: while a prompt is spoken it must be loud."""
    return not in_prompt(request, listening.elapsed) or peak() >= LOUD_IN_PROMPT


def hear(
    request: ListenRequest, listening: Listening, *, voiced: bool, so_far: SoFar = NOTHING_YET
) -> tuple[Listening, Move]:
    """What one more frame makes of it. `so_far`: what was decoded."""
    if listening.speaking:
        return _spoken(request, listening, voiced, so_far)
    return _waited(request, listening, voiced)


def cuts(request: ListenRequest, listening: Listening, words: str) -> bool:
    """Whether the prompt that is spoken is to be cut short for these words."""
    return (
        request.barge_in
        and _tell(request, words)
        and listening.in_prompt
        and in_prompt(request, listening.elapsed)
        and listening.voiced >= CUTS
    )


def _tell(request: ListenRequest, words: str) -> bool:
    """Whether words that are not over yet are the caller's: of a number a phrase, or more than one digit."""
    if request.kind is not Kind.NUMBER or words in request.phrases:
        return bool(words)
    amount = amount_in(words, request.language) if request.amount else ""
    return len(amount or digits_in(words, request.language, request.numerals)) >= min(CUT_BY, request.longest)


def wants_words(request: ListenRequest, listening: Listening) -> bool:
    """Whether the words so far are of any use before the end: asking for them costs as much as decoding."""
    if not listening.speaking:
        return False
    return request.kind is Kind.NUMBER or (request.barge_in and in_prompt(request, listening.elapsed))


def moves(request: ListenRequest, listening: Listening) -> bool:
    """Whether what was heard is brought to the call at once, or waits for the end of the prompt."""
    return request.barge_in or not in_prompt(request, listening.elapsed)


def answers(request: ListenRequest, said: Sequence[Alternative]) -> bool:
    """Whether this may be the answer; what else was heard waits, and a better one may follow it."""
    return bool(said) and max(one.sure for one in said) >= request.confirm


def patience(request: ListenRequest, so_far: SoFar) -> int:
    """Silent frames that end an utterance of which this was decoded so far.

    In the pauses of a number a recogniser hears digits that nobody said: a count alone is not trusted as
    far as a check digit, and a check digit that is wrong means that more is to come, unless the recogniser
    says that the sound is as long as all of it.
    """
    if request.kind is not Kind.NUMBER:
        return ENDS[request.kind]
    if so_far.words in request.phrases:
        return ENDS_WHOLE
    digits = digits_in(so_far.words, request.language, request.numerals)
    if len(digits) < request.longest:
        return ENDS[Kind.NUMBER]
    if request.check is not None and valid(request.check, digits):
        return ENDS_PROVEN
    return ENDS_WHOLE if request.check is None or so_far.is_long else ENDS[Kind.NUMBER]


def _waited(request: ListenRequest, before: Listening, voiced: bool) -> tuple[Listening, Move]:  # noqa: FBT001  # ours alone
    run = before.run + 1 if voiced else max(0, before.run - 1)
    now = replace(before, elapsed=before.elapsed + 1, run=run)
    if now.run < ONSET or now.elapsed <= DEAF:
        return now, Move.WAIT
    begun = replace(now, run=0, length=1, voiced=ONSET, in_prompt=in_prompt(request, now.elapsed))
    return begun, Move.BEGIN


def _spoken(
    request: ListenRequest,
    before: Listening,
    voiced: bool,  # noqa: FBT001  # ours alone
    so_far: SoFar,
) -> tuple[Listening, Move]:
    now = replace(
        before,
        elapsed=before.elapsed + 1,
        length=before.length + 1,
        voiced=before.voiced + voiced,
        silent=0 if voiced else before.silent + 1,
    )
    if now.silent >= patience(request, so_far) or now.length >= LONGEST[request.kind]:
        return now, Move.DROP if now.voiced < _shortest(now) else Move.END
    if request.kind is Kind.NUMBER:
        # What was decoded of its pauses says how long is to be waited for it.
        return now, Move.SKIP if now.silent > HANG_OVER else Move.FEED
    return now, Move.HOLD if now.silent > TAIL else Move.FEED


def _shortest(now: Listening) -> int:
    return SHORTEST_IN_PROMPT if now.in_prompt else SHORTEST
