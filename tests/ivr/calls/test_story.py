"""The story of a call: its settled turns in order, no turn skipped for being written a moment late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from callbacks.store import TicketStore
from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.claims import Aim, Claim, Claimed, Remembered, Row
from ivr.calls.codec import Kept, encode
from ivr.calls.explained import explained
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from ivr.calls.story import LATE, TURNS_AT_MOST, Stories
from ivr.flow.state import CallState, Place

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CALL, OTHER = "CA" + "1" * 32, "CA" + "2" * 32
SEAL = Seal(Secret("k" * 32))
STATE = CallState(CALL, "a1" * 32, None, "", AT, "en", Place("main"))


def row(turn: int, call: str = CALL, *, kept: bytes | None = None, over: bool = False) -> Row:
    state = encode(Kept(replace(STATE, turn=turn))) if kept is None else kept
    events: list[dict[str, object]] = [{"event": "NodeEntered", "node": "main"}]
    remembered = Remembered(turn, state, b"<Response/>", over)
    return Row(call, turn, AT, "keys", "keys 1", "answered", "main", events, remembered)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(AT)


@pytest.fixture
def database(database_url: str, clock: StoppedClock) -> Iterator[Database]:
    one = Database(database_url, clock, limit=20)
    yield one
    one.close()


@pytest.fixture
def stories(database: Database) -> Stories:
    return Stories(database, SEAL, TicketStore())


def soon(stories: Stories) -> Deadline:
    return Deadline.after(20, stories.clock)


def write(database: Database, *rows: Row) -> None:
    for one in rows:
        Journal(database, SEAL).keep_now(one, Deadline.after(20, database.clock))


def numbers(stories: Stories, after: int = -1) -> list[int]:
    return [one.turn for one in stories.of(CALL, after, soon(stories)).turns]


def test_turns_are_told_in_order_each_with_the_states_around_it(database: Database, stories: Stories) -> None:
    write(database, row(1), row(0), row(2), row(0, call=OTHER))
    assert numbers(stories) == [0, 1, 2]
    (last,) = stories.of(CALL, 1, soon(stories)).turns
    assert last.before is not None
    assert last.after is not None
    assert (last.before.turn, last.after.turn) == (1, 2)


def test_a_turn_behind_a_missing_one_is_held_back_until_that_one_is_surely_lost(
    database: Database, stories: Stories, clock: StoppedClock
) -> None:
    write(database, row(0), row(2), row(3))
    assert numbers(stories) == [0]
    assert numbers(stories, 0) == []
    write(database, row(1))
    assert numbers(stories) == [0, 1, 2, 3]
    write(database, row(6))
    clock.advance(LATE)
    # Redis was gone, and the call went on behind the turn that nobody knows.
    assert numbers(stories, 3) == [6]


def test_a_turn_that_is_only_claimed_is_not_told(database: Database, stories: Stories) -> None:
    write(database, row(0))
    claim = Claim(CALL, 1, "keys", "somebody", Aim.TURN)
    assert isinstance(Journal(database, SEAL).claim(claim, soon(stories)), Claimed)
    assert numbers(stories) == [0]


def test_one_answer_is_bounded_and_the_rest_is_had_by_asking_on(database: Database, stories: Stories) -> None:
    journal = Journal(database, SEAL)
    for turn in range(TURNS_AT_MOST + 20):
        journal.keep(row(turn), soon(stories))
    journal.close()
    first = numbers(stories)
    assert first == list(range(TURNS_AT_MOST))
    assert numbers(stories, first[-1]) == list(range(TURNS_AT_MOST, TURNS_AT_MOST + 20))


def test_a_row_from_before_prompts_were_kept_is_told_without_them(
    database: Database, stories: Stories
) -> None:
    write(database, row(0), row(1, over=True))
    story = stories.of(CALL, -1, soon(stories))
    told = [explained(CALL, one, story, {}) for one in story.turns]
    assert [(one["prompts"], one["waits"]) for one in told] == [([], "keys"), ([], "end")]


@pytest.mark.parametrize("kept", [b"", b"{", b'{"state": 1}'])
def test_a_state_that_cannot_be_read_hides_nothing_else(
    database: Database, stories: Stories, kept: bytes
) -> None:
    write(database, row(0, kept=kept), row(1))
    first, second = stories.of(CALL, -1, soon(stories)).turns
    assert (first.after, second.before) == (None, None)
    assert second.after is not None


def test_a_state_that_was_moved_to_another_turn_is_not_believed(database: Database, stories: Stories) -> None:
    write(database, row(0), row(1))
    with database.writing(soon(stories)) as connection:
        connection.exec_driver_sql(
            "UPDATE turns SET state = (SELECT state FROM turns t WHERE t.turn = 0) WHERE turn = 1"
        )
    assert [one.after is None for one in stories.of(CALL, -1, soon(stories)).turns] == [False, True]


def test_a_late_turn_is_held_back_no_longer_than_a_person_waits() -> None:
    assert timedelta(seconds=1) <= LATE <= timedelta(seconds=3)
