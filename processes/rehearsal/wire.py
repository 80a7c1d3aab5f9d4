"""Plays a conversation on the running line: the exchange calls, and the web process tells what it said.

The line has the clock on the wall and remembers who called before: a customer calls from a number of their
own, which nobody has called from, unless the file counts on what an earlier call left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from foundation.clock import Clock
from foundation.hours import is_open
from ivr.menus.model import MenuBook
from processes.rehearsal.conversation import Conversation, Earlier
from processes.rehearsal.playing import NotPlayed, Play, Verdict, not_in_book, other_prompts
from processes.rehearsal.stage import demo_customer, is_demo
from processes.rehearsal.telephone import RECORDING, Heard

SPEED = 50.0  # seconds of a call in a second of ours
ASKING = 25.0  # seconds for one answer; the exchange holds one back for 20 if nothing is new
LONGEST_CALL = 300.0  # seconds; at this speed a call of four hours
INVITED = "common.say_it"  # said by a line that hears callers, also to one who presses keys
ENDED = ""  # the path of the turn in which the end of a call was heard
_CREATED = 201


class NoLine(Exception):
    """Nobody answers, or nobody tells what was said; the text says what helps."""


@dataclass(frozen=True, slots=True)
class Line:
    """The number `to` of the exchange at `exchange`, and the book that it is thought to read.

    `new_number` draws a number that nobody has called from.
    """

    exchange: httpx.Client
    to: str
    book: MenuBook
    clock: Clock
    new_number: Callable[[], str]

    def play(self, play: Play) -> Verdict:
        """Call, follow the call to its end, and compare. Raises NotPlayed, and NoLine."""
        missing = tuple(not_in_book(self.book, play))
        if missing:
            return Verdict(missing)
        try:
            placed = self._placed(play)
            events = list(self._events(str(placed["sid"])))
        except httpx.HTTPError as error:
            raise NoLine(
                f"the exchange at {self.exchange.base_url} does not answer: {error}; "
                "start it with `make run` in another terminal"
            ) from None
        heard = heard_of(events)
        if not heard:
            raise NoLine(
                "nobody told what was said inside the call; the line is asked only in development, "
                "start it with `hotline run`"
            )
        notes = (*placed.get("notes", ()), *self._other_hours(play), *_other_ears(play, heard))
        if not play.conversation.ears:
            heard = uninvited(heard)
        return Verdict(tuple(other_prompts(play.conversation, heard)), notes)

    def _placed(self, play: Play) -> dict[str, Any]:
        one = play.conversation
        told: dict[str, object] = {"language": play.language, "to": self.to, "speed": SPEED}
        if is_demo(one.number) and one.earlier == Earlier():
            told["from"] = self.new_number()
        told["conversation"] = _filled(one, told.get("from"))
        answer = self.exchange.post("/exchange/play", json=told)
        table: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        if answer.status_code != _CREATED:
            raise NotPlayed(f"the exchange does not play it: {table.get('error', answer.status_code)}")
        return table

    def _events(self, sid: str) -> Iterator[dict[str, Any]]:
        """The tape of the call, up to its end and the last that is told of it."""
        after, ended, until = 0, False, time.monotonic() + LONGEST_CALL
        while time.monotonic() < until:
            answer = self.exchange.get(f"/exchange/calls/{sid}/events", params={"after": after})
            found: list[dict[str, Any]] = answer.raise_for_status().json()
            if ended and not found:
                return
            ended = ended or any(event["kind"] == "ended" for event in found)
            after += len(found)
            yield from found
        raise NotPlayed(f"the call {sid} did not end within {LONGEST_CALL:.0f} seconds")

    def _other_hours(self, play: Play) -> Iterator[str]:
        at, now = play.conversation.at, self.clock.now()
        then_open, now_open = is_open(self.book.hours, at), is_open(self.book.hours, now)
        if then_open != now_open:
            then, present = _there(then_open), _there(now_open)
            yield f"the file is of {_moment(at)}, when people are {then}; now they are {present}"


def _other_ears(play: Play, heard: tuple[Heard, ...]) -> Iterator[str]:
    if play.conversation.hosted:
        yield "the carrier hears callers only where HOSTED_RECOGNITION is on and nothing here hears them"
    elif play.conversation.ears:
        yield "what the caller says is heard only if this line hears callers, and as well as it does"
    elif uninvited(heard) != heard:
        yield "this line hears callers and tells them so; the file is for keys alone"


def uninvited(heard: tuple[Heard, ...]) -> tuple[Heard, ...]:
    """The same without the invitation to speak."""
    return tuple(_without(one) for one in heard)


def _without(heard: Heard) -> Heard:
    said = [pair for pair in zip(heard.prompts, heard.words, strict=True) if pair[0] != INVITED]
    return Heard(tuple(prompt for prompt, _ in said), tuple(words for _, words in said))


def _filled(one: Conversation, number: object) -> str:
    """The text, with what a customer knows by heart: the exchange cannot tell who has a new number."""
    account, pin = demo_customer(one.number)
    text = one.text.replace("{account}", account).replace("{pin}", pin)
    return text.replace("{last_four}", str(number)[-4:]) if number else text


def heard_of(events: Sequence[Mapping[str, Any]]) -> tuple[Heard, ...]:
    """What was heard at each turn, by name; with the words if the tape has as many as there are names."""
    turns = {event["turn"]: event for event in events if event["kind"] == "inside" and event["path"] != ENDED}
    prompts = [tuple(turns[turn]["prompts"]) for turn in sorted(turns)]
    words = [
        event["text"] if event["kind"] == "saying" else RECORDING
        for event in events
        if event["kind"] in {"saying", "playing"}
    ]
    whole = len(words) == sum(map(len, prompts))
    left = iter(words)
    return tuple(Heard(names, tuple(next(left) if whole else "" for _ in names)) for names in prompts)


def _moment(at: datetime) -> str:
    return f"{at:%A %d %B %Y %H:%M}"


def _there(is_there: bool) -> str:  # noqa: FBT001  # a yes or no, put into words
    return "there" if is_there else "not there"
