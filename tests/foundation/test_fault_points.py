"""A fault point does nothing until a file asks for it, and then it is done once, by whoever comes first."""

import subprocess
import sys
from pathlib import Path

import pytest

from foundation.fault_points import FOLDER, KNOWN, VARIABLE, FaultPoints
from tests.house.plan import ROOT

REACHES = (
    "import os; from foundation.fault_points import FaultPoints; FaultPoints(os.environ).reach('after_claim')"
)


def a_process_that_reaches_it(folder: Path) -> int:
    """What it returns; minus the signal that ended it."""
    command = [sys.executable, "-c", REACHES]
    return subprocess.run(command, cwd=ROOT, env={FOLDER: str(folder)}, check=False, timeout=30).returncode


def test_an_order_in_the_folder_kills_the_first_process_that_comes_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "after_claim").write_text("kill", "ascii")
    (tmp_path / "after_store_before_answer").write_text("kill", "ascii")
    assert a_process_that_reaches_it(tmp_path) == -9
    assert a_process_that_reaches_it(tmp_path) == 0
    assert [place.name for place in tmp_path.iterdir()] == ["after_store_before_answer"]


def test_a_point_that_nobody_asks_for_is_passed(tmp_path: Path) -> None:
    points = FaultPoints({FOLDER: str(tmp_path)})
    for name in KNOWN:
        points.reach(name)


def test_a_point_or_a_deed_that_nobody_knows_is_refused() -> None:
    for wrong in ("somewhere:kill", "after_claim:explode", "after_claim"):
        with pytest.raises(ValueError, match=VARIABLE):
            FaultPoints({VARIABLE: wrong})
