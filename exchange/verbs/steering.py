"""Redirect, Hangup, Reject: where the call goes next."""

from exchange.calls.call import Call, Fetch, Over
from exchange.twiml.verbs import Hangup, Redirect, Reject


async def redirect(call: Call, verb: Redirect) -> Fetch:
    """<Redirect>: the rest of the document is never reached."""
    return Fetch(call.absolute(verb.url), verb.method)


async def hang_up(_call: Call, _verb: Hangup) -> Over:
    """<Hangup>."""
    return Over("hangup")


async def reject(call: Call, verb: Reject) -> Over:
    """<Reject>: not answered at all if it comes first; afterwards it can only hang up.

    Status busy or no-answer by its reason (https://www.twilio.com/docs/voice/twiml/reject).
    """
    if call.status != "ringing":
        return Over("reject")
    return Over("reject", "busy" if verb.reason == "busy" else "no-answer")
