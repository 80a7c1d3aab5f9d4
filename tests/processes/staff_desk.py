"""What tests of `hotline tickets` share: one ticket in a database, and somebody who types commands."""

from click.testing import CliRunner, Result

from callbacks.promises import Promises
from callbacks.records import NumberToCall
from callbacks.store import TicketStore
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from processes.commands.tickets import tickets
from tests.makers import NOW, a_draft

CLOCK = SystemClock()
SPOKEN = "left\x1b[2J\nmy phone"  # what would clear a terminal and forge a line


def within() -> Deadline:
    return Deadline.after(20, CLOCK)


def open_ticket(database_url: str, *recordings: str) -> str:
    """A ticket whose caller gave three numbers; its own number."""
    database = Database(database_url, CLOCK)
    promises = Promises(TicketStore(), database, lambda *_: "41177331")
    draft = a_draft(recordings=recordings, answers=(("what", SPOKEN), ("other number", "+6281234567892")))
    made = promises.open_ticket(draft, within()).number
    promises.set_number(NumberToCall(made, "+6281234560000", "CA1", "CA1/9/1", NOW), within())
    database.close()
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(tickets, words, catch_exceptions=False)
