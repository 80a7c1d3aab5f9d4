"""When something of ours has failed: an apology, the ticket if there is one, a person or a kept message."""

import re

from flask import Response
from msgspec.structs import replace

from foundation.clock import Deadline
from foundation.deeds import KeyReused
from foundation.logs import about, logger
from ivr.calls.codec import Kept
from ivr.calls.play import Asked
from ivr.calls.turn import Turns
from ivr.channels.addresses import Addresses
from ivr.channels.listening import NOBODY, Listening
from ivr.channels.twilio_form import Refused, read_caller, read_turn
from ivr.channels.twiml import CONTENT_TYPE, TwimlWriter
from ivr.flow.engine import begin
from ivr.flow.errands import Errand
from ivr.flow.inputs import Answered, BridgeEnded, Outcome, Recorded
from ivr.flow.instructions import Bridge, HangUp, Instruction, Record, Say
from ivr.flow.leaving import after_the_end
from ivr.flow.replies import Done
from ivr.handlers.apology_words import LAST_RESORT, WORDS, said, spoken_digits
from ivr.handlers.guard import Webhook, refusal

RING_SECONDS = 25
TALK_SECONDS = 3_600
LONGEST_MESSAGE = 120
QUIET_SECONDS = 5
RECALL_LIMIT = 0.1  # seconds for recalling the call, beyond the budget of the webhook
PERSON, MESSAGE = "person", "message"  # what an apology waits for
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Apologies:
    """Leads a call that cannot go on to its end; keeps nothing between two webhooks.

    Everything it asks of the house may fail once more: the caller hears the apology all the same.
    """

    def __init__(self, writer: TwimlWriter, addresses: Addresses, turns: Turns) -> None:
        self._writer = writer
        self._addresses = addresses
        self._turns = turns
        self._clock = turns.clock

    def begin(self, call: str) -> bytes:
        """The apology, and the person's telephone rings. Never raises."""
        known = self._recalled(call)
        state = known.state if known else None
        language = state.language if state else ""
        tickets = [filed.ticket for filed in state.filed] if state else []  # empty: one in the spool
        spoken = [say for one in self._spoken(language) for say in _sorry(one, tickets)]
        ring = Bridge(RING_SECONDS, TALK_SECONDS)
        # Whoever went on listening would take words of the talk for an answer, and the caller out of it.
        ended = Listening(stop=known.stream.name) if known and known.stream else NOBODY
        then = self._addresses.apology(call, PERSON, language)
        return self._writer.document(call, then, (*spoken, ring), ended)

    def after_person(self, webhook: Webhook, call: str) -> Response:
        """The talk is over: the call ends. Nobody answered: a message can be left."""
        heard = read_turn(webhook.form, call, self._clock.now())
        if isinstance(heard, Refused):
            return refusal(heard)
        if isinstance(heard, BridgeEnded) and heard.outcome is Outcome.ANSWERED:
            return self._answer(self._document(call, PERSON, "", (HangUp(),)))
        language = asked_language(webhook)
        record = Record(LONGEST_MESSAGE, QUIET_SECONDS)
        words = [said(one, "unanswered", WORDS[one].unanswered) for one in self._spoken(language)]
        return self._answer(self._document(call, MESSAGE, language, (*words, record)))

    def after_message(self, webhook: Webhook, call: str) -> Response:
        """A message was left, or only silence: the caller is told truly whether it is kept."""
        heard = read_turn(webhook.form, call, self._clock.now())
        if isinstance(heard, Refused):
            return refusal(heard)
        language = asked_language(webhook)
        kept = isinstance(heard, Recorded) and heard.seconds > 0 and self._kept(call, heard, webhook)
        words = [
            said(one, "kept", WORDS[one].kept) if kept else said(one, "not-kept", WORDS[one].not_kept)
            for one in self._spoken(language)
        ]
        return self._answer(self._document(call, MESSAGE, language, (*words, HangUp())))

    def _document(self, call: str, stage: str, language: str, instructions: tuple[Instruction, ...]) -> bytes:
        return self._writer.document(call, self._addresses.apology(call, stage, language), instructions)

    def _answer(self, document: bytes) -> Response:
        return Response(document, content_type=CONTENT_TYPE)

    def _kept(self, call: str, heard: Recorded, webhook: Webhook) -> bool:
        """Whether the message has joined the caller's ticket or become one."""
        with about(call=call):
            try:
                errand = self._keep(call, heard, webhook)
                if errand is None:
                    return False
                # The key of a recording is the same by whatever door it comes.
                asked = Asked(f"{call}/recording/{heard.recording}", call, errand)
                return isinstance(self._turns.runner.run(asked, webhook.deadline), Done)
            except KeyReused:
                return True  # it was kept under this key before, when we knew less or more of the caller
            except Exception:  # noqa: BLE001  # the caller must hear that nothing was kept
                # With the recording's id the message can still be found at the carrier.
                logger("handlers").exception("message not kept", recording=heard.recording)
                return False

    def _keep(self, call: str, heard: Recorded, webhook: Webhook) -> Errand | None:
        """What keeps a message: as after the end of the call, if need be one of which nothing is known."""
        book = self._turns.shelf.current()
        known = self._recalled(call)
        state = known.state if known else None
        if state is None:
            unknown = begin(book, Answered(heard.at, call, read_caller(webhook.form), ""))
            state = replace(unknown, language=asked_language(webhook) or book.default_language)
        return after_the_end(book, replace(state, ended=True), heard).errand

    def _recalled(self, call: str) -> Kept | None:
        try:
            return self._turns.remembered(call, Deadline.after(RECALL_LIMIT, self._clock))
        except Exception as fault:  # noqa: BLE001  # what failed a moment ago may fail again
            logger("handlers").warning("call not recalled", fault=type(fault).__name__)
            return None

    def _spoken(self, language: str) -> tuple[str, ...]:
        """The languages to speak: the caller's, else the book's, else the last resort."""
        if language in WORDS:
            return (language,)
        try:
            book = self._turns.shelf.current()
            known = tuple(one for one in book.languages if one in WORDS)
        except Exception as fault:  # noqa: BLE001  # a book that cannot be read silences nobody
            logger("handlers").warning("no book for an apology", fault=type(fault).__name__)
            known = ()
        return known or (LAST_RESORT,)


def asked_language(webhook: Webhook) -> str:
    """The language in the address, as we wrote it there; empty if the caller's was not known."""
    language = webhook.asked.args.get("language", "")
    return language if _LANGUAGE.fullmatch(language) else ""


def _sorry(language: str, tickets: list[str]) -> list[Say]:
    words = WORDS[language]
    numbers = [said(language, "ticket", words.ticket, *spoken_digits(ticket)) for ticket in tickets if ticket]
    if "" in tickets:
        numbers.append(said(language, "spooled", words.spooled))
    return [said(language, "sorry", words.sorry), *numbers, said(language, "person", words.person)]
