"""What callers were told against what stands in SQL: promises lost, false numbers, rows made twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from exchange.exchange import CallRecord
from ivr.handlers.apology_words import WORDS
from ivr.menus.model import MenuBook
from storms.fallback import THANKS
from tests.end_to_end.running import Filed, numbers_heard
from tests.shipped import BOOK


def _kept_texts(book: MenuBook) -> frozenset[str]:
    """What promises without a number, in each language: the words of the book, and those of an apology."""
    prompts = [
        prompt for wording in book.wordings.values() for prompt in (wording.common, *wording.prompts.values())
    ]
    return frozenset(
        {said for words in WORDS.values() for said in (words.kept, words.spooled)}
        | {prompt.parts["kept"] for prompt in prompts if "kept" in prompt.parts}
    )


KEPT = _kept_texts(BOOK)
SHOWN = 200  # characters of an answer that leads nowhere
WAITS = ("<Gather", "<Record", "<Dial", "<Redirect", "<Hangup", "<Pause")


@dataclass(frozen=True, slots=True)
class Told:
    """What one caller was told: ticket numbers, and whether something was kept without one.

    `at_carrier`: a message was left with the carrier's own document, for `hotline` to fetch. `silent`:
    answers of ours that wait for nothing, or are no document at all. `slowest`: seconds until the latest
    answer. `by`: who ended the call.
    """

    call: str
    numbers: frozenset[str]
    kept: bool
    at_carrier: bool
    silent: tuple[str, ...]
    slowest: float
    documents: int
    by: str


def told(record: CallRecord, web: str) -> Told:
    """Read the tape of one call; `web` is where our own documents come from."""
    documents = record.of("document")
    ours = [one for one in documents if one["url"].startswith(web)]
    return Told(
        record.sid,
        frozenset(numbers_heard(record)),
        any(text in one["body"] for one in ours for text in KEPT),
        any(one["url"].endswith(THANKS) for one in documents),
        tuple(f"{one['status']} {one['body'][:SHOWN]}" for one in ours if not _leads_on(one)),
        max((one["seconds"] for one in documents), default=0.0),
        len(documents),
        record.ended_by,
    )


def _leads_on(document: dict[str, Any]) -> bool:
    return document["status"] == HTTPStatus.OK and any(wait in document["body"] for wait in WAITS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, if anything: each line names the call or the number."""

    heard: int
    kept: int
    false: tuple[str, ...]
    lost: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Nothing was lost, nothing false was said, nothing was made twice."""
        return not (self.false or self.lost or self.twice)


def judged(all_told: Sequence[Told], filed: Iterable[Filed], kept_for: Collection[str]) -> Verdict:
    """Every number heard is a row of that call; whatever was kept stands; no call has two rows of a topic.

    `filed` are the tickets that calls came to, `kept_for` the calls of which SQL holds anything promised.
    """
    rows = list(filed)
    of_call = {(row.call, row.number) for row in rows}
    numbers = {row.number for row in rows}
    heard = [(one.call, number) for one in all_told for number in sorted(one.numbers)]
    false = tuple(f"{call} heard {number}" for call, number in heard if number not in numbers)
    strange = tuple(
        f"{call} heard {number} of another call"
        for call, number in heard
        if number in numbers and (call, number) not in of_call
    )
    lost = tuple(f"{one.call} has nothing kept" for one in all_told if one.kept and one.call not in kept_for)
    pairs = Counter((row.call, row.topic) for row in rows)
    twice = tuple(f"{call} has {many} of {topic}" for (call, topic), many in pairs.items() if many > 1)
    return Verdict(len(heard), sum(one.kept for one in all_told), false, (*lost, *strange), twice)
