"""Conversation files over the wire: what callers hear from the real processes is what the engine says.

Requests go over HTTP to gunicorn, the moment stands in Redis, promises in SQL. The processes' clock is real:
they read a copy of the book whose people are always there, and the engine is asked at the moment of the call.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from callbacks.schema import tickets
from exchange.callers import ScriptFault, Values
from exchange.conversations import FIELDS, TURN_FIELDS, read_conversation
from exchange.exchange import CallRecord, Exchange
from foundation.clock import Deadline
from foundation.database import metadata
from ivr.menus.loader import load
from tests import world as worlds
from tests.conversations_read import CALLER, FOLDER, Conversation, read
from tests.doors import RECORDING
from tests.end_to_end.by_engine import HeldCall, heard_by_engine
from tests.end_to_end.running import BOOK, Hotline, numbers_in
from tests.world import World

# What a caller can do and meet: keys, silence, speech, leaving in the middle, each way a person's telephone
# can ring, proof by account and PIN, the state of a ticket by its number and the last four digits.
CHOSEN = (
    "feedback-again-and-back",
    "feedback-hung-up-after-speaking",
    "own-details-verified",
    "own-transactions-after-one-wrong-pin",
    "payment-hung-up-while-checking",
    "payment-investigated",
    "person-answers",
    "person-busy",
    "person-call-fails",
    "person-does-not-answer",
    "person-hung-up-while-ringing",
    "question-nothing-said",
    "state-by-the-pin",
    "state-of-a-refund",
    "stop-my-money-twice",
    "ticket-withheld-number",
    "welcome-never-presses-a-key",
)
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
PLAYS = [
    pytest.param(read(FILES[name], BOOK.languages), language, id=f"{name}-{language}")
    for name in CHOSEN
    for language in read(FILES[name], BOOK.languages).languages
]
LIMIT = 10.0  # seconds for one look at SQL
FORGOTTEN = ("languages", "guesses", "tickets")


@pytest.fixture(scope="module")
def line(hotline: Hotline) -> Iterator[Exchange]:
    with hotline.exchange(repeat_every_request=True) as exchange:
        yield exchange


@pytest.fixture(scope="module")
def engine(hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    book = load(hotline.settings.books_dir)
    here = worlds.new_world(book, tmp_path_factory.mktemp("engine") / "engine.sqlite")
    yield here
    here.database.close()


@pytest.fixture
def nobody_has_called(hotline: Hotline) -> None:
    """A caller's language, misses and open tickets change what the next call hears."""
    with hotline.database.writing(Deadline.after(LIMIT, hotline.database.clock)) as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name.startswith("ticket") or table.name in FORGOTTEN:
                connection.execute(delete(table))


@pytest.mark.usefixtures("nobody_has_called")
@pytest.mark.parametrize(("conversation", "language"), PLAYS)
def test_the_wire_says_what_the_engine_says(
    conversation: Conversation, language: str, hotline: Hotline, line: Exchange, engine: World
) -> None:
    known = values_of(conversation, language)
    file = read_conversation(FILES[conversation.name])
    began = datetime.now(UTC)
    dialled = hotline.settings.hotline_number
    record = line.call(
        from_=file.caller(CALLER), to=dialled, script=file.script({**known, "ticket": last_number})
    )
    assert (record.of("fault"), record.of("mismatch"), line.tape.differing()) == ([], [], [])

    left = tickets_of(hotline, record)
    at = left[0]["at"] if left else began
    assert isinstance(at, datetime)
    held = HeldCall(record.sid, dialled, at, tuple(str(one["number"]) for one in left), known)
    by_engine = heard_by_engine(engine, conversation, held)
    assert [one.prompts for one in by_engine] == [said.hears for said in conversation.turns]
    assert on_the_tape(record) == [spoken(words) for one in by_engine for words in one.words]
    assert sorted(kept(one) for one in left) == sorted(kept(one) for one in conversation.tickets)


