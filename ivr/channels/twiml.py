"""The only writer of the carrier's language: instructions become a TwiML document.

Rules: https://www.twilio.com/docs/voice/twiml. Written by hand and not with the vendor's builder: the grammar
we need is ten elements, the builder takes four times as long, and it lets characters through that no XML
document may hold, which cuts the caller off. A test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import assert_never

from foundation.redaction import Secret
from ivr.channels.addresses import Addresses
from ivr.channels.listening import NOBODY, USUAL, Awaited, Listening, Way
from ivr.flow.instructions import (
    Break,
    Bridge,
    Collect,
    HangUp,
    Hearing,
    Instruction,
    PlayRecording,
    Record,
    Say,
)
from speech.requests import Kind
from speech.tokens import mint

LARGEST_DOCUMENT = 64_000  # bytes; the carrier refuses documents above 64 kB (error 11750)
BEFORE_THE_TONE = 1  # seconds in which a key still counts; the least that the carrier takes
AFTER_A_CHOICE, AFTER_A_NUMBER = 1, 3  # seconds of quiet that end what is said to the carrier's recogniser
# Of what may be said: https://www.twilio.com/docs/voice/twiml/gather#hints
MOST_HINTS, LONGEST_HINT = 500, 100
LONGEST_BREAK = 10_000  # milliseconds; the carrier refuses longer ones
CONTENT_TYPE = "text/xml; charset=utf-8"
# Everything outside `Char` of XML 1.0 (https://www.w3.org/TR/xml/#charsets): a document that holds one is
# not well-formed, and the carrier hangs up on the caller.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The same without the five characters that mean something in markup.
_NOT_PLAIN = re.compile("[^\t\n\r !#-%(-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPENING, _CLOSING = '<?xml version="1.0" encoding="UTF-8"?><Response>', "</Response>"


Lead = Callable[[str, str], str]  # (prompts before a recording, where a key goes) -> the same as TwiML


class DocumentTooLarge(Exception):
    """The carrier would refuse it: a fault of the book or of ours."""


class UnreachableInstruction(Exception):
    """An instruction stands behind one that ends the turn: a fault of the engine."""


@dataclass(frozen=True, slots=True)
class Person:
    """The person who is rung: their number, and the number of ours that their telephone shows (if any)."""

    number: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class MediaDoor:
    """Where streams of sound go (`wss://host/media`), and what proves that a document of ours began them."""

    url: str
    key: Secret


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the instructions: streams before them, and in which language the carrier hears."""

    call: str
    then: str
    lead: Lead
    streams: str = ""
    hosted: str = ""


class TwimlWriter:
    """Writes documents; what it writes is a function of what it is given and, in whole hours, of the time."""

    def __init__(self, addresses: Addresses, person: Person, media: MediaDoor | None = None) -> None:
        self._addresses = addresses
        self._person = person
        self._media = media

    def turn(
        self, call: str, turn: int, instructions: Sequence[Instruction], listening: Listening = NOBODY
    ) -> bytes:
        """The document of a turn; the call goes on with `turn`, also by a key before a recording."""
        then = self._addresses.turn(call, turn)
        if listening == NOBODY:
            return self._written(_Frame(call, then, _over), instructions)
        hosted = _language_of(instructions) if listening.hosted else ""
        return self._written(_Frame(call, then, _over, self._streams(call, listening), hosted), instructions)

    def wait(self, call: str, turn: int, way: Way = USUAL) -> bytes:
        """A second of silence, then the same turn is asked for again: its answer is still being made."""
        return _document(f'<Pause length="1"/>{_redirect(self._addresses.turn(call, turn, way))}')

    def hark(self, call: str, turn: int, way: Way, awaited: Awaited, said: Sequence[Say] = ()) -> bytes:
        """Silence while the caller goes on speaking, and keys count as in the question that was asked.

        A second, or as long as keys of one entry may be apart; `said` is said before.
        """
        then = self._addresses.turn(call, turn, way)
        seconds = 1 if awaited.count == 1 else awaited.seconds
        keys = Collect(awaited.count, awaited.finish, seconds, "")
        return _document(_gather(keys, then, "".join(map(_say, said))) + _redirect(then))

    def document(
        self, call: str, then: str, instructions: Sequence[Instruction], listening: Listening = NOBODY
    ) -> bytes:
        """The document for any address to go on with.

        Raises DocumentTooLarge, UnreachableInstruction.
        """
        return self._written(_Frame(call, then, _alone, self._streams(call, listening)), instructions)

    def _streams(self, call: str, listening: Listening) -> str:
        """What ends and begins before anything is said; without a door for media nothing begins."""
        stop = f"<Stop><Stream{_attributes(name=listening.stop)}/></Stop>" if listening.stop else ""
        if self._media is None or not listening.start:
            return stop
        token = mint(self._media.key, call, listening.start, listening.expires)
        # Behind a question mark of the address it would be dropped by the carrier.
        proof = f"<Parameter{_attributes(name='token', value=token)}/>"
        told = _attributes(name=listening.start, track="inbound_track", url=self._media.url)
        return f"{stop}<Start><Stream{told}>{proof}</Stream></Start>"

    def _written(self, frame: _Frame, instructions: Sequence[Instruction]) -> bytes:
        prompts: list[str] = []
        for place, instruction in enumerate(instructions):
            match instruction:
                case Say():
                    prompts.append(_say(instruction))
                case PlayRecording(recording):
                    address = self._addresses.recording(frame.call, recording)
                    prompts.append(f"<Play>{_text(address)}</Play>")
                case _:
                    if place + 1 != len(instructions):
                        raise UnreachableInstruction(type(instructions[place + 1]).__name__)
                    said = "".join(prompts)
                    before = frame.lead(said, frame.then) if isinstance(instruction, Record) else said
                    return _document(frame.streams + self._ending(instruction, frame, before))
        return _document(frame.streams + "".join(prompts))

    def _ending(self, wait: Collect | Record | Bridge | HangUp, frame: _Frame, prompts: str) -> str:
        then = frame.then
        match wait:
            case Collect():
                return _gather(wait, then, prompts, frame.hosted) + _redirect(then)
            case Record():
                # Pure silence posts nothing: the redirect tells us of it.
                return prompts + _record(wait, then) + _redirect(then)
            case Bridge():
                return prompts + self._dial(wait, then)
            case HangUp():
                return prompts + "<Hangup/>"
            case _:
                assert_never(wait)

    def _dial(self, bridge: Bridge, then: str) -> str:
        # Our own number is shown: a withheld caller, an app or an address has none that could be.
        shown = {"callerId": self._person.shown} if self._person.shown else {}
        told = _attributes(
            action=then,
            method="POST",
            timeout=bridge.ring_seconds,
            timeLimit=bridge.talk_seconds,
            answerOnBridge="true",
            **shown,
        )
        return f"<Dial{told}><Number>{_text(self._person.number)}</Number></Dial>"


