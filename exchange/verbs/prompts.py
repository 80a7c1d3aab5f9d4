"""Say, Play, Pause: what the caller hears, and how far, if a key, a word or another document cuts it off."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from exchange.calls.call import Call
from exchange.calls.line import KEYS, CallerHungUp, CallMoved, Key, Speech
from exchange.calls.waiting import pass_time
from exchange.calls.webhooks import ask_for_sound
from exchange.faults import CONTENT_TYPE, HTTP_FAILURE, CarrierFault
from exchange.recordings import wav_seconds
from exchange.twiml.verbs import Gather, Pause, Play, Say

# A compressed file's length is guessed from its size: telephone MP3, in bytes a second.
_BYTES_A_SECOND = 4_000
_TONE_SECONDS = {"w": 0.5, "W": 1.0}
_KEY_TONE = 0.2


@dataclass(frozen=True, slots=True)
class _Stops:
    """What cuts a prompt off: these keys, words spoken by the caller."""

    keys: str = ""
    words: bool = False


_NOTHING = _Stops()


async def say(call: Call, verb: Say) -> None:
    """<Say> outside a Gather."""
    await _say(call, verb, _NOTHING)


async def play(call: Call, verb: Play) -> None:
    """<Play> outside a Gather."""
    await _play(call, verb, _NOTHING)


async def pause(call: Call, verb: Pause) -> None:
    """<Pause> outside a Gather."""
    await _pause(call, verb, _NOTHING)


async def prompt(call: Call, verb: Say | Play | Pause, gather: Gather) -> Key | Speech | None:
    """A prompt inside a Gather; what cut it off, if the Gather collects that."""
    stops = _Stops(KEYS if gather.hears_keys else "", gather.hears_speech and gather.barge_in)
    match verb:
        case Say():
            return await _say(call, verb, stops)
        case Play():
            return await _play(call, verb, stops)
        case Pause():
            return await _pause(call, verb, stops)


async def _pass(call: Call, seconds: float, stops: _Stops) -> Key | Speech | None:
    return await pass_time(call, seconds, stops.keys, stop_words=stops.words)


async def _say(call: Call, verb: Say, stops: _Stops) -> Key | Speech | None:
    said = {"text": verb.text, "language": verb.language, "voice": verb.voice}
    call.note("saying", **said, seconds=round(verb.seconds, 3))
    first, call.says = call.says == 0, call.says + 1
    seconds = verb.seconds * verb.loop

    async def speak() -> Key | Speech | None:
        if first and call.party.leaves_during_say():
            await pass_time(call, seconds / 2)
            call.line.hang_up()
        return await _pass(call, seconds, stops)

    return await _until_cut(call, "heard", said, speak)


async def _play(call: Call, verb: Play, stops: _Stops) -> Key | Speech | None:
    seconds = sum(_TONE_SECONDS.get(key, _KEY_TONE) for key in verb.digits)
    played: dict[str, object] = {"url": None, "digits": verb.digits}
    if verb.url is not None:
        reply = await ask_for_sound(call, call.absolute(verb.url))
        if reply.status != 200:
            raise CarrierFault(HTTP_FAILURE, f"{reply.url}: status {reply.status}")
        if not reply.content_type.startswith("audio/"):
            raise CarrierFault(CONTENT_TYPE, f"{reply.url}: {reply.content_type!r} is no sound")
        seconds = wav_seconds(reply.body) or len(reply.body) / _BYTES_A_SECOND
        played = {"url": reply.url, "status": reply.status, "bytes": len(reply.body)}
    played["seconds"] = round(seconds, 3)
    call.note("playing", **played)
    return await _until_cut(call, "played", played, lambda: _pass(call, seconds * verb.loop, stops))


async def _pause(call: Call, verb: Pause, stops: _Stops) -> Key | Speech | None:
    paused = {"seconds": verb.length}
    return await _until_cut(call, "paused", paused, lambda: _pass(call, verb.length, stops))


async def _until_cut(
    call: Call,
    kind: str,
    details: dict[str, object] | dict[str, str] | dict[str, int],
    deed: Callable[[], Awaitable[Key | Speech | None]],
) -> Key | Speech | None:
    try:
        cut_by = await deed()
    except CallerHungUp:
        call.note(kind, **details, complete=False, cut_by="hang-up")
        raise
    except CallMoved:
        call.note(kind, **details, complete=False, cut_by="moved")
        raise
    if cut_by is None:
        call.note(kind, **details, complete=True)
    else:
        call.note(kind, **details, complete=False, cut_by="key" if isinstance(cut_by, Key) else "speech")
    return cut_by
