"""What was spoken, for a terminal: the words of a message, or why there are none."""

from collections.abc import Mapping

from callbacks.records import TicketFile
from callbacks.transcripts.message import State, Told
from callbacks.transcripts.seal import MessageSeal
from callbacks.transcripts.store import MessageStore
from foundation.clock import Deadline
from foundation.database import Database
from foundation.redaction import Secret, one_line
from foundation.sealing import Broken

NOBODY = "not transcribed: no worker has looked after it yet"


def message_lines(
    found: TicketFile, database: Database, secret_key: Secret, deadline: Deadline
) -> Mapping[str, str]:
    """A line for each message of a ticket, by the carrier's name for it. Raises DatabaseUnavailable."""
    told = MessageStore(database).told([one.sid for one in found.recordings], deadline)
    seal = MessageSeal(secret_key)
    return {sid: message_line(sid, one, seal) for sid, one in told.items()}


def message_line(sid: str, told: Told, seal: MessageSeal) -> str:
    """One message; its numbers were hidden before it was kept."""
    if told.sealed is not None:
        try:
            words = one_line(seal.open_words(sid, told.sealed))
        except Broken:
            return "transcribed, and sealed under another SECRET_KEY"
        return f'by {told.by}: "{words}"' if words else f"by {told.by}: no word was heard"
    where = "its sound is kept here" if told.state is not State.WAITING else "its sound is at the carrier"
    return f"not transcribed{_why(told)}; {where}"


def _why(told: Told) -> str:
    why = f": {one_line(told.why)}" if told.why else ""
    if told.state is State.GIVEN_UP:
        return f"{why}; given up after {told.tries} tries"
    if told.due is None:
        return why
    tried = f"; tried {told.tries} times, next" if told.tries and told.why else "; next look"
    return f"{why}{tried} {told.due:%Y-%m-%d %H:%M}"
