"""Meets each call that begins: it is taken, or told that it is not, with a way to what cannot wait."""

from __future__ import annotations

from dataclasses import dataclass, replace

from foundation.clock import Deadline
from foundation.logs import logger
from ivr.calls.admission import Met
from ivr.calls.gate import Gate
from ivr.calls.refusing import Refusal, stand
from ivr.calls.turn import Turns
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_form import Heard
from ivr.channels.twiml import TwimlWriter
from ivr.flow.inputs import Answered, Digits
from ivr.flow.instructions import Collect, HangUp, Instruction, Record, Say
from ivr.handlers.apology import LONGEST_MESSAGE, MESSAGE, QUIET_SECONDS
from ivr.handlers.overflow_words import LAST_RESORT, WORDS, said
from ivr.menus.model import MenuBook

KEY_SECONDS = 5  # of quiet after the choices
TIMES_ASKED = 2  # the choices are said again once, after a key that means nothing


@dataclass(frozen=True, slots=True)
class Choices:
    """Where a caller is who was not taken: why, spoken to in which language ("" = all), asked how often."""

    how: Met
    language: str
    asked: int = 1


class Reception:
    """Answers for the gate; keeps nothing between two webhooks.

    The number that was dialled says the language, else each of the book is spoken: who calls is not looked
    up, since that is what a flood must not cost.
    """

    def __init__(self, gate: Gate, writer: TwimlWriter, addresses: Addresses, turns: Turns) -> None:
        self._gate = gate
        self._writer = writer
        self._addresses = addresses
        self._turns = turns

    def refused(self, answered: Answered, deadline: Deadline) -> bytes | None:
        """What this call hears instead of the menu; None if it is taken. A fault of ours refuses nobody."""
        try:
            how = self._gate.meet(answered.number)
            return None if how is Met.TAKEN else self._refused(answered, how, deadline)
        except Exception:  # noqa: BLE001  # what guards the house must not be what ends a call
            logger("handlers").exception("nobody says whether a call is taken: it is")
            return None

    def chosen(self, call: str, choices: Choices, heard: Heard) -> bytes | None:
        """The document after the choices were said. None: the call is taken after all, by this key."""
        book = self._turns.shelf.current()
        keys = heard.keys if isinstance(heard, Digits) else ""
        languages = _languages(book, choices.language)
        if keys in _keys_taken(book, choices.how):
            return None
        if choices.how is Met.OVERFLOW and keys in (spoken := _message_keys(book)):
            return self._recording(call, spoken[keys])
        if keys and choices.asked < TIMES_ASKED:
            again = replace(choices, asked=choices.asked + 1)
            said_again = [say for one in languages for say in _offers(book, one, choices.how)]
            return self._written(call, again, (*said_again, _one_key(languages)))
        later = [said(one, "later", WORDS[one].later) for one in languages]
        return self._written(call, choices, (*later, HangUp()))

    def _refused(self, answered: Answered, how: Met, deadline: Deadline) -> bytes:
        book = self._turns.shelf.current()
        language = book.numbers.get(answered.dialled, "")
        told = _told(book, _languages(book, language), how)
        document = self._written(answered.call, Choices(how, language), told)
        refusal = Refusal(answered, how.value, told, document, over=how is Met.BLOCKED)
        return stand(self._turns, book, refusal, deadline)

    def _recording(self, call: str, language: str) -> bytes:
        words = said(language, "speak", WORDS[language].speak)
        then = self._addresses.apology(call, MESSAGE, language)
        return self._writer.document(call, then, (words, Record(LONGEST_MESSAGE, QUIET_SECONDS)))

    def _written(self, call: str, choices: Choices, instructions: tuple[Instruction, ...]) -> bytes:
        then = self._addresses.not_taken(call, choices.how.value, choices.asked, choices.language)
        return self._writer.document(call, then, instructions)


def _told(book: MenuBook, languages: tuple[str, ...], how: Met) -> tuple[Instruction, ...]:
    """Why the call is not taken and what it can have all the same, one language after the other."""
    if how is Met.BLOCKED:
        return (*(said(one, "blocked", WORDS[one].blocked) for one in languages), HangUp())
    words = [say for one in languages for say in (_why(one, how), *_offers(book, one, how))]
    return (*words, _one_key(languages))


def _why(language: str, how: Met) -> Say:
    words = WORDS[language]
    return said(language, "full", words.full) if how is Met.OVERFLOW else said(language, "often", words.often)


def _offers(book: MenuBook, language: str, how: Met) -> list[Say]:
    """What can be pressed. Whose number has called too often is offered only what cannot wait.

    A message would be a ticket for each of its calls. It is kept by a key, since a robot speaks and presses
    none; the key is that of its language, as at the question for the language.
    """
    words, doors = WORDS[language], book.everywhere
    urgent = said(language, "urgent", words.urgent.format(key=doors.stop_my_money.key))
    if how is not Met.OVERFLOW:
        return [urgent]
    keys = [key for key, known in _message_keys(book).items() if known == language]
    message = [said(language, "message", words.message.format(key=key)) for key in keys]
    return [urgent, *message, said(language, "person", words.person.format(key=doors.person.key))]


def _one_key(languages: tuple[str, ...]) -> Collect:
    return Collect(1, "", KEY_SECONDS, languages[0])


def _keys_taken(book: MenuBook, how: Met) -> tuple[str, ...]:
    """The keys behind which a call goes on as any other: stop my money, and a person."""
    doors = book.everywhere
    person = (doors.person.key,) if how is Met.OVERFLOW else ()
    return (doors.stop_my_money.key, *person)


def _message_keys(book: MenuBook) -> dict[str, str]:
    """The keys of the languages that there are words for."""
    return {str(key): one for key, one in enumerate(book.languages, start=1) if one in WORDS}


def _languages(book: MenuBook, greeted: str) -> tuple[str, ...]:
    """The languages to speak: the one that is known, else those of the book."""
    if greeted in WORDS:
        return (greeted,)
    return tuple(one for one in book.languages if one in WORDS) or (LAST_RESORT,)
