"""Where the carrier is told to come next: every address of ours, and the proof that opens a recording."""

import hashlib
import hmac
from datetime import timedelta

from foundation.clock import Clock
from foundation.redaction import Secret
from ivr.channels.listening import USUAL, Way

# How the carrier asks us, told behind the # of an address, in milliseconds. We answer within 1.8 s of a
# request's arrival: 3.5 s leave room for the way there and back and for TLS. One more try where it could not
# connect, heard nothing or got a 5xx: every webhook may be sent twice, and is answered the same. Two tries at
# their worst are the 12 s of `tt`, below the carrier's own end at 15 s (docs/decisions/0008-asked-again.md).
# Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
OVERRIDES = "#ct=2500&rt=3500&tt=12000&rc=1&rp=ct,rt,5xx"

PROOF_LENGTH = 40  # hexadecimal digits of the proof that are sent: 160 bits
RECORDING_OPEN_FOR = timedelta(hours=1)  # at least; an address that leaks is of no use tomorrow
# The end of an address moves in whole hours: two writings of one turn (a lapsed lease) are the same bytes.
STEP = 3_600
_PURPOSE = b"hear a recording again\n"


class Addresses:
    """Makes the absolute addresses of the web process; no personal data stands in any of them."""

    def __init__(self, public_url: str, key: Secret, clock: Clock) -> None:
        self._base = public_url
        self._key = key
        self._clock = clock

    def turn(self, call: str, turn: int, way: Way = USUAL) -> str:
        """Where the call goes on with this turn; turn 0 is the answering of the call."""
        path = f"/voice/calls/{call}/turns/{turn}" if turn else "/voice/answer"
        heard = "/heard" if way.moved else ""
        waited = f"?waited={way.waited}" if way.waited else ""
        return f"{self._base}{path}{heard}{waited}{OVERRIDES}"

    def apology(self, call: str, stage: str, language: str) -> str:
        """Where an apology goes on: after the person was rung, after a message was spoken."""
        return f"{self._base}/voice/calls/{call}/apology/{stage}?language={language}{OVERRIDES}"

    def page(self, attempt: str, language: str, time: int = 0) -> str:
        """Where a page to somebody on call goes on after the question was put `time` times; 0: the answer."""
        return f"{self._base}/voice/pages/{attempt}/{time}?language={language}{OVERRIDES}"

    def page_status(self, attempt: str) -> str:
        """Where the carrier tells how the call of a page has ended."""
        return f"{self._base}/voice/pages/{attempt}/status{OVERRIDES}"

    def not_taken(self, call: str, why: str, asked: int, language: str) -> str:
        """Where a call that was not taken goes on, after the choices were said that many times."""
        return f"{self._base}/voice/calls/{call}/not-taken/{why}/{asked}?language={language}{OVERRIDES}"

    def recording(self, call: str, recording: str) -> str:
        """Where a recording of this call can be heard, for one to two hours."""
        until = int((self._clock.now() + RECORDING_OPEN_FOR).timestamp()) // STEP * STEP + STEP
        proof = self._proof(call, recording, until)
        return f"{self._base}/voice/recordings/{recording}?call={call}&until={until}&proof={proof}"

    def opens_recording(self, recording: str, call: str, until: str, proof: str) -> bool:
        """Whether these are the parts of an address that we made and that is still open."""
        if not (until.isascii() and until.isdecimal() and len(until) <= 12 and proof.isascii()):
            return False
        right = hmac.compare_digest(self._proof(call, recording, int(until)), proof)
        return right and self._clock.now().timestamp() < int(until)

    def _proof(self, call: str, recording: str, until: int) -> str:
        said = _PURPOSE + f"{call}\n{recording}\n{until}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key.reveal().encode(), said, hashlib.sha256).hexdigest()[:PROOF_LENGTH]
