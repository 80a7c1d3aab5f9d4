"""The hotline that is measured: its settings, its database, and how somebody asks for either."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import postgres_server

DIALLED = "+622150001000"
TOLD = {
    "HOTLINE_ENV": "production",
    "PUBLIC_URL": "https://hotline.example.org",
    "TWILIO_ACCOUNT_SID": "AC" + "be" * 16,
    "TWILIO_AUTH_TOKEN": "7c19" * 8,
    "SECRET_KEY": "5c9b" * 16,
    "HOTLINE_NUMBER": DIALLED,
    "PERSON_FALLBACK_NUMBER": "+622150001001",
}


def options(what: str | None) -> argparse.ArgumentParser:
    """Reads the command line of a measurement; its own options are added to it. `what` it measures."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    return parser


def name_of(asked: argparse.Namespace) -> str:
    """The database that was asked for, as figures and their files name it."""
    return "postgresql" if asked.postgresql else "sqlite"


@contextmanager
def database(folder: Path, asked: argparse.Namespace) -> Iterator[str]:
    """An empty database for one run: a file in `folder`, or a server of its own."""
    if not asked.postgresql:
        yield f"sqlite:///{folder}/bench.sqlite"
        return
    with postgres_server() as url:
        yield url
