"""Whether there is room where the database and the recordings of a laptop lie."""

import shutil
from pathlib import Path

from foundation.database import sql_url
from foundation.settings import ROOT, Settings
from processes.doctor.findings import Finding

WHAT = "disk"
GIGABYTE = 1_000_000_000
SCARCE, TOO_LITTLE = GIGABYTE, GIGABYTE // 10
CURE = "make room there: a full disk keeps no promise"


def look_at_disk(settings: Settings) -> Finding:
    """The free space of the fullest of them."""
    free, place = min((shutil.disk_usage(place).free, place) for place in _places(settings))
    how = f"{free / GIGABYTE:.1f} GB free at {place}"
    if free >= SCARCE:
        return Finding(WHAT, how)
    return Finding(WHAT, how, CURE, mild=free >= TOO_LITTLE)


def _places(settings: Settings) -> set[Path]:
    url = sql_url(settings.database_url)
    places = [ROOT / "var", settings.spool_dir]
    if url.get_backend_name() == "sqlite":
        places.append(Path((url.database or "").removeprefix("file:")).absolute().parent)
    return {_there(place) for place in places}


def _there(place: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(one for one in (place, *place.parents) if one.is_dir())
