"""Conversation files by voice over the wire: the carrier's recogniser hears, and the engine says the same."""

from collections.abc import Iterator

import pytest

from ivr.menus.loader import load
from processes.rehearsal.conversation import Conversation
from processes.rehearsal.files import read
from processes.rehearsal.playing import Play
from tests.end_to_end.by_engine import Engine, engine_for
from tests.end_to_end.running import Hotline, running
from tests.end_to_end.test_conversation_files import as_if_nobody_had_called, assert_same
from tests.servers import redis_server
from tests.shipped import BOOK
from tests.world import FOLDER

CHOSEN = (
    *("carrier-hears-agreed", "carrier-hears-refused", "carrier-hears-silent"),
    *("carrier-hears-amount", "carrier-hears-number", "carrier-hears-number-unclear"),
    "carrier-hears-ticket-number",
)
CONVERSATIONS = [read(FOLDER / f"{name}.toml", BOOK.languages) for name in CHOSEN]

pytestmark = pytest.mark.xdist_group("the carrier hears")


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """A hotline whose operator lets the carrier hear; nothing of its own does."""
    folder = tmp_path_factory.mktemp("hosted")
    url = f"sqlite:///{folder / 'hotline.sqlite'}"
    with redis_server() as redis_url, running(redis_url, url, folder, HOSTED_RECOGNITION="on") as hotline:
        yield hotline


@pytest.fixture(scope="module")
def engine(listening: Hotline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    book = load(listening.settings.books_dir)
    with engine_for(book, tmp_path_factory.mktemp("engine") / "engine.sqlite") as engine:
        yield engine


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=CHOSEN)
def test_what_is_said_to_the_carrier_says_what_the_engine_says(
    conversation: Conversation, listening: Hotline, engine: Engine
) -> None:
    with listening.exchange() as line:
        for language in conversation.languages:
            as_if_nobody_had_called(listening)
            assert_same(Play(conversation, language), listening, line, engine)


def test_every_file_that_the_carrier_hears_is_among_them() -> None:
    assert sorted(CHOSEN) == sorted(one.stem for one in FOLDER.glob("carrier-hears-*.toml"))
