"""A draft of the book beside the live one: a number and a web process of its own, and nothing shared.

Its calls stand in a scratch database and in another database of the same Redis, so that no try of a draft
makes a ticket that somebody owes, or is kept among the books of the live line.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from foundation.database import sql_url
from foundation.development import spool_beside
from foundation.redaction import Secret
from foundation.settings import ROOT, Settings
from processes.launch.dialled import Line
from processes.launch.readiness import HOST, free_port

NUMBER = "+622150001900"  # nobody's, like the other numbers of a laptop
NUMBERS_TRIED = 10  # if a book greets by that one, the next
SCRATCH = "draft.sqlite"
COMPANIONS = ("", "-wal", "-shm")  # the files of one SQLite database
REDIS_DATABASES = (9, 10)  # the second where the live line is on the first
# Where a draft's web process reads what is announced: on the live line, as its callers will hear it.
ANNOUNCED_IN = "DRAFT_ANNOUNCED_IN"


class DraftFault(Exception):
    """Why there can be no draft, in one line with the cure."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder, the number that is dialled to hear it, and the port of the process that reads it."""

    folder: Path
    number: str
    port: int

    @property
    def web(self) -> str:
        """The address of its web process."""
        return f"http://{HOST}:{self.port}"

    @property
    def line(self) -> Line:
        """How the exchange is told of it."""
        return Line(self.number, self.web, f"the draft in {self.folder}")


def plan(settings: Settings, folder: Path, taken: Collection[str]) -> Draft:
    """The draft in this folder, on a number that is none of `taken`. Raises DraftFault."""
    place = folder.resolve()
    if place == settings.books_dir.resolve():
        raise DraftFault(f"{place} is the live book itself: copy the folder, and name the copy")
    digits = range(int(NUMBER[1:]), int(NUMBER[1:]) + NUMBERS_TRIED)
    number = next((f"+{one}" for one in digits if f"+{one}" not in taken), None)
    if number is None:
        raise DraftFault(f"the book greets by {NUMBER} and the numbers after it: none is left for the draft")
    return Draft(place, number, free_port())


def settings_for(draft: Draft, settings: Settings, redis_url: str) -> Settings:
    """The settings of the draft's web process, made from those of the live one."""
    changed = {
        "port": draft.port,
        "public_url": draft.web,
        "database_url": Secret(f"sqlite:///{scratch_of(settings)}"),
        "redis_url": Secret(other_redis(redis_url)),
        "spool_dir": spool_beside(scratch_of(settings)),
        "books_dir": draft.folder,
        "web_workers": 1,
    }
    return settings.model_copy(update=changed)


def environment_for(
    of_draft: Settings, settings: Settings, environment: Mapping[str, str]
) -> Mapping[str, str]:
    """What its web process is told: as the live one, but for what must not be shared."""
    own = ("port", "public_url", "database_url", "redis_url", "spool_dir", "books_dir", "web_workers")
    told = {name.upper(): _plain(getattr(of_draft, name)) for name in own}
    # An empty file name is none: it takes away one that the environment or .env may say.
    files = {"DATABASE_URL_FILE": "", "REDIS_URL_FILE": ""}
    return {**environment, **files, **told, ANNOUNCED_IN: settings.database_url.reveal()}


def announced_in(settings: Settings) -> str | None:
    """Whose announcements this process tells its callers, if not those of its own database."""
    return os.environ.get(ANNOUNCED_IN) if settings.in_development else None


def scratch_of(settings: Settings) -> Path:
    """The file of a draft's calls: beside the live database, else in the project's own `var`."""
    live = sql_url(settings.database_url)
    beside = Path(live.database or "").absolute() if live.get_backend_name() == "sqlite" else None
    place = (beside.parent if beside else ROOT / "var") / SCRATCH
    return place.with_name(f"other-{SCRATCH}") if place == beside else place


def swept(settings: Settings) -> None:
    """Without what the calls of an earlier draft left."""
    place = scratch_of(settings)
    place.parent.mkdir(parents=True, exist_ok=True)
    for companion in COMPANIONS:
        place.with_name(place.name + companion).unlink(missing_ok=True)
    shutil.rmtree(spool_beside(place), ignore_errors=True)


def other_redis(url: str) -> str:
    """The same Redis, in a database that the live line does not use."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    path = parts.path.strip("/")
    used = asked["db"][-1] if "db" in asked else (path if path.isdecimal() else "0")
    asked["db"] = [str(next(one for one in REDIS_DATABASES if str(one) != used))]
    return f"{url.partition('?')[0]}?{urlencode(asked, doseq=True)}"


def _plain(value: object) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)
