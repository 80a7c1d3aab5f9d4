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
from ivr.menus.spoken_length import words_alone
from speech.mailbox_keys import read_heard, read_service, written
from speech.requests import DIGITS, MOST_DIGITS, MOST_LENGTHS, Alternative, Heard, ListenRequest
from speech.tokens import GOOD_FOR

# Seconds in which the token of a new stream is taken. Less than a token may have at most, so that clocks of
# two machines may differ by some seconds.
TOKEN_SECONDS = GOOD_FOR - 10
FULL, DOWN = "full", "down"  # why nobody of ours hears a caller
LOST_AFTER = 8  # seconds from the beginning of a stream; one whose socket is not open then is lost
ALTERNATIVES_AT_MOST = 10  # of one utterance
LONGEST_WORDS = 300  # characters of one alternative: nobody means what comes after


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways callers may be heard at all: by a speech process of ours, by the carrier."""

    local: bool = False
    hosted: bool = False


KEYS_ALONE = Ways()


@dataclass(frozen=True, slots=True)
class Arranged:
    """What a turn leaves for the ears: what its document says, the stream that then runs, the request."""

    listening: Listening = NOBODY
    stream: Stream | None = None
    request: bytes | None = None


def hearers(
    languages: Iterable[str], ways: Ways, beside: Beside, stream: Stream | None, at: datetime
) -> tuple[tuple[str, str], ...]:
    """Language -> LOCAL or HOSTED, for each that somebody can hear at this moment."""
    service = read_service(beside.service) if ways.local else None
    has_room = service is not None and (service.free > 0 or _runs(stream, beside, at))
    local = service.languages if service is not None and has_room else {}
    heard = ((one, LOCAL if one in local else HOSTED if ways.hosted else "") for one in languages)
    return tuple((one, by) for one, by in heard if by)


def unheard(language: str, ways: Ways, beside: Beside, stream: Stream | None, at: datetime) -> str:
    """Why our own recogniser does not hear this language now; "" if it does, or never would."""
    if not ways.local:
        return ""
    service = read_service(beside.service)
    if service is None:
        return DOWN
    is_full = service.free <= 0 and not _runs(stream, beside, at)
    return FULL if is_full and language in service.languages else ""


def proposed(said: bytes | None, call: str, turn: int) -> Heard | None:
    """A proposal; None if there is none, or it is for another turn or unreadable."""
    heard = read_heard(said)
    return heard if heard is not None and (heard.call, heard.turn) == (call, turn) else None


def utterance(heard: Heard, at: datetime) -> Utterance:
    """A proposal as the flow hears it."""
    places = tuple(one for one in heard.places[:MOST_LENGTHS] if len(one) <= MOST_DIGITS * DIGITS)
    return Utterance(at, _bounded(heard), heard.recognizer, places)


def arrange(
    state: CallState,
    instructions: Sequence[Instruction],
    running: tuple[Stream | None, Beside],
    turn: int,
    at: datetime,
) -> Arranged:
    """For the document from which `turn` goes on; `state` as the turn left it, `at` its time.

    A stream runs only while a voice is awaited: before a secret, a recording, a bridge and whatever else
    takes keys alone it ends, and the next one has another name.
    """
    stream, beside = running
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
            if stream is not None and _runs(stream, beside, at):
                return Arranged(NOBODY, _awaiting(last, stream.turn, stream.expires), request)
            begun = _awaiting(last, turn, int(at.timestamp()) + TOKEN_SECONDS)
            listening = Listening(stop=ended, start=begun.name, expires=begun.expires)
            return Arranged(listening, begun, request)
        case by:
            hosted = by == HOSTED and state.ears == HOSTED
            return Arranged(Listening(stop=ended, hosted=hosted))


def _awaiting(collect: Collect, turn: int, expires: int) -> Stream:
    return Stream(turn, expires, collect.count, collect.finish, collect.seconds)


def _runs(stream: Stream | None, beside: Beside, at: datetime) -> bool:
    """Whether it can be heard by it; a young one is still being opened."""
    if stream is None:
        return False
    is_young = at.timestamp() - (stream.expires - TOKEN_SECONDS) <= LOST_AFTER
    return is_young or beside.open == stream.name.encode()


def _length(instructions: Sequence[Instruction]) -> float:
    """About how long the prompts are, in seconds."""
    says = (one for one in instructions if isinstance(one, Say))
    return sum(
        part.milliseconds / 1000 if isinstance(part, Break) else words_alone(part, say.language)
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
    )


def _bounded(heard: Heard) -> tuple[Alternative, ...]:
    """As much of it as anybody can mean: the mailbox is written by another process."""
    return tuple(
        Alternative(one.words[:LONGEST_WORDS], one.sure if 0.0 <= one.sure <= 1.0 else 0.0)
        for one in heard.alternatives[:ALTERNATIVES_AT_MOST]
    )
