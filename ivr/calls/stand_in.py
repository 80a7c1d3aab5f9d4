"""What a conversation file writes instead of the keys of a turn: what they meant, and never a secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.calls.masking import LAST_FOUR, NOT_SHOWN, PIN
from ivr.calls.working import BEGUN_AGAIN, RESTARTED
from ivr.flow.events import Chosen, LevelRaised
from ivr.flow.nodes.verify import PIN_DIGITS
from ivr.flow.state import CallState
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Digits, LanguageQuestion, NodeBase, StateOfTicket, Verify

KEYS = "keys"  # the source of a turn in which keys were heard
ACCOUNT_FACT = "account"
AGAIN = "#"  # where the book is gone; as the key that repeats is in every book of ours
# A wrong secret as zeros: of a kind of secret as many as it has digits, else as many as no secret has.
WRONG = {PIN: "000000", LAST_FOUR: "0000", "": "000"}


@dataclass(frozen=True, slots=True)
class KeysHeard:
    """A turn in which keys were heard: `heard` is masked, `before` and `after` are None if they are lost.

    `book`: the one that `before` stands in. `tickets`: the numbers among those typed that SQL knows.
    """

    heard: str
    outcome: str
    prompts: Sequence[str]
    proof: str
    events: Sequence[Mapping[str, Any]]
    book: MenuBook | None
    before: CallState | None
    after: CallState | None
    tickets: frozenset[str]

    def tells(self, kind: type) -> bool:
        """Whether an event of this kind happened in the turn."""
        return any(event.get("event") == kind.__name__ for event in self.events)


def stand_in(keys: KeysHeard) -> str | None:
    """The words for the file, such as `{pin}`; None where the keys themselves can stand there."""
    if keys.outcome in {RESTARTED, BEGUN_AGAIN}:
        # They were not looked at: the question was put again, as if its caller had asked for that.
        return keys.book.everywhere.again if keys.book else AGAIN
    meant = _meant(keys)
    if meant is None and keys.heard == NOT_SHOWN and not keys.tells(Chosen):
        return WRONG[keys.proof]
    return meant


def _meant(keys: KeysHeard) -> str | None:
    """What the question makes of them, as far as that is known."""
    before, after = keys.before, keys.after
    node = keys.book.nodes.get(before.place.node) if keys.book and before else None
    if before is None or after is None or node is None:
        return None
    if isinstance(node, LanguageQuestion):
        return _language(node, keys, before, after)
    if keys.tells(Chosen):
        return None  # one key that leads away from here, and no entry
    match node, before.place.stage:
        case (Verify(), "pin") | (StateOfTicket(), "proof"):
            return _secret(node, keys, before)
        case Verify(), _:
            return "{account}" if _goes_on(before, after, "pin") else _early(keys)
        case StateOfTicket(), _:
            return "{ticket}" if _is_ticket(node, keys, before, after) else _early(keys)
        case Digits(fact="account"), "":
            given = ACCOUNT_FACT in dict(after.facts_since(before.learned))
            return "{account}" if given or _goes_on(before, after, "confirm") else _early(keys)
        case _:
            return None


def _language(node: LanguageQuestion, keys: KeysHeard, before: CallState, after: CallState) -> str | None:
    """The language of the play. One that is changed later is another one: its key stands for itself."""
    chosen = any(event.get("choice") == after.language for event in keys.events)
    return "{language}" if chosen and not (node.ask_again and after.language != before.language) else None


def _secret(node: NodeBase, keys: KeysHeard, before: CallState) -> str:
    if keys.tells(LevelRaised):
        return "{pin}"
    if _found(node, keys, before):
        return "{last_four}" if keys.proof == LAST_FOUR else "{pin}"
    return WRONG[keys.proof]


def _is_ticket(node: NodeBase, keys: KeysHeard, before: CallState, after: CallState) -> bool:
    if _found(node, keys, before):
        return True
    return _goes_on(before, after, "proof") and after.place.entry in keys.tickets


def _found(node: NodeBase, keys: KeysHeard, before: CallState) -> bool:
    return f"{node.say or before.place.node}.found" in keys.prompts


def _goes_on(before: CallState, after: CallState, stage: str) -> bool:
    """Whether the entry was taken, and the same node asks its next question."""
    return (after.place.node, after.place.stage) == (before.place.node, stage)


def _early(keys: KeysHeard) -> str | None:
    """A wrong entry as long as a PIN may be one, typed a question too early."""
    entry = keys.heard.removeprefix(f"{KEYS} ")
    return WRONG[PIN] if len(entry) == PIN_DIGITS and entry.startswith("•") else None
