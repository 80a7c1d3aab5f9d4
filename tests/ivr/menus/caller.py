"""A caller for the examples of the page: presses what is written there and compares what is heard."""

from datetime import UTC, datetime

from msgspec.structs import replace

from ivr.flow.engine import begin, step
from ivr.flow.errands import CheckPin, Errand, FindAnnouncement, FindTicket, OpenTicket, RecallCaller
from ivr.flow.inputs import Answered, BridgeEnded, CallerInput, Digits, Outcome, Recorded, Reply, Silence
from ivr.flow.instructions import Instruction, PlayRecording, Say
from ivr.flow.replies import Announced, Done, PinAccepted, Recalled, Result, TicketFound, TicketOpened
from ivr.flow.state import CallState
from ivr.menus.model import MenuBook

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten o'clock of a Tuesday in Jakarta
NUMBER = "+6281234567801"


def call_through(book: MenuBook, script: str) -> None:
    """Make the call that a script tells, line by line (`hears: a b`, `presses: 1`, `stays silent`).

    `announced: words` as its first line: an operator's sentence that stands.
    """
    lines = script.strip().splitlines()
    words = lines.pop(0).partition(":")[2].strip() if lines[0].startswith("announced:") else None
    answered = Answered(AT, "call", NUMBER, "+622150001010")
    state, heard = _turn(book, begin(book, answered), answered, words)
    for line in lines:
        word, _, said = line.partition(":")
        if word == "hears":
            assert heard == said.split(), line
        else:
            state, heard = _turn(book, state, _input(word, said.strip()), words)


def _input(word: str, said: str) -> CallerInput:
    match word:
        case "presses":
            return Digits(AT, said)
        case "stays silent":
            return Silence(AT)
        case "speaks":
            return Recorded(AT, "RE1", int(said))
        case "person":
            return BridgeEnded(AT, Outcome(said))
        case _:
            raise AssertionError(word)


def _turn(
    book: MenuBook, state: CallState, heard: CallerInput, announced: str | None
) -> tuple[CallState, list[str]]:
    turn = step(book, state, heard)
    names = _names(turn.instructions)
    while turn.errand is not None:
        turn = step(book, turn.state, Reply(AT, _brought(turn.errand, announced)))
        names += _names(turn.instructions)
    return replace(turn.state, turn=turn.state.turn + 1), names


def _names(instructions: tuple[Instruction, ...]) -> list[str]:
    return [
        one.prompt if isinstance(one, Say) else "<recording>"
        for one in instructions
        if isinstance(one, Say | PlayRecording)
    ]


def _brought(errand: Errand, announced: str | None) -> Result:
    match errand:
        case FindAnnouncement() if announced:
            return Announced(1, (("en", announced),))
        case RecallCaller():
            return Recalled(None)
        case CheckPin():
            return PinAccepted("CU1")
        case OpenTicket():
            return TicketOpened("123456786", AT)
        case FindTicket():
            return TicketFound("123456786", "refund", "promised", AT)
        case _:
            return Done()
