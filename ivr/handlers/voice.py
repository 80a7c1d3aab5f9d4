"""The doors of a call: its answering, each of its turns, and what the carrier tells about it."""

from flask import Response

from foundation.clock import Clock
from foundation.logs import about, logger
from ivr.calls.admission import Met
from ivr.calls.status import CallStage, CallStatus
from ivr.calls.turn import TurnRequest, Turns
from ivr.calls.working import VOICE
from ivr.channels.listening import way_of
from ivr.channels.twilio_form import Heard, Refused, read_answer, read_status, read_turn
from ivr.channels.twiml import CONTENT_TYPE
from ivr.flow.inputs import BridgeEnded, Digits, Recorded, Silence, Utterance
from ivr.handlers.apology import Apologies, asked_language
from ivr.handlers.guard import Apology, Webhook, refusal
from ivr.handlers.reception import Choices, Reception


class VoiceDoor:
    """What the carrier asks for while a call lives. Whatever happens inside, the caller hears something.

    Without a `reception` every call is taken.
    """

    def __init__(
        self, turns: Turns, apologies: Apologies, clock: Clock, reception: Reception | None = None
    ) -> None:
        self._turns = turns
        self._apologies = apologies
        self._clock = clock
        self._reception = reception

    def answer(self, webhook: Webhook) -> Response:
        """The first document of a call."""
        answered = read_answer(webhook.form, self._clock.now())
        if isinstance(answered, Refused):
            return refusal(answered)
        with about(call=answered.call, turn=0):
            refused = self._reception.refused(answered, webhook.deadline) if self._reception else None
        if refused is not None:
            return spoken(refused)
        return self._taken(TurnRequest(answered.call, 0, "answer", answered), webhook)

    def not_taken(self, webhook: Webhook, call: str, why: str, times: int) -> Response:
        """What a caller chose who was told that the call is not taken; it may be, by their key."""
        heard = read_turn(webhook.form, call, self._clock.now())
        if isinstance(heard, Refused):
            return refusal(heard)
        choices = Choices(Met(why), asked_language(webhook), times)
        with about(call=call):
            try:
                document = self._reception.chosen(call, choices, heard) if self._reception else None
            except Exception:  # noqa: BLE001  # as in a turn
                logger("handlers").exception("a choice failed")
                return Apology(self._apologies.begin(call), content_type=CONTENT_TYPE)
        if document is not None:
            return spoken(document)
        return self._taken(TurnRequest(call, 1, source_of(heard), heard), webhook)

    def turn(self, webhook: Webhook, call: str, turn: int) -> Response:
        """The document after this turn."""
        return self._turn(webhook, call, turn, moved=False)

    def heard(self, webhook: Webhook, call: str, turn: int) -> Response:
        """The same, of a call that was moved because something was said: the mailbox knows what."""
        return self._turn(webhook, call, turn, moved=True)

    def _turn(self, webhook: Webhook, call: str, turn: int, *, moved: bool) -> Response:
        heard = read_turn(webhook.form, call, self._clock.now())
        if isinstance(heard, Refused):
            return refusal(heard)
        way = way_of(webhook.asked.args.get("waited", ""), moved=moved)
        source = VOICE if moved and isinstance(heard, Silence) else source_of(heard)
        return self._taken(TurnRequest(call, turn, source, heard, way), webhook)

    def status(self, webhook: Webhook) -> Response:
        """204. An unknown call is no fault: news may come before, after and without everything else."""
        report = read_status(webhook.form)
        if isinstance(report, Refused):
            return refusal(report)
        try:
            stage = CallStage(report.stage)
        except ValueError:
            return refusal(Refused.ODD_STATUS)
        status = CallStatus(report.call, stage, self._clock.now(), report.seconds)
        with about(call=report.call):
            try:
                self._turns.hear_status(status, webhook.deadline)
            except Exception:  # noqa: BLE001  # a carrier that repeats on 5xx may bring it again
                logger("handlers").exception("status not kept", stage=report.stage)
                return Response("", status=503)
        return Response(status=204)

    def _taken(self, request: TurnRequest, webhook: Webhook) -> Response:
        with about(call=request.call, turn=request.turn):
            try:
                document = self._turns.take(request, webhook.deadline)
            except Exception:  # noqa: BLE001  # the caller waits: a fault ends in words and a person
                logger("handlers").exception("turn failed")
                return Apology(self._apologies.begin(request.call), content_type=CONTENT_TYPE)
        return spoken(document)


def spoken(document: bytes) -> Response:
    """The document as the carrier takes it."""
    return Response(document, content_type=CONTENT_TYPE)


def source_of(heard: Heard) -> str:
    """Who claims a turn, for the claim and the journal; never what was typed."""
    match heard:
        case Digits():
            return "keys"
        case Silence():
            return "silence"
        case Utterance():
            return VOICE
        case Recorded():
            return "recording"
        case BridgeEnded():
            return "bridge"
