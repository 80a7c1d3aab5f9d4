"""Lets time pass on a call while the caller may press, speak or leave."""

from exchange.calls.call import Call
from exchange.calls.line import Key, Speech


async def pass_time(
    call: Call, seconds: float, stop_keys: str = "", *, stop_words: bool = False
) -> Key | Speech | None:
    """Let `seconds` pass. Returns what ended it early: a key of `stop_keys`, words if they may.

    Other keys are lost, as on a telephone where nobody listens for them; the tape says so.
    Raises CallerHungUp and CallMoved.
    """
    deadline = call.clock.elapsed + seconds
    while True:
        heard = await call.line.hear(deadline - call.clock.elapsed)
        if heard is None:
            return None
        if isinstance(heard, Key):
            if heard.key in stop_keys:
                return heard
            call.note("pressed", keys=heard.key, lost=True)
        elif isinstance(heard, Speech) and heard.words and stop_words:
            return heard


def lose_keys(call: Call) -> None:
    """Drop what was pressed while nobody listened."""
    if lost := call.line.drop_keys():
        call.note("pressed", keys=lost, lost=True)
