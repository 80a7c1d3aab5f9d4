"""The writer names what it had to drop."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from foundation.database import DatabaseUnavailable
from ivr.calls.batch_writer import BatchWriter
from ivr.calls.journal import name_of
from tests.ivr.calls.test_journal import row


def refuse(batch: Sequence[int]) -> None:
    if 2 in batch:
        raise ValueError("a bad row")


def test_a_row_that_is_dropped_is_named_in_the_log() -> None:
    writer = BatchWriter(refuse, DatabaseUnavailable, lambda number: f"row {number}")
    with capture_logs() as lines:
        for number in (1, 2, 3):
            writer.put(number)
        writer.close()
    dropped = [line for line in lines if line["event"] == "journal row dropped"]
    assert [line["key"] for line in dropped] == ["row 2"]


def test_a_name_that_cannot_be_made_costs_only_the_name() -> None:
    written: list[int] = []

    def write(batch: Sequence[int]) -> None:
        refuse(batch)
        written.extend(batch)

    def unnamed(number: int) -> str:
        raise TypeError(number)

    writer = BatchWriter(write, DatabaseUnavailable, unnamed)
    for number in (1, 2, 3):
        writer.put(number)
    writer.close()
    assert written == [1, 3]


@pytest.mark.parametrize("turn", [0, 7])
def test_a_row_of_the_journal_is_named_by_its_call_and_turn(turn: int) -> None:
    one = row(turn)
    assert name_of(one) == f"{one.call}/{turn}"
