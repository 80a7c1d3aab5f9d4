"""What a test of a fault tells about itself: its number, what it did, and what the caller heard."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from tests.end_to_end.running import NUMBER_LENGTH, ROOT
from tests.shipped import BOOK

# Every run writes here; `make faults` empties it first, and makes docs/faults.md of what then stands there.
TOLD = ROOT / "build" / "faults"
NAME = re.compile(r"test_fault_(\d\d)_\w+")
LONGEST = 160  # characters of one text in the table
_DIGIT = "|".join(
    sorted({word for one in BOOK.wordings.values() for word in one.digits}, key=len, reverse=True)
)
_DIGITS = re.compile(rf"(?:(?:{_DIGIT})[\s,，]*)*(?:{_DIGIT})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that was done, and the texts that were heard from then on."""

    number: int
    test: str
    did: str
    heard: tuple[str, ...]


class Fault:
    """Handed to a test; its number stands in the test's name."""

    def __init__(self, test: str) -> None:
        found = NAME.match(test)
        assert found, f"{test} names no fault: test_fault_NN_..."
        self.number = int(found[1])
        self._test = test
        self._told: list[Telling] = []

    def tells(self, did: str, heard: Iterable[str]) -> None:
        """Into the table of docs/faults.md: `did` in plain words, and what the caller heard after that."""
        self._told.append(Telling(self.number, self._test, did, tuple(_plain(text) for text in heard)))

    def keep(self) -> None:
        """Write down what was told. A test that fails before it tells leaves the table without its row."""
        if not self._told:
            return
        TOLD.mkdir(parents=True, exist_ok=True)
        written = json.dumps([asdict(one) for one in self._told], ensure_ascii=False, indent=1)
        (TOLD / f"{self._test}.json").write_text(written, "utf-8")


def told() -> list[Telling]:
    """What the last run told, by number and name."""
    files = sorted(TOLD.glob("*.json"))
    found = [Telling(**one) for place in files for one in json.loads(place.read_text("utf-8"))]
    return sorted(found, key=lambda one: (one.number, one.test))


def _plain(text: str) -> str:
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    plain = _DIGITS.sub(_hidden, " ".join(seen.split()))
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rsplit(" ", 1)[0] + " ..."


def _hidden(digits: re.Match[str]) -> str:
    # A number of a ticket is another one in every run.
    is_ticket = len(re.findall(_DIGIT, digits[0], re.IGNORECASE)) == NUMBER_LENGTH
    return "[the number]" if is_ticket else digits[0]
