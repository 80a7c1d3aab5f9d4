"""Twilio's identifiers: two letters that say what it is, then 32 hexadecimal digits."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sids:
    """Draws identifiers; `draw(n)` gives n random bytes in hexadecimal. Handed in, so that tests choose."""

    draw: Callable[[int], str] = secrets.token_hex

    def call(self) -> str:
        """An identifier of one leg of a call."""
        return "CA" + self.draw(16)

    def message(self) -> str:
        """An identifier of a text."""
        return "SM" + self.draw(16)

    def stream(self) -> str:
        """An identifier of a media stream."""
        return "MZ" + self.draw(16)

    def recording(self) -> str:
        """An identifier of a recording."""
        return "RE" + self.draw(16)

    def token(self) -> str:
        """An opaque word, for idempotency tokens and call tokens."""
        return self.draw(16)
