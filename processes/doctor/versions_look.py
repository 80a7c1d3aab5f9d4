"""Whether what is installed is what the lock says: those versions were tested together, others were not."""

import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from foundation.settings import ROOT
from processes.doctor.findings import Finding

WHAT = "versions"
LOCK = ROOT / "requirements.lock"
OLDEST_PYTHON = (3, 11)
MOST_TOLD = 5
_LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)( ;[^\\]*)?\s*\\?$", re.MULTILINE)


@dataclass(slots=True)
class _Locked:
    """The versions of one package; one for each kind of machine, if lines say for which they are."""

    versions: list[str] = field(default_factory=list)
    everywhere: bool = False


def look_at_versions(lock: Path = LOCK) -> Finding:
    """Python, and every package of the lock."""
    python = f"Python {platform.python_version()}"
    if sys.version_info < OLDEST_PYTHON:
        return Finding(WHAT, python, f"install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer")
    try:
        locked = _locked(lock.read_text("utf-8"))
    except OSError:
        return Finding(WHAT, f"{python}; {lock.name} cannot be read", "clone the project whole", mild=True)
    differing = [told for name, wanted in locked.items() if (told := _difference(name, wanted))]
    if not differing:
        return Finding(WHAT, f"{python}; all packages are those of {lock.name}")
    told = "; ".join([*differing[:MOST_TOLD], *(["..."] if len(differing) > MOST_TOLD else [])])
    cure = f"`pip install --require-hashes -r {lock.name}`"
    return Finding(
        WHAT, f"{python}; {len(differing)} packages are not of {lock.name}: {told}", cure, mild=True
    )


def _locked(lock: str) -> Mapping[str, _Locked]:
    packages: dict[str, _Locked] = {}
    for name, wanted, machines in _LINE.findall(lock):
        package = packages.setdefault(name, _Locked())
        package.versions.append(wanted)
        package.everywhere |= not machines
    return packages


def _difference(name: str, wanted: _Locked) -> str | None:
    """What differs. A package of some machines alone may be missing on this one."""
    told = " or ".join(wanted.versions)
    try:
        found = version(name)
    except PackageNotFoundError:
        return f"{name} {told} is missing" if wanted.everywhere else None
    return None if found in wanted.versions else f"{name} is {found}, not {told}"
