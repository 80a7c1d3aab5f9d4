"""One turn of one call: claimed, played, stored, answered; its rivals and repeats hear the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from msgspec.structs import replace

from foundation.clock import Clock, Deadline
from foundation.fault_points import DISARMED, FaultPoints
from foundation.logs import about, logger
from ivr.calls.claims import (
    HANG_UP,
    Aim,
    CallJournal,
    CallStore,
    Claim,
    Claimed,
    Free,
    HangUpNext,
    Looks,
    Lost,
    Present,
    Remembered,
    Speaking,
    StoreGone,
)
from ivr.calls.codec import Kept, decode
from ivr.calls.hearing import KEYS_ALONE, Ways
from ivr.calls.loading import Loader
from ivr.calls.play import Asked, Player, Runner
from ivr.calls.status import CallStatus
from ivr.calls.working import Learn, Render, Shelf, Work, Worker, learn_nothing, turns_of
from ivr.channels.listening import USUAL, Awaited, Way
from ivr.flow.engine import step
from ivr.flow.events import PromiseLost
from ivr.flow.inputs import CallerInput, Recorded, Silence
from ivr.flow.instructions import Say
from ivr.flow.prompts import common

END_SECONDS = 1.8  # for hearing the end of a call, whose caller waits for nothing any more
POLL_SECONDS = 0.005
LAST_WORD_SECONDS = 0.05  # what a contender keeps back for its own answer
REPEATED = "answered before"  # as the metrics name it
TRIES_AT_MOST = 4  # claims that one request makes, when owners before it die or lose

Wait = Callable[[str, int, Way], bytes]  # -> a second of silence, then the same turn again by the same way
# -> the same, or a few words, and keys count as in the question
Hark = Callable[[str, int, Way, Awaited, Sequence[Say]], bytes]


class EndUnheard(Exception):
    """What the end of a call leaves could not be kept: the end is not settled, it may be told again."""


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """Somebody asks for a turn: `turn` is the one in the address (0 = the call is answered).

    `source` says who asks ("answer", "keys", "silence", "recording", "bridge", "voice"), never what was
    pressed or said.
    """

    call: str
    turn: int
    source: str
    heard: CallerInput
    way: Way = USUAL

    @property
    def looks(self) -> Looks:
        """Whether what was said is looked for: keys beat it."""
        if not isinstance(self.heard, Silence):
            return Looks.NEVER
        return Looks.ONLY if self.way.moved else Looks.FIRST


@dataclass(frozen=True, slots=True)
class Turns:
    """Takes turns and hears of ends. Safe for many threads and many processes at once."""

    store: CallStore
    journal: CallJournal
    shelf: Shelf
    runner: Runner
    render: Render
    wait: Wait
    clock: Clock
    fault_points: FaultPoints = DISARMED
    hark: Hark | None = None
    ways: Ways = KEYS_ALONE
    learn: Learn = learn_nothing
    pause: Callable[[float], None] = time.sleep
    new_owner: Callable[[], str] = field(default=lambda: uuid4().hex)

    def take(self, request: TurnRequest, deadline: Deadline) -> bytes:
        """The document to answer with, within the deadline. Nothing is done twice, whoever asks how often.

        Raises what the engine and the errands raise as faults of ours (KeyReused among them), and
        StoreGone if neither Redis nor SQL can be used: the handler apologises.
        """
        with about(call=request.call, turn=request.turn):
            try:
                return self._take(request, self.store, deadline)
            except StoreGone as gone:
                logger("calls").warning("the call goes on from the journal", fault=str(gone))
                if deadline.left() <= LAST_WORD_SECONDS:
                    return self.wait(request.call, request.turn, request.way)
                return self._take(request, self.journal, deadline)

    def hear_status(self, status: CallStatus, deadline: Deadline) -> bool:
        """News of a call: kept, also for an unknown one; an end is heard by the flow, once.

        Whether it has been heard, now or before: not if it is no end, if nobody knows the call, or if the
        owner of a running turn will hear of it. Raises EndUnheard if what the call leaves could not be kept:
        the end may then be told again.
        """
        with about(call=status.call):
            try:
                self.journal.note(status, deadline)
            except StoreGone as gone:
                logger("calls").warning("status not kept", stage=status.stage.value, fault=str(gone))
            if not status.stage.ends:
                return False
            try:
                return self._end(status, self.store, deadline)
            except StoreGone as gone:
                logger("calls").warning("the call ends from the journal", fault=str(gone))
                return self._end(status, self.journal, deadline)

    def remembered(self, call: str, deadline: Deadline) -> Kept | None:
        """What is known of a call, as for an apology. Raises StoreGone if nobody can be asked."""
        try:
            found = self.store.look(call, 0, deadline)
            newest = found.known if isinstance(found, Present) else self.journal.newest(call, deadline)
        except StoreGone:
            newest = self.journal.newest(call, deadline)
        return decode(newest.kept) if newest else None

    def _take(self, request: TurnRequest, store: CallStore, deadline: Deadline) -> bytes:
        worker = self._worker(store)
        for _ in range(TRIES_AT_MOST):
            owner, patient = self.new_owner(), request.way.patient
            claim = Claim(
                request.call, request.turn, request.source, owner, looks=request.looks, patient=patient
            )
            match Loader(self.journal).claim(claim, store, deadline):
                case Claimed(turn, known, beside):
                    answer = self._own(worker, Work(claim, turn, known, request.heard, beside), deadline)
                    if answer is not None:
                        return answer
                case Speaking(known):
                    return self._still_spoken(request, known, deadline)
                case Present(known):
                    return self._present(request, known, deadline)
                case _:
                    pass
            found = self._awaited(request, store, deadline)
            if isinstance(found, Present):
                return self._present(request, found.known, deadline)
            if found is None:
                break
        return self.wait(request.call, request.turn, request.way)

    def _still_spoken(self, request: TurnRequest, known: Remembered, deadline: Deadline) -> bytes:
        """The caller is in the middle of a word: nothing is done, and keys still count."""
        kept, way = decode(known.kept), request.way
        if kept.stream is None or self.hark is None:
            return self.wait(request.call, request.turn, way.once_more(None))
        book = self.shelf.pinned(kept.state.book, deadline) if way.speaks_up(kept.stream) else None
        said = common(book, kept.state, "listening") if book else ()
        return self.hark(request.call, request.turn, way.once_more(kept.stream), kept.stream, said)

    def _own(self, worker: Worker, work: Work, deadline: Deadline) -> bytes | None:
        """Play and settle the turn; None if it was lost to somebody who took it over."""
        self.fault_points.reach("after_claim")
        row = worker.played(work, deadline)
        self.fault_points.reach("after_errand_before_store")
        outcome, stands = worker.settled(row, work, deadline)
        if isinstance(outcome, Lost):
            return None
        self.fault_points.reach("after_store_before_answer")
        self._keep_spoken(work.claim.call, work.heard, stands, deadline)
        if isinstance(outcome, HangUpNext):
            self._hear_end_next(worker, Work.of_the_end(work.claim, row.turn + 1, stands, self.clock.now()))
        return stands.answer

    def _present(self, request: TurnRequest, known: Remembered, deadline: Deadline) -> bytes:
        """The turn was answered, or the call has moved on: its present document, and nothing done."""
        self._keep_spoken(request.call, request.heard, known, deadline)
        logger("calls").info("turn answered before", source=request.source, present=known.turn)
        turns_of(request.source, REPEATED).inc()
        return known.answer

    def _awaited(self, request: TurnRequest, store: CallStore, deadline: Deadline) -> Present | Free | None:
        """The answer that somebody else is making; Free if they gave up, None at the deadline."""
        while deadline.left() > LAST_WORD_SECONDS:
            self.pause(POLL_SECONDS)
            found = store.look(request.call, request.turn, deadline)
            if isinstance(found, Present | Free):
                return found
        return None

    def _end(self, status: CallStatus, store: CallStore, deadline: Deadline) -> bool:
        claim = Claim(status.call, 0, HANG_UP, self.new_owner(), Aim.END)
        match Loader(self.journal).claim(claim, store, deadline):
            case Claimed(turn, Remembered() as known):
                work = Work.of_the_end(claim, turn, known, status.at)
                self._hear_end(self._worker(store), work, deadline)
                return True
            case other:
                logger("calls").info("end noted", found=type(other).__name__)
                return isinstance(other, Present)

    def _hear_end_next(self, worker: Worker, work: Work) -> None:
        """The end of a call that came while its turn was played; a fault must not spoil the turn before."""
        # A budget of its own: the turn is settled, and its caller waits for nothing any more.
        deadline = Deadline.after(END_SECONDS, self.clock)
        try:
            self._hear_end(worker, work, deadline)
        except Exception:  # noqa: BLE001  # nobody is on the line to be told; a repeated status tries again
            logger("calls").exception("the end of a call was not heard")

    def _hear_end(self, worker: Worker, work: Work, deadline: Deadline) -> None:
        """`HungUp` as the next turn; its document is thrown away. Raises EndUnheard if nothing was kept."""
        with about(turn=work.turn):
            row = worker.played(work, deadline)
            lost = [event for event in row.events if event["event"] == PromiseLost.__name__]
            if lost:
                worker.release(work, deadline)
                logger("calls").error("a promise at the end of a call is not kept yet", lost=lost)
                raise EndUnheard(work.claim.call)
            worker.settled(row, work, deadline)

    def _keep_spoken(self, call: str, heard: CallerInput, known: Remembered, deadline: Deadline) -> None:
        """A spoken message that came too late for its turn is kept all the same, once."""
        if not isinstance(heard, Recorded):
            return
        kept = decode(known.kept)
        if heard.recording in kept.recordings:
            return
        ended = replace(kept.state, ended=True)
        book = self.shelf.pinned(ended.book, deadline) or self.shelf.current()
        errand = step(book, ended, heard).errand
        if errand is not None:
            result = self.runner.run(Asked(f"{call}/recording/{heard.recording}", call, errand), deadline)
            logger("calls").info(
                "late recording kept", recording=heard.recording, result=type(result).__name__
            )

    def _worker(self, store: CallStore) -> Worker:
        player = Player(self.runner, self.clock)
        return Worker(store, self.journal, self.shelf, player, self.render, self.ways, self.learn)
