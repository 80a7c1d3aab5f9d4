"""A chore: has the sound of spoken messages kept here and their words written down, one at a time.

Fetching takes its part of the chore's time; writing down goes on in a thread and a child process, for
minutes if it must, and is looked after whenever the chore comes round. Whoever is killed over a message
leaves it to be taken over after HELD; a message is kept and written down once, whoever was slow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callbacks.transcripts.message import (
    TRIES_AT_MOST,
    WAITED_FOR_A_MODEL,
    Claimed,
    State,
    Step,
    failed,
    without_model,
)
from callbacks.transcripts.seal import MessageSeal
from callbacks.transcripts.store import MessageStore
from foundation.clock import Clock, Deadline
from foundation.database import DatabaseUnavailable
from foundation.fault_points import DISARMED, FaultPoints
from foundation.logs import logger
from foundation.metrics import MESSAGES, MESSAGES_WAITING
from foundation.sealing import Broken
from speech.said_numbers import masked
from speech.transcriber import NoModel, NotWritten, Outcome, Transcriber, Written
from speech.wav import NotSound, read_wav
from telephony.recordings import Audio, NoAudio

HELD = timedelta(seconds=120)  # longer than all chores of a worker take, so that none loses what it is at
LOOKED_FOR = timedelta(seconds=15)  # between two looks for messages that came new
NEEDED = 8.0  # seconds of the chore that must be left to begin with one more: fetching it, and SQL
AT_ONCE = 0.3  # seconds that are waited for the words of one
ENDING = 3.0  # seconds for a child that is told to end, and then for SQL

Fetch = Callable[[str], Audio | NoAudio]  # the sound of a message, from the carrier alone
DigitWords = Callable[[str], Collection[str]]  # how the book says numbers in a language


@dataclass(slots=True)
class _Job:
    """A message that is being written down."""

    one: Claimed
    thread: threading.Thread
    outcome: Outcome = field(default_factory=lambda: NotWritten("it broke off"))


@dataclass(slots=True)
class Writing:
    """`fetch`: None where no account is set. `new_holder` draws a name that nobody else has."""

    store: MessageStore
    seal: MessageSeal
    fetch: Fetch | None
    transcriber: Transcriber
    digits: DigitWords
    clock: Clock
    new_holder: Callable[[], str]
    fault_points: FaultPoints = DISARMED
    _job: _Job | None = None
    _looked: datetime | None = None

    def do(self, deadline: Deadline) -> int:
        """How many messages were written down. Raises DatabaseUnavailable."""
        done = self._ended(deadline)
        if self._job is not None:
            self.store.hold(self._job.one, self.clock.now() + HELD, deadline)
            return done
        self._look(deadline)
        while self._idle() and deadline.left() > NEEDED:
            one = self.store.claim(self.new_holder(), self.clock.now() + HELD, deadline)
            if one is None:
                break
            self.fault_points.reach("after_message_claimed")
            done += self._begun(one, deadline)
        return done

    def close(self) -> None:
        """End what is under way; whoever comes next does it at once."""
        self.transcriber.close()
        job, self._job = self._job, None
        if job is None:
            return
        job.thread.join(ENDING)
        at_once = Step(State.KEPT, self.clock.now(), job.one.tries - 1, "the worker ended")
        step = self._step(job) if isinstance(job.outcome, Written) else at_once
        with suppress(DatabaseUnavailable):
            self.store.settle(job.one, step, Deadline.after(ENDING, self.clock))

    def _look(self, deadline: Deadline) -> None:
        now = self.clock.now()
        if self._looked is None or now - self._looked >= LOOKED_FOR:
            self.store.take_in(now - WAITED_FOR_A_MODEL, deadline)
            MESSAGES_WAITING.set(self.store.waiting(deadline))
            self._looked = now

    def _idle(self) -> bool:
        return self._job is None

    def _begun(self, one: Claimed, deadline: Deadline) -> int:
        """Begin with a message; 1 if it is written down already. What has no model takes no time at all."""
        self._begin(one, deadline)
        if self._job is not None:
            self._job.thread.join(AT_ONCE)
        return self._ended(deadline)

    def _begin(self, one: Claimed, deadline: Deadline) -> None:
        if one.tries > TRIES_AT_MOST:
            self._settle(one, failed(one, "whoever tried was ended over it", self.clock.now()), deadline)
            return
        wav = self._sound(one, deadline)
        if wav is None:
            return
        job = _Job(one, threading.Thread(target=lambda: self._write(job, wav), daemon=True))
        self._job = job
        job.thread.start()

    def _write(self, job: _Job, wav: bytes) -> None:
        job.outcome = self.transcriber.transcribe(wav, job.one.language)

    def _sound(self, one: Claimed, deadline: Deadline) -> bytes | None:
        """As it is kept, else as the carrier has it, which is then kept; None: not now."""
        if one.state is State.KEPT:
            with suppress(Broken):
                return self.seal.open_sound(one.sid, self.store.sound(one.sid, deadline))
        found = self.fetch(one.sid) if self.fetch else NoAudio("no account is set: TWILIO_ACCOUNT_SID")
        why = found.reason if isinstance(found, NoAudio) else _fault_of(found.wav)
        if why or isinstance(found, NoAudio):
            self._settle(one, failed(one, why, self.clock.now()), deadline)
            return None
        if not self.store.keep_sound(one, self.seal.close_sound(one.sid, found.wav), deadline):
            return None
        MESSAGES.labels("kept").inc()
        self.fault_points.reach("after_sound_kept")
        return found.wav

    def _ended(self, deadline: Deadline) -> int:
        """Whether the message at hand was written down: 1, else 0."""
        job = self._job
        if job is None or job.thread.is_alive():
            return 0
        self.fault_points.reach("after_message_heard")
        ours = self._settle(job.one, self._step(job), deadline)
        self._job = None
        return int(ours and isinstance(job.outcome, Written))

    def _step(self, job: _Job) -> Step:
        one, now = job.one, self.clock.now()
        match job.outcome:
            case Written(words, by):
                return self._written(one, words, by)
            case NoModel(why):
                return without_model(one, why, now)
            case NotWritten(why):
                # From here on its sound is kept, whatever it was when it was claimed.
                again = failed(one, why, now)
                return again if again.due is None else Step(State.KEPT, again.due, again.tries, why)

    def _written(self, one: Claimed, words: str, by: str) -> Step:
        shown = masked(words, one.language, self.digits(one.language))
        if shown is None:
            why = f"how numbers are said in {one.language} is not known, and they have to be hidden"
            return Step(State.GIVEN_UP, None, one.tries, why)
        return Step(State.WRITTEN, None, one.tries, "", by, self.seal.close_words(one.sid, shown))

    def _settle(self, one: Claimed, step: Step, deadline: Deadline) -> bool:
        """Whether it was still ours: else somebody has taken it over, and their word counts."""
        if not self.store.settle(one, step, deadline):
            return False
        what = _outcome(step)
        MESSAGES.labels(what).inc()
        if what in {"failed", "given_up"}:
            news = {"recording": one.sid, "why": step.why, "tries": step.tries}
            logger("callbacks").warning("a message is not written down", outcome=what, **news)
        return True


def _outcome(step: Step) -> str:
    if step.state is State.WRITTEN:
        return "written"
    if step.state is State.GIVEN_UP:
        return "given_up"
    return "failed" if step.tries else "no_model"


def _fault_of(wav: bytes) -> str:
    try:
        read_wav(wav)
    except NotSound as fault:
        return str(fault)
    return ""
