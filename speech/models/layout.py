"""Whether a folder is a model of Vosk, seen without loading it: a broken one can end the process.

The two forms are those that Vosk itself reads (`Model::ConfigureV1` and `ConfigureV2` in its `src/model.cc`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SMALLEST = 4  # bytes
# How files begin: Kaldi's mark of binary files (`base/io-funcs.h`), and the number of OpenFst (`fst/fst.h`).
KALDI, FST = b"\0B", bytes.fromhex("d6fdb27e")
BEGINNINGS = {".mdl": KALDI, ".ie": KALDI, ".dubm": KALDI, ".mat": KALDI, ".fst": FST}
WHOLE_GRAPH = ("HCLG.fst", "words.txt")
GRAPH_IN_TWO = ("HCLr.fst", "Gr.fst", "disambig_tid.int")  # into these a grammar of a turn can be put
# With i-vectors a model has all of these.
IVECTOR = ("final.dubm", "final.ie", "final.mat", "global_cmvn.stats", "online_cmvn.conf", "splice.conf")


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form keeps its parts: the acoustic model, what else there must be, and the graph's folder."""

    acoustic: str
    others: tuple[str, ...]
    graph: str


FORMS = (
    Form("am/final.mdl", ("conf/mfcc.conf", "conf/model.conf", "graph/phones/word_boundary.int"), "graph"),
    # As the makers packed them first; some small ones still are.
    Form("final.mdl", ("mfcc.conf", "word_boundary.int"), "."),
)


def fault_of(folder: Path) -> str | None:
    """Why this folder is no model that Vosk can load, in words; None if nothing is seen to be wrong."""
    form = form_of(folder)
    if form is None:
        if not folder.is_dir():
            return "there is no such folder"
        return f"there is no {FORMS[0].acoustic} in it"
    graph = [str(Path(form.graph) / name) for name in _graph(folder / form.graph)]
    ivector = [f"ivector/{name}" for name in IVECTOR] if (folder / "ivector").exists() else []
    needed = (form.acoustic, *form.others, *graph, *ivector)
    return next((f"its {name} is {what}" for name, what in _wrong(folder, needed)), None)


def form_of(folder: Path) -> Form | None:
    """The form in which this model is kept; None if it is no model."""
    return next((form for form in FORMS if (folder / form.acoustic).is_file()), None)


def _graph(folder: Path) -> tuple[str, ...]:
    return WHOLE_GRAPH if (folder / WHOLE_GRAPH[0]).exists() else GRAPH_IN_TWO


def _wrong(folder: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in needed:
        place = folder / name
        if not place.is_file():
            yield name, "missing"
            continue
        found = _beginning(place)
        if len(found) < SMALLEST:
            yield name, "empty"
        elif not found.startswith(BEGINNINGS.get(place.suffix, b"")):
            yield name, "damaged"


def _beginning(place: Path) -> bytes:
    with place.open("rb") as file:
        return file.read(SMALLEST)
