"""Conversation files that cannot be read: every fault with its line and its cure."""

from pathlib import Path

import pytest

from processes.rehearsal.conversation import CALLER, MOMENT, Earlier, Said
from processes.rehearsal.files import LARGEST, files_of, read
from processes.rehearsal.reading import MOST_TURNS, read_text
from processes.rehearsal.sheet import Unreadable

TURN = '[[turn]]\nhears = ["welcome"]\n'
LANGUAGES = ("en", "zh")


def faults(text: str) -> list[str]:
    with pytest.raises(Unreadable) as found:
        read_text(text, "call", "call.toml", LANGUAGES)
    return str(found.value).splitlines()


def test_a_file_that_says_little_means_the_usual() -> None:
    read_ = read_text(TURN, "call", "call.toml", LANGUAGES)
    assert (read_.title, read_.number, read_.at, read_.languages) == ("call", CALLER, MOMENT, LANGUAGES)
    assert (read_.turns, read_.turns[0].line) == ((Said(("welcome",)),), 1)
    assert (read_.earlier, read_.tickets, read_.reads, read_.fails) == (Earlier(), (), None, ())


WRONG = {
    'titel = "x"': "nothing is known of a field 'titel'. Cure: did you mean 'title'?",
    "title = 4": "title is 4, which is no text",
    'from = "0812"': "'0812' is no telephone number",
    "at = 2026-11-24": "is no moment that is the same everywhere",
    "at = 2026-11-24T10:00:00": "is no moment that is the same everywhere",
    "at = 0001-01-01T00:00:00+07:00": "is no moment that is the same everywhere",
    "languages = []": "languages is empty",
    'languages = "en"': "languages is 'en', which is no list of texts",
    'fails = "tickets"': "fails is 'tickets', which is no list of texts",
    'fails = ["ticket"]': "nobody can make 'ticket' fail here. Cure: did you mean 'tickets'?",
    'earlier = { langauge = "zh" }': "nothing is known of a field 'langauge'. Cure: did you mean 'language'?",
    "earlier = 3": "earlier is 3, which is no table",
    'earlier = { announcement = "yes" }': "announcement is 'yes', neither true nor false",
    "leaves = { tickets = 1 }": "tickets is 1, which is no list",
    "leaves = { tickets = [1] }": "tickets 1 is 1, which is no table",
    'leaves = { tickets = [{ priority = "high" }] }': "no ticket is 'high'",
    'leaves = { tickets = [{ topics = "x" }] }': "did you mean 'topic'?",
    "leaves = { tickets = [{ partial = 1 }] }": "partial is 1, neither true nor false",
    'reads = { en = "Hello" }': "reads does not say which prompt is read",
    'reads = { prompt = "x", en = 4 }': "en is 4, which is no text",
    "reads = 1": "reads is 1, which is no table",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_field_is_told_with_its_line(line: str) -> None:
    told = faults(f"# a call\n{line}\n{TURN}")
    assert told[0].startswith("call.toml:2: ")
    assert WRONG[line] in told[0]


WRONG_DEEDS = {
    'fails = ["sql"]': "nobody can make 'sql' fail here. Cure: there are tickets, database, spool",
    'pressed = "1"': "did you mean 'presses'?",
    'presses = ""': "'' are not keys of a telephone",
    'presses = "1a"': "'1a' are not keys of a telephone",
    "presses = true": "presses = True means nothing",
    'presses = "{acount}"': "nobody says what {acount} is. Cure: did you mean 'account'?",
    'presses = "{account.title}"': "nobody says what {account.title} is",
    'presses = "{account"': "are not keys of a telephone",
    "stays_silent = false": "write stays_silent = true",
    "speaks = 0": "speaks = 0 means nothing",
    "speaks = 601": "speaks = 601 means nothing",
    "speaks = true": "speaks = True means nothing",
    "speaks = nan": "speaks = nan means nothing",
    'hangs_up = "soon"': "write hangs_up = true",
    'person = "anwers"': "did you mean 'answers'?",
    'presses = "1"\nspeaks = 4': "a turn does one thing, not presses and speaks",
}


@pytest.mark.parametrize("deed", WRONG_DEEDS)
def test_a_deed_that_means_nothing_is_told_with_its_line(deed: str) -> None:
    (told,) = faults(TURN + deed)
    assert told.startswith(f"call.toml:{3 + deed.count(chr(10))}: ")
    assert WRONG_DEEDS[deed] in told


def test_a_turn_says_what_is_heard_in_a_list() -> None:
    assert "call.toml:1: turn 1 does not say what is heard" in faults("[[turn]]\nhangs_up = true")[0]
    assert "hears is 'main', which is no list of texts" in faults('[[turn]]\nhears = "main"')[0]
    assert "turn 1 is 1, which is no table" in faults("turn = [1]")[0]


@pytest.mark.parametrize("deed", ["", "hangs_up = true\n"])
def test_nobody_speaks_after_the_end(deed: str) -> None:
    (told,) = faults(TURN + deed + TURN)
    assert "turn 2 is never reached: in turn 1 the caller" in told


@pytest.mark.parametrize("text", ["", "# nothing", 'title = "x"', "turn = []"])
def test_a_file_without_turns_is_told(text: str) -> None:
    (told,) = faults(text)
    assert "there is no [[turn]]" in told


def test_no_toml_is_told_with_its_line() -> None:
    assert faults("title = 'x'\n[[turn]\n")[0].startswith("call.toml:2: this is no TOML: ")
    assert faults("\n\ntitle = [")[0].startswith("call.toml:3: this is no TOML: ")
    assert "nested deeper" in faults("a = " + "[" * 5_000)[0]


def test_a_call_has_an_end() -> None:
    turn = TURN + 'presses = "#"\n'
    (told,) = faults(turn * 10_000)
    assert f"there are 10000 turns, and {MOST_TURNS} is the most" in told
    assert len(read_text(turn * MOST_TURNS, "call", "call.toml", LANGUAGES).turns) == MOST_TURNS


def test_many_faults_are_told_up_to_a_bound() -> None:
    assert len(faults(TURN + "".join(f"wrong{number} = 1\n" for number in range(100)))) == 20


def test_what_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "call.toml"
    path.write_bytes(b'title = "x"\n\xff\xfe\x00')
    with pytest.raises(Unreadable, match=r":2: this is no text in UTF-8"):
        read(path, LANGUAGES)
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(Unreadable, match="more than 1000000 bytes"):
        read(path, LANGUAGES)


def test_a_file_from_another_system_is_read(tmp_path: Path) -> None:
    path = tmp_path / "call.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TURN.replace("\n", "\r\n").encode())
    assert read(path, LANGUAGES).turns == (Said(("welcome",)),)


def test_a_folder_without_conversations_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no conversation file"):
        files_of(tmp_path)
