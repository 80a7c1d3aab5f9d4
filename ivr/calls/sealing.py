"""What SQL keeps of a call is sealed, and a calling number stands there as a mark."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable

from foundation.redaction import Secret
from foundation.sealing import Box, Broken, derived

MARK_LENGTH = 32  # hexadecimal digits of the mark of a number: 128 bits

__all__ = ["Broken", "Seal"]


class Seal:
    """The seal of the journal, and the marks of numbers; `place` is call, turn and column."""

    def __init__(self, secret_key: Secret, random: Callable[[int], bytes] = os.urandom) -> None:
        self._box = Box(derived(secret_key, b"hotline: the journal of calls"), random)
        self._marking = derived(secret_key, b"hotline: marks of calling numbers")

    def close(self, plain: bytes, place: str) -> bytes:
        """The sealed bytes; `place` must be the same when they are opened."""
        return self._box.close(plain, place)

    def open(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes again, or Broken."""
        return self._box.open(sealed, place)

    def mark(self, number: str) -> str:
        """The same mark for the same number, which nobody can compute without the key."""
        return hmac.new(self._marking, number.encode(), hashlib.sha256).hexdigest()[:MARK_LENGTH]
