"""Makes folders and archives that look like models of Vosk, and are far too small to be any."""

from __future__ import annotations

import random
import struct
import zipfile
from pathlib import Path

BALLAST = 600_000  # bytes; more than a server sends at once
GRAPH = bytes.fromhex("d6fdb27e") + bytes(60)
FILES = {
    "am/final.mdl": b"\0B<TransitionModel>",
    "conf/mfcc.conf": b"--use-energy=false\n",
    "conf/model.conf": b"--beam=10.0\n",
    "graph/HCLr.fst": GRAPH,
    "graph/Gr.fst": GRAPH,
    "graph/disambig_tid.int": b"1 2 3\n",
    "graph/phones/word_boundary.int": b"1 nonword\n",
    "README": b"a model of nothing\n",
}


def graph_with(words: tuple[str, ...]) -> bytes:
    """The beginning of a graph that carries its words, as OpenFst writes it."""

    def text(written: str) -> bytes:
        return struct.pack("<i", len(written.encode())) + written.encode()

    header = GRAPH[:4] + text("ngram") + text("standard") + struct.pack("<iiQqqq", 4, 3, 0, 1, 2, 3)
    table = struct.pack("<i", 0x7EB2FB74) + text("words.txt") + struct.pack("<qq", len(words), len(words))
    return header + table + b"".join(text(word) + struct.pack("<q", key) for key, word in enumerate(words))


def model_folder(folder: Path) -> Path:
    """A folder with the files that a model needs."""
    for name, content in FILES.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def archive(place: Path, *, top: str = "vosk-model-tiny-xx", ballast: int = 0, skip: str = "") -> Path:
    """The same as a zip archive; `ballast`: bytes of chance that make it longer; `skip`: a file left out."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in FILES.items():
            if name != skip:
                written.writestr(f"{top}/{name}" if top else name, content)
        if ballast:
            written.writestr(f"{top}/rescore/G.carpa", random.Random(7).randbytes(ballast))
    return place


def links_to(model: Path, folder: Path) -> Path:
    """A folder that holds a model by links, so that its files can be spoilt one by one."""
    for file in (one for one in model.rglob("*") if one.is_file()):
        copy = folder / file.relative_to(model)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.symlink_to(file)
    return folder


def cut(folder: Path, name: str, keep: int) -> Path:
    """One of those files, cut after so many bytes."""
    place = folder / name
    content = place.read_bytes()[:keep]
    place.unlink()
    place.write_bytes(content)
    return folder


def of_another_rate(folder: Path) -> Path:
    """One that takes no sound but of the rate it was made for, 16 kHz."""
    place = folder / "conf" / "mfcc.conf"
    lines = [line for line in place.read_text("utf-8").splitlines() if "allow-" not in line]
    place.unlink()
    place.write_text("\n".join(lines), "utf-8")
    return folder
