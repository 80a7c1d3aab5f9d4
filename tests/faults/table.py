"""Writes docs/faults.md from what the tests of the last run told: `python -m tests.faults.table`."""

from collections.abc import Iterator, Sequence

from tests.end_to_end.running import ROOT
from tests.faults.known import FAULTS, LEFT_OUT
from tests.faults.telling import Telling, told

DOCUMENT = ROOT / "docs" / "faults.md"
OPENING = """# Faults, and what a caller hears

Written by `make faults` from a run of the tests in `tests/faults/`; do not edit it by hand. Each test starts
the real processes (gunicorn, Redis, SQLite or PostgreSQL), does to them what the second column says, calls
through the local exchange, and reads its tape: every answer valid, with status 200 and within two seconds,
less those in which the machine did something else (the kernel tells how long a thread that was ready had to
wait); no fault of the carrier, but where a process is killed; and behind each number of a ticket that was
heard one row in SQL. `[the number]` is such a number; long texts are cut. What these tests do to Redis at one
question, `make redis-states` does at every turn of every conversation file.

| # | fault and what was done | what the caller heard from then on | test |
|---|---|---|---|
"""
CLOSING = """
## Not here

| # | fault | why |
|---|---|---|
"""


def document(tellings: Sequence[Telling]) -> str:
    """The whole of it; a fault that nobody told of has no row."""
    left_out = [f"| {number} | {FAULTS[number]} | {why} |\n" for number, why in LEFT_OUT.items()]
    return OPENING + "".join(_rows(tellings)) + CLOSING + "".join(left_out)


def _rows(tellings: Sequence[Telling]) -> Iterator[str]:
    for one in tellings:
        heard = "<br>".join(_cell(text) for text in one.heard) or "nothing: it is over"
        yield f"| {one.number} | **{FAULTS[one.number]}.** {_cell(one.did)} | {heard} | `{one.test}` |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    DOCUMENT.write_text(document(told()), "utf-8")
