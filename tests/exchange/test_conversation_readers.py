"""Two readers of conversation files, the carrier's and the house's: both take every file, and agree on it."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

import pytest

from exchange.callers import HangsUp, Presses, Says, ScriptFault, Speaks, StaysSilent, Step
from exchange.conversations import FIELDS, PLACES, TURN_FIELDS, read_conversation
from exchange.settings import Person
from processes.rehearsal.conversation import CALLER, Words
from processes.rehearsal.files import read
from tests.world import FOLDER

FILES = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
LANGUAGES = ("en", "id", "zh")
VALUES = dict.fromkeys(PLACES, "123456782")


@pytest.mark.parametrize("name", FILES)
def test_both_readers_read_the_same_script(name: str) -> None:
    house, carrier = read(FILES[name], LANGUAGES), read_conversation(FILES[name])
    assert carrier.caller(CALLER) == (house.number or "anonymous")
    assert (carrier.languages or LANGUAGES) == house.languages
    assert [turn["hears"] for turn in carrier.turns] == [list(said.hears) for said in house.turns]
    done = [said for said in house.turns if said.way != "ends"]
    script = carrier.script(VALUES)
    assert len(script) == len(done)
    for step, said in zip(script, done, strict=True):
        assert same(step, said.way, said.what), (step, said)


def same(step: Step, way: str, what: object) -> bool:
    match step:
        case Presses(keys):
            return (way, str(what).format(**VALUES)) == ("presses", keys)
        case Speaks(seconds, then):
            return (way, what, then) == ("speaks", seconds, "")
        case Person(outcome):
            return (way, what) == ("person", outcome)
        case HangsUp(when):
            return (way, when) == ("hangs_up", "waiting")
        case StaysSilent():
            return way == "stays_silent"
        case Says():
            return (way, what) == ("say", Words(step.words, step.sure))
        case _:
            assert_never(step)


@pytest.mark.parametrize("field", [*FIELDS, "colour"])
def test_both_readers_know_the_same_fields_of_a_file(field: str, tmp_path: Path) -> None:
    told = {
        "title": '"x"',
        "ears": "true",
        "from": '"withheld"',
        "at": "2026-11-24T10:00:00+07:00",
        "languages": '["en"]',
    }
    told |= {"fails": "[]", "leaves": "{}", "reads": '{ prompt = "x" }', "earlier": "{}"}
    lines = {"title": '"x"', **({} if field == "turn" else {field: told.get(field, "1")})}
    head = "".join(f"{name} = {value}\n" for name, value in lines.items())
    assert readable(tmp_path, head + "[[turn]]\nhears = []\n") == (field in FIELDS,) * 2


@pytest.mark.parametrize("field", [*TURN_FIELDS, "colour"])
def test_both_readers_know_the_same_fields_of_a_turn(field: str, tmp_path: Path) -> None:
    usual = {"fails": "[]", "presses": '"1"', "speaks": "4", "person": '"busy"', "say": '"yes"'}
    told = {"sure": '0.5\nsay = "yes"'}.get(field) or usual.get(field, "true")
    deed = "" if field == "hears" else f"{field} = {told}\n"
    known = field in TURN_FIELDS
    assert readable(tmp_path, f'title = "x"\n[[turn]]\nhears = []\n{deed}') == (known, known)


def readable(folder: Path, text: str) -> tuple[bool, bool]:
    path = folder / "file.toml"
    path.write_text(text, encoding="utf-8")
    return reads(lambda: read(path, LANGUAGES)), reads(lambda: read_conversation(path))


def reads(deed: Callable[[], object]) -> bool:
    try:
        deed()
    except (ScriptFault, ValueError):
        return False
    return True
