"""Who hears a call now, what its next turn is to be heard for, and which stream begins or ends for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr.calls.claims import Beside
from ivr.calls.codec import Stream
from ivr.channels.listening import NOBODY, Listening
from ivr.flow.inputs import Utterance
from ivr.flow.instructions import Break, Collect, HangUp, Hearing, Instruction, Say
from ivr.flow.state import HOSTED, LOCAL, CallState
from speech.mailbox_keys import read_heard, read_service, written
from speech.pace import seconds_of
from speech.requests import DIGITS, MOST_DIGITS, MOST_LENGTHS, Alternative, Heard, ListenRequest, Service
from speech.tokens import GOOD_FOR

# Seconds in which the token of a new stream is taken. Less than a token may have at most, so that clocks of
# two machines may differ by some seconds.
TOKEN_SECONDS = GOOD_FOR - 10
FULL, DOWN, CUT_OFF = "full", "down", "cut off"  # why nobody of ours hears a caller
LOST_AFTER = 8  # seconds from the beginning of a stream; one whose socket is not open then is lost
LOST_AT_MOST = 2  # streams of a call in a row; whoever lost them is not told any more that she may speak
ALTERNATIVES_AT_MOST = 10  # of one utterance
LONGEST_WORDS = 300  # characters of one alternative: nobody means what comes after


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways callers may be heard at all: by a speech process of ours, by the carrier."""

    local: bool = False
    hosted: bool = False


KEYS_ALONE = Ways()


@dataclass(frozen=True, slots=True)
class Reach:
    """What there is to hear a call with at a moment.

    `service`: the speech process's word of itself. `stream`: the one begun last; `is_open`: its socket is
    open. `lost`: how many streams in a row have come to nothing, the present one among them.
    """

    at: datetime
    ways: Ways = KEYS_ALONE
    service: Service | None = None
    stream: Stream | None = None
    is_open: bool = False
    lost: int = 0

    @property
    def runs(self) -> bool:
        """Whether the call can be heard by its stream; a young one is still being opened."""
        return self.is_open or _is_young(self.stream, self.at)


@dataclass(frozen=True, slots=True)
class Arranged:
    """What a turn leaves for the ears: what its document says, the stream that then runs, the request."""

    listening: Listening = NOBODY
    stream: Stream | None = None
    request: bytes | None = None


def reach_of(ways: Ways, beside: Beside, stream: Stream | None, lost: int, at: datetime) -> Reach:
    """`lost`: the streams of the call that were lost in a row before this one.

    Without a word of the speech process nobody can tell whether a stream was lost.
    """
    service = read_service(beside.service) if ways.local else None
    is_open = stream is not None and beside.open == stream.name.encode()
    if is_open:
        lost = 0
    elif stream is not None and service is not None and not _is_young(stream, at):
        lost += 1
    return Reach(at, ways, service, stream, is_open, lost)


def hearers(languages: Iterable[str], reach: Reach) -> tuple[tuple[str, str], ...]:
    """Language -> LOCAL or HOSTED, for each that somebody can hear at this moment."""
    has_room = reach.service is not None and (reach.service.free > 0 or reach.runs)
    local = reach.service.languages if reach.service and has_room and reach.lost < LOST_AT_MOST else {}
    heard = ((one, LOCAL if one in local else HOSTED if reach.ways.hosted else "") for one in languages)
    return tuple((one, by) for one, by in heard if by)


def unheard(language: str, reach: Reach) -> str:
    """Why our own recogniser does not hear this language now; "" if it does, or never would."""
    if not reach.ways.local:
        return ""
    if reach.service is None:
        return DOWN
    if language not in reach.service.languages:
        return ""
    if reach.lost >= LOST_AT_MOST:
        return CUT_OFF
    return FULL if reach.service.free <= 0 and not reach.runs else ""


def proposed(said: bytes | None, call: str, turn: int) -> Heard | None:
    """A proposal; None if there is none, or it is for another turn or unreadable."""
    heard = read_heard(said)
    return heard if heard is not None and (heard.call, heard.turn) == (call, turn) else None


def utterance(heard: Heard, at: datetime) -> Utterance:
    """A proposal as the flow hears it."""
    places = tuple(one for one in heard.places[:MOST_LENGTHS] if len(one) <= MOST_DIGITS * DIGITS)
    return Utterance(at, _bounded(heard), heard.recognizer, places, heard.seconds)


def arrange(state: CallState, instructions: Sequence[Instruction], reach: Reach, turn: int) -> Arranged:
    """For the document from which `turn` goes on; `state` as the turn left it.

    A stream runs only while a voice is awaited: before a secret, a recording, a bridge and whatever else
    takes keys alone it ends, and the next one has another name.
    """
    stream = reach.stream
    last = instructions[-1] if instructions else None
    if last is None or isinstance(last, HangUp):
        return Arranged(stream=stream)  # it ends with the call
    hearing = last.hears if isinstance(last, Collect) and not last.secret else None
    ended = stream.name if stream is not None else ""
    if not isinstance(last, Collect) or hearing is None:
        return Arranged(Listening(stop=ended))
    match dict(state.hearers).get(last.language):
        case by if by == LOCAL:
            request = written(_request(state.call, turn, last.language, hearing, _length(instructions)))
            if stream is not None and reach.runs:
                return Arranged(NOBODY, _awaiting(last, stream.turn, stream.expires), request)
            begun = _awaiting(last, turn, int(reach.at.timestamp()) + TOKEN_SECONDS)
            listening = Listening(stop=ended, start=begun.name, expires=begun.expires)
            return Arranged(listening, begun, request)
        case by:
            hosted = by == HOSTED and state.ears == HOSTED
            return Arranged(Listening(stop=ended, hosted=hosted))


def _awaiting(collect: Collect, turn: int, expires: int) -> Stream:
    return Stream(turn, expires, collect.count, collect.finish, collect.seconds)


def _is_young(stream: Stream | None, at: datetime) -> bool:
    return stream is not None and at.timestamp() - (stream.expires - TOKEN_SECONDS) <= LOST_AFTER


def _length(instructions: Sequence[Instruction]) -> float:
    """About how long the prompts are, in seconds."""
    says = (one for one in instructions if isinstance(one, Say))
    return sum(
        part.milliseconds / 1000 if isinstance(part, Break) else seconds_of(part, say.language)
        for say in says
        for part in say.words
    )


def _request(call: str, turn: int, language: str, hearing: Hearing, prompt: float) -> ListenRequest:
    return ListenRequest(
        call=call,
        turn=turn,
        language=language,
        kind=hearing.kind,
        phrases=hearing.phrases,
        shortest=hearing.shortest,
        longest=hearing.longest,
        check=hearing.check,
        amount=hearing.amount,
        barge_in=hearing.barge_in,
        confirm=hearing.confirm,
        prompt_seconds=round(prompt, 1),
        before=hearing.before,
        refused=hearing.refused,
        numerals=hearing.numerals,
        own=hearing.own,
    )


def _bounded(heard: Heard) -> tuple[Alternative, ...]:
    """As much of it as anybody can mean: the mailbox is written by another process."""
    return tuple(
        Alternative(one.words[:LONGEST_WORDS], one.sure if 0.0 <= one.sure <= 1.0 else 0.0)
        for one in heard.alternatives[:ALTERNATIVES_AT_MOST]
    )
