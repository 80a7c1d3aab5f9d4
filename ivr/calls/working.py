"""What the owner of a turn does: play it, write its answer, store both together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Protocol

from msgspec.structs import replace as changed

from foundation.clock import Clock, Deadline
from foundation.logs import logger
from foundation.metrics import MISSES, SPEECH_UNHEARD, TURNS
from ivr.calls.claims import (
    HANG_UP,
    NOTHING_BESIDE,
    Beside,
    CallJournal,
    CallStore,
    Claim,
    HangUpNext,
    Looks,
    Lost,
    Opening,
    Remembered,
    Row,
    Stored,
    StoreGone,
)
from ivr.calls.codec import Kept, Unreadable, decode, encode, plain_events, told
from ivr.calls.hearing import (
    KEYS_ALONE,
    Reach,
    Ways,
    arrange,
    hearers,
    proposed,
    reach_of,
    unheard,
    utterance,
)
from ivr.calls.masking import proof_typed, shown
from ivr.calls.play import Cue, Played, Player
from ivr.channels.listening import Listening
from ivr.flow.engine import asks_secret, awaited_words, begin
from ivr.flow.errands import Phrases
from ivr.flow.events import Missed
from ivr.flow.inputs import Answered, CallerInput, Digits, HungUp, Recorded, Silence, Utterance
from ivr.flow.instructions import Instruction
from ivr.menus.model import MenuBook

STORE_RESERVE = 0.3  # seconds that errands leave for storing what they brought
# The outcomes of a turn, as the journal names them.
ANSWERED, RESTARTED, BEGUN_AGAIN, ENDED = "answered", "restarted", "begun again", "ended"

# Found once for each set of words: finding a label costs more than counting does.
turns_of, _misses_of, _unheard_of = (cache(one.labels) for one in (TURNS, MISSES, SPEECH_UNHEARD))

VOICE = "voice"  # the source of a turn that was taken by what somebody said

# (call, the turn that goes on, what to do, how the caller is heard)
Render = Callable[[str, int, tuple[Instruction, ...], Listening], bytes]
Learn = Callable[[Phrases], object]  # what words of the caller's own will soon be compared with


def learn_nothing(_phrases: Phrases) -> None:
    """Of those who compare no words."""


class Shelf(Protocol):
    """The books: the one for new calls, and each that a call began with."""

    def current(self) -> MenuBook: ...

    def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None: ...


@dataclass(frozen=True, slots=True)
class Work:
    """A turn that is owned. `turn` is larger than the one asked for if the state that asked is lost."""

    claim: Claim
    turn: int
    known: Remembered | None
    heard: CallerInput
    beside: Beside = NOTHING_BESIDE

    @classmethod
    def of_the_end(cls, claim: Claim, turn: int, known: Remembered, at: datetime) -> Work:
        """The turn in which the end of the call is heard."""
        return cls(replace(claim, source=HANG_UP, turn=turn), turn, known, HungUp(at))


@dataclass(frozen=True, slots=True)
class Start:
    """Where the turn begins, and what its row will say of that."""

    cue: Cue
    outcome: str
    reach: Reach
    kept: Kept | None = None
    opening: Opening | None = None

    @property
    def recordings(self) -> tuple[str, ...]:
        """The messages that the call has heard, with the one of this turn."""
        known, heard = self.kept.recordings if self.kept else (), self.cue.heard
        return self.kept.having_heard(heard.recording) if self.kept and isinstance(heard, Recorded) else known


@dataclass(frozen=True, slots=True)
class Worker:
    """Plays and settles turns in one store. `journal` may be that store."""

    store: CallStore
    journal: CallJournal
    shelf: Shelf
    player: Player
    render: Render
    ways: Ways = KEYS_ALONE
    learn: Learn = learn_nothing

    @property
    def clock(self) -> Clock:
        """The clock that the turns are played by."""
        return self.player.clock

    def played(self, work: Work, deadline: Deadline) -> Row:
        """The turn as it will be stored. A fault gives the turn back, so that nobody waits for its lease."""
        try:
            start = self._start(work, deadline)
            before_storing = Deadline(deadline.clock, deadline.at - STORE_RESERVE)
            played = self.player.play(start.cue, before_storing)
            self.learn(awaited_words(start.cue.book, played.state, played.instructions))
            return self._row(work, start, played)
        except Exception:
            self.release(work, deadline)
            raise

    def settled(
        self, row: Row, work: Work, deadline: Deadline
    ) -> tuple[Stored | HangUpNext | Lost, Remembered]:
        """How the storing went, and what now stands for the turn."""
        try:
            outcome = self.store.settle(row, work.claim.owner, deadline)
        except StoreGone:
            return Stored(), self._kept_in_journal(row, deadline)
        if not isinstance(outcome, Lost):
            self._tell(row)
            if self.store is not self.journal:
                self._journal(row, deadline)
        return outcome, row.remembered

    def _start(self, work: Work, deadline: Deadline) -> Start:
        kept = _readable(work.known)
        if kept is None:
            return self._new_call(work)
        book = self.shelf.pinned(kept.state.book, deadline)
        if book is None:
            logger("calls").error("the book of a call is gone, the call begins again", book=kept.state.book)
            return self._new_call(work, kept)
        again = Digits(work.heard.at, book.everywhere.again)
        if work.turn != work.claim.turn:
            # What was heard belongs to a state that is lost: the question we still know is asked again.
            return self._begun(work, book, kept, again, RESTARTED)
        heard = _heard(work, kept, book)
        if heard is None:
            # Our hearing broke over what was said, no fault of the caller's: the question again, by keys.
            start = self._begun(work, book, kept, again, ANSWERED)
            return replace(start, cue=replace(start.cue, state=changed(kept.state, hearers=())))
        return self._begun(work, book, kept, heard, ENDED if isinstance(heard, HungUp) else ANSWERED)

    def _new_call(self, work: Work, lost: Kept | None = None) -> Start:
        """A call that begins, or one that nobody knows any more: it begins again, its number unknown.

        `lost`: what is known of it though it cannot go on.
        """
        book, heard = self.shelf.current(), work.heard
        if isinstance(heard, Answered):
            start = self._begun(work, book, Kept(begin(book, heard)), heard, ANSWERED)
            return replace(start, opening=Opening(heard.at, heard.number))
        number, dialled = (lost.state.number, lost.state.dialled) if lost else (None, "")
        answered = Answered(heard.at, work.claim.call, number, dialled)
        begun = Kept(begin(book, answered))
        if lost is not None:
            begun = replace(begun, stream=lost.stream, lost=lost.lost)
        if isinstance(heard, HungUp):
            return self._begun(work, book, begun, heard, ENDED)
        return self._begun(work, book, begun, answered, BEGUN_AGAIN)

    def _begun(self, work: Work, book: MenuBook, kept: Kept, heard: CallerInput, outcome: str) -> Start:
        reach = reach_of(self.ways, work.beside, kept.stream, kept.lost, self.clock.now())
        if not isinstance(
            heard, HungUp
        ):  # whoever has hung up is not listened for, and nothing was looked up
            _tell_unheard(kept, reach, first=isinstance(heard, Answered))
        state = changed(kept.state, hearers=hearers(book.languages, reach))
        return Start(Cue(book, state, heard, work.turn), outcome, reach, kept)

    def _row(self, work: Work, start: Start, played: Played) -> Row:
        cue, call, over = start.cue, work.claim.call, start.outcome == ENDED
        said = () if over else played.instructions
        ears = arrange(played.state, said, start.reach, work.turn + 1)
        if over and work.known is not None:
            answer = work.known.answer  # nobody hears a document after the end
        else:
            answer = self.render(call, work.turn + 1, played.instructions, ears.listening)
        # Keys for a state that is lost may have been a PIN: nobody can tell any more.
        secret = start.outcome in {RESTARTED, BEGUN_AGAIN} or asks_secret(cue.book, cue.state)
        heard = cue.heard if isinstance(cue.heard, Utterance) else work.heard
        closing = told(said, proof_typed(heard) if secret else "")
        kept = encode(Kept(played.state, start.recordings, ears.stream, start.reach.lost))
        return Row(
            call=call,
            turn=work.turn,
            at=work.heard.at,
            source=VOICE if isinstance(heard, Utterance) else work.claim.source,
            heard=shown(heard, secret=secret),
            outcome=start.outcome,
            node=played.state.place.node,
            events=[*plain_events(played.events), closing],
            remembered=Remembered(work.turn, kept, answer, over),
            opening=start.opening,
            listen=ears.request,
        )

    def release(self, work: Work, deadline: Deadline) -> None:
        """Give the turn back unplayed, so that nobody waits for its lease."""
        try:
            self.store.release(work.claim.call, work.turn, work.claim.owner, deadline)
        except StoreGone as gone:
            logger("calls").warning("turn not given back", fault=str(gone))

    def _kept_in_journal(self, row: Row, deadline: Deadline) -> Remembered:
        try:
            stands = self.journal.keep_now(row, deadline)
        except StoreGone:
            # The deeds are done and the caller is on the line: the number just given is worth more than
            # a turn that can be repeated. The next request restarts behind this one.
            logger("calls").exception("turn answered and kept nowhere", outcome=row.outcome)
            return row.remembered
        self._tell(row)
        return stands

    def _journal(self, row: Row, deadline: Deadline) -> None:
        try:
            self.journal.keep(row, deadline)
        except StoreGone:
            logger("calls").exception("journal row lost", outcome=row.outcome)

    def _tell(self, row: Row) -> None:
        log = logger("calls")
        log.info("turn taken", source=row.source, outcome=row.outcome, node=row.node, heard=row.heard)
        turns_of(row.source, row.outcome).inc()
        for event in row.events:
            if event["event"] == Missed.__name__:
                _misses_of(event["node"], event["kind"]).inc()


def _heard(work: Work, kept: Kept, book: MenuBook) -> CallerInput | None:
    """What came with the request, else what was said; None: somebody spoke, and it is no answer to this."""
    heard, looks = work.heard, work.claim.looks
    if isinstance(heard, Utterance) and asks_secret(book, kept.state):
        return None  # a secret is typed, never spoken
    if not isinstance(heard, Silence) or looks is Looks.NEVER:
        return heard
    # Without a stream no question was heard: what lies there then is no answer to it.
    said = proposed(work.beside.said, work.claim.call, work.turn) if kept.stream else None
    if said is None:
        return None if looks is Looks.ONLY else heard
    return None if said.lost else utterance(said, heard.at)


def _tell_unheard(kept: Kept, reach: Reach, *, first: bool) -> None:
    """Count and log what stands between a caller and whoever would hear them."""
    if reach.lost > kept.lost:
        logger("calls").warning("a stream came to nothing", in_a_row=reach.lost)
    if why := unheard(kept.state.language, reach):
        _unheard_of(why).inc()
        if first:
            logger("calls").info("a call is served by keys", why=why)


def _readable(known: Remembered | None) -> Kept | None:
    try:
        return decode(known.kept) if known else None
    except Unreadable:
        logger("calls").exception("state cannot be read, the call begins again")
        return None
