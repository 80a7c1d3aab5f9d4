"""What a caller was promised, read from the tape of the call, in the order in which it was heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from exchange.exchange import CallRecord
from exchange.faults import CarrierFault
from exchange.twiml.reader import read_document
from exchange.twiml.verbs import Gather, Say
from foundation.phone_numbers import parse
from ivr.menus.nodes import Menu, TicketDesk
from storms.fallback import THANKS
from storms.words import APOLOGY, Means, Spoken, understood
from tests.end_to_end.running import numbers_in
from tests.shipped import BOOK

SHOWN = 200  # characters of an answer that leads nowhere
WAITS = ("<Gather", "<Record", "<Dial", "<Redirect", "<Hangup", "<Pause")
YES = SEND = "1"
NO = "2"
STOP, CALLBACK = "stop-my-money", "callback"


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that a caller was told to rely on.

    `about`: the topic, "" where neither words nor keys tell it. `number`: its ticket's, "" where none was
    told. `to_call`: the number that was agreed on with it (E.164), `messages`: the recordings sent with it.
    `before`: the ticket numbers told earlier in the call. `withdrawn`: it was taken back, and must not stand.
    """

    about: str
    number: str
    to_call: str | None = None
    messages: tuple[str, ...] = ()
    before: frozenset[str] = frozenset()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What one caller was told: every ticket number, and all that was promised, in order.

    `unsettled`: tickets that the caller wanted taken back, without hearing of them again; they may stand or
    not. `nothing_kept`: how often that nothing was noted. `at_carrier`: a message was left with the carrier's
    own document, for `hotline` to fetch. `silent`: answers of ours that wait for nothing, or are no document
    at all. `slowest`: seconds until the latest answer. `by`: who ended the call.
    """

    call: str
    numbers: frozenset[str]
    promises: tuple[Promise, ...]
    unsettled: frozenset[str]
    nothing_kept: int
    at_carrier: bool
    silent: tuple[str, ...]
    slowest: float
    documents: int
    by: str


@dataclass(slots=True)
class _Listener:
    """Goes through one call as its caller does: asked, answering, told."""

    shown: str
    topic: str = ""
    menu: str = ""
    offered: str | None = None  # the number that a yes agrees on
    agreed: str | None = None
    spoken: str = ""  # the message that a yes sends
    reviewing: bool = False
    doubting: bool = False  # whether a no takes back what was said
    sent: tuple[str, ...] = ()
    heard: set[str] = field(default_factory=set)
    before_agreeing: frozenset[str] = frozenset()  # what was heard until then
    before_sending: frozenset[str] = frozenset()
    numbers: set[str] = field(default_factory=set)
    promises: list[Promise] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)
    nothing_kept: int = 0

    def answers(self, fields: Mapping[str, str]) -> None:
        """What the caller did at the question that was asked last."""
        keys, recording = fields.get("Digits", ""), fields.get("RecordingSid", "")
        if recording:
            self.spoken = recording
        elif keys:
            self._press(keys)

    def _press(self, keys: str) -> None:
        if keys == YES and self.offered:
            self.agreed, self.before_agreeing = self.offered, frozenset(self.heard)
        if keys == SEND and self.reviewing:
            self.sent, self.spoken = (*self.sent, self.spoken), ""
            self.before_sending = frozenset(self.heard)
        if self.menu:
            self.topic = _topic_set(self.menu, keys) or self.topic
        if self.doubting and keys == NO:
            self.unsettled |= {one.number for one in self.promises if one.about == STOP}
            self.promises = [one for one in self.promises if one.about != STOP]
        self.menu, self.offered, self.reviewing, self.doubting = "", None, False, False

    def hears(self, texts: tuple[str, ...]) -> None:
        """What an answer of ours says. One that says nothing has the caller wait, and changes nothing."""
        if not texts:
            return
        said = [one for text in texts if (one := understood(text))]
        self._forget_what_was_not_taken(frozenset(texts), said)
        made = [promise for one in said if (promise := self._promise(one, said))]
        for promise in made:
            self._keep(promise)
        if made:
            self.sent = ()
        self.agreed = None
        for one in said:
            self._asked(one)
        self.nothing_kept += any(one.means is Means.NOTHING_KEPT for one in said)
        self.numbers.update(number for text in texts for number in numbers_in(text))
        self.heard.update(texts)

    def _forget_what_was_not_taken(self, texts: frozenset[str], said: list[Spoken]) -> None:
        """Whoever answers and hears only what was said before, or that nothing is kept, has no promise."""
        if texts <= self.before_agreeing:
            self.agreed = None
        if texts <= self.before_sending or any(one.means is Means.NOTHING_KEPT for one in said):
            self.sent = ()

    def _promise(self, one: Spoken, said: list[Spoken]) -> Promise | None:
        """What these words promise, with what the caller has just agreed to and sent."""
        match one.means:
            case Means.FILED_BEFORE:
                return Promise("", one.digits)
            case Means.FILED:
                return self._with(Promise(self._about(one, said), one.digits))
            case Means.KEPT if one.prompt == APOLOGY:
                return Promise("", "", before=frozenset(self.numbers) | _filed(said))
            case Means.KEPT:
                return self._with(Promise(self._about(one, said), ""))
            case Means.WILL_CALL:
                return replace(Promise(self._about(one, said), ""), to_call=self.agreed)
            case Means.MESSAGE_KEPT:
                return Promise("", "", messages=(self.spoken,) if self.spoken else ())
            case Means.TAKEN_BACK:
                return Promise(STOP, self._doubted(), withdrawn=True)
            case _:
                return None

    def _with(self, promise: Promise) -> Promise:
        told = frozenset(self.numbers) if not promise.number and not promise.about else frozenset[str]()
        return replace(promise, to_call=self.agreed, messages=self.sent, before=told)

    def _about(self, one: Spoken, said: list[Spoken]) -> str:
        """The topic of the desk whose words they are, else what the caller has named."""
        desks = (node for name, node in BOOK.nodes.items() if (node.say or name) == one.prompt)
        own = next((node.topic for node in desks if isinstance(node, TicketDesk) and node.topic), None)
        if own:
            return own
        return CALLBACK if any(other.means is Means.CALL_BY for other in said) else self.topic

    def _doubted(self) -> str:
        """The ticket that is taken back: the one that the caller said no to."""
        told = [one.number for one in self.promises if one.about == STOP]
        return next((number for number in (*reversed(told), *self.unsettled) if number), "")

    def _keep(self, promise: Promise) -> None:
        if promise.about == STOP:
            self.unsettled.clear()
        if promise.withdrawn:
            self.promises = [one for one in self.promises if one.about != promise.about]
        self.promises.append(promise)

    def _asked(self, one: Spoken) -> None:
        match one.means:
            case Means.OFFERS_SHOWN:
                # Words that name another end than the caller's own number would agree on that.
                self.offered = self.shown if self.shown.endswith(one.digits) else one.digits
            case Means.OFFERS_READ:
                self.offered = _e164(one.digits)
            case Means.OFFERS_TO_SEND:
                self.reviewing = bool(self.spoken)
            case Means.ASKS_IF_MEANT:
                self.doubting = True
            case Means.ASKS_WHAT:
                self.menu = one.prompt
            case _:
                pass


def told(record: CallRecord, web: str) -> Told:
    """Read the tape of one call; `web` is where our own documents come from."""
    documents = record.of("document")
    ours = [one for one in documents if one["url"].startswith(web)]
    heard = _listened(record, web)
    return Told(
        record.sid,
        frozenset(heard.numbers),
        tuple(heard.promises),
        frozenset(heard.unsettled - {""}),
        heard.nothing_kept,
        any(one["url"].endswith(THANKS) for one in documents),
        tuple(f"{one['status']} {one['body'][:SHOWN]}" for one in ours if not _leads_on(one)),
        max((one["seconds"] for one in documents), default=0.0),
        len(documents),
        record.ended_by,
    )


def _listened(record: CallRecord, web: str) -> _Listener:
    (dialled,) = record.of("dialled")
    listener = _Listener(dialled["from_number"])
    for event in record.events:
        details = event.details
        if event.kind == "requested" and details["what"] == "voice":
            listener.answers(details["fields"])
        elif event.kind == "document" and details["url"].startswith(web):
            listener.hears(_texts(details))
    return listener


def _texts(document: dict[str, Any]) -> tuple[str, ...]:
    """What a document says, one text a `Say`; nothing if it is none."""
    if document["status"] != HTTPStatus.OK:
        return ()
    try:
        verbs = read_document(document["body"].encode()).verbs
    except CarrierFault:
        return ()
    spoken = [one for verb in verbs for one in (verb.prompts if isinstance(verb, Gather) else (verb,))]
    return tuple(one.text for one in spoken if isinstance(one, Say))


def _leads_on(document: dict[str, Any]) -> bool:
    return document["status"] == HTTPStatus.OK and any(wait in document["body"] for wait in WAITS)


def _topic_set(menu: str, keys: str) -> str:
    node = BOOK.nodes[menu]
    choices = node.choices.values() if isinstance(node, Menu) else ()
    return next((one.set.get("topic", "") for one in choices if one.key == keys), "")


def _filed(said: list[Spoken]) -> frozenset[str]:
    return frozenset(one.digits for one in said if one.means is Means.FILED_BEFORE)


def _e164(digits: str) -> str:
    """The number as it is dialled at home, or from abroad with the code of its country."""
    written = digits if digits.startswith("0") else f"+{digits}"
    found = parse(written, BOOK.calling.region)
    return found.e164 if found else digits
