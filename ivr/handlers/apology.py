"""When something of ours has failed: an apology, the ticket if there is one, a person or a kept message."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request

from foundation.clock import Clock, Deadline
from foundation.logs import about, logger
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_form import Refused, read_turn
from ivr.channels.twiml import CONTENT_TYPE, TwimlWriter
from ivr.flow.inputs import BridgeEnded, Outcome, Recorded
from ivr.flow.instructions import Bridge, HangUp, Instruction, Record, Say
from ivr.handlers.apology_words import LAST_RESORT, WORDS, said, spoken_digits
from ivr.handlers.guard import Webhook, refusal

RING_SECONDS = 25
TALK_SECONDS = 3_600
LONGEST_MESSAGE = 120
QUIET_SECONDS = 5
RECALL_LIMIT = 0.15  # seconds for finding out who the caller is, beyond the budget of the webhook
PERSON, MESSAGE = "person", "message"  # what an apology waits for
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class LastKnown:
    """What is remembered of a call in trouble; None and empty where nothing is."""

    language: str | None = None
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """A message that somebody left because nobody answered."""

    call: str
    recorded: Recorded
    language: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an apology asks of the house. Each of these may fail; the caller hears the apology all the same.

    `languages`: those to speak when the caller's is not known. `keep` says whether the message is kept.
    """

    last_known: Callable[[str, Deadline], LastKnown]
    languages: Callable[[], tuple[str, ...]]
    keep: Callable[[SpokenMessage, Deadline], bool]


class Apologies:
    """Leads a call that cannot go on to its end. Keeps nothing between two webhooks."""

    def __init__(self, writer: TwimlWriter, addresses: Addresses, house: Surroundings, clock: Clock) -> None:
        self._writer = writer
        self._addresses = addresses
        self._house = house
        self._clock = clock

    def begin(self, call: str) -> bytes:
        """The apology, and the person's telephone rings. Never raises."""
        known = self._last_known(call)
        spoken: list[Say] = []
        for language in self._spoken(known.language):
            words = WORDS[language]
            spoken.append(said(language, "sorry", words.sorry))
            spoken += [
                said(language, "ticket", words.ticket, *spoken_digits(ticket)) for ticket in known.tickets
            ]
            spoken.append(said(language, "person", words.person))
        ring = Bridge(RING_SECONDS, TALK_SECONDS)
        return self._document(call, PERSON, known.language or "", (*spoken, ring))

    def after_person(self, webhook: Webhook, call: str) -> Response:
        """The talk is over: the call ends. Nobody answered: a message can be left."""
        heard = read_turn(webhook.form, call, self._clock.now())
        if isinstance(heard, Refused):
            return refusal(heard)
        if isinstance(heard, BridgeEnded) and heard.outcome is Outcome.ANSWERED:
            return self._spoken_answer(self._document(call, PERSON, "", (HangUp(),)))
        language = asked_language()
        record = Record(LONGEST_MESSAGE, QUIET_SECONDS)
        words = [said(one, "unanswered", WORDS[one].unanswered) for one in self._spoken(language)]
        return self._spoken_answer(self._document(call, MESSAGE, language, (*words, record)))

    def after_message(self, webhook: Webhook, call: str) -> Response:
        """A message was left, or only silence: the caller is told truly whether it is kept."""
        heard = read_turn(webhook.form, call, self._clock.now())
        if isinstance(heard, Refused):
            return refusal(heard)
        language = asked_language()
        kept = (
            isinstance(heard, Recorded)
            and heard.seconds > 0
            and self._kept(SpokenMessage(call, heard, language or LAST_RESORT), webhook.deadline)
        )
        words = [
            said(one, "kept" if kept else "not_kept", WORDS[one].kept if kept else WORDS[one].not_kept)
            for one in self._spoken(language)
        ]
        return self._spoken_answer(self._document(call, MESSAGE, language, (*words, HangUp())))

    def _document(self, call: str, stage: str, language: str, instructions: tuple[Instruction, ...]) -> bytes:
        return self._writer.document(call, self._addresses.apology(call, stage, language), instructions)

    def _spoken_answer(self, document: bytes) -> Response:
        return Response(document, content_type=CONTENT_TYPE)

    def _kept(self, message: SpokenMessage, deadline: Deadline) -> bool:
        with about(call=message.call):
            try:
                return self._house.keep(message, deadline)
            except Exception:  # noqa: BLE001  # the caller must hear that nothing was kept
                # With the recording's id the message can still be found at the carrier.
                logger("handlers").exception("message not kept", recording=message.recorded.recording)
                return False

    def _last_known(self, call: str) -> LastKnown:
        try:
            return self._house.last_known(call, Deadline.after(RECALL_LIMIT, self._clock))
        except Exception as fault:  # noqa: BLE001  # what failed a moment ago may fail again
            logger("handlers").warning("call not recalled", fault=type(fault).__name__)
            return LastKnown()

    def _spoken(self, language: str | None) -> tuple[str, ...]:
        """The languages to speak: the caller's, else the book's, else the last resort."""
        if language in WORDS:
            return (language,)
        try:
            known = tuple(one for one in self._house.languages() if one in WORDS)
        except Exception as fault:  # noqa: BLE001  # a book that cannot be read silences nobody
            logger("handlers").warning("no book for an apology", fault=type(fault).__name__)
            known = ()
        return known or (LAST_RESORT,)


def asked_language() -> str:
    """The language in the address, as we wrote it there; empty if the caller's was not known."""
    language = request.args.get("language", "")
    return language if _LANGUAGE.fullmatch(language) else ""
