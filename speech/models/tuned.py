"""A model as it is loaded to hear many callers at once: the makers' files, in larger pieces of sound."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

OPTIONS = Path("conf/model.conf")
# Frames of 10 ms that go through the network at once (Kaldi's `NnetSimpleLoopedComputationOptions`, 20 by
# default; of an option that is given twice the last counts). More of them cost less each, and words are known
# up to 0.2 s later while they are spoken, but not at their end. `min-active` stays theirs: with 20 ways
# followed in place of 200 it costs less too, but fewer phrases were heard (236 of 432 instead of 247).
OURS = ("--frames-per-chunk=40",)


@contextmanager
def tuned(folder: Path) -> Iterator[Path]:
    """The folder to load from, there until the model is in memory.

    It is the model's own where that has no such options, or where there is no room for a folder of links.
    """
    with ExitStack() as held:
        try:
            made = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="hotline-model-")))
            place = _made(folder, made)
        except OSError:
            place = folder
        yield place


def _made(folder: Path, into: Path) -> Path:
    theirs = (folder / OPTIONS).read_bytes()
    _link_all(folder, into, but=OPTIONS.parts[0])
    (into / OPTIONS).parent.mkdir()
    _link_all(folder / OPTIONS.parent, into / OPTIONS.parent, but=OPTIONS.name)
    ours = "\n".join(("", *OURS, ""))
    (into / OPTIONS).write_bytes(theirs + ours.encode())
    return into


def _link_all(folder: Path, into: Path, *, but: str) -> None:
    for one in folder.iterdir():
        if one.name != but:
            (into / one.name).symlink_to(one.resolve())
