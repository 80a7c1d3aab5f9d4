"""Installs one model: fetched or found, judged, and moved into place in one step, or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from speech.models.archive import copied, unpack
from speech.models.download import PATIENT, Download, Limits, Progress, fetch, forget
from speech.models.faults import ModelFault
from speech.models.installed import NOTE, Model, Note, files_of, model_of
from speech.models.layout import fault_of

KEPT = ".kept"  # the folders that the links lead to
COMING = ".coming"  # downloads that were begun, and what is being unpacked
LOCK = ".lock"

Proof = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be installed, for which language, and where models live.

    `source`: an https address, an archive or a folder. `sha256`: of the archive, None if nobody measured it.
    """

    language: str
    name: str
    source: str
    folder: Path
    sha256: str | None = None
    limits: Limits = PATIENT


def nothing(_here: int, _whole: int) -> None:
    """A progress that nobody looks at."""


def unproven(_folder: Path) -> None:
    """A proof that asks nothing more."""


def install(order: Order, progress: Progress = nothing, proof: Proof = unproven) -> Model:
    """The installed model. ModelFault, in one line, if it is not installed; then nothing is changed.

    A download that was cut is kept and gone on from; whatever else was begun is thrown away. `proof`: what
    the folder must stand before it is put in place; it raises ModelFault.
    """
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        with _alone(order.folder), _workplace(order.folder) as work:
            _require_free_place(order)
            place = _prepared(order, work, progress)
            proof(place)
            return _moved(order, place)
    except OSError as fault:
        _free_room(order.folder)
        why = fault.strerror or str(fault)
        raise ModelFault(
            f"{order.folder} cannot take it: {why}; nothing was installed", passing=True
        ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two installations at once would tear each other's work."""
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ModelFault(
                f"another installation is under way in {folder}; wait for its end", passing=True
            ) from None
        yield


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder for what is unpacked; what a killed installation left there is thrown away first."""
    coming = folder / COMING
    coming.mkdir(exist_ok=True)
    work = coming / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _require_free_place(order: Order) -> None:
    place = order.folder / order.language
    if place.exists() and not place.is_symlink():
        raise ModelFault(f"{place} was put there by hand; move it away first")


def _prepared(order: Order, work: Path, progress: Progress) -> Path:
    """The folder of the model, whole, with a note of what it is."""
    place = _unpacked(order, work, progress)
    fault = fault_of(place)
    if fault is not None:
        raise ModelFault(f"{order.source} is no model of Vosk: {fault}")
    note = Note(order.name, order.source, order.sha256, files_of(place))
    (place / NOTE).write_bytes(msgspec.json.encode(note))
    return place


def _unpacked(order: Order, work: Path, progress: Progress) -> Path:
    local = Path(order.source)
    if "://" not in order.source:
        if local.is_dir():
            return copied(local, work)
        if not local.is_file():
            raise ModelFault(f"there is no {local}; name a folder, a zip or tar archive, or an https address")
        _require_sum(order, local)
        return unpack(local, work)
    part = work.parent / f"{hashlib.sha256(order.source.encode()).hexdigest()[:16]}.archive"
    fetch(Download(order.source, part, progress, order.limits))
    try:
        _require_sum(order, part)
        return unpack(part, work)
    finally:
        # Whole and wrong, or used: in neither case is it wanted again.
        forget(part)


def _require_sum(order: Order, archive: Path) -> None:
    if order.sha256 is None:
        return
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != order.sha256:
        raise ModelFault(
            f"{order.source} is not what it should be: its SHA-256 is {found[:12]}..., "
            f"{order.sha256[:12]}... was expected; nothing of it is kept"
        )


def _moved(order: Order, place: Path) -> Model:
    """The link is exchanged in one step: whoever looks sees the old model or the new one."""
    kept = order.folder / KEPT / f"{order.name}-{secrets.token_hex(4)}"
    kept.parent.mkdir(exist_ok=True)
    place.rename(kept)
    link, draft = order.folder / order.language, order.folder / COMING / "link"
    draft.unlink(missing_ok=True)
    draft.symlink_to(os.path.relpath(kept, order.folder))
    draft.replace(link)
    _sweep(order.folder)
    model = model_of(order.language, order.folder)
    if model is None or model.fault:  # it has been judged before: the disk lies
        raise ModelFault(f"{link} was made, but {model.fault if model else 'is gone'}")
    return model


def _sweep(folder: Path) -> None:
    """Throw away what no link leads to: what was replaced, and what a killed installation had moved."""
    led_to = {one.resolve() for one in folder.iterdir() if one.is_symlink()}
    for kept in (folder / KEPT).iterdir():
        if kept.resolve() not in led_to:
            shutil.rmtree(kept, ignore_errors=True)


def _free_room(folder: Path) -> None:
    """A disk that is full is not left full by us."""
    with suppress(OSError):
        shutil.rmtree(folder / COMING)
