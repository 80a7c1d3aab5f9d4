"""What the journal may say about what was heard: never a secret, never a card, no number in full.

A PIN is sometimes typed one question too early: nobody can tell it from a ticket number, so every longer
entry shows its last two digits alone. What an entry means to the call stands in the state, which is sealed.
"""

from __future__ import annotations

from typing import assert_never

from foundation.redaction import mask_digits
from ivr.flow.inputs import (
    Answered,
    BridgeEnded,
    CallerInput,
    Digits,
    HungUp,
    Recorded,
    Reply,
    Silence,
    Utterance,
)
from ivr.flow.nodes.ticket_state import PROOF_DIGITS
from ivr.flow.nodes.verify import PIN_DIGITS

NOT_SHOWN = "keys ••"  # nor how many there were
PIN, LAST_FOUR = "pin", "last-four"  # the two kinds of secret, told apart by their lengths


def shown(heard: CallerInput, *, secret: bool) -> str:
    """One line on what was heard. `secret`: the keys awaited are a PIN or a proof."""
    match heard:
        case Answered(number=number):
            return "answered" if number else "answered, number withheld"
        case Digits(keys=keys):
            return NOT_SHOWN if secret else f"keys {mask_digits(keys)}"
        case Silence():
            return "silence"
        case Utterance(alternatives=alternatives, recognizer=recognizer):
            # The words themselves stand in the turn's events, where numbers in them are masked.
            sure = f"{alternatives[0].sure:.2f} sure" if alternatives else "no words"
            return f"voice, by {recognizer}, {sure}"
        case Recorded(recording=recording, seconds=seconds, hung_up=hung_up):
            return f"recording {recording}, {seconds} s" + (", hung up" if hung_up else "")
        case BridgeEnded(outcome=outcome, seconds=seconds):
            return f"bridge {outcome.value}, {seconds} s"
        case HungUp():
            return "hung up"
        case Reply(result=result):
            return f"reply {type(result).__name__}"
        case _:
            assert_never(heard)


def proof_typed(heard: CallerInput) -> str:
    """Which kind of secret these keys can be, right or wrong; empty for keys of any other length."""
    if not (isinstance(heard, Digits) and len(heard.keys) in PROOF_DIGITS and heard.keys.isdecimal()):
        return ""
    return PIN if len(heard.keys) == PIN_DIGITS else LAST_FOUR
