"""Takes the errands of a call to the rooms that can run them, and brings back what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Protocol, assert_never

from callbacks.outcomes import Answer, Joined, Known, Opened, Spooled, Unknown
from callbacks.outcomes import Slowed as EnquirySlowed
from callbacks.records import Enquiry, NumberToCall, SpokenMessage, SurveyAnswer
from callbacks.records import TakenBack as NotMeant
from callbacks.spooled import SPOOL_SECONDS
from callbacks.tickets import Priority, TicketDraft
from foundation.clock import Clock, Deadline
from foundation.database import KeyReused
from foundation.logs import logger
from foundation.metrics import ERRANDS
from identity.directory import Hint, LanguageChoice
from identity.verifier import Asker, PinGuess, Refused, Verdict, Verified
from identity.verifier import Slowed as GuessSlowed
from ivr.calls.meanings import Meanings, NotInTime
from ivr.calls.play import Asked
from ivr.flow.errands import (
    CheckPin,
    FindAnnouncement,
    FindMeaning,
    FindTicket,
    KeepRecording,
    OpenTicket,
    RecallCaller,
    RememberLanguage,
    SaveSurvey,
    SetTicketNumber,
    TakeBackTicket,
)
from ivr.flow.replies import (
    Announced,
    Done,
    Likened,
    NothingAnnounced,
    PinAccepted,
    PinRefused,
    Recalled,
    Result,
    Slowed,
    TakenBack,
    TicketFound,
    TicketOpened,
    TicketSpooled,
    TicketUnknown,
    Unavailable,
)
from ivr.menus.announcements import Announcement

Deed = OpenTicket | SetTicketNumber | TakeBackTicket | SaveSurvey | KeepRecording
ERRAND_SECONDS = 1.2  # for one errand, or what is left of the turn if that is less
DEED_SECONDS = ERRAND_SECONDS + SPOOL_SECONDS  # for one that somebody is owed: SQL, then the spool
RECALL_SECONDS = 0.4  # a remembered language is not worth a caller's wait
ANNOUNCEMENT_SECONDS = 0.25  # nor is a sentence that nobody may have written
MEANING_SECONDS = 0.6  # and whoever is not understood is asked again
LIMITS: Mapping[type, float] = MappingProxyType(
    {
        RecallCaller: RECALL_SECONDS,
        RememberLanguage: RECALL_SECONDS,
        FindAnnouncement: ANNOUNCEMENT_SECONDS,
        FindMeaning: MEANING_SECONDS,
        OpenTicket: DEED_SECONDS,
        KeepRecording: DEED_SECONDS,
        SetTicketNumber: DEED_SECONDS,
        TakeBackTicket: DEED_SECONDS,
    }
)
PHONE = "phone"
_errands_of = cache(ERRANDS.labels)  # found once: finding a label costs more than counting does


class Desk(Protocol):
    """Where promises are made (`callbacks.spooled.SpooledPromises`, or `callbacks.promises.Promises`)."""

    def open_ticket(self, draft: TicketDraft, deadline: Deadline) -> Opened | Joined | Spooled: ...

    def keep_recording(self, message: SpokenMessage, deadline: Deadline) -> str | None: ...

    def set_number(self, wanted: NumberToCall, deadline: Deadline) -> bool: ...

    def take_back(self, wanted: NotMeant, deadline: Deadline) -> None: ...

    def save_survey(self, given: SurveyAnswer, deadline: Deadline) -> None: ...


class Enquirer(Protocol):
    """Who says how a ticket stands (`callbacks.enquiries.Enquiries`)."""

    def state_of(self, enquiry: Enquiry, deadline: Deadline) -> Answer: ...


class PinChecker(Protocol):
    """Who compares telephone PINs (`identity.verifier.Verifier`)."""

    def check_pin(self, guess: PinGuess, deadline: Deadline) -> Verdict: ...


class Languages(Protocol):
    """Who knows whose number it is, and which language it chose (`identity.directory.Directory`)."""

    def recall(self, number: str, deadline: Deadline) -> Hint: ...

    def remember_language(self, choice: LanguageChoice, deadline: Deadline) -> None: ...


class Announcing(Protocol):
    """Who knows what operators announced (`ivr.menus.announcements.Announcements`)."""

    def standing(self, at: datetime, deadline: Deadline) -> Announcement | None: ...


@dataclass(frozen=True, slots=True)
class ErrandRunner:
    """Runs each errand under its key: asking again does nothing twice. `channel`: how the call came."""

    desk: Desk
    enquirer: Enquirer
    pins: PinChecker
    languages: Languages
    announcements: Announcing
    clock: Clock
    channel: str = PHONE
    meanings: Meanings = field(default_factory=Meanings)
    seconds: float = ERRAND_SECONDS

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        """What the errand brings; Unavailable for whatever goes wrong. Raises KeyReused alone: our fault."""
        kind, result = type(asked.errand).__name__, "KeyReused"
        try:
            found = self._in_time(asked, kind, deadline)
            result = type(found).__name__
        finally:
            _errands_of(kind, result).inc()
        return found

    def _in_time(self, asked: Asked, kind: str, deadline: Deadline) -> Result:
        limit = LIMITS.get(type(asked.errand), self.seconds)
        until = Deadline.after(deadline.allow(limit), self.clock)
        if until.passed():
            logger("calls").warning("no time left for an errand", errand=kind, key=asked.key)
            return Unavailable()
        try:
            return self._run(asked, until)
        except KeyReused:
            raise
        except Exception:  # noqa: BLE001  # whatever it was, the caller must be told that nothing was kept
            logger("calls").exception("errand failed", errand=kind, key=asked.key)
            return Unavailable()

    def _run(self, asked: Asked, deadline: Deadline) -> Result:
        at = self.clock.now()
        match asked.errand:
            case RecallCaller(number):
                hint = self.languages.recall(number, deadline)
                return Recalled(hint.language, hint.customer is not None)
            case RememberLanguage(number, language):
                choice = LanguageChoice(number, language, asked.key, at)
                self.languages.remember_language(choice, deadline)
                return Done()
            case FindAnnouncement(moment):
                return _announced(self.announcements.standing(moment, deadline))
            case FindMeaning() as meaning:
                return self._likened(meaning, deadline)
            case CheckPin(account, pin, number):
                guess = PinGuess(account, pin, Asker(number, asked.call), asked.key, at)
                return _verdict(self.pins.check_pin(guess, deadline), at)
            case FindTicket(ticket, proof, customer, number):
                asker = Asker(number, asked.call)
                enquiry = Enquiry(ticket, proof, customer, asker, asked.key, at)
                return _told(self.enquirer.state_of(enquiry, deadline))
            case _:
                return self._do(asked.errand, asked, deadline)

    def _likened(self, asked: FindMeaning, deadline: Deadline) -> Result:
        try:
            return Likened(self.meanings.find(asked, deadline), asked.sure, asked.by)
        except NotInTime as late:
            logger("calls").warning("what was said is compared with nothing", why=str(late))
            return Unavailable()

    def _do(self, errand: Deed, asked: Asked, deadline: Deadline) -> Result:
        at = self.clock.now()
        match errand:
            case OpenTicket() as wanted:
                return _made(self.desk.open_ticket(self._draft(wanted, asked, at), deadline))
            case SetTicketNumber(ticket, number):
                known = self.desk.set_number(
                    NumberToCall(ticket, number, asked.call, asked.key, at), deadline
                )
                return Done() if known else Unavailable()
            case TakeBackTicket(topic):
                self.desk.take_back(NotMeant(asked.call, topic, asked.key, at), deadline)
                return TakenBack()
            case SaveSurvey(question, answer):
                self.desk.save_survey(SurveyAnswer(asked.call, question, answer, asked.key, at), deadline)
                return Done()
            case KeepRecording() as message:
                self.desk.keep_recording(self._message(message, asked, at), deadline)
                return Done()
            case _:
                assert_never(errand)

    def _draft(self, wanted: OpenTicket, asked: Asked, at: datetime) -> TicketDraft:
        return TicketDraft(
            call=asked.call,
            key=asked.key,
            topic=wanted.topic,
            priority=Priority(wanted.priority),
            language=wanted.language,
            channel=self.channel,
            level=wanted.level,
            customer=wanted.customer,
            calling_number=wanted.calling_number,
            number_to_call=wanted.number_to_call,
            due=wanted.due,
            at=at,
            answers=wanted.answers,
            recordings=wanted.recordings,
            partial=wanted.partial,
        )

    def _message(self, message: KeepRecording, asked: Asked, at: datetime) -> SpokenMessage:
        return SpokenMessage(
            call=asked.call,
            sid=message.recording,
            seconds=message.seconds or None,  # 0: the flow no longer knows how long it was
            ticket=message.ticket,
            topic=message.topic,
            language=message.language,
            channel=self.channel,
            level=message.level,
            calling_number=message.calling_number,
            key=asked.key,
            at=at,
            due=message.due,
        )


def _made(promise: Opened | Joined | Spooled) -> Result:
    if isinstance(promise, Spooled):
        return TicketSpooled(promise.due)
    return TicketOpened(promise.number, promise.due, isinstance(promise, Joined))


def _announced(standing: Announcement | None) -> Result:
    if standing is None:
        return NothingAnnounced()
    return Announced(standing.number, tuple(standing.words.items()))


def _verdict(verdict: Verdict, at: datetime) -> Result:
    match verdict:
        case Verified(customer):
            return PinAccepted(customer.account)
        case Refused():
            return PinRefused()
        case GuessSlowed() as slowed:
            return Slowed(slowed.seconds(at))
        case _:
            assert_never(verdict)


def _told(answer: Answer) -> Result:
    match answer:
        case Known(number, topic, state, due):
            return TicketFound(number, topic, state.value, due)
        case Unknown():
            return TicketUnknown()
        case EnquirySlowed(seconds):
            return Slowed(seconds)
        case _:
            assert_never(answer)
