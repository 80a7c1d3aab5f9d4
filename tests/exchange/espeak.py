"""The real espeak-ng for tests, or a reason not to run them."""

import os
import shutil

import pytest

from exchange.voices import PROGRAM, Voices


def real_voices() -> Voices:
    """Its voices; without the program a test is skipped at home and fails where everything must be there."""
    if shutil.which(PROGRAM) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{PROGRAM} is not installed")
        pytest.skip(f"{PROGRAM} is not installed")
    return Voices()
