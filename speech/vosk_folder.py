"""Whether a folder holds a Vosk model: looked at before it is loaded, for a broken one ends the process."""

from __future__ import annotations

from pathlib import Path

from speech.recognizer import RecognizerFault

SMALLEST = 16  # bytes: what is shorter holds nothing
# What every model has, and how each of its files begins (Kaldi's binary mark, OpenFst's magic number).
KALDI, FST = b"\0B", bytes.fromhex("d6fdb27e")
NEEDED = {
    "am/final.mdl": KALDI,
    "conf/mfcc.conf": b"",
    "conf/model.conf": b"",
    "graph/phones/word_boundary.int": b"",
}
# One graph, or the two halves that a small model puts together for each grammar.
GRAPHS = (
    {"graph/HCLr.fst": FST, "graph/Gr.fst": FST, "graph/disambig_tid.int": b""},
    {"graph/HCLG.fst": FST, "graph/words.txt": b""},
)
# A model with i-vectors has all of these.
IVECTOR = {
    "ivector/final.dubm": KALDI,
    "ivector/final.ie": KALDI,
    "ivector/final.mat": KALDI,
    "ivector/global_cmvn.stats": b"",
    "ivector/online_cmvn.conf": b"",
    "ivector/splice.conf": b"",
}


def check(folder: Path) -> None:
    """RecognizerFault, in words, if this is no whole model of the present layout (am, conf, graph)."""
    if not folder.is_dir():
        raise RecognizerFault(f"there is no speech model at {folder}: install one, or correct its path")
    graph = next((graph for graph in GRAPHS if all((folder / name).exists() for name in graph)), None)
    if graph is None:
        raise RecognizerFault(f"{folder} is no whole Vosk model: it has no graph; install it again")
    parts = NEEDED | graph | (IVECTOR if (folder / "ivector").exists() else {})
    for name, beginning in parts.items():
        _check_file(folder, name, beginning)


def _check_file(folder: Path, name: str, beginning: bytes) -> None:
    try:
        with (folder / name).open("rb") as file:
            found = file.read(SMALLEST)
    except OSError as fault:
        raise RecognizerFault(f"the speech model {folder} lacks {name} ({fault.strerror})") from fault
    if len(found) < SMALLEST or not found.startswith(beginning):
        raise RecognizerFault(f"{name} of the speech model {folder} is damaged: install the model again")
