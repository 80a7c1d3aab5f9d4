"""Drawing the number of a ticket, in the transaction that writes it, from the series that stands in SQL."""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select

from callbacks.numbers import CROWDED, Scrambler, Series, series_anew, widened, window
from callbacks.schema import number_series
from foundation.clock import Clock
from foundation.logs import logger
from foundation.redaction import Secret

Below = Callable[[int], int]  # a whole number from 0, below the one given


class NumberSeries:
    """Gives the drawn digits of new tickets; see docs/decisions/0005-numbers-after-a-restore.md."""

    def __init__(self, secret_key: Secret, clock: Clock, below: Below = secrets.randbelow) -> None:
        self._scrambler = Scrambler(secret_key)
        self._clock = clock
        self._below = below

    def draw(self, connection: Connection, taken: int) -> str:
        """Eight digits, the first not 0, each that is open now as likely as any other.

        The series is read in the ticket's own transaction: a process that went on through a restore must
        not go on with the series before it. `taken`: how many draws for this ticket were taken already.
        """
        now = self._clock.now()
        series = present(connection)
        if taken >= CROWDED:
            series = self._wider(connection, series, now)
        open_now = window(series, now)
        return self._scrambler.digits(open_now.low + self._below(open_now.high - open_now.low))

    def _wider(self, connection: Connection, series: Series, now: datetime) -> Series:
        # A row more, none changed: whoever draws at the same time waits for nobody.
        wider = widened(series, now)
        _keep(connection, wider, now)
        logger("tickets").warning(
            "ticket numbers are drawn faster than the clock goes", begins=wider.begins, reaches=wider.reaches
        )
        return wider


def known_series(connection: Connection) -> tuple[Series, ...]:
    """Every series that this database has had."""
    rows = connection.execute(select(number_series.c.begins, number_series.c.reaches))
    return tuple(Series(row.begins, row.reaches) for row in rows)


def present(connection: Connection) -> Series:
    """The series that numbers are drawn from now; a database that was never restored is in its first."""
    newest = (number_series.c.begins.desc(), number_series.c.reaches.desc())
    wanted = select(number_series.c.begins, number_series.c.reaches).order_by(*newest).limit(1)
    row = connection.execute(wanted).first()
    return Series(row.begins, row.reaches) if row else Series()


def begin_anew(connection: Connection, earlier: tuple[Series, ...], at: datetime) -> Series:
    """A new series, behind all that this database and those `earlier` ones can have drawn."""
    series = series_anew((*earlier, *known_series(connection)), at)
    _keep(connection, series, at)
    return series


def _keep(connection: Connection, series: Series, at: datetime) -> None:
    row = {"begins": series.begins, "reaches": series.reaches, "at": at}
    connection.execute(number_series.insert().values(row))
