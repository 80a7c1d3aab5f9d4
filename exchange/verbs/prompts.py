"""Say, Play, Pause: what the caller hears, and how far, if a key or the caller's leaving cuts it off."""

from collections.abc import Awaitable, Callable

from exchange.calls.call import Call
from exchange.calls.line import KEYS, CallerHungUp
from exchange.calls.waiting import pass_time
from exchange.calls.webhooks import ask_for_sound
from exchange.faults import CONTENT_TYPE, HTTP_FAILURE, CarrierFault
from exchange.recordings import wav_seconds
from exchange.twiml.verbs import Pause, Play, Say

# A compressed file's length is guessed from its size: telephone MP3, in bytes a second.
_BYTES_A_SECOND = 4_000
_TONE_SECONDS = {"w": 0.5, "W": 1.0}
_KEY_TONE = 0.2


async def say(call: Call, verb: Say) -> None:
    """<Say> outside a Gather."""
    await _say(call, verb, stop_keys="")


async def play(call: Call, verb: Play) -> None:
    """<Play> outside a Gather."""
    await _play(call, verb, stop_keys="")


async def pause(call: Call, verb: Pause) -> None:
    """<Pause> outside a Gather."""
    await _pause(call, verb, stop_keys="")


async def prompt(call: Call, verb: Say | Play | Pause, *, collects: bool) -> str | None:
    """A prompt inside a Gather; the key that cut it off, if one did and the Gather collects keys."""
    stop_keys = KEYS if collects else ""
    match verb:
        case Say():
            return await _say(call, verb, stop_keys)
        case Play():
            return await _play(call, verb, stop_keys)
        case Pause():
            return await _pause(call, verb, stop_keys)


async def _say(call: Call, verb: Say, stop_keys: str) -> str | None:
    said = {"text": verb.text, "language": verb.language, "voice": verb.voice}
    call.note("saying", **said, seconds=round(verb.seconds, 3))
    first, call.says = call.says == 0, call.says + 1
    seconds = verb.seconds * verb.loop

    async def speak() -> str | None:
        if first and call.party.leaves_during_say():
            await pass_time(call, seconds / 2)
            call.line.hang_up()
        return await pass_time(call, seconds, stop_keys)

    return await _until_cut(call, "heard", said, speak)


async def _play(call: Call, verb: Play, stop_keys: str) -> str | None:
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
    return await _until_cut(call, "played", played, lambda: pass_time(call, seconds * verb.loop, stop_keys))


async def _pause(call: Call, verb: Pause, stop_keys: str) -> str | None:
    paused = {"seconds": verb.length}
    return await _until_cut(call, "paused", paused, lambda: pass_time(call, verb.length, stop_keys))


async def _until_cut(
    call: Call,
    kind: str,
    details: dict[str, object] | dict[str, str] | dict[str, int],
    deed: Callable[[], Awaitable[str | None]],
) -> str | None:
    try:
        key = await deed()
    except CallerHungUp:
        call.note(kind, **details, complete=False, cut_by="hang-up")
        raise
    if key is None:
        call.note(kind, **details, complete=True)
    else:
        call.note(kind, **details, complete=False, cut_by="key")
    return key
