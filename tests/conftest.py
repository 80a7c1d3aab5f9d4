"""The real servers every test may ask for, started once for each pytest worker."""

import itertools
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from tests.kept_databases import database_url, kept_postgres
from tests.servers import postgres_admin, postgres_server, redis_server

__all__ = ["database_url", "kept_postgres"]

TEMPLATE = "hotline_template"
_counter = itertools.count(1)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name what fails at once, and not only at the end: a run of all tests takes a quarter of an hour."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\nfailed: {report.nodeid}", flush=True)  # noqa: T201  # for whoever watches the run


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of this worker; what one test leaves there, the next one sees."""
    with redis_server() as url:
        yield url


@pytest.fixture
def fresh_redis_url(redis_url: str) -> Iterator[str]:
    """The same Redis, emptied before and after: whoever comes next finds no speech service of this test."""
    from redis import Redis

    with closing(Redis.from_url(redis_url)) as client:
        client.flushall()
        yield redis_url
        client.flushall()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this worker: the URL of its database `postgres`."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated database; copying it is far quicker than migrating anew."""
    from foundation.database import migrate

    with postgres_admin(postgres_url) as admin:
        admin.execute(f'CREATE DATABASE "{TEMPLATE}"')
    migrate(_named(postgres_url, TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    from foundation.database import migrate

    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, for the tests of the migrations themselves."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        server: str = request.getfixturevalue("postgres_url")
        name = f"empty_{next(_counter)}"
        with postgres_admin(server) as admin:
            admin.execute(f'CREATE DATABASE "{name}"'.encode())
        yield _named(server, name)
        with postgres_admin(server) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _named(server: str, database: str) -> str:
    return server.rpartition("/")[0] + "/" + database


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command that is run in this process says how it logs; the next test must not inherit it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
