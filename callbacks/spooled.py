"""Promises that SQL cannot take now: they go to the spool, sealed, with all that is needed to make them."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, assert_never

import msgspec

from callbacks.outcomes import Joined, Opened, Spooled
from callbacks.promises import NothingToTakeBack, Promises, deed_of
from callbacks.records import NumberToCall, SpokenMessage, SurveyAnswer, TakenBack
from callbacks.tickets import TicketDraft
from foundation.clock import Deadline
from foundation.database import DatabaseUnavailable
from foundation.logs import logger
from foundation.metrics import SPOOLED
from foundation.redaction import Secret
from foundation.sealing import Box, Broken, derived
from foundation.spool import Full, Kept, Spool, SpoolBroken, TooLong

SPOOL_SECONDS = 0.2  # of a deed's time, kept back for the spool
PLACE = "spool"  # what the sealed bytes are bound to

Spoolable = TicketDraft | SpokenMessage | NumberToCall | TakenBack
_KINDS: dict[str, type[Spoolable]] = {
    "open ticket": TicketDraft,
    "keep recording": SpokenMessage,
    "set number to call": NumberToCall,
    "take back ticket": TakenBack,
}

S = TypeVar("S", TicketDraft, SpokenMessage, NumberToCall, TakenBack)
Made = TypeVar("Made")
Left = TypeVar("Left")


class Unreadable(Exception):
    """What stands in a slot is no promise that this version can read, or is sealed with another key."""


class _Envelope(msgspec.Struct, frozen=True):
    kind: str
    asked: msgspec.Raw


class SpoolSeal:
    """Writes a promise as sealed bytes, and reads it again; the key comes from `SECRET_KEY`."""

    def __init__(self, secret_key: Secret) -> None:
        self._box = Box(derived(secret_key, b"hotline: the spool"))

    def close(self, asked: Spoolable) -> bytes:
        """The sealed bytes."""
        envelope = _Envelope(deed_of(asked).kind, msgspec.Raw(msgspec.json.encode(asked)))
        return self._box.close(zlib.compress(msgspec.json.encode(envelope)), PLACE)

    def open(self, sealed: bytes) -> Spoolable:
        """The promise again, or Unreadable. Unknown fields are passed over, missing ones have defaults."""
        try:
            written = zlib.decompress(self._box.open(sealed, PLACE))
            envelope = msgspec.json.decode(written, type=_Envelope)
            return msgspec.json.decode(envelope.asked, type=_KINDS[envelope.kind])
        except (Broken, zlib.error, msgspec.MsgspecError, UnicodeDecodeError, KeyError) as fault:
            raise Unreadable(type(fault).__name__) from fault


@dataclass(frozen=True, slots=True)
class SpooledPromises:
    """The deeds of a call, as `Promises` does them; what SQL cannot take and somebody is owed is spooled.

    Where neither takes it, the fault of SQL is raised: nothing was kept, and the caller must hear that.
    """

    promises: Promises
    spool: Spool
    seal: SpoolSeal

    def open_ticket(self, draft: TicketDraft, deadline: Deadline) -> Opened | Joined | Spooled:
        """The promise, standing in SQL or in the spool when this returns."""
        return self._kept(draft, self.promises.open_ticket, Spooled(draft.due), deadline)

    def keep_recording(self, message: SpokenMessage, deadline: Deadline) -> str | None:
        """The number of its ticket; None while it stands in the spool."""
        return self._kept(message, self.promises.keep_recording, None, deadline)

    def set_number(self, wanted: NumberToCall, deadline: Deadline) -> bool:
        """Whether that is the number to call from now on; what stands in the spool will be."""
        return self._kept(wanted, self.promises.set_number, True, deadline)  # noqa: FBT003  # what is brought back

    def take_back(self, wanted: TakenBack, deadline: Deadline) -> None:
        """Cancel what the call has just made; what stands in the spool is made, and cancelled after it."""
        try:
            self._kept(wanted, self.promises.take_back, None, deadline)
        except NothingToTakeBack as fault:
            self._spool(wanted, DatabaseUnavailable(str(fault)), deadline)

    def save_survey(self, given: SurveyAnswer, deadline: Deadline) -> None:
        """Never spooled: it is owed to nobody, and would take the slot of something that is."""
        self.promises.save_survey(given, deadline)

    def _kept(
        self, asked: S, do: Callable[[S, Deadline], Made], spooled: Left, deadline: Deadline
    ) -> Made | Left:
        try:
            return do(asked, Deadline(deadline.clock, deadline.at - SPOOL_SECONDS))
        except DatabaseUnavailable as fault:
            # The answer to a COMMIT may be all that was lost: the key then decides when it is done again.
            self._spool(asked, fault, deadline)
            return spooled

    def _spool(self, asked: Spoolable, fault: DatabaseUnavailable, deadline: Deadline) -> None:
        deed = deed_of(asked)
        try:
            found = self.spool.keep(f"{deed.key} {deed.fingerprint}", self.seal.close(asked), deadline)
        except SpoolBroken as broken:
            logger("tickets").exception("the spool is broken: a promise is kept nowhere", key=deed.key)
            raise fault from broken
        match found:
            case Kept():
                SPOOLED.labels(deed.kind).inc()
                logger("tickets").warning("spooled", deed=deed.kind, key=deed.key, fault=str(fault))
            case Full() | TooLong():
                how = type(found).__name__
                logger("tickets").error("the spool does not take a promise", key=deed.key, found=how)
                raise fault
            case _:
                assert_never(found)
