"""A model as it is loaded to hear many callers at once: the makers' files, decoded by our own bounds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

OPTIONS = Path("conf/model.conf")
# Options of Kaldi (`NnetSimpleLoopedComputationOptions`, `LatticeFasterDecoderConfig`); the last one counts.
#
# frames-per-chunk: frames of 10 ms that go through the network at once, 20 by Kaldi's default. More of them
# cost less each, and words are known up to 0.2 s later while they are spoken, but not at their end.
# min-active: ways that are followed however unlikely they are, 200 in the makers' models. Few are enough for
# the phrases of a question, and among any words at all there are always more.
OURS = ("--frames-per-chunk=40", "--min-active=20")


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
