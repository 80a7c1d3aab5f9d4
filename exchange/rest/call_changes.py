"""A call that goes on, changed from outside: ended, or led to another document.

Source: https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource. What the call is doing, a
prompt, a Gather, a Dial, is over at once; its action is not asked. Errors 20001, 21220, 21402, 21403.
"""

from exchange.calls.call import Call, Over
from exchange.calls.line import Moved
from exchange.rest.numbers import checked_method, checked_url
from exchange.rest.words import INVALID_PARAMETER, RestFault, Told
from exchange.switchboard import Switchboard

WRONG_STATE = 21220
LONGEST_TWIML = 4_000  # characters
_KNOWN = frozenset({"Status", "Url", "Method", "Twiml"})


async def changed(board: Switchboard, sid: str, told: Told) -> None:
    """Do the one thing that the request asks for. Raises RestFault."""
    told.only(_KNOWN)
    status, url, twiml = (told.one(name) for name in ("Status", "Url", "Twiml"))
    if sum(map(bool, (status, url, twiml))) != 1:
        raise RestFault(400, INVALID_PARAMETER, "one of Status, Url and Twiml")
    if status:
        await _end(board, sid, status)
    elif url:
        method = checked_method("Method", told.one("Method", "POST"))
        _lead(board, sid, Moved(checked_url("Url", url), method))
    elif len(twiml) > LONGEST_TWIML:
        raise RestFault(400, INVALID_PARAMETER, f"Twiml is longer than {LONGEST_TWIML} characters")
    else:
        _lead(board, sid, Moved(document=twiml.encode()))


async def _end(board: Switchboard, sid: str, wanted: str) -> None:
    """`canceled` ends a call that nobody has taken, `completed` any that goes on."""
    call = board.in_progress(sid)
    if wanted not in ("canceled", "completed"):
        raise RestFault(400, INVALID_PARAMETER, "Status is canceled or completed")
    if call is None or (wanted == "canceled" and call.status == "in-progress"):
        raise RestFault(400, WRONG_STATE, "Unable to update record. Call is not in the right state.")
    taken = call.status == "in-progress"
    call.cut_off(Over("carrier", "completed" if taken else "canceled"))
    await board.until_over(sid)


def _lead(board: Switchboard, sid: str, moved: Moved) -> None:
    taken_call(board, sid).line.move(moved)


def taken_call(board: Switchboard, sid: str) -> Call:
    """The call, if somebody is on its line. Raises RestFault."""
    call = board.in_progress(sid)
    if call is None or call.status != "in-progress" or call.line.gone.is_set():
        raise RestFault(400, WRONG_STATE, "Call is not in-progress. Cannot redirect.")
    return call
