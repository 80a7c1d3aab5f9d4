"""The drill: saved while it runs, its database lost, brought back; then a caller asks for her ticket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.exchange import CallRecord
from foundation.clock import SystemClock
from processes.backup import back_up, restore
from tests.end_to_end.callers import presses
from tests.end_to_end.running import Hotline, numbers_heard, running
from tests.processes.shelter import destroy
from tests.servers import postgres_admin

CALLER = "+6281234567891"
REFUND = presses("3", "1", "1", "1#", "1#", "1", "2")
ENGLISH = presses("1")  # her language is remembered from then on
WAITING = ("waiting for one of our people", "正在等待同事处理", "menunggu giliran ditangani")

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the drill's own, without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hotline.sqlite'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    with postgres_admin(server) as admin:
        admin.execute(b'CREATE DATABASE "drill"')
    yield server.rpartition("/")[0] + "/drill"
    with postgres_admin(server) as admin:
        admin.execute(b'DROP DATABASE "drill" WITH (FORCE)')


def called(hotline: Hotline, *script: dict[str, object]) -> CallRecord:
    with hotline.exchange() as exchange:
        return exchange.call(from_=CALLER, to=hotline.settings.hotline_number, script=script)


def promised(hotline: Hotline, *first: dict[str, object]) -> str:
    """The number that a caller is told for a refund."""
    told = set(numbers_heard(called(hotline, *first, *REFUND)))
    assert len(told) == 1
    return told.pop()


def hears_the_state(hotline: Hotline, number: str) -> bool:
    """Whether a caller with this number and the end of hers is told where her ticket is."""
    asks = presses("3", "2", number, f"{CALLER[-4:]}#", "2")
    heard = called(hotline, *asks, {"hangs_up": True}).heard
    return any(words in line for line in heard for words in WAITING)


def test_a_caller_hears_of_her_ticket_after_the_database_was_lost(
    redis_url: str, url: str, tmp_path: Path
) -> None:
    place = tmp_path / "backup.gz"
    with running(redis_url, url, tmp_path / "before") as hotline:
        kept = promised(hotline, *ENGLISH)
        back_up(hotline.settings, place, SystemClock(), lambda _done: None)
        lost = promised(hotline)
        assert hears_the_state(hotline, lost)
    destroy(url)
    restore(hotline.settings, place, SystemClock(), lambda _done: None, replace=False)
    with running(redis_url, url, tmp_path / "after") as hotline:
        assert hears_the_state(hotline, kept)
        assert not hears_the_state(hotline, lost)
        again = promised(hotline)
        assert again not in {kept, lost}
        assert hears_the_state(hotline, again)
