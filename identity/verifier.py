"""Whether account and telephone PIN belong together; slow for those who guess, never shut for the owner."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.clock import Deadline
from foundation.database import Connection, Database, Deed, Reply, fingerprint
from foundation.redaction import Secret
from identity.directory import Customer, Directory
from identity.guesses import Bucket, Guesses, Patience
from identity.pins import PinHasher

_HALF_A_MINUTE = timedelta(seconds=30)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

# By account: two misses for nothing, then 30 s, 1 min, 2 min ... 1 h. At most 32 guesses on the first day.
ACCOUNT = Patience(free=3, first=_HALF_A_MINUTE, longest=_HOUR, forgotten_after=timedelta(days=30))
# By calling number: many people may share one, so it is more patient; and it cannot shut anybody out, since
# the number that an account is registered with is not counted by for that account.
NUMBER = Patience(free=10, first=_HALF_A_MINUTE, longest=_HOUR, forgotten_after=_DAY)
# All callers who hide their number share one count: it slows a flood and stays a short wait.
WITHHELD = Patience(free=30, first=_HALF_A_MINUTE, longest=timedelta(minutes=5), forgotten_after=_HOUR)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who guesses, as far as one can tell: the number shown (E.164, may be forged), and the call."""

    number: str | None
    call: str


@dataclass(frozen=True, slots=True)
class PinGuess:
    """A telephone PIN typed for an account; `key` is `call/turn/errand-number`, `at` is aware."""

    account: str
    pin: Secret
    asker: Asker
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verified:
    """They belong together."""

    customer: Customer


@dataclass(frozen=True, slots=True)
class Refused:
    """They do not, or nobody has this account: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """Too many misses: nothing was compared."""

    until: datetime

    def seconds(self, at: datetime) -> int:
        """How long from `at`, in whole seconds, at least one."""
        return max(1, math.ceil((self.until - at).total_seconds()))


Verdict = Verified | Refused | Slowed


def asker_bucket(asker: Asker) -> Bucket:
    """What guesses of this caller are counted by, besides what they are aimed at."""
    if asker.number is None:
        return Bucket("withheld", "", WITHHELD)
    return Bucket("number", asker.number, NUMBER)


class Verifier:
    """Compares telephone PINs. See docs/decisions/0002-slowing-pin-guesses.md for who can slow whom."""

    def __init__(self, database: Database, directory: Directory, hasher: PinHasher, guesses: Guesses) -> None:
        self._database = database
        self._directory = directory
        self._hasher = hasher
        self._guesses = guesses

    def check_pin(self, guess: PinGuess, deadline: Deadline) -> Verdict:
        """The verdict, the same one for the same key however often it is asked for.

        Raises DatabaseUnavailable or TooBusyToCompare; then the guess may have been counted, and asking
        again under the same key counts no second one.
        """
        begun = self._database.once(_deed(guess, "begin"), self._begin(guess), deadline)
        until = begun["slowed_until"]
        if isinstance(until, str):
            return Slowed(datetime.fromisoformat(until))
        customer, fits = self._compared(guess, deadline)
        ended = self._database.once(_deed(guess, "end"), self._end(guess, customer, fits=fits), deadline)
        return Verified(customer) if customer is not None and ended["fits"] is True else Refused()

    def _begin(self, guess: PinGuess) -> Callable[[Connection], Reply]:
        def begin(connection: Connection) -> Reply:
            customer, _ = self._directory.in_transaction(connection, guess.account)
            until = self._guesses.begin(connection, _buckets(guess, customer), guess.at)
            return {"slowed_until": until.isoformat() if until else None}

        return begin

    def _compared(self, guess: PinGuess, deadline: Deadline) -> tuple[Customer | None, bool]:
        with self._database.reading(deadline) as connection:
            customer, kept = self._directory.in_transaction(connection, guess.account)
        # A place is held for the hash alone: two callers whose SQL is slow must not stop all others.
        with self._hasher.place(deadline):
            return customer, self._hasher.matches(kept, guess.account, guess.pin)

    def _end(
        self, guess: PinGuess, customer: Customer | None, *, fits: bool
    ) -> Callable[[Connection], Reply]:
        def end(connection: Connection) -> Reply:
            if fits:
                aimed_at, *others = _buckets(guess, customer)
                self._guesses.forget(connection, aimed_at)
                for bucket in others:
                    self._guesses.forgive(connection, bucket, guess.at)
            return {"fits": fits}

        return end


def _buckets(guess: PinGuess, customer: Customer | None) -> list[Bucket]:
    """What a guess is counted by, the account first.

    Whoever shows the number that the account is registered with has a count of their own: strangers who
    guess at the account do not slow its owner, unless they know that number and forge it.
    """
    if customer is not None and customer.phone is not None and customer.phone == guess.asker.number:
        return [Bucket("account, own number", guess.account, ACCOUNT)]
    return [Bucket("account", guess.account, ACCOUNT), asker_bucket(guess.asker)]


def _deed(guess: PinGuess, part: str) -> Deed:
    # The PIN is not part of it, not even hashed: a table of fingerprints must not be a table of PINs.
    about = fingerprint(guess.account, guess.asker.number, guess.asker.call)
    return Deed(f"{guess.key}/{part}", f"{part} guess at a PIN", about)
