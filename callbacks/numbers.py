"""Which numbers a ticket may get at a moment, and how they are scrambled so that nobody can tell the next."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from callbacks.tickets import DRAWN_DIGITS
from foundation.redaction import Secret

SMALLEST = 10 ** (DRAWN_DIGITS - 1)
SPACE = 9 * SMALLEST  # eight digits, the first not 0: positions 0 to 89,999,999
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
PACE = 8  # positions a minute: the space lasts nineteen years
HEAD_START = 10_000_000  # positions that are open at the epoch
ROOM = 1_000  # positions open ahead of the clock, so that a first rush finds free ones
CROWDED = 6  # taken numbers in a row after which a series is widened: about half are taken then
MARGIN = 20_000  # positions between all that may have been drawn and a series that begins anew
APART = 5_000  # positions between two series that begin in neighbouring minutes
TURN = 240  # minutes after which that begins again
ROUNDS = 10  # as FF1 has (NIST SP 800-38G)
LEFT, RIGHT = 9_000, 10_000  # 9,000 times 10,000 is the space: nothing is left over
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Series:
    """The positions that are drawn from: `begins` up to the clock's own, or to `reaches` if that is more."""

    begins: int = 0
    reaches: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Positions that may be drawn now: from `low`, below `high`."""

    low: int
    high: int


def position(at: datetime) -> int:
    """Where the clock stands in the space; it may have passed its end and counts on."""
    return HEAD_START + PACE * _minutes(at)


def window(series: Series, at: datetime) -> Window:
    """What may be drawn from a series now: never what lies before it."""
    high = max(max(position(at), series.begins) + ROOM, series.reaches)
    # Once around, the oldest are open again: nobody keeps a ticket for nineteen years.
    return Window(max(series.begins, high - SPACE), high)


def widened(series: Series, at: datetime) -> Series:
    """The series with more room, when its numbers are drawn faster than the clock goes."""
    return Series(series.begins, window(series, at).high + ROOM)


def series_anew(known: tuple[Series, ...], at: datetime) -> Series:
    """The series of a database that was brought back: nothing in it can have been drawn before.

    `known`: the series of the backup, and those of the database that is replaced, where it can be read.
    The minute counts too, for two restores of one backup that know nothing of each other.
    """
    reached = max(window(one, at).high for one in (Series(), *known))
    begins = reached + MARGIN + APART * (_minutes(at) % TURN)
    return Series(begins, begins)


class Scrambler:
    """Positions as drawn digits: one to one, in an order that only this installation's key knows."""

    def __init__(self, secret_key: Secret) -> None:
        self._key = hmac.digest(secret_key.reveal().encode(), b"hotline/ticket numbers", "sha256")

    def digits(self, place: int) -> str:
        """The eight drawn digits of a position, the first not 0.

        A Feistel network whose halves count modulo 9,000 and 10,000, so that every position has digits of
        its own without trying again.
        """
        left, right = divmod(place % SPACE, RIGHT)
        for turn in range(0, ROUNDS, 2):
            left = (left + self._noise(turn, right)) % LEFT
            right = (right + self._noise(turn + 1, left)) % RIGHT
        return str(SMALLEST + left * RIGHT + right)

    def _noise(self, turn: int, half: int) -> int:
        told = turn.to_bytes(1) + half.to_bytes(2)
        return int.from_bytes(hashlib.blake2b(told, digest_size=8, key=self._key).digest())


def _minutes(at: datetime) -> int:
    return max(0, int((at - EPOCH).total_seconds()) // _MINUTE)
