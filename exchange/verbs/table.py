"""From verb to deed: the one place a new verb (Enqueue, Connect, a Conference) is entered."""

from collections.abc import Awaitable, Callable
from typing import Any

from exchange.calls.call import Call, Next
from exchange.twiml.verbs import (
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    StartStream,
    StopStream,
    Verb,
)
from exchange.verbs.dial import dial
from exchange.verbs.gather import gather
from exchange.verbs.prompts import pause, play, say
from exchange.verbs.record import record
from exchange.verbs.steering import hang_up, redirect, reject
from exchange.verbs.streaming import start_stream, stop_stream

# The verb's own type goes in: each function takes the class it stands beside.
DEEDS: dict[type[Verb], Callable[[Call, Any], Awaitable[Next | None]]] = {
    Dial: dial,
    Gather: gather,
    Hangup: hang_up,
    Pause: pause,
    Play: play,
    Record: record,
    Redirect: redirect,
    Reject: reject,
    Say: say,
    StartStream: start_stream,
    StopStream: stop_stream,
}


async def carry_out(call: Call, verb: Verb) -> Next | None:
    """Do what a verb says. None: the document goes on. Raises CallerHungUp and CarrierFault."""
    return await DEEDS[type(verb)](call, verb)
