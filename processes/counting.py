"""Counting where the web processes of this machine do, which tell it: for processes beside them."""

import os
import sys
from contextlib import suppress

from foundation.metrics_folder import NotOurs, folder_of, is_joined, join
from foundation.settings import Settings


def count_beside_the_web(settings: Settings) -> None:
    """Join their folder, and begin this process once more; nothing where metrics are not told."""
    if settings.metrics_token is None or is_joined():
        return
    with suppress(NotOurs, OSError):
        join(folder_of(settings.port))
        # Where a process counts is decided by its imports, and those were made.
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # ourselves
