"""Questions and deeds for the outside world, as values. The shell runs them; the engine never does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation.redaction import Secret
from identity.levels import Level


@dataclass(frozen=True, slots=True)
class RecallCaller:
    """Which language did this number choose last, and is it a customer's? Brings `Recalled`."""

    number: str


@dataclass(frozen=True, slots=True)
class RememberLanguage:
    """Keep the language for the next call of this number. Brings `Done`."""

    number: str
    language: str


@dataclass(frozen=True, slots=True)
class FindAnnouncement:
    """Does a sentence of an operator stand at this moment? Brings `Announced` or `NothingAnnounced`."""

    at: datetime


Phrases = tuple[tuple[str, tuple[str, ...]], ...]  # intent -> what callers say for it


@dataclass(frozen=True, slots=True)
class FindMeaning:
    """Which of these intents are words of the caller's own like? Brings `Likened`, or `Unavailable`.

    `phrases`: intent -> what callers say for it. `sure` and `by`: how sure the words are, and who heard them.
    """

    words: str
    sure: float
    by: str
    phrases: Phrases


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Do account and telephone PIN belong together? Brings `PinAccepted`, `PinRefused` or `Slowed`."""

    account: str
    pin: Secret
    number: str | None


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Make a promise. Brings `TicketOpened`, `TicketSpooled` or `Unavailable`.

    `answers` are the facts of the diagnosis, `recordings` the spoken messages; `partial` marks a caller
    who hung up unsolved after naming a topic.
    """

    topic: str
    priority: str
    due: datetime
    language: str
    level: Level
    customer: str | None
    calling_number: str | None
    number_to_call: str | None
    answers: tuple[tuple[str, str], ...] = ()
    recordings: tuple[str, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class SetTicketNumber:
    """Which number to call for a ticket that was filed without one. Brings `Done`."""

    ticket: str
    number_to_call: str


@dataclass(frozen=True, slots=True)
class TakeBackTicket:
    """The ticket that this call has just made about a topic was not meant. Brings `TakenBack`."""

    topic: str


@dataclass(frozen=True, slots=True)
class FindTicket:
    """What is the state of this ticket? Brings `TicketFound`, `TicketUnknown` or `Slowed`.

    `proof` is the telephone PIN of its customer or the last four digits of the number it was left with;
    None where the verified `customer` is the proof.
    """

    ticket: str
    proof: Secret | None
    customer: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class SaveSurvey:
    """Keep an answer of a survey, 1 to the scale. Brings `Done`."""

    question: str
    answer: int


@dataclass(frozen=True, slots=True)
class KeepRecording:
    """A spoken message that no ticket has yet: joins `ticket`, or becomes one. Brings `Done`.

    `topic` and `due` are those of a ticket of its own.
    """

    recording: str
    seconds: int
    ticket: str | None
    topic: str
    due: datetime
    language: str
    level: Level
    calling_number: str | None


Errand = (
    RecallCaller
    | RememberLanguage
    | FindAnnouncement
    | FindMeaning
    | CheckPin
    | OpenTicket
    | SetTicketNumber
    | TakeBackTicket
    | FindTicket
    | SaveSurvey
    | KeepRecording
)

# A caller never goes back behind one of these with `*`: the deed is done.
DEEDS = (OpenTicket, SetTicketNumber, SaveSurvey, KeepRecording)
