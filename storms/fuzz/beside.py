"""What stands ready when a request comes: a page of somebody on call, an open recording, what was heard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from redis import Redis

from callbacks.outcomes import Opened
from callbacks.paging.next_page import Due, Waiting
from callbacks.paging.on_call import OnCallPerson
from callbacks.paging.store import PageStore
from callbacks.promises import Promises
from callbacks.series import NumberSeries
from callbacks.store import TicketStore
from callbacks.tickets import Priority
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.settings import Settings
from ivr.channels.addresses import Addresses
from speech import mailbox_keys
from speech.mailbox import RedisMailbox
from speech.requests import Heard, Service
from tests.makers import a_draft

PATIENCE = 20.0  # seconds for SQL or Redis: what is made ready is not what is measured
WAITED = timedelta(minutes=10)  # since the promise: others may be told of it in their call
SPEECH = Service({"en": "scripted"}, 40)  # one language is heard by us, the others where the carrier hears


class Beside:
    """Makes it on the stores of one hotline; made twice it is there once."""

    def __init__(self, settings: Settings, database: Database, mailbox: RedisMailbox) -> None:
        self._database = database
        self._mailbox = mailbox
        self._clock = SystemClock()
        self._addresses = Addresses(settings.public_url, settings.secret_key, self._clock)
        self._promises = Promises(
            TicketStore(), database, NumberSeries(settings.secret_key, self._clock).draw
        )

    def page(self, attempt: str) -> None:
        """An urgent ticket waits, and somebody is being rung about it: a page with this id."""
        now, within = self._clock.now(), Deadline.after(PATIENCE, self._clock)
        draft = a_draft(
            call=f"CA{attempt}",
            key=f"{attempt}/paged",
            topic="stop-my-money",
            priority=Priority.URGENT,
            at=now - WAITED,
        )
        opened = self._promises.open_ticket(draft, within)
        if not isinstance(opened, Opened):
            return
        person = OnCallPerson(name="Ann", number=f"+{int(attempt, 16) % 10**15:015}", language="en")
        with self._database.writing(within) as connection:
            due = Due(Waiting(opened.number, draft.at), 1, person)
            PageStore().begin(connection, due, attempt, now)

    def recording(self, call: str) -> str:
        """An address of ours under which a recording of this call can be heard."""
        return self._addresses.recording(call, f"RE{call[2:]}")

    def heard(self, heard: Heard) -> None:
        """A proposal of the speech process."""
        self._mailbox.propose(heard)

    def speaks(self, call: str, turn: int) -> None:
        """The caller is in the middle of a word."""
        self._mailbox.speaks(call, turn)


@contextmanager
def beside(settings: Settings, redis_url: str) -> Iterator[Beside]:
    """All that is beside the web process; a speech process is said to be there until it ends."""
    assert settings.redis_url is not None
    clock = SystemClock()
    with (
        closing(Redis.from_url(redis_url)) as redis,
        closing(RedisMailbox(settings.redis_url, clock, limit=PATIENCE)) as mailbox,
        closing(Database(settings.database_url, clock, limit=PATIENCE)) as database,
    ):
        redis.set(mailbox_keys.SERVICE, mailbox_keys.written(SPEECH))  # for ever, not for three seconds
        yield Beside(settings, database, mailbox)
