"""The doors of a page: whoever is on call hears that a ticket waits, and takes it by pressing a key."""

from dataclasses import replace
from datetime import timedelta

from flask import Response

from callbacks.paging.next_page import Outcome
from callbacks.paging.on_call import OnCall
from callbacks.paging.pages import Pages, Stale, Told
from foundation.logs import about, logger
from ivr.calls.turn import Turns
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_form import Refused, read_status, read_turn
from ivr.channels.twiml import CONTENT_TYPE, TwimlWriter
from ivr.flow.inputs import Digits
from ivr.flow.instructions import Collect, HangUp, Say
from ivr.handlers.apology import asked_language
from ivr.handlers.guard import Apology, Webhook, refusal
from ivr.handlers.page_words import WORDS, number_of, said, spoken_in, waiting_since
from ivr.handlers.voice import spoken

TAKES = "1"
TIMES = 3  # that the question is put to somebody who presses nothing, or something else
QUIET_SECONDS = 6
# The carrier's words for the end of a call; any other is none.
_ENDS = {
    "completed": Outcome.NOT_PRESSED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "canceled": Outcome.NO_ANSWER,
    "failed": Outcome.FAILED,
}


class PageDoor:
    """What the carrier asks for while it rings somebody on call. Keeps nothing between two webhooks."""

    def __init__(self, pages: Pages, writer: TwimlWriter, addresses: Addresses, turns: Turns) -> None:
        self._pages = pages
        self._writer = writer
        self._addresses = addresses
        self._shelf = turns.shelf
        self._clock = turns.clock

    def page(self, webhook: Webhook, attempt: str, time: int) -> Response:
        """The document of a page. `time` 0: the call was taken; else the question was put so often."""
        call = webhook.form.get("CallSid")
        heard = read_turn(webhook.form, call, self._clock.now())
        if isinstance(heard, Refused):
            return refusal(heard)
        told = Told(attempt, call, heard.at)
        pressed = heard.keys if time and isinstance(heard, Digits) else ""
        with about(call=call):
            try:
                if pressed == TAKES:
                    document = self._taken(told, webhook)
                else:
                    document = self._asked(told, webhook, time, wrong_key=bool(pressed))
            except Exception:  # noqa: BLE001  # whoever answered hears something, and the next is rung
                logger("handlers").exception("page failed", attempt=attempt)
                failed = self._last(told, asked_language(webhook), "failed")
                return Apology(failed, content_type=CONTENT_TYPE)
        return spoken(document)

    def page_status(self, webhook: Webhook, attempt: str) -> Response:
        """204. How the call ended; one that goes on is no news."""
        report = read_status(webhook.form)
        if isinstance(report, Refused):
            return refusal(report)
        outcome = _ENDS.get(report.stage)
        if outcome is not None:
            try:
                self._pages.ended(Told(attempt, report.call, self._clock.now()), outcome, webhook.deadline)
            except Exception:  # noqa: BLE001  # a carrier that repeats on 5xx may bring it again
                logger("handlers").exception("end of a page not kept", attempt=attempt, stage=report.stage)
                return Response("", status=503)
        return Response(status=204)

    def _asked(self, told: Told, webhook: Webhook, time: int, *, wrong_key: bool) -> bytes:
        asking = self._pages.answered(told, webhook.deadline)
        if isinstance(asking, Stale):
            return self._last(told, asking.language, "settled")
        language = spoken_in(asking.language)
        if time >= TIMES:
            return self._last(told, language, "unpressed")
        waits = waiting_since(language, asking.since, self._zone())
        wrong = (said(language, "wrong", WORDS[language].wrong),) if wrong_key else ()
        return self._question(told, (*wrong, *waits), time + 1, language)

    def _taken(self, told: Told, webhook: Webhook) -> bytes:
        taken = self._pages.acknowledge(told, self._first_after(), webhook.deadline)
        if isinstance(taken, Stale):
            return self._last(told, taken.language, "settled")
        language = spoken_in(taken.language)
        number = number_of(language, taken.ticket)
        if taken.more is None:
            return self._last(told, language, "goodbye", number)
        next_page = replace(told, attempt=taken.more.attempt)
        waits = waiting_since(language, taken.more.since, self._zone(), again=True)
        return self._question(next_page, (*number, *waits), 1, language)

    def _question(self, told: Told, words: tuple[Say, ...], time: int, language: str) -> bytes:
        """The words, and one key is waited for; what is pressed comes back as the `time`th answer."""
        then = self._addresses.page(told.attempt, language, time)
        return self._writer.document(told.call, then, (*words, Collect(1, "", QUIET_SECONDS, language)))

    def _last(self, told: Told, language: str | None, stage: str, words: tuple[Say, ...] = ()) -> bytes:
        """The words and the last ones of all, and the call ends."""
        known = spoken_in(language)
        ending = said(known, stage, getattr(WORDS[known], stage))
        return self._writer.document(told.call, "", (*words, ending, HangUp()))

    def _zone(self) -> str:
        return self._shelf.current().hours.zone

    def _first_after(self) -> timedelta:
        return timedelta(minutes=(self._shelf.current().on_call or OnCall()).first_after_minutes)
