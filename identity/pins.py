"""Telephone PINs: how one is kept, and how one is compared in the same time whether it fits or not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import argon2
from argon2 import exceptions

from foundation.clock import Deadline
from foundation.redaction import Secret
from identity.keyed import Keyed

PIN_DIGITS = 6
MEMORY_KIB, ROUNDS, LANES = 19 * 1024, 2, 1  # OWASP's second choice for argon2id; 0.02 s here
HASHES_AT_ONCE = 2  # each takes 19 MiB and a core


class TooBusyToCompare(Exception):
    """No place to compute a hash became free by the deadline; nothing was compared."""


class PinHasher:
    """Argon2id over a keyed hash of the PIN: a stolen table is of no use without SECRET_KEY.

    A million PINs would otherwise be tried in hours. Another SECRET_KEY makes all PINs invalid.
    """

    def __init__(self, secret_key: Secret) -> None:
        self._pepper = Keyed(secret_key, "telephone PIN")
        self._argon2 = argon2.PasswordHasher(ROUNDS, MEMORY_KIB, LANES)
        self._places = threading.BoundedSemaphore(HASHES_AT_ONCE)
        # Compared with the guesses at accounts that do not exist; no PIN has a letter.
        self._nobody = self._argon2.hash(self._pepper.name("nobody"))

    def hash(self, account: str, pin: Secret) -> str:
        """What is kept of the PIN. ValueError unless it has six digits."""
        written = pin.reveal()
        if len(written) != PIN_DIGITS or not (written.isascii() and written.isdecimal()):
            raise ValueError(f"a telephone PIN has {PIN_DIGITS} digits")
        return self._argon2.hash(self._pepper.name(account, written))

    @contextmanager
    def place(self, deadline: Deadline) -> Iterator[None]:
        """A place to compute one hash, held as long as the block; TooBusyToCompare if none becomes free."""
        if not self._places.acquire(timeout=deadline.left()):
            raise TooBusyToCompare(f"{HASHES_AT_ONCE} hashes at a time")
        try:
            yield
        finally:
            self._places.release()

    def matches(self, kept: str | None, account: str, pin: Secret) -> bool:
        """Whether this is the PIN; `kept` None (nobody has this account) takes as long and is False."""
        try:
            self._argon2.verify(kept or self._nobody, self._pepper.name(account, pin.reveal()))
        except exceptions.VerificationError:
            return False
        return kept is not None
