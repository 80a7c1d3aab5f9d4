"""Whether a folder is a model of Vosk: the files without which it cannot be loaded.

The two forms are those that Vosk itself reads (`Model::ConfigureV1` and `ConfigureV2` in its `src/model.cc`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FST = bytes.fromhex("d6fdb27e")  # the magic number of every graph, little-endian (OpenFst, `fst.h`)


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form keeps its parts: the acoustic model, how sound is prepared for it, the graph's folder."""

    acoustic: str
    sound: str
    graph: str


FORMS = (Form("am/final.mdl", "conf/mfcc.conf", "graph"), Form("final.mdl", "mfcc.conf", "."))
WHOLE_GRAPH = ("HCLG.fst", "words.txt")
GRAPH_IN_TWO = ("HCLr.fst", "Gr.fst")  # the one into which a grammar of a turn can be put


def fault_of(folder: Path) -> str | None:
    """Why this folder is no model that Vosk can load, in words; None if nothing is seen to be wrong."""
    form = form_of(folder)
    if form is None:
        return f"there is no {FORMS[0].acoustic} in it"
    needed = (form.acoustic, form.sound, *(f"{form.graph}/{name}" for name in _graph(folder / form.graph)))
    return next((f"its {name} is {what}" for name, what in _wrong(folder, needed)), None)


def form_of(folder: Path) -> Form | None:
    """The form in which this model is kept; None if it is no model."""
    return next((form for form in FORMS if (folder / form.acoustic).is_file()), None)


def takes_grammars(folder: Path) -> bool:
    """Whether a turn may say which words are awaited; a model with one whole graph hears all words always."""
    form = form_of(folder)
    return form is not None and not (folder / form.graph / WHOLE_GRAPH[0]).exists()


def _graph(folder: Path) -> tuple[str, ...]:
    return WHOLE_GRAPH if (folder / WHOLE_GRAPH[0]).exists() else GRAPH_IN_TWO


def _wrong(folder: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in needed:
        place = folder / name
        if not place.is_file():
            yield name, "missing"
        elif not place.stat().st_size:
            yield name, "empty"
        elif place.suffix == ".fst" and _beginning(place) != _FST:
            yield name, "no graph"


def _beginning(place: Path) -> bytes:
    with place.open("rb") as file:
        return file.read(len(_FST))
