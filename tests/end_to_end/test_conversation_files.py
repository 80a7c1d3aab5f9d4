"""Conversation files over the wire: what callers hear from the real processes is what the engine says.

Requests go over HTTP to gunicorn, the moment stands in Redis, promises in SQL. The processes' clock is real:
they read a copy of the book whose people are always there, and the engine is asked at the moment of the call.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from callbacks.schema import tickets
from exchange.conversations import read_conversation
from exchange.exchange import CallRecord, Exchange
from foundation.clock import Deadline
from foundation.database import metadata
from ivr.menus.loader import load
from processes.rehearsal.conversation import CALLER, Conversation
from processes.rehearsal.files import read
from processes.rehearsal.playing import Play
from processes.rehearsal.stage import demo_customer
from processes.rehearsal.telephone import RECORDING
from tests.end_to_end.by_engine import Engine, HeldCall, engine_for
from tests.end_to_end.running import Hotline, numbers_in
from tests.shipped import BOOK
from tests.world import FOLDER

# What a caller can do and meet: keys, silence, speech, leaving in the middle, each way a person's telephone
# can ring, proof by account and PIN, the state of a ticket by its number and the last four digits.
CHOSEN = (
    "feedback-again-and-back",
    "feedback-hung-up-after-speaking",
    "feedback-stop-my-money-while-speaking",
    "own-details-verified",
    "own-transactions-after-one-wrong-pin",
    "payment-hung-up-while-checking",
    "payment-investigated",
    "person-answers",
    "person-busy",
    "person-call-fails",
    "person-does-not-answer",
    "person-hung-up-while-ringing",
    "question-a-person-while-speaking",
    "question-nothing-said",
    "state-by-the-pin",
    "state-of-a-refund",
    "stop-my-money-twice",
    "ticket-withheld-number",
    "welcome-never-presses-a-key",
)
CONVERSATIONS = [read(FOLDER / f"{name}.toml", BOOK.languages) for name in CHOSEN]
LIMIT = 10.0  # seconds for one look at SQL
FORGOTTEN = ("languages", "guesses")


@pytest.fixture(scope="module")
def line(hotline: Hotline) -> Iterator[Exchange]:
    with hotline.exchange() as exchange:
        yield exchange


@pytest.fixture(scope="module")
def engine(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    book = load(hotline.settings.books_dir)
    with engine_for(book, tmp_path_factory.mktemp("engine") / "engine.sqlite") as engine:
        yield engine


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=CHOSEN)
def test_the_wire_says_what_the_engine_says(
    conversation: Conversation, hotline: Hotline, line: Exchange, engine: Engine
) -> None:
    for language in spoken_here(hotline, conversation):
        as_if_nobody_had_called(hotline)
        assert_same(Play(conversation, language), hotline, line, engine)


def spoken_here(hotline: Hotline, conversation: Conversation) -> tuple[str, ...]:
    """All languages of the file; on the second database one of them, in turn: it knows no languages."""
    languages = conversation.languages
    if hotline.settings.database_url.reveal().startswith("sqlite"):
        return languages
    return (languages[CHOSEN.index(conversation.name) % len(languages)],)


def as_if_nobody_had_called(hotline: Hotline) -> None:
    """A caller's language, misses and open tickets change what the next call hears."""
    with hotline.database.writing(Deadline.after(LIMIT, hotline.database.clock)) as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name.startswith("ticket") or table.name in FORGOTTEN:
                connection.execute(delete(table))


def assert_same(play: Play, hotline: Hotline, line: Exchange, engine: Engine) -> None:
    conversation, known = play.conversation, values_of(play)
    began = datetime.now(UTC)
    record = place(play, hotline, line)
    # Its language is written behind the answers: whoever forgets it must come later.
    hotline.await_turn(record.sid, len(record.of("document")) - 1)
    assert (record.of("fault"), record.of("mismatch")) == ([], [])
    left = tickets_of(hotline, record)
    at = left[0]["at"] if left else began
    assert isinstance(at, datetime)
    numbers = tuple(str(one["number"]) for one in left)
    held = HeldCall(record.sid, hotline.settings.hotline_number, at, numbers, known)
    by_engine = engine.hear(conversation, held)
    assert [one.prompts for one in by_engine] == [said.hears for said in conversation.turns], play.language
    assert on_the_tape(record) == [spoken(words) for one in by_engine for words in one.words], play.language
    assert sorted(kept(one) for one in left) == sorted(kept(one) for one in conversation.tickets)


def place(play: Play, hotline: Hotline, line: Exchange) -> CallRecord:
    """The call over the wire, read by the carrier's own reader of these files."""
    file = read_conversation(FOLDER / f"{play.conversation.name}.toml")
    script = file.script({**values_of(play), "ticket": last_number})
    return line.call(from_=file.caller(CALLER), to=hotline.settings.hotline_number, script=script)


def values_of(play: Play) -> dict[str, str]:
    """What fills the open places of the keys, but for the ticket's number: that is heard in the call."""
    account, pin = demo_customer(play.conversation.number)
    key = str(BOOK.languages.index(play.language) + 1)
    last_four = (play.conversation.number or "")[-4:]
    return {"language": key, "account": account, "pin": pin, "last_four": last_four}


def last_number(heard: Sequence[str]) -> str:
    return [number for text in heard for number in numbers_in(text)][-1]


def on_the_tape(record: CallRecord) -> list[str]:
    """The texts in the order in which they were heard; a message played back stands for itself."""
    events = [event for event in record.events if event.kind in {"heard", "played"}]
    return [
        RECORDING if event.kind == "played" else " ".join(event.details["text"].split()) for event in events
    ]


def spoken(words: str) -> str:
    """The engine's words as an ear gets them: a pause is no text."""
    return " ".join(re.sub("…", " ", words).split())


def tickets_of(hotline: Hotline, record: CallRecord) -> list[dict[str, object]]:
    """The tickets of a call, as they were made."""
    deadline = Deadline.after(LIMIT, hotline.database.clock)
    wanted = select(tickets).where(tickets.c.call == record.sid).order_by(tickets.c.at)
    with hotline.database.reading(deadline) as connection:
        return [dict(row._mapping) for row in connection.execute(wanted)]


def kept(ticket: dict[str, object]) -> tuple[object, ...]:
    return (ticket.get("topic", ""), ticket.get("priority", "normal"), bool(ticket.get("partial", False)))


def test_the_chosen_files_show_all_that_a_caller_can_do() -> None:
    turns = [said for conversation in CONVERSATIONS for said in conversation.turns]
    assert {said.way for said in turns} == {"presses", "stays_silent", "speaks", "hangs_up", "person", "ends"}
    assert {said.what for said in turns if said.way == "person"} == {"answers", "busy", "no-answer", "fails"}
    pressed = "".join(str(said.what) for said in turns if said.way == "presses")
    for place in ("{language}", "{account}", "{pin}", "{ticket}", "{last_four}"):
        assert place in pressed
    # What an earlier call left, and a database that refuses, are not prepared here.
    assert not any(one.fails or one.earlier.tickets or one.earlier.language for one in CONVERSATIONS)
    assert any(one.number is None for one in CONVERSATIONS)
