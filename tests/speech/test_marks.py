"""What is worked out frame by frame is gone on with near where it became another: not from the beginning."""

import numpy as np
import pytest

from speech.sphinx.cepstra import AROUND
from speech.sphinx.marks import EVERY, Marks
from speech.sphinx.rows import FIRST_ROOM, Rows

FRAMES = 3 * EVERY + 10


def followed() -> Marks:
    marks = Marks(np.zeros(2, np.float32))
    state = np.zeros(2, np.float32)
    for frame in range(FRAMES):
        marks.keep(frame, FRAMES, state)
        state += 1
    return marks


@pytest.mark.parametrize("same", [0, 1, EVERY - 1, EVERY, 2 * EVERY + 5, FRAMES - AROUND - 1])
def test_a_way_is_taken_up_at_most_some_frames_before_what_is_another(same: int) -> None:
    at, state = followed().back_to(same)
    assert at == same // EVERY * EVERY
    assert state.tolist() == [at, at]


def test_of_the_last_frames_alone_nothing_is_gone_through_twice() -> None:
    assert followed().back_to(FRAMES - AROUND)[0] == FRAMES - AROUND


def test_what_is_kept_is_not_changed_by_what_goes_on_from_it() -> None:
    marks = followed()
    _, state = marks.back_to(EVERY)
    state += 100
    assert marks.back_to(EVERY)[1].tolist() == [EVERY, EVERY]


def test_rows_that_grow_and_are_cut_are_the_last_that_were_added() -> None:
    rows = Rows(2)
    for first in range(0, 2 * FIRST_ROOM, 10):
        rows.add(np.arange(first, first + 10, dtype=np.float32)[:, None].repeat(2, 1))
    rows.cut(FIRST_ROOM - 3)
    rows.add(np.full((1, 2), -1.0))
    assert rows.all[:, 0].tolist() == [*range(FIRST_ROOM - 3), -1]
    rows.cut(FIRST_ROOM)
    assert len(rows) == FIRST_ROOM - 2