def values_of(conversation: Conversation, language: str) -> dict[str, str]:
    """What fills the open places of the keys, but for the ticket's number: that is heard in the call."""
    account, pin = worlds.demo_customer(conversation.number)
    key = str(BOOK.languages.index(language) + 1)
    last_four = (conversation.number or "")[-4:]
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
    chosen = [read(FILES[name], BOOK.languages) for name in CHOSEN]
    turns = [said for conversation in chosen for said in conversation.turns]
    assert {said.way for said in turns} == {"presses", "stays_silent", "speaks", "hangs_up", "person", "ends"}
    assert {said.what for said in turns if said.way == "person"} == {"answers", "busy", "no-answer", "fails"}
    pressed = "".join(str(said.what) for said in turns if said.way == "presses")
    for place in ("{language}", "{account}", "{pin}", "{ticket}", "{last_four}"):
        assert place in pressed
    # What an earlier call left, and a database that refuses, are not prepared here.
    assert not any(one.fails or one.earlier.tickets or one.earlier.language for one in chosen)
    assert any(one.number is None for one in chosen)


@pytest.mark.parametrize("name", FILES)
def test_both_readers_read_the_same_script(name: str) -> None:
    house, carrier = read(FILES[name], BOOK.languages), read_conversation(FILES[name])
    assert carrier.caller(CALLER) == (house.number or "anonymous")
    assert (carrier.languages or BOOK.languages) == house.languages
    assert [turn["hears"] for turn in carrier.turns] == [list(said.hears) for said in house.turns]
    values: Values = values_of(house, house.languages[0]) | {"ticket": "123456782"}
    done = [said for said in house.turns if said.way != "ends"]
    script = carrier.script(values)
    assert len(script) == len(done)
    for step, said in zip(script, done, strict=True):
        assert _same(step, said.way, said.what, values), (step, said)


def _same(step: object, way: str, what: object, values: Values) -> bool:
    from exchange.callers import HangsUp, Presses, Speaks, StaysSilent
    from exchange.settings import Person

    match step:
        case Presses(keys):
            return (way, str(what).format(**values)) == ("presses", keys)
        case Speaks(seconds, then):
            return (way, what, then) == ("speaks", seconds, "")
        case Person(outcome):
            return (way, what) == ("person", outcome)
        case HangsUp(when):
            return (way, when) == ("hangs_up", "waiting")
        case StaysSilent():
            return way == "stays_silent"
    return False


@pytest.mark.parametrize("field", [*FIELDS, "colour"])
def test_both_readers_know_the_same_fields_of_a_file(field: str, tmp_path: Path) -> None:
    told = {"title": '"x"', "from": '"withheld"', "at": "2026-11-24T10:00:00+07:00", "languages": '["en"]'}
    told |= {"fails": "[]", "leaves": "{}", "reads": '{ prompt = "x" }', "earlier": "{}"}
    lines = {"title": '"x"', **({} if field == "turn" else {field: told.get(field, "1")})}
    head = "".join(f"{name} = {value}\n" for name, value in lines.items())
    assert _readable(tmp_path, head + "[[turn]]\nhears = []\n") == (field in FIELDS,) * 2


@pytest.mark.parametrize("field", [*TURN_FIELDS, "colour"])
def test_both_readers_know_the_same_fields_of_a_turn(field: str, tmp_path: Path) -> None:
    told = {"presses": '"1"', "speaks": "4", "person": '"busy"'}.get(field, "true")
    deed = "" if field == "hears" else f"{field} = {told}\n"
    known = field in TURN_FIELDS
    assert _readable(tmp_path, f'title = "x"\n[[turn]]\nhears = []\n{deed}') == (known, known)


def _readable(folder: Path, text: str) -> tuple[bool, bool]:
    path = folder / "file.toml"
    path.write_text(text, encoding="utf-8")
    return _reads(lambda: read(path, BOOK.languages)), _reads(lambda: read_conversation(path))


def _reads(deed: object) -> bool:
    assert callable(deed)
    try:
        deed()
    except (ScriptFault, ValueError):
        return False
    return True
