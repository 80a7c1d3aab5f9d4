"""Where a call stands when a turn of it is asked for: the store's word, and the journal's where it helps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from foundation.clock import Deadline
from foundation.logs import logger
from ivr.calls.claims import (
    Aim,
    Behind,
    Busy,
    CallJournal,
    CallStore,
    Claim,
    Claimed,
    Found,
    Remembered,
    StoreGone,
)

NEW_CALL_SECONDS = 0.4  # for asking the journal about a call that is most likely new


@dataclass(frozen=True, slots=True)
class Loader:
    """Claims turns. The journal is asked only where the store knows nothing, too little, or is doubted."""

    journal: CallJournal

    def claim(self, claim: Claim, store: CallStore, deadline: Deadline) -> Found:
        """The turn, or why not. Behind: the call to be ended is known nowhere.

        A turn whose state is lost is not played: the claim is then for the turn after it (`Claimed.turn`
        is larger than the one asked for), so that no turn number, and no key, is used twice.
        """
        found = store.claim(claim, deadline)
        if not self._asks_journal(found, store):
            return found
        is_new = isinstance(found, Claimed) and found.known is None
        limit = deadline.allow(NEW_CALL_SECONDS) if is_new else deadline.left()
        newest = self._newest(claim.call, Deadline.after(limit, deadline.clock))
        if newest is not None and newest.turn > _turn_of(found):
            found = store.claim(replace(claim, seed=newest), deadline)
        if not isinstance(found, Behind) or claim.aim is Aim.END:
            return found
        logger("calls").warning("state lost, the call goes on at the next turn", known=_turn_of(found))
        restart = replace(claim, seed=newest, aim=Aim.RESTART, turn=claim.turn + 1)
        return store.claim(restart, deadline)

    def _asks_journal(self, found: Found, store: CallStore) -> bool:
        match found:
            case Behind() | Claimed(known=None):
                return True
            case Busy():
                return False
            case _:
                return store.doubted()

    def _newest(self, call: str, deadline: Deadline) -> Remembered | None:
        try:
            return self.journal.newest(call, deadline)
        except StoreGone as gone:
            logger("calls").warning("the journal cannot be read", fault=str(gone))
            return None


def _turn_of(found: Found) -> int:
    known = None if isinstance(found, Busy) else found.known
    return known.turn if known else -1
