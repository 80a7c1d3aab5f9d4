"""One look of the pager in a process of its own, seconds ahead of time: to be killed or stopped."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import timedelta

from callbacks.paging.pager import Pager
from foundation.clock import Deadline
from foundation.database import Database
from foundation.fault_points import FaultPoints
from foundation.settings import load
from tests.end_to_end.later import Later
from tests.end_to_end.test_paging import CHEN, SARI, outside_of, plan_for


def main() -> None:
    """The settings and the fault point come from the environment, the seconds from the command line."""
    faults = FaultPoints(os.environ)
    settings, clock = load(os.environ), Later(timedelta(seconds=float(sys.argv[1])))
    with closing(Database(settings.database_url, clock)) as database, outside_of(settings, faults) as outside:
        Pager(database, lambda: plan_for(SARI, CHEN), outside, clock).do(Deadline.after(20.0, clock))


if __name__ == "__main__":
    main()
