"""`hotline announce` while people call: the real processes tell it a second later, or no longer."""

import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from exchange.exchange import Exchange, ScriptLike, Telephone
from exchange.tape import TapeEvent
from foundation.refreshed import EVERY
from processes.commands.announce import command
from tests.end_to_end.running import Hotline
from tests.shipped import BOOK

WORDS = {
    "en": "Tom & Jerry's <shop> pays slowly today.",
    "zh": "今天付款有点慢，您的钱是安全的。",
    "id": "Hari ini pembayaran lambat; uang Anda aman.",
}
KEYS = {language: str(key) for key, language in enumerate(BOOK.languages, start=1)}
QUICK = 10.0  # seconds for a turn, on a machine that does much else
READ = EVERY + 1.0  # seconds until every process has read what is announced, on such a machine


@pytest.fixture
def operator(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody at the machine of the hotline; what they announced is taken away afterwards."""
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", hotline.settings.database_url.reveal())
    monkeypatch.setenv("BOOKS_DIR", str(hotline.settings.books_dir))
    yield
    assert announce("--clear").exit_code == 0
    time.sleep(READ)


def announce(*told: str) -> Result:
    return CliRunner().invoke(command, told, catch_exceptions=False)


def every_language() -> list[str]:
    return [part for language, words in WORDS.items() for part in (f"--{language}", words)]


def next_heard(phone: Telephone, words: str, after: int) -> TapeEvent:
    """The next text with these words in it that this call hears. TimeoutError if it falls silent before."""
    while True:
        event = phone.wait_for("heard", after, QUICK)
        if words in event.details["text"]:
            return event
        after = event.sequence


def heard_by_the_next(line: Exchange, hotline: Hotline, language: str = "id") -> str:
    script: ScriptLike = [{"presses": KEYS[language]}, {"hangs_up": True}]
    record = line.call(from_="anonymous", to=hotline.settings.hotline_number, script=script)
    assert record.of("fault") == []
    return "\n".join(record.heard)


def soon_told(line: Exchange, hotline: Hotline, language: str, *, stands: bool = True) -> str:
    """What the first caller hears to whom it is announced, or no longer; within seconds."""
    until = time.monotonic() + QUICK
    while (WORDS[language] in (told := heard_by_the_next(line, hotline, language))) != stands:
        assert time.monotonic() < until, told
    return told


@pytest.mark.usefixtures("operator")
def test_callers_soon_hear_it_and_soon_after_clearing_they_do_not(hotline: Hotline) -> None:
    with hotline.exchange() as line:
        assert WORDS["id"] not in heard_by_the_next(line, hotline)
        put_up = announce(*every_language(), "--until", "tomorrow 23:00")
        assert put_up.exit_code == 0, put_up.output
        for language, words in WORDS.items():
            told = soon_told(line, hotline, language)
            assert told.count(words) == 1
            assert [other for other in WORDS.values() if other in told] == [words]
            # Before the menu, and the menu follows.
            menu = BOOK.wordings[language].prompts["main"].say
            assert told.index(words) < told.index(menu)
        assert announce("--clear").exit_code == 0
        soon_told(line, hotline, "id", stands=False)


@pytest.mark.usefixtures("operator")
def test_a_call_that_has_begun_hears_what_stands_when_it_comes_to_the_menu(hotline: Hotline) -> None:
    with hotline.exchange() as line:
        early, late = (line.dial(from_="anonymous", to=hotline.settings.hotline_number) for _ in range(2))
        menu = BOOK.wordings["en"].prompts["main"].say
        asked = late.wait_for("listening", within=QUICK)
        early.wait_for("listening", within=QUICK)
        early.press(KEYS["en"])
        first = next_heard(early, menu, 0)
        assert announce(*every_language(), "--until", "tomorrow 23:00").exit_code == 0
        time.sleep(READ)
        late.press(KEYS["en"])
        assert WORDS["en"] in next_heard(late, WORDS["en"], asked.sequence).details["text"]
        # The first one is past it: hearing the menu again, nothing is put before what it came for.
        early.press("#")
        next_heard(early, menu, first.sequence)
        for phone in (early, late):
            phone.hang_up()
        assert WORDS["en"] not in "\n".join(early.until_over().heard)


@pytest.mark.usefixtures("operator")
def test_what_was_heard_is_in_the_journal(hotline: Hotline) -> None:
    announce(*every_language(), "--until", "tomorrow 23:00")
    time.sleep(READ)
    ((number,),) = hotline.rows("SELECT max(number) FROM announcements")
    with hotline.exchange() as line:
        script: ScriptLike = [{"presses": KEYS["zh"]}, {"hangs_up": True}]
        record = line.call(from_="anonymous", to=hotline.settings.hotline_number, script=script)
    assert hotline.ends_heard([record.sid]) == [record.sid]
    told = hotline.rows(f"SELECT CAST(events AS TEXT) FROM turns WHERE call = '{record.sid}'")  # noqa: S608
    given = [str(events) for (events,) in told if "AnnouncementGiven" in str(events)]
    assert len(given) == 1
    assert f'"number": {number}' in given[0]
