"""What is put into the spool stands there at kill -9 and is read in order; no damage blocks the others."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from foundation.clock import Deadline, SystemClock
from foundation.spool import FILE, Counts, Full, Kept, Spool, SpoolBroken, State, TooLong

CLOCK = SystemClock()
SLOTS = 8
KILLED_AFTER = 40  # promises that a process acknowledges before it is killed

# A process that keeps one after the other and says each when it stands.
WRITER = """
import sys
from pathlib import Path
from foundation.clock import Deadline, SystemClock
from foundation.spool import Spool
spool = Spool(Path(sys.argv[1]))
for number in range(2000):
    name = f"{sys.argv[2]} {number}"
    spool.keep(name, f"{name} ".encode() * 100, Deadline.after(9, SystemClock()))
    print(name, flush=True)
"""
# One that takes the lock of the machine, and never gives it back.
HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1])
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def within(seconds: float = 9.0) -> Deadline:
    return Deadline.after(seconds, CLOCK)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool", SLOTS, 256)
    yield made
    made.close()


def bodies(spool: Spool, state: State = State.KEPT) -> list[bytes | None]:
    return [entry.body for entry in spool.waiting(within(), state)]


def fill(spool: Spool, count: int) -> None:
    for number in range(count):
        assert spool.keep(f"name {number}", f"body {number}".encode(), within()) == Kept()


def test_what_was_kept_is_read_in_the_order_in_which_it_came(spool: Spool) -> None:
    fill(spool, 3)
    first, *_ = spool.waiting(within())
    spool.free(first, within())
    assert spool.keep("name 3", b"body 3", within()) == Kept()  # into the slot of the first
    assert bodies(spool) == [b"body 1", b"body 2", b"body 3"]


def test_a_repeat_takes_no_second_slot_while_the_first_waits(spool: Spool) -> None:
    fill(spool, 1)
    fill(spool, 1)
    assert spool.counts(within()) == Counts(1, 0, SLOTS)
    spool.free(spool.waiting(within())[0], within())
    fill(spool, 1)
    assert bodies(spool) == [b"body 0"]


def test_a_full_spool_says_so_and_takes_again_when_a_slot_is_free(spool: Spool) -> None:
    fill(spool, SLOTS)
    assert spool.keep("one more", b"body", within()) == Full()
    spool.free(spool.waiting(within())[0], within())
    assert spool.keep("one more", b"body", within()) == Kept()


def test_what_does_not_fit_into_a_slot_is_not_cut(spool: Spool) -> None:
    assert spool.keep("long", b"x" * 257, within()) == TooLong()
    assert spool.keep("just", b"x" * 256, within()) == Kept()
    assert bodies(spool) == [b"x" * 256]


def test_what_is_done_is_wiped(spool: Spool, tmp_path: Path) -> None:
    assert spool.keep("name", b"somebody's telephone number", within()) == Kept()
    spool.free(spool.waiting(within())[0], within())
    assert b"telephone" not in (tmp_path / "spool" / FILE).read_bytes()


def test_a_process_killed_while_it_wipes_what_is_done_leaves_nothing_unreadable(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spool.keep("name", b"done", within()) == Kept()
    entry = spool.waiting(within())[0]
    with monkeypatch.context() as killed:
        killed.setattr("foundation.spool.write", _killed)
        with pytest.raises(Killed):
            spool.free(entry, within())
    assert spool.counts(within()) == Counts(waiting=0, aside=0, slots=SLOTS)
    assert spool.keep("next", b"owed", within()) == Kept()
    assert [one.body for one in spool.waiting(within())] == [b"owed"]


class Killed(BaseException):
    """The end of a process, in the middle of a write."""


def _killed(*_told: object) -> None:
    raise Killed


def test_a_slot_that_two_replays_free_is_not_taken_from_the_promise_that_came_next(spool: Spool) -> None:
    fill(spool, 1)
    (seen,) = spool.waiting(within())
    spool.free(seen, within())
    assert spool.keep("the next", b"the next", within()) == Kept()
    spool.free(seen, within())
    assert bodies(spool) == [b"the next"]


def test_what_is_set_aside_waits_no_longer_and_is_there_still(spool: Spool) -> None:
    fill(spool, 2)
    spool.set_aside(spool.waiting(within())[0], within())
    assert bodies(spool) == [b"body 1"]
    assert bodies(spool, State.ASIDE) == [b"body 0"]
    assert spool.counts(within()) == Counts(1, 1, SLOTS)
    spool.put_back(spool.waiting(within(), State.ASIDE)[0], within())
    assert bodies(spool) == [b"body 0", b"body 1"]


def test_a_place_whose_bytes_have_changed_is_told_as_unreadable_and_blocks_no_other(
    spool: Spool, tmp_path: Path
) -> None:
    fill(spool, 2)
    path = tmp_path / "spool" / FILE
    path.write_bytes(path.read_bytes().replace(b"body 0", b"bodY 0"))
    assert bodies(spool) == [None, b"body 1"]


def test_a_line_that_cannot_be_read_is_never_taken_for_a_free_one(spool: Spool, tmp_path: Path) -> None:
    fill(spool, 2)
    with (tmp_path / "spool" / FILE).open("r+b") as file:
        file.seek(4_096 + 5)
        file.write(b"\xff\xff")
    assert spool.counts(within()) == Counts(1, 1, SLOTS)
    for number in range(SLOTS - 2):
        assert spool.keep(f"more {number}", b"more", within()) == Kept()
    assert spool.keep("one more", b"more", within()) == Full()
    assert bodies(spool, State.ASIDE) == [None]


def test_its_blocks_are_on_the_disk_before_it_is_needed(spool: Spool, tmp_path: Path) -> None:
    spool.prepare()
    made = (tmp_path / "spool" / FILE).stat()
    assert made.st_blocks * 512 >= made.st_size
    assert made.st_mode & 0o077 == 0
    fill(spool, SLOTS)
    assert (tmp_path / "spool" / FILE).stat().st_blocks == made.st_blocks


def test_it_is_opened_anew_when_another_file_was_put_in_its_place(spool: Spool, tmp_path: Path) -> None:
    fill(spool, 1)
    (tmp_path / "spool" / FILE).unlink()
    fill(spool, 1)
    other = Spool(tmp_path / "spool")
    assert bodies(other) == [b"body 0"]
    other.close()


@pytest.mark.parametrize("what", ["a folder that cannot be made", "a file of something else", "cut short"])
def test_a_spool_that_cannot_be_used_says_so(spool: Spool, tmp_path: Path, what: str) -> None:
    match what:
        case "a folder that cannot be made":
            (tmp_path / "spool").write_text("no folder")
        case "a file of something else":
            (tmp_path / "spool").mkdir()
            (tmp_path / "spool" / FILE).write_bytes(b"x" * 100_000)
        case _:
            spool.prepare()
            os.truncate(tmp_path / "spool" / FILE, 5_000)
    with pytest.raises(SpoolBroken):
        spool.keep("name", b"body", within())


def test_whoever_waits_for_a_lock_that_nobody_gives_back_is_told_by_the_deadline(
    spool: Spool, tmp_path: Path
) -> None:
    spool.prepare()
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "spool" / FILE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            started = time.monotonic()
            with pytest.raises(SpoolBroken):
                spool.keep("name", b"body", within(0.2))
            assert time.monotonic() - started < 1.0
        finally:
            holder.kill()
    fill(spool, 1)  # the lock of a process that was killed is nobody's


def test_nothing_that_was_acknowledged_is_lost_when_its_writers_are_killed(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("one", "two")
    ]
    told: list[str] = []
    for writer in writers:
        assert writer.stdout is not None
        told += [writer.stdout.readline().strip() for _ in range(KILLED_AFTER)]
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate()
        told += [line for line in rest.split("\n") if line]
    spool = Spool(tmp_path)
    found: list[bytes | None] = []
    while waiting := spool.waiting(within()):
        found += [entry.body for entry in waiting]
        for entry in waiting:
            spool.free(entry, within())
    spool.close()
    assert {f"{one} ".encode() * 100 for one in told} <= set(found)
    assert len(found) == len(set(found)) <= len(told) + len(writers)


def test_many_threads_of_two_openings_keep_what_each_of_them_put_in(tmp_path: Path) -> None:
    spools = [Spool(tmp_path, 64, 256) for _ in range(2)]
    with ThreadPoolExecutor(16) as threads:
        names = [f"name {number}" for number in range(60)]
        kept = list(
            threads.map(lambda name: spools[len(name) % 2].keep(name, name.encode(), within()), names)
        )
    assert set(kept) == {Kept()}
    assert sorted(str(body, "ascii") for body in bodies(spools[0]) if body) == sorted(names)
    for one in spools:
        one.close()
