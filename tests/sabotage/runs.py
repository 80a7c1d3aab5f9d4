"""A run of tests in a process of its own, with one guard of the house switched off.

The processes are forked from one that has imported the house already: importing is most of what a short run
costs.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.sabotage.switches import GUARDS

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 55  # seconds for one run
HANGS_AFTER = 10  # seconds; without what ends a wait, a test would not fail but wait
# The house is imported before pytest could rewrite its assertions; nothing of it asserts.
NOT_REWRITTEN = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
QUIET = ("-q", "-x", "-p", "no:cacheprovider", "--timeout", str(HANGS_AFTER), *NOT_REWRITTEN)


def forking() -> ForkServerContext:
    """Forks from a process without threads, in which the house is imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hypothesis", "tests.sabotage.runs", "tests.ivr.handlers.front"])
    return context


def outcome_without(guard: str, tests: str, said: Path) -> int | None:
    """How pytest ended (its exit code; None: not within the limit); what it said stands in `said`."""
    process = forking().Process(target=_run, args=(guard, tests, said))
    process.start()
    process.join(LIMIT)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return process.exitcode


def _run(guard: str, tests: str, said: Path) -> None:
    os.chdir(ROOT)
    os.environ["PYTEST_ADDOPTS"] = ""
    out = said.open("w", encoding="utf-8")
    # The process that was forked from has no words of its own any more.
    os.dup2(out.fileno(), 1)
    os.dup2(out.fileno(), 2)
    sys.stdout = sys.stderr = out
    GUARDS[guard]()
    code = pytest.main([*QUIET, tests])
    out.flush()
    os._exit(int(code))
