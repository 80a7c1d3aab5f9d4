"""A promise costs few round trips to SQL: where each is late, they decide whether its number is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import make_url

from callbacks.promises import Promises
from callbacks.series import NumberSeries
from callbacks.store import TicketStore
from foundation.database import Database
from foundation.redaction import Secret
from storms.proxy import Proxy
from tests.callbacks.promise_desk import CLOCK, within
from tests.makers import a_draft

# BEGIN, the key of the deed, the call and its topic, the series of numbers, the ticket, its moves, its kin,
# the ticket of the call, the reply of the deed, COMMIT.
OF_A_TICKET = 10
SETTLED = 6  # tickets; by then every statement is prepared on the connection
MEASURED = 4  # more, each of which has a kin more


@pytest.fixture
def wired(database_url: str) -> Iterator[tuple[Promises, Proxy]]:
    """Promises in a PostgreSQL at the end of a wire that counts."""
    address = make_url(database_url)
    assert address.port is not None
    with Proxy(address.port) as wire:
        url = address.set(port=wire.port).render_as_string(hide_password=False)
        with closing(Database(url, CLOCK, limit=20.0)) as database:
            draw = NumberSeries(Secret("5c" * 32), CLOCK).draw
            yield Promises(TicketStore(), database, draw), wire


def opened(promises: Promises, call: str) -> None:
    promises.open_ticket(a_draft(call=call, key=f"{call}/3/1"), within())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_ticket_is_ten_round_trips_however_many_its_number_has_already(
    wired: tuple[Promises, Proxy],
) -> None:
    promises, wire = wired
    for count in range(SETTLED):
        opened(promises, f"CA{count}")
    found = []
    for count in range(SETTLED, SETTLED + MEASURED):
        before = wire.passed()
        opened(promises, f"CA{count}")
        found.append(wire.passed().since(before).rounds)
    assert found == [OF_A_TICKET] * MEASURED
