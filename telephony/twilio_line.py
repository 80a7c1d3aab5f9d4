"""The line of the carrier: its REST interface asked once for each call and text, its answer as an outcome.

On the client of `telephony/rest.py` and not the vendor's: that one has no time-out unless it is told, and its
exceptions do not tell what was never sent from what may ring. What is safe to try again: Twilio's errors
20429 and 20500. Sources: https://www.twilio.com/docs/voice/api/call-resource and
https://www.twilio.com/docs/messaging/api/message-resource.
"""

from typing import assert_never

from telephony.line import NotPlaced, NotSent, Placed, RefusedForGood, Sent, Text, Unknown
from telephony.placed_calls import CallPlan, PlacedCall, PlacedCalls
from telephony.rest import CarrierRest, Refused, Told, Trouble, Unclear, Unreached

TOO_MANY = 429
# Said of us and not of the number: who mends the account mends this too.
_OF_THE_ACCOUNT = frozenset({401, 403})


class TwilioLine:
    """Asks through `rest`, which must repeat nothing by itself (`tries=1`): whoever asks has its own pace."""

    def __init__(self, rest: CarrierRest) -> None:
        self._rest = rest
        self._calls = PlacedCalls(rest)

    def place_call(self, plan: CallPlan) -> Placed | NotPlaced:
        placed = self._calls.place(plan)
        return Placed(placed.sid) if isinstance(placed, PlacedCall) else _not_placed(placed)

    def send_text(self, text: Text) -> Sent | NotPlaced:
        fields = {"To": text.to, "From": text.from_, "Body": text.words}
        told = self._rest.create("/Messages.json", fields)
        if not isinstance(told, Told):
            return _not_placed(told)
        sid = told.table.get("sid")
        if not isinstance(sid, str) or not sid:
            return Unknown("it answered something else than a text")
        return Sent(sid)


def _not_placed(trouble: Trouble) -> NotPlaced:
    match trouble:
        case Refused(status=status, words=words) if status == TOO_MANY or status in _OF_THE_ACCOUNT:
            return NotSent(f"{status}: {words}")
        case Refused(code=code, words=words):
            return RefusedForGood(code, words)
        case Unreached(reason):
            return NotSent(reason)
        case Unclear(reason):
            return Unknown(reason)
        case never:
            assert_never(never)