def legal(text: str) -> str:
    """The text without the characters that no XML document may hold."""
    return _ILLEGAL.sub("", text)


def _say(say: Say) -> str:
    parts = [_break(part) if isinstance(part, Break) else _text(part) for part in say.words]
    # The carrier refuses an element without words; a pause alone is not worth one.
    if not any(isinstance(part, str) and legal(part).strip() for part in say.words):
        return ""
    voice = _attributes(voice=say.voice.name, language=say.voice.say_locale)
    return f"<Say{voice}>{''.join(parts)}</Say>"


def _break(pause: Break) -> str:
    return f'<break time="{max(0, min(pause.milliseconds, LONGEST_BREAK))}ms"/>'


def _gather(collect: Collect, then: str, prompts: str, hosted: str = "") -> str:
    # The prompts stand inside: keys pressed while they are spoken count. With no finishOnKey `#` arrives.
    count = {} if collect.count is None else {"numDigits": collect.count}
    said = _said_to_the_carrier(collect.hears, hosted) if collect.hears is not None and hosted else {}
    told = _attributes(
        input="dtmf speech" if said else "dtmf",
        action=then,
        method="POST",
        timeout=collect.seconds,
        **count,
        finishOnKey=collect.finish,
        actionOnEmptyResult="true",
        **said,
    )
    return f"<Gather{told}>{prompts}</Gather>"


def _said_to_the_carrier(hears: Hearing, locale: str) -> dict[str, str | int]:
    """What its recogniser is told of a question. No model is named: it knows best which has this language."""
    quiet = AFTER_A_CHOICE if hears.kind is Kind.CHOICE else AFTER_A_NUMBER
    phrases = (one.replace(",", " ")[:LONGEST_HINT].strip() for one in hears.phrases)
    hints = tuple(dict.fromkeys(one for one in phrases if one))[:MOST_HINTS]
    told: dict[str, str | int] = {"language": locale, "speechTimeout": quiet}
    return told | {"hints": ",".join(hints)} if hints else told


def _language_of(instructions: Sequence[Instruction]) -> str:
    """How the carrier's recogniser names the language of what is asked; "" if nothing is said in it.

    Behind a question ways to other languages may be said, each in its own.
    """
    asked = {one.language for one in instructions if isinstance(one, Collect)}
    says = (one for one in instructions if isinstance(one, Say) and one.language in asked)
    return next((one.voice.gather_locale for one in says), "")


def _alone(prompts: str, _then: str) -> str:
    """Prompts before a recording where no key means anything."""
    return prompts


def _over(prompts: str, then: str) -> str:
    """Prompts before a recording. Outside a Gather a key is lost, and with it the way to a person."""
    if not prompts:
        return ""
    told = _attributes(
        input="dtmf", action=then, method="POST", timeout=BEFORE_THE_TONE, numDigits=1, finishOnKey=""
    )
    return f"<Gather{told}>{prompts}</Gather>"


def _record(record: Record, then: str) -> str:
    told = _attributes(
        action=then,
        method="POST",
        maxLength=record.longest_seconds,
        timeout=record.quiet_seconds,
        finishOnKey=record.finish,
        playBeep="true",
    )
    return f"<Record{told}/>"


def _redirect(then: str) -> str:
    return f'<Redirect method="POST">{_text(then)}</Redirect>'


def _attributes(**told: str | int) -> str:
    return "".join(f' {name}="{_text(str(value))}"' for name, value in told.items())


def _text(text: str) -> str:
    # Nearly all words need nothing done: one look instead of six.
    return text if _NOT_PLAIN.search(text) is None else escape(legal(text), quote=True)


def _document(body: str) -> bytes:
    document = f"{_OPENING}{body}{_CLOSING}".encode()
    if len(document) > LARGEST_DOCUMENT:
        raise DocumentTooLarge(f"{len(document)} bytes")
    return document
