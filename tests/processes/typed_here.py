"""`hotline` as it is typed, but in this process: to start one costs more than most of what is asked of it."""

import os
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from processes.commands.main import main
from tests.processes.test_commands import CLEAN


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of it."""

    returncode: int
    stdout: str
    stderr: str


def hotline(*words: str, **environ: str) -> Typed:
    """Nothing is typed after the command, and nothing of our own environment is seen."""
    with pytest.MonkeyPatch.context() as here:
        for name in list(os.environ):
            here.delenv(name)
        for name, value in {**CLEAN, **environ}.items():
            here.setenv(name, value)
        done = CliRunner().invoke(main, words, catch_exceptions=False)
    return Typed(done.exit_code, done.stdout, done.stderr)
