"""Calls that are going on: the carrier is made to ask for another document at once.

Source: https://www.twilio.com/docs/voice/tutorials/how-to-modify-calls-in-progress
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.rest import CarrierRest, Refused, Told, Trouble

NOT_FOUND = 404
GONE = frozenset({20404, 21220})  # no such call; a call that has ended


@dataclass(frozen=True, slots=True)
class Moved:
    """The carrier asks for the document now."""


@dataclass(frozen=True, slots=True)
class HasEnded:
    """There is no such call any more: the caller was quicker, and that is usual."""


class LiveCalls:
    """Moves them."""

    def __init__(self, rest: CarrierRest) -> None:
        self._rest = rest

    def move(self, call: str, url: str) -> Moved | HasEnded | Trouble:
        """Have what the call does now cut short, and the document at `url` asked for by POST."""
        outcome = self._rest.set(f"/Calls/{call}.json", {"Url": url, "Method": "POST"})
        match outcome:
            case Told():
                return Moved()
            case Refused(status=status, code=code) if status == NOT_FOUND or code in GONE:
                return HasEnded()
            case _:
                return outcome
