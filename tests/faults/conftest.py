"""One line for all faults of a file: they are done to it one after the other, and it must bear them all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.line import Line, on_postgres, on_sqlite
from tests.faults.telling import Fault

SLOW = 120  # seconds for one test: the first of a file waits for the processes to start
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one file go to one worker: another one would start a second line for them."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.xdist_group(f"faults {item.path.stem}"))
            item.add_marker(pytest.mark.timeout(SLOW))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A hotline on SQLite, with a Redis of its own."""
    with on_sqlite(tmp_path_factory.mktemp("line")) as line:
        yield line


@pytest.fixture(scope="module")
def line_on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A hotline with a Redis and a PostgreSQL of its own."""
    with on_postgres(tmp_path_factory.mktemp("line")) as line:
        yield line


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> Iterator[Fault]:
    """What the test tells of itself for docs/faults.md."""
    telling = Fault(request.node.name)
    yield telling
    telling.keep()
