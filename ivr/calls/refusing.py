"""Turn 0 of a call that is not taken: its document stands like any other, and is answered to every repeat."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.clock import Deadline
from foundation.logs import logger
from ivr.calls.claims import Claim, Present, Remembered, Row, StoreGone
from ivr.calls.codec import Kept, encode, told
from ivr.calls.turn import Turns
from ivr.flow.engine import begin
from ivr.flow.inputs import Answered
from ivr.flow.instructions import Instruction
from ivr.menus.model import MenuBook

SOURCE = "answer"  # who asks for turn 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that is not taken: why, what it is told, and whether anything can come after that.

    `outcome`: how the journal names it. With `over` every later request of the call gets the same document.
    """

    answered: Answered
    outcome: str
    instructions: tuple[Instruction, ...]
    document: bytes
    over: bool


def stand(turns: Turns, book: MenuBook, refusal: Refusal, deadline: Deadline) -> bytes:
    """What the caller is answered: this refusal, or what stands already for the call.

    So the repeat of a call that was taken is never refused, and one that was refused is never taken by
    another process. One round trip; whatever fails, there are words.
    """
    row = _row(book, refusal)
    try:
        stands = _in_store(turns, row, deadline)
    except StoreGone as gone:
        logger("calls").warning("a refusal goes to the journal", fault=str(gone))
        stands = _in_journal(turns, row, deadline)
    logger("calls").info("call not taken", outcome=refusal.outcome, stands=stands is row.remembered)
    return stands.answer


def _in_store(turns: Turns, row: Row, deadline: Deadline) -> Remembered:
    # The claim of turn 0 with its own answer as the seed: the store keeps it unless it knows the call.
    known = turns.journal.newest(row.call, deadline) if turns.store.doubted() else None
    claim = Claim(row.call, 0, SOURCE, turns.new_owner(), seed=known or row.remembered)
    found = turns.store.claim(claim, deadline)
    if not isinstance(found, Present):
        raise StoreGone(f"a refusal does not stand: {found}")
    if found.known != row.remembered:
        return found.known
    try:
        turns.journal.keep(row, deadline)
    except StoreGone:
        logger("calls").warning("the row of a refusal is lost")
    return row.remembered


def _in_journal(turns: Turns, row: Row, deadline: Deadline) -> Remembered:
    try:
        known = turns.journal.newest(row.call, deadline)
        return known or turns.journal.keep_now(row, deadline)
    except StoreGone:
        return row.remembered


def _row(book: MenuBook, refusal: Refusal) -> Row:
    """Without an opening: a call that is not taken is not among those in progress."""
    answered, state = refusal.answered, begin(book, refusal.answered)
    remembered = Remembered(0, encode(Kept(state)), refusal.document, refusal.over)
    return Row(
        call=answered.call,
        turn=0,
        at=answered.at,
        source=SOURCE,
        heard="",
        outcome=refusal.outcome,
        node=state.place.node,
        events=[told(refusal.instructions)],
        remembered=remembered,
    )
