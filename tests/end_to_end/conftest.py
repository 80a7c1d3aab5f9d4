"""One running hotline for all tests of a worker, on each database."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.running import Hotline, running
from tests.servers import postgres_admin, redis_server

DATABASE = "end_to_end"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one database go to one worker: another one would start a second hotline for them."""
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        if "hotline" in params and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"hotline on {params['hotline']}"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def hotline(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    folder = tmp_path_factory.mktemp("hotline")
    url = f"sqlite:///{folder / 'hotline.sqlite'}"
    if request.param == "postgresql":
        url = _postgres_database(request.getfixturevalue("postgres_url"))
    # A Redis of its own: it is searched for secrets afterwards.
    with redis_server() as redis_url, running(redis_url, url, folder) as hotline:
        yield hotline


def _postgres_database(server: str) -> str:
    with postgres_admin(server) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{DATABASE}"'.encode())
        admin.execute(f'CREATE DATABASE "{DATABASE}"'.encode())
    return server.rpartition("/")[0] + "/" + DATABASE
