"""A spoken message is kept and written down once, whoever fails, dies or is slow over it; nothing is lost."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from callbacks.schema import ticket_recordings
from callbacks.transcripts.message import (
    LONGEST_PAUSE,
    MODEL_LOOKED_FOR,
    TRIES_AT_MOST,
    WAITED_FOR_A_MODEL,
    State,
    Told,
)
from callbacks.transcripts.seal import PART_BYTES, MessageSeal
from callbacks.transcripts.store import MessageStore
from callbacks.transcripts.writing import HELD, LOOKED_FOR, Writing
from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.redaction import Secret
from foundation.sealing import Broken
from speech.transcriber import NoModel, NotWritten, Outcome, ScriptedTranscriber, Written
from telephony.recordings import Audio, NoAudio
from tests.callbacks.promise_desk import Desk
from tests.makers import NOW, a_draft
from tests.speech.test_wav import written

SID = "RE" + "1e" * 16
WAV = written(Random(5).randbytes(2 * PART_BYTES))  # noise, which cannot be compressed
SAID = Written("my number is one two three four", "a-model")
SEAL = MessageSeal(Secret("5c" * 32))
MINUTE = timedelta(minutes=1)


@dataclass
class Worker:
    """One worker of a room with one message. The carrier gives `gives`, in turn; the last one again."""

    database: Database
    clock: StoppedClock
    gives: list[Audio | NoAudio]
    outcomes: dict[str, Outcome]
    name: str = "one"
    fetched: int = 0
    held: int = 0
    writing: Writing = field(init=False)

    def __post_init__(self) -> None:
        self.store = MessageStore(self.database)
        self.writing = Writing(
            self.store,
            SEAL,
            self.fetch,
            ScriptedTranscriber(self.outcomes),
            lambda _language: (),
            self.clock,
            self.holder,
        )

    def fetch(self, sid: str) -> Audio | NoAudio:
        assert sid == SID
        self.fetched += 1
        return self.gives.pop(0) if len(self.gives) > 1 else self.gives[0]

    def holder(self) -> str:
        self.held += 1
        return f"{self.name} {self.held}"

    def deadline(self) -> Deadline:
        return Deadline.after(30.0, self.clock)

    def comes_round(self, times: int = 1) -> int:
        """The chore, so often; what is being written down is waited for."""
        done = 0
        for _ in range(times):
            done += self.writing.do(self.deadline())
            job = self.writing._job  # a thread cannot be waited for by waiting
            if job is not None:
                job.thread.join(20.0)
        return done

    def told(self) -> Told:
        return self.store.told([SID], self.deadline())[SID]

    def passes(self, by: timedelta) -> None:
        self.clock.advance(by)


@pytest.fixture
def room(database_url: str) -> Iterator[Database]:
    database = Database(database_url, StoppedClock(NOW), limit=30.0)
    Desk(database).open(a_draft(language="en", recordings=(SID,)))
    yield database
    database.close()


def worker(room: Database, *gives: Audio | NoAudio, outcome: Outcome = SAID, name: str = "one") -> Worker:
    assert isinstance(room.clock, StoppedClock)
    return Worker(room, room.clock, list(gives) or [Audio(WAV)], {"en": outcome}, name)


def test_a_message_is_fetched_kept_and_written_down_with_its_numbers_hidden(room: Database) -> None:
    one = worker(room)
    assert one.comes_round(2) == 1
    told = one.told()
    assert (told.state, told.due, told.by) == (State.WRITTEN, None, "a-model")
    assert told.sealed is not None
    assert SEAL.open_words(SID, told.sealed) == "my number is •••"
    kept = one.store.sound(SID, one.deadline())
    assert SEAL.open_sound(SID, kept) == WAV
    assert all(WAV[:50] not in part for part in kept)
    assert (one.comes_round(3), one.fetched) == (0, 1)


def test_what_the_carrier_does_not_give_is_asked_for_again_less_and_less_often(room: Database) -> None:
    one = worker(room, NoAudio("the carrier answered 500"), NoAudio("too slow"), Audio(WAV))
    one.comes_round()
    assert (one.told().state, one.told().why, one.told().tries) == (
        State.WAITING,
        "the carrier answered 500",
        1,
    )
    assert one.told().due == NOW + MINUTE
    one.comes_round()
    assert one.fetched == 1
    one.passes(MINUTE)
    one.comes_round()
    assert (one.told().why, one.told().due) == ("too slow", NOW + 3 * MINUTE)
    one.passes(2 * MINUTE)
    assert one.comes_round(2) == 1
    assert one.told().state is State.WRITTEN


def test_what_is_no_sound_is_fetched_again_and_never_kept(room: Database) -> None:
    one = worker(room, Audio(WAV[:-100]), Audio(b"<html>"), Audio(WAV))
    one.comes_round()
    assert "cut short" in one.told().why
    assert one.store.sound(SID, one.deadline()) == ()
    one.passes(MINUTE)
    one.comes_round()
    assert "no WAV file" in one.told().why
    one.passes(2 * MINUTE)
    assert one.comes_round(2) == 1


def test_many_without_a_model_are_kept_in_one_round(room: Database) -> None:
    Desk(room).open(a_draft(call="CA2", key="CA2/1/1", language="id", recordings=("RE2", "RE3")))
    one = worker(room, outcome=NoModel("no model of en is installed"))
    one.writing.fetch = lambda _sid: Audio(WAV)
    one.comes_round()
    assert {told.state for told in one.store.told([SID, "RE2", "RE3"], one.deadline()).values()} == {
        State.KEPT
    }


def test_in_the_end_it_is_given_up_and_its_sound_stays(room: Database) -> None:
    one = worker(room, outcome=NotWritten("signal 6 ended the process"))
    for _ in range(TRIES_AT_MOST + 3):
        one.comes_round(2)
        one.passes(LONGEST_PAUSE)
    told = one.told()
    assert (told.state, told.due, told.tries) == (State.GIVEN_UP, None, TRIES_AT_MOST)
    assert told.why == "signal 6 ended the process"
    assert one.fetched == 1
    assert SEAL.open_sound(SID, one.store.sound(SID, one.deadline())) == WAV


def test_without_a_model_it_waits_for_one_and_is_no_fault(room: Database) -> None:
    one = worker(room, outcome=NoModel("no model of en is installed"))
    one.comes_round(2)
    told = one.told()
    assert (told.state, told.why, told.tries) == (State.KEPT, "no model of en is installed", 0)
    assert told.due == NOW + MODEL_LOOKED_FOR
    assert one.store.waiting(one.deadline()) == 0
    one.passes(MODEL_LOOKED_FOR)
    one.outcomes["en"] = SAID
    assert one.comes_round(2) == 1
    assert one.fetched == 1


def test_after_a_month_no_model_is_waited_for(room: Database) -> None:
    one = worker(room, outcome=NoModel("no model of en is installed"))
    one.comes_round(2)
    one.passes(WAITED_FOR_A_MODEL)
    one.comes_round(2)
    assert (one.told().state, one.told().due) == (State.KEPT, None)


def test_words_whose_numbers_nobody_can_hide_are_not_kept(room: Database) -> None:
    Desk(room).open(a_draft(call="CA2", key="CA2/1/1", language="de", recordings=("RE2",)))
    one = Worker(room, worker(room).clock, [Audio(WAV)], {"de": Written("eins zwei", "m"), "en": SAID})
    one.writing.fetch = lambda _sid: Audio(WAV)
    one.comes_round(4)
    told = one.store.told(["RE2"], one.deadline())["RE2"]
    assert (told.state, told.sealed) == (State.GIVEN_UP, None)
    assert "numbers are said in de" in told.why


def test_of_two_workers_one_writes_it_down(room: Database) -> None:
    first, second = worker(room), worker(room, name="two")
    together = threading.Barrier(2)
    done: list[int] = []

    def work(one: Worker) -> None:
        together.wait()
        done.append(one.comes_round(3))

    threads = [threading.Thread(target=work, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1]
    assert first.fetched + second.fetched == 1


def test_a_worker_that_was_frozen_over_it_finds_that_another_one_has_done_it(room: Database) -> None:
    frozen, other = worker(room), worker(room, name="two")
    ended = threading.Event()
    frozen.writing.transcriber = _Slow(ended, Written("said to the frozen one", "m"))
    frozen.writing.do(frozen.deadline())
    ended.set()  # it is written down, and nobody has collected that
    other.comes_round(2)
    assert other.fetched == 0
    other.passes(HELD)
    assert other.comes_round(2) == 1
    assert frozen.comes_round() == 0
    told = other.told()
    assert told.sealed is not None
    assert SEAL.open_words(SID, told.sealed) == "my number is •••"
    assert (other.fetched, len(other.store.sound(SID, other.deadline()))) == (0, 3)


def test_whoever_is_at_it_keeps_it_for_as_long_as_it_takes(room: Database) -> None:
    slow, other = worker(room), worker(room, name="two")
    ended = threading.Event()
    slow.writing.transcriber = _Slow(ended, SAID)
    slow.writing.do(slow.deadline())
    for _ in range(4):
        slow.passes(HELD - LOOKED_FOR)
        slow.writing.do(slow.deadline())
        other.comes_round()
    assert other.held == 4
    assert other.fetched == 0
    ended.set()
    assert slow.comes_round(2) == 1


@dataclass
class _Slow:
    """Writes down when it is let."""

    let: threading.Event
    outcome: Outcome

    def transcribe(self, wav: bytes, language: str) -> Outcome:
        del wav, language
        self.let.wait(20.0)
        return self.outcome

    def close(self) -> None:
        self.let.set()


def test_a_worker_that_ends_leaves_it_to_the_next_at_once(room: Database) -> None:
    one, two = worker(room), worker(room, name="two")
    one.writing.transcriber = _Slow(threading.Event(), NotWritten("the worker ends"))
    one.writing.do(one.deadline())
    one.writing.close()
    assert (one.told().why, one.told().due) == ("the worker ended", NOW)
    assert two.comes_round(2) == 1
    assert two.fetched == 0


def test_under_another_key_the_sound_is_fetched_anew(room: Database) -> None:
    one = worker(room, outcome=NotWritten("signal 9 ended the process"))
    one.comes_round(2)
    two = worker(room, name="two")
    two.writing.seal = MessageSeal(Secret("7d" * 32))
    two.passes(MINUTE)
    assert two.comes_round(2) == 1
    assert two.fetched == 1
    with pytest.raises(Broken):
        SEAL.open_sound(SID, two.store.sound(SID, two.deadline()))


def test_a_message_that_is_deleted_takes_its_sound_and_its_words_along(room: Database) -> None:
    one = worker(room)
    one.comes_round()
    with room.writing(one.deadline()) as connection:
        connection.execute(ticket_recordings.delete())
    one.comes_round()
    assert one.store.told([SID], one.deadline()) == {}
    assert one.store.sound(SID, one.deadline()) == ()
