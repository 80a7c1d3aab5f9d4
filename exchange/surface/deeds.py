"""What a caller can do at a handset, each as a small table: `{"keys": "12#"}`, `{"speaks": 4.0}`."""

from collections.abc import Awaitable, Callable
from typing import Any

from exchange.callers import LONGEST_SPEECH, MOST_KEYS, SURE, Says
from exchange.calls.call import Call
from exchange.calls.line import KEYS, Silence, Speech
from exchange.calls.party import PAUSES, press
from exchange.speaking import spoken
from exchange.surface.requests import Refused, number_of, text_of
from exchange.voices import LONGEST_TEXT, Voices

# How slow a call may be slowed, and how fast it may be made, against the clock on the wall.
SLOWEST = 0.1
FASTEST = 50.0
_SHORTEST_SPEECH = 0.1


async def do(call: Call, table: dict[str, Any], voices: Voices) -> None:
    """Do the one thing that a table asks for. Raises Refused."""
    asked = [name for name in DEEDS if name in table]
    if len(asked) != 1:
        raise Refused(f"one of {', '.join(DEEDS)} at a time")
    await DEEDS[asked[0]](call, table, voices)


async def _press(call: Call, table: dict[str, Any], _voices: Voices) -> None:
    keys = table.get("keys")
    if not isinstance(keys, str) or not keys or len(keys) > MOST_KEYS or set(keys) - {*KEYS, *PAUSES}:
        raise Refused('"keys" is a text of 0-9, * and #')
    press(call.line, keys)


async def _speak(call: Call, table: dict[str, Any], _voices: Voices) -> None:
    call.line.put(Speech(number_of(table, "speaks", _SHORTEST_SPEECH, LONGEST_SPEECH)))


async def _say(call: Call, table: dict[str, Any], voices: Voices) -> None:
    says = Says(
        words=text_of(table, "says", LONGEST_TEXT),
        language=text_of(table, "language", 20) if table.get("language") else "",
        voice=text_of(table, "voice", 20) if table.get("voice") else "",
        sure=number_of({"sure": SURE, **table}, "sure", 0, 1),
    )
    call.line.put(await spoken(voices, call, says))


async def _stay_silent(call: Call, _table: dict[str, Any], _voices: Voices) -> None:
    if call.clock.instant:
        call.line.put(Silence())


async def _hang_up(call: Call, _table: dict[str, Any], _voices: Voices) -> None:
    call.line.hang_up()


async def _hurry(call: Call, table: dict[str, Any], _voices: Voices) -> None:
    call.clock.change_speed(number_of(table, "speed", SLOWEST, FASTEST))


DEEDS: dict[str, Callable[[Call, dict[str, Any], Voices], Awaitable[None]]] = {
    "keys": _press,
    "speaks": _speak,
    "says": _say,
    "silence": _stay_silent,
    "hangup": _hang_up,
    "speed": _hurry,
}
