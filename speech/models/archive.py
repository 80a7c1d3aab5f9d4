"""Unpacks a model's archive, and writes nothing outside of the folder it is given."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from speech.models.faults import ModelFault

FILES_AT_MOST = 1_000  # the makers' models have about twenty
LARGEST = 12_000_000_000  # bytes unpacked
DEEPEST = 8  # folders within one another
PIECE = 1 << 20  # bytes


def unpack(archive: Path, into: Path) -> Path:
    """The folder of the model within `into`, which must be empty. ModelFault if it is no archive of one.

    Every file's checksum (CRC-32, as the archive has it) is looked at on the way.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            _refuse_unsafe(members)
            for member in members:
                _write(opened, member, into)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as fault:
        raise ModelFault(f"{archive.name} is no whole zip archive ({_in_short(fault)})") from None
    return _top(into)


def _refuse_unsafe(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > FILES_AT_MOST:
        raise ModelFault(f"it holds {len(members)} files: that is no model")
    if sum(member.file_size for member in members) > LARGEST:
        raise ModelFault("it would unpack to more than any model has: it is refused")
    for member in members:
        place = PurePosixPath(member.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in member.filename or len(place.parts) > DEEPEST:
            raise ModelFault(f"it would write outside of its folder ({member.filename!r}): it is refused")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ModelFault(f"it holds a link ({member.filename!r}): it is refused")


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path) -> None:
    place = into / member.filename.replace("\\", "/")
    if member.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with opened.open(member) as source, place.open("xb") as file:
        while piece := source.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise ModelFault(f"its {member.filename!r} is larger than it says: it is refused")
            file.write(piece)


def _top(into: Path) -> Path:
    """Archives of the makers hold one folder, named as the model; others may hold the files themselves."""
    entries = [one for one in into.iterdir() if not one.name.startswith(("__MACOSX", "."))]
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else into


def copied(source: Path, into: Path) -> Path:
    """A model's folder, copied into `into`; links within it are followed. ModelFault if it is too large."""
    files = [one for one in source.rglob("*") if one.is_file()]
    if len(files) > FILES_AT_MOST or sum(one.stat().st_size for one in files) > LARGEST:
        raise ModelFault(f"{source} is more than a model")
    place = into / source.name
    shutil.copytree(source, place)
    return place


def _in_short(fault: BaseException) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0]
