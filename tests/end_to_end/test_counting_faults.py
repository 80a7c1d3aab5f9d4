"""What breaks is counted by the hotline that meets it: each count is read before and after."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from exchange.signature import HEADER, sign
from foundation.clock import Deadline
from foundation.spool import Kept, Spool
from storms.line import Worker
from tests.end_to_end.running import TOKEN, Hotline
from tests.faults.line import ENGLISH, Line, on_postgres

WITHIN = 40.0  # seconds until a process that was started has counted, on a machine that is busy elsewhere
SHORT_OF = 100  # bytes of a body that never come
STUCK = 1.0  # seconds; the journal is a quarter of one late where nothing is wrong
URGENT = "9"
REDIS, SQL = (f'hotline_faults_total{{dependency="{name}"}}' for name in ("redis", "sql"))
WAITING, ASIDE, LAG = "hotline_spool_waiting", "hotline_spool_aside", "hotline_journal_lag_seconds"

pytestmark = [pytest.mark.xdist_group("counting faults"), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with on_postgres(tmp_path_factory.mktemp("counted")) as line:
        yield line


@contextmanager
def counting(hotline: Hotline) -> Iterator[Callable[[str], float]]:
    """How much a count has grown since the beginning; one without labels: all that begin with it."""
    before = hotline.metrics()

    def grown(name: str) -> float:
        now = hotline.metrics()
        return sum(now[one] - before.get(one, 0.0) for one in now if one.startswith(name))

    yield grown


def webhooks(door: str, outcome: str) -> str:
    return f'hotline_webhook_seconds_count{{door="{door}",outcome="{outcome}"}}'


def await_that(so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WITHIN
    while not so():
        assert time.monotonic() < until, what
        time.sleep(0.1)


def test_a_frozen_redis_is_counted(line: Line) -> None:
    with counting(line.hotline) as grown, line.carrier() as carrier:
        caller = carrier.caller()
        assert (grown(REDIS), grown(SQL)) == (0, 0)
        with line.redis.frozen():
            caller.press(ENGLISH)
        caller.leave()
        assert grown(REDIS) > 0
        assert grown(SQL) == 0


def test_a_frozen_sql_is_counted_and_so_is_what_waits_for_it(line: Line, tmp_path: Path) -> None:
    hotline = line.hotline
    worker = Worker(hotline, tmp_path / "worker.log")
    worker.begin()
    try:
        await_that(lambda: hotline.metrics().get(WAITING) == 0, "the worker looks at no spool")
        with counting(hotline) as grown, line.carrier() as carrier:
            with line.postgres.frozen():
                caller = carrier.caller()
                caller.press(ENGLISH, URGENT)
                assert grown("hotline_spooled_total") == 1
                assert grown(SQL) > 0
                await_that(lambda: hotline.metrics()[WAITING] == 1, "nobody sees what waits in the spool")
                await_that(lambda: hotline.metrics()[LAG] > STUCK, "nobody sees that the journal waits")
                garbage(hotline)
                await_that(lambda: hotline.metrics()[ASIDE] == 1, "nobody sees what cannot be made")
            await_that(lambda: hotline.metrics()[WAITING] == 0, "what waits is not made")
            await_that(lambda: hotline.metrics()[LAG] == 0, "the journal does not catch up")
            assert len(caller.tickets()) == 1
            assert grown("hotline_spooled_total") == 1
            caller.gone()
    finally:
        worker.end()


def garbage(hotline: Hotline) -> None:
    """A promise that nobody can read: sealed by another key, as it seems."""
    with closing(Spool(hotline.settings.spool_dir)) as spool:
        kept = spool.keep("a name", b"no promise", Deadline.after(WITHIN, hotline.database.clock))
    assert isinstance(kept, Kept)


def test_an_apology_and_news_that_could_not_be_kept_are_counted(line: Line) -> None:
    with counting(line.hotline) as grown, line.carrier() as carrier:
        caller = carrier.caller()
        with line.redis.frozen(), line.postgres.frozen():
            caller.press(ENGLISH)
            assert line.tell_status(caller.call, "completed") == 503
        caller.gone()
        assert grown(webhooks("turn", "apology")) == 1
        assert grown(webhooks("status", "failed")) >= 1


def test_a_forged_request_is_counted(line: Line) -> None:
    url, told = f"{line.hotline.web}/voice/answer", {"CallSid": "CA" + "7" * 32}
    with counting(line.hotline) as grown:
        forged = httpx.post(url, data=told, headers={HEADER: sign("c3" * 16, url, told)}, trust_env=False)
        assert forged.status_code == 403
        assert grown("hotline_webhook_seconds_count") == grown(webhooks("answer", "refused")) == 1


def test_a_body_that_is_cut_is_counted(line: Line) -> None:
    url, told = f"{line.hotline.web}/voice/answer", {"CallSid": "CA" + "8" * 32}
    body = urlencode(told).encode()
    headers = {
        HEADER: sign(TOKEN, url, told),
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body) + SHORT_OF),
    }
    with counting(line.hotline) as grown:
        wire = http.client.HTTPConnection("127.0.0.1", line.hotline.settings.port, timeout=WITHIN)
        with closing(wire):
            wire.request("POST", "/voice/answer", body, headers)
            assert wire.getresponse().status == 503
        assert grown("hotline_webhook_seconds_count") == grown(webhooks("answer", "cut")) == 1
