"""`hotline play`: recorded conversations are played, and what differs is told."""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from ivr.channels.terminal import PERSON
from processes.commands.play import command
from processes.rehearsal.conversation import FAILS, PLACES, WAYS
from processes.rehearsal.reading import EARLIER_FIELDS, FIELDS, TICKET_FIELDS
from tests.house.plan import ROOT
from tests.makers import book_files, write_book
from tests.world import FOLDER

AT_NIGHT = (FOLDER / "payment-at-night.toml").read_text("utf-8")
LEAVES_AT_ONCE = '[[turn]]\nhears = ["welcome", "language", "language", "language"]\nhangs_up = true\n'
Save = Callable[[str], str]


@pytest.fixture(autouse=True)
def _the_logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a conversation file; its path."""

    def saved(text: str) -> str:
        path = tmp_path / "call.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return saved


def play(*arguments: str, typed: str | None = None) -> tuple[int, list[str]]:
    result = CliRunner().invoke(command, arguments, input=typed)
    return result.exit_code, result.output.splitlines()


def test_a_file_is_played_in_each_of_its_languages(save: Save) -> None:
    told = ["ok   call (en)", "ok   call (zh)", "ok   call (id)", "3 played: 3 ok, 0 not"]
    assert play(save(AT_NIGHT)) == (0, told)


def test_a_language_narrows_and_says_what_it_passes_over(save: Save) -> None:
    chinese = str(FOLDER / "language-remembered.toml")
    code, lines = play(save(AT_NIGHT), chinese, "--language", "en")
    told = "not in this language, passed over: language-remembered"
    assert (code, lines) == (0, ["ok   call (en)", told, "1 played: 1 ok, 0 not"])


def test_nothing_played_at_all_is_no_success() -> None:
    code, lines = play(str(FOLDER / "language-remembered.toml"), "--language", "en")
    assert (code, lines[-1]) == (2, "0 played: 0 ok, 0 not")


def test_a_conversation_comes_through_a_pipe() -> None:
    code, lines = play("-", "--language", "zh", typed=AT_NIGHT)
    assert (code, lines[0]) == (0, "ok   standard input (zh)")


def test_a_folder_is_all_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.toml").write_text(LEAVES_AT_ONCE)
    (tmp_path / "notes.txt").write_text("no conversation")
    code, lines = play(str(tmp_path), "--language", "en")
    assert (code, lines) == (0, ["ok   a (en)", "ok   b (en)", "ok   c (en)", "3 played: 3 ok, 0 not"])


def test_what_a_call_before_left_is_forgotten_by_the_next(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text((FOLDER / "state-by-the-pin.toml").read_text("utf-8"))
    assert play(str(tmp_path), "--language", "en")[0] == 0


def test_the_first_other_prompt_is_told_with_turn_line_and_words(save: Save) -> None:
    text = AT_NIGHT.replace('"payments"', '"paymnts"')
    code, lines = play(file := save(text), "--language", "en")
    assert (code, lines[0], lines[-1]) == (1, "not  call (en)", "1 played: 0 ok, 1 not")
    at, expected, heard, words, cure = (line.strip() for line in lines[1:-1])
    assert at == f"{file}:12: turn 3, after the caller presses 1"
    assert (expected, heard) == ("expected paymnts", "heard    payments")
    assert words.startswith('payments says: "For a payment that failed, press 1.')
    assert cure == "the book has no prompt 'paymnts'; did you mean 'payments'?"


def test_a_turn_that_is_missing_says_how_many_later_ones_differ(save: Save) -> None:
    turns = AT_NIGHT.split("[[turn]]")
    code, lines = play(save("[[turn]]".join(turns[:3] + turns[4:])), "--language", "en")
    assert code == 1
    assert any(line.strip() == "and 8 later turns differ" for line in lines)


STOPS = {
    "the hotline has hung up, and the file goes on: the caller presses 1": (
        '[[turn]]\nhears = ["goodbye"]\n',
        '[[turn]]\nhears = ["goodbye"]\npresses = "1"\n[[turn]]\nhears = ["main"]\n',
    ),
    "the file ends, and the call waits for a key; to leave write hangs_up = true": (
        AT_NIGHT[AT_NIGHT.index('presses = "1"') :],
        "",
    ),
    "the file says: the caller speaks for 4 seconds; and the call waits for a key": (
        'hears = ["payments"]\npresses = "1"',
        'hears = ["payments"]\nspeaks = 4',
    ),
    "the file says: the person's telephone (busy); and the call waits for keys": (
        'hears = ["payment-facts", "amount"]\npresses = "1#"',
        'hears = ["payment-facts", "amount"]\nperson = "busy"',
    ),
    "the caller types {ticket}, and none was promised in this call or an earlier one": (
        'hears = ["payments"]\npresses = "1"',
        'hears = ["payments"]\npresses = "{ticket}"',
    ),
}


@pytest.mark.parametrize("told", STOPS)
def test_where_the_call_and_its_file_part_is_told(told: str, save: Save) -> None:
    before, after = STOPS[told]
    assert before in AT_NIGHT
    code, lines = play(save(AT_NIGHT.replace(before, after)), "--language", "en")
    assert code == 1
    assert lines[2].strip() == told, lines


def test_a_withheld_number_has_no_last_four_digits(save: Save) -> None:
    text = 'from = "withheld"\n' + LEAVES_AT_ONCE.replace("hangs_up = true", 'presses = "{last_four}"')
    code, lines = play(save(text), "--language", "en")
    assert (code, lines[2].strip()) == (1, "the caller types {last_four}, and this caller shows no number")


def test_other_tickets_and_other_words_are_told(save: Save) -> None:
    refund = (FOLDER / "refund-applied-for.toml").read_text("utf-8")
    text = refund.replace('en = "I have', 'en = "I had').replace('priority = "normal"', 'priority = "urgent"')
    code, lines = play(save(text), "--language", "en")
    told = [line.strip() for line in lines]
    assert code == 1
    assert told[1].endswith("refund-transaction.confirm is read in other words")
    assert (told[2].startswith('expected "I had'), told[3].startswith('heard    "I have')) == (True, True)
    assert told[4].endswith("the call leaves other tickets behind")
    assert (told[5].endswith(", urgent"), told[6].endswith(", normal")) == (True, True)


def test_what_the_book_does_not_have_is_told(save: Save) -> None:
    code, lines = play(save('languages = ["fr"]\n' + LEAVES_AT_ONCE))
    assert (code, lines[0]) == (1, "not  call (fr)")
    assert lines[1].endswith("the book has no language 'fr'; it has en, zh, id")
    code, lines = play(save('earlier = { tickets = ["faild-payment"] }\n' + LEAVES_AT_ONCE))
    assert (code, lines[1].endswith("no topic 'faild-payment'; did you mean 'failed-payment'?")) == (1, True)
    code, lines = play(save(LEAVES_AT_ONCE), "--language", "fr")
    assert (code, lines[-1]) == (2, "Error: the book does not speak 'fr'; it speaks en, zh, id")


def test_a_caller_who_never_ends_meets_the_end_of_the_call(save: Save) -> None:
    again = '[[turn]]\nhears = ["main"]\npresses = "#"\n' * 900
    code, lines = play(
        save(LEAVES_AT_ONCE.replace("hangs_up = true", 'presses = "1"') + again), "--language", "en"
    )
    assert code == 1
    assert lines[-2].strip() == "the hotline has hung up, and the file goes on: the caller presses #"


def test_a_draft_is_played_by_its_folder(tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = write_book(tmp_path / "draft", book_files())
    file = save('[[turn]]\nhears = ["main"]\nhangs_up = true\n')
    code, lines = play(file, "--book", str(draft))
    assert (code, [line for line in lines if line.startswith("not")]) == (0, [])
    monkeypatch.setenv("BOOKS_DIR", str(draft))
    assert play(file)[0] == 0
    monkeypatch.delenv("BOOKS_DIR")
    assert play(file)[0] == 1


def test_a_book_with_errors_is_told_and_nothing_is_played(tmp_path: Path, save: Save) -> None:
    draft = write_book(tmp_path / "draft", book_files(book=('to = "address"', 'to = "adress"')))
    code, lines = play(save(LEAVES_AT_ONCE), "--book", str(draft))
    assert code == 2
    assert lines == [
        (
            "error: small.toml:21: node main: leads to 'adress', which is no node."
            " Cure: did you mean 'address'? [unknown-target]"
        ),
        "the book has errors, and nothing is played on it; `hotline menus check` says more",
    ]


def test_one_file_that_cannot_be_read_keeps_no_other_back(tmp_path: Path, save: Save) -> None:
    code, lines = play(str(tmp_path / "nowhere.toml"), save(LEAVES_AT_ONCE), "--language", "en")
    assert code == 2
    assert "cannot be read" in lines[0]
    assert lines[1:] == ["ok   call (en)", "1 played: 1 ok, 0 not, 1 unreadable"]


def test_words_of_a_file_command_no_terminal(save: Save) -> None:
    text = LEAVES_AT_ONCE.replace('"welcome"', '"\\u001b[2J"')
    code, lines = play(save(text), "--language", "en")
    assert (code, "\x1b" in "\n".join(lines)) == (1, False)


def test_every_conversation_of_the_house_is_played_well() -> None:
    code, lines = play(str(FOLDER), "--language", "en")
    assert [
        line for line in lines if line.startswith(("not ", "unreadable")) and "passed over" not in line
    ] == []
    assert code == 0


DOCUMENT = (ROOT / "docs/conversations.md").read_text("utf-8")


@pytest.mark.parametrize("example", re.findall(r"^```toml\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL))
def test_every_example_of_the_document_is_played_well(example: str, save: Save) -> None:
    assert play(save(example))[0] == 0


def test_every_field_and_deed_is_documented() -> None:
    fields = (*FIELDS, *EARLIER_FIELDS, *TICKET_FIELDS, *WAYS, *FAILS, *PERSON, *PLACES)
    told = set(re.findall(r"[a-z_-]+", " ".join(re.findall(r"`([^`]*)`", DOCUMENT))))
    assert [name for name in fields if name not in told] == []
