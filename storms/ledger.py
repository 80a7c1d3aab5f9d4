"""What callers were promised against what stands in SQL: promises lost, false words, rows made twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from storms.standing import Row, Standing
from storms.told import Promise, Told


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was promised, and what is wrong, if anything: each line names the call or the number.

    `kept`: promises without a number; `to_call`: numbers to call that were agreed on; `messages`: sent and
    told to be; `taken_back`: promises that must not stand any more. `false`: words that were not true.
    """

    heard: int
    kept: int
    to_call: int
    messages: int
    taken_back: int
    false: tuple[str, ...]
    lost: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Nothing was lost, nothing false was said, nothing was made twice."""
        return not (self.false or self.lost or self.twice)


def judged(all_told: Sequence[Told], stands: Standing) -> Verdict:
    """Every number heard is a ticket of that call, every promise stands as it was told, none twice."""
    promises = [promise for one in all_told for promise in one.promises]
    by_number = {row.number: row for row in stands.rows}
    of_call: dict[str, list[Row]] = defaultdict(list)
    for row in stands.rows:
        for call in row.calls | {row.by}:
            of_call[call].append(row)
    accounts = [_Account(one, of_call[one.call], by_number, stands.messages) for one in all_told]
    return Verdict(
        heard=sum(len(one.numbers) for one in all_told),
        kept=sum(not (promise.number or promise.to_call or promise.withdrawn) for promise in promises),
        to_call=sum(promise.to_call is not None for promise in promises),
        messages=len({sid for promise in promises for sid in promise.messages}),
        taken_back=sum(promise.withdrawn for promise in promises),
        false=tuple(line for account in accounts for line in account.false()),
        lost=tuple(line for account in accounts for line in account.lost()),
        twice=tuple(_twice(stands.rows)),
    )


@dataclass(frozen=True, slots=True)
class _Account:
    """One caller: what was told, and the tickets of the call, made by it or come to."""

    told: Told
    rows: Sequence[Row]
    by_number: Mapping[str, Row]
    messages: Mapping[str, str]

    def false(self) -> Iterator[str]:
        """Numbers that are no ticket's, and what was not taken back though the caller heard so."""
        call = self.told.call
        yield from (f"{call} heard {one}" for one in sorted(self.told.numbers) if one not in self.by_number)
        for promise in self.told.promises:
            if promise.withdrawn and not self._is_withdrawn(promise):
                yield f"{call} heard that {promise.number or promise.about} is taken back"

    def lost(self) -> Iterator[str]:
        """What was promised, and is not there as it was promised."""
        call, withdrawn = self.told.call, {one.number for one in self.told.promises if one.withdrawn}
        unsettled = {row.number for row in self.rows if row.by == call} & self.told.unsettled
        mine = {row.number for row in self.rows if call in row.calls} | withdrawn | unsettled
        for number in sorted(self.told.numbers):
            if number in self.by_number and number not in mine:
                yield f"{call} heard {number} of another call"
        agreed: dict[str, str] = {}
        for promise in self.told.promises:
            if not promise.withdrawn:
                yield from self._missing(promise, agreed)
        yield from self._not_called(agreed)

    def _missing(self, promise: Promise, agreed: dict[str, str]) -> Iterator[str]:
        row, call = self._row_of(promise), self.told.call
        if row is None:
            # A number without a ticket of this call is told already.
            if not promise.number:
                yield f"{call} has nothing kept about {promise.about or 'what was said'}"
            return
        if promise.about and row.topic != promise.about:
            yield f"{call} heard {row.number} about {promise.about}, and it is about {row.topic}"
        if row.cancelled:
            yield f"{call} was promised {row.number}, and it is cancelled"
        if promise.to_call is not None:
            agreed[row.number] = promise.to_call
        for sid in promise.messages:
            place = self.messages.get(sid)
            if place is None or (promise.number and place != promise.number):
                yield f"{call} sent {sid}, and {row.number} does not hold it"

    def _row_of(self, promise: Promise) -> Row | None:
        """The ticket of a promise: by its number, else by its topic, else any not told of before."""
        standing = [row for row in self.rows if self.told.call in row.calls]
        if promise.number:
            return next((row for row in standing if row.number == promise.number), None)
        if promise.about:
            return next((row for row in standing if row.topic == promise.about), None)
        return next((row for row in standing if row.number not in promise.before), None)

    def _not_called(self, agreed: Mapping[str, str]) -> Iterator[str]:
        """The number agreed on last is the one that staff will call."""
        for number, wanted in agreed.items():
            found = self.by_number[number].to_call
            if found != wanted:
                yield f"{self.told.call} is to be called on {wanted} about {number}, which says {found}"

    def _is_withdrawn(self, promise: Promise) -> bool:
        """Cancelled, and nothing else of the call stands about it, unless it was promised anew."""
        mine = [row for row in self.rows if row.by == self.told.call and row.topic == promise.about]
        wanted = [row for row in mine if row.number == promise.number or not promise.number]
        anew = any(one.about == promise.about and not one.withdrawn for one in self.told.promises)
        return any(row.cancelled for row in wanted) and (anew or all(row.cancelled for row in mine))


def _twice(rows: Sequence[Row]) -> Iterator[str]:
    """One ticket a call and topic, but for what was taken back before."""
    pairs = Counter((row.by, row.topic) for row in rows if not row.cancelled)
    yield from (f"{call} has {many} of {topic}" for (call, topic), many in pairs.items() if many > 1)
