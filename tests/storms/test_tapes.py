"""The tape of a call of which something is wrong can be read after the storm."""

from pathlib import Path

from storms.tapes import Tapes
from tests.storms.told_calls import CALL, OTHER, URGENT


def test_the_tapes_asked_for_are_written_whole_in_place_of_older_ones(tmp_path: Path) -> None:
    tapes = Tapes()
    tapes.keep(URGENT)
    (tmp_path / f"{OTHER}.txt").write_text("of the storm before")
    (tmp_path / "notes.txt").write_text("somebody's own")
    (place,) = tapes.write(tmp_path, [CALL, CALL, OTHER])
    lines = place.read_text("utf-8").splitlines()
    assert [line.split()[1] for line in lines] == [one.kind for one in URGENT.events]
    assert '"Digits": "9"' in lines[1]
    assert sorted(one.name for one in tmp_path.iterdir()) == [f"{CALL}.txt", "notes.txt"]
