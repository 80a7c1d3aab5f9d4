"""A fault of our own in the speech process: told in one line and counted, and what met it goes on."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.logs import logger
from foundation.metrics import SPEECH_FAULTS
from speech.mailbox import MailboxGone


def told(task: str, fault: BaseException) -> None:
    """Say which task met which fault, and where; `task` is one of few words, and a label of the metric."""
    SPEECH_FAULTS.labels(task).inc()
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    logger("speech").error(
        "a fault of ours", task=task, fault=f"{type(fault).__name__}: {fault}", where=where
    )


@contextmanager
def survived(task: str) -> Iterator[None]:
    """Whatever is raised inside is told, and not raised. That Redis is gone was told where it was noticed."""
    try:
        yield
    except MailboxGone:
        pass
    except Exception as fault:  # noqa: BLE001  # nobody foresaw it, and calls are heard all the same
        told(task, fault)
