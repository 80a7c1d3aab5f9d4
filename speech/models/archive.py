"""Unpacks a model's archive, and writes nothing outside of the folder it is given."""

from __future__ import annotations

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, cast

from speech.models.faults import ModelFault

FILES_AT_MOST = 1_000  # the makers' models have about twenty
LARGEST = 12_000_000_000  # bytes unpacked
DEEPEST = 8  # folders within one another
PIECE = 1 << 20  # bytes


def unpack(archive: Path, into: Path) -> Path:
    """The folder of the model within `into`, which must be empty. ModelFault if it is no archive of one.

    A zip, or a tar that may be compressed. The checksums that the archive has are looked at on the way.
    Whoever catches the fault throws `into` away.
    """
    total = 0
    try:
        with _opened(archive) as members:
            for count, member in enumerate(members, 1):
                total += member.size
                _refuse_unsafe(member, count, total)
                _write(member, into)
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        RuntimeError,
    ) as fault:
        raise _torn(archive, fault) from None
    except OSError as fault:
        if fault.errno is not None:  # the disk's, not the archive's
            raise
        raise _torn(archive, fault) from None
    return _top(into)


@dataclass(frozen=True, slots=True)
class _Member:
    """A file or folder of an archive; `content` is asked for once, before the next member is."""

    name: str
    size: int
    is_folder: bool
    is_file: bool
    content: Callable[[], IO[bytes]]


@contextmanager
def _opened(archive: Path) -> Iterator[Iterator[_Member]]:
    if tarfile.is_tarfile(archive):
        with tarfile.open(archive) as tar:
            yield _of_tar(tar)
    else:
        with zipfile.ZipFile(archive) as zipped:
            yield _of_zip(zipped)


def _of_zip(opened: zipfile.ZipFile) -> Iterator[_Member]:
    for one in opened.infolist():
        is_file = not one.is_dir() and not stat.S_ISLNK(one.external_attr >> 16)
        yield _Member(one.filename, one.file_size, one.is_dir(), is_file, partial(opened.open, one))


def _of_tar(opened: tarfile.TarFile) -> Iterator[_Member]:
    for one in opened:
        yield _Member(one.name, one.size, one.isdir(), one.isreg(), partial(_within, opened, one))
    # Behind the last file come empty blocks, which are missing where it was cut, and the checksum of what is
    # compressed. It was opened by its name, and so by a file.
    behind = cast("IO[bytes]", opened.fileobj)
    if not behind.read(tarfile.BLOCKSIZE):
        raise EOFError("it ends too soon")
    while behind.read(PIECE):
        pass


def _within(opened: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = opened.extractfile(member)
    assert content is not None  # noqa: S101  # asked of files alone
    return content


def _refuse_unsafe(member: _Member, count: int, total: int) -> None:
    if count > FILES_AT_MOST:
        raise ModelFault(f"it holds more than {FILES_AT_MOST} files: that is no model")
    if total > LARGEST:
        raise ModelFault("it would unpack to more than any model has: it is refused")
    place = PurePosixPath(member.name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or ":" in member.name or len(place.parts) > DEEPEST:
        raise ModelFault(f"it would write outside of its folder ({member.name!r}): it is refused")
    if not member.is_folder and not member.is_file:
        raise ModelFault(f"it holds a link or a device ({member.name!r}): it is refused")


def _write(member: _Member, into: Path) -> None:
    place = into / member.name.replace("\\", "/")
    if member.is_folder:
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    left = member.size
    with member.content() as source, place.open("xb") as file:
        while piece := source.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise ModelFault(f"its {member.name!r} is larger than it says: it is refused")
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


def _torn(archive: Path, fault: BaseException) -> ModelFault:
    return ModelFault(f"{archive.name} is no whole zip or tar archive ({_in_short(fault)})")


def _in_short(fault: BaseException) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0]
