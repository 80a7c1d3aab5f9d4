"""What goes wrong at the carrier's REST part and with its streams: by chance under a seed, or as planned.

What was asked is named by room and deed: `calls.create`, `messages.list`, `media.fetch`; a stream that
is begun is `stream.open`. `*` in a name stands for anything; a mishap of streams befalls no request, and a
mishap of requests no stream. What is planned comes first, in its order; else each chance is tried in its
order, and the first that falls is it. The same seed and the same requests in the same order suffer the same.
"""

import random
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, cast, get_args

# "too-many": 429 with Retry-After, not carried out. "fails-before", "fails-after": 500, and only the latter
# was carried out. "torn", "lost": the connection is closed without an answer, and only the latter was carried
# out. "slow": carried out at once, answered late. "black-hole": neither carried out nor ever answered.
RestKind = Literal["too-many", "fails-before", "fails-after", "torn", "lost", "slow", "black-hole"]
# "refused": nobody is there. "dropped": cut off without a farewell, `seconds` into what the caller says.
# "jitter": each piece of sound is up to `seconds` late. "loss": some pieces are missing. "stalls": from when
# the caller speaks nothing comes for `seconds`, and then all of it at once.
StreamKind = Literal["refused", "dropped", "jitter", "loss", "stalls"]
MishapKind = RestKind | StreamKind

STREAM_OPEN = "stream.open"
# What is asked of the REST part; a test holds it against its routes.
REQUESTS = (
    "account.fetch",
    "calls.create",
    "calls.fetch",
    "calls.list",
    "calls.update",
    "media.fetch",
    "messages.create",
    "messages.fetch",
    "messages.list",
    "notifications.fetch",
    "numbers.fetch",
    "numbers.list",
    "numbers.update",
    "recordings.delete",
    "recordings.fetch",
    "recordings.list",
    "streams.create",
    "streams.update",
)

MOST_PLANNED = 100_000
LONGEST_DELAY = 600.0


def mishap_kind(told: str) -> MishapKind:
    """The kind of this name. Raises ValueError."""
    known = (*get_args(RestKind), *get_args(StreamKind))
    if told not in known:
        raise ValueError(f"what goes wrong is {', '.join(known)}, not {told!r}")
    return cast("MishapKind", told)


def check_name(what: str, kind: MishapKind) -> None:
    """ValueError, with the names there are, if nothing that can suffer this is called so."""
    known = (STREAM_OPEN,) if kind in get_args(StreamKind) else REQUESTS
    if not any(fnmatchcase(name, what) for name in known):
        raise ValueError(f"{kind} befalls {', '.join(known)}, and nothing named {what!r}")


@dataclass(frozen=True, slots=True)
class Mishap:
    """One thing that goes wrong. `seconds`: how late a slow answer is, what Retry-After says; real ones."""

    kind: MishapKind
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.seconds <= LONGEST_DELAY:
            raise ValueError(f"a mishap lasts 0 to {LONGEST_DELAY:g} seconds")


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely something goes wrong with what is asked: `probability` from 0 to 1."""

    what: str
    mishap: Mishap
    probability: float

    def __post_init__(self) -> None:
        check_name(self.what, self.mishap.kind)
        if not 0 <= self.probability <= 1:
            raise ValueError("a chance is between 0 and 1")


class Mishaps:
    """Decides what each request suffers. May be changed and asked from several threads."""

    def __init__(self, chances: Iterable[Chance] = (), seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._planned: deque[tuple[str, Mishap]] = deque()
        self._chances = tuple(chances)
        self._dice = random.Random(seed)  # noqa: S311 - repeatable, and nothing is kept secret by it

    def plan(self, what: str, mishap: Mishap, times: int = 1) -> None:
        """The next `times` requests of this name suffer this. ValueError: nobody has it, or too many."""
        check_name(what, mishap.kind)
        with self._lock:
            if not 0 < times <= MOST_PLANNED - len(self._planned):
                raise ValueError(f"no more than {MOST_PLANNED} mishaps are planned at once")
            self._planned.extend([(what, mishap)] * times)

    def change(self, chances: Iterable[Chance], seed: int | None = None) -> None:
        """Go by these chances from now on; with a seed the dice begin anew."""
        with self._lock:
            self._chances = tuple(chances)
            if seed is not None:
                self._dice.seed(seed)

    def chances(self) -> tuple[Chance, ...]:
        """What the dice are thrown for."""
        return self._chances

    def planned(self) -> list[tuple[str, Mishap]]:
        """What is still to come, the next first."""
        with self._lock:
            return list(self._planned)

    def clear(self) -> None:
        """Let all go well from now on."""
        with self._lock:
            self._planned.clear()
            self._chances = ()

    def next(self, what: str) -> Mishap | None:
        """What this request, or this stream, suffers; or None."""
        kinds = get_args(StreamKind if what == STREAM_OPEN else RestKind)
        with self._lock:
            for place, (name, mishap) in enumerate(self._planned):
                if mishap.kind in kinds and fnmatchcase(what, name):
                    del self._planned[place]
                    return mishap
            for chance in self._chances:
                fits = chance.mishap.kind in kinds and fnmatchcase(what, chance.what)
                if fits and self._dice.random() < chance.probability:
                    return chance.mishap
        return None
