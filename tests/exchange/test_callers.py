"""Scripts: what a caller will do, in Python and in a conversation file."""

from pathlib import Path

import pytest

from exchange.callers import HangsUp, Presses, ScriptFault, Speaks, StaysSilent, read_script
from exchange.conversations import read_conversation
from exchange.settings import Person
from tests.exchange.conftest import CALLER, PERSON, Place
from tests.exchange.scripted_hotline import ScriptedHotline

FILE = """
title = "A caller whose payment is pending"
from = "withheld"
at = "2026-01-05T10:00:00+07:00"
languages = ["en", "id"]

[[turn]]
hears = ["welcome", "choose_language"]
presses = "{language}"

[[turn]]
hears = ["main_menu"]
stays_silent = true

[[turn]]
hears = ["leave_a_message"]
speaks = 4

[[turn]]
hears = ["we_connect_you"]
person = "busy"

[[turn]]
hears = ["goodbye"]
"""


def test_each_step_is_read_as_what_it_is() -> None:
    script = read_script(
        [
            {"presses": "12#"},
            {"presses": "1", "when": "during"},
            {"presses": "11", "gap": 0},
            {"stays_silent": True},
            {"stays_silent": "for_ever"},
            {"speaks": 4},
            {"hangs_up": True},
            {"hangs_up": "during"},
            {"person": "answers", "talks": 7},
        ]
    )
    assert script == (
        Presses("12#"),
        Presses("1", over_prompts=True),
        Presses("11", gap=0.0),
        StaysSilent(),
        StaysSilent(for_ever=True),
        Speaks(4.0),
        HangsUp(),
        HangsUp("during"),
        Person("answers", talks=7.0),
    )


@pytest.mark.parametrize(
    "step",
    [
        {},
        {"presses": "1", "speaks": 2},
        {"presses": "one"},
        {"presses": ""},
        {"presses": "1", "gap": -1},
        {"speaks": 0},
        {"speaks": 1e9},
        {"speaks": "long"},
        {"hangs_up": "angrily"},
        {"person": "maybe"},
        {"sings": True},
    ],
)
def test_a_step_that_says_nothing_we_know_is_refused_with_its_place(step: dict[str, object]) -> None:
    with pytest.raises(ScriptFault, match="step 2"):
        read_script([{"stays_silent": True}, step])


def test_a_conversation_file_becomes_a_script_in_each_language(tmp_path: Path) -> None:
    path = tmp_path / "pending.toml"
    path.write_text(FILE, encoding="utf-8")
    conversation = read_conversation(path)
    assert conversation.languages == ("en", "id")
    assert (conversation.caller(CALLER), conversation.caller(CALLER, "digits")) == ("anonymous", "+266696687")
    script = conversation.script({"language": "3"})
    assert script == (Presses("3"), StaysSilent(), Speaks(4.0), Person("busy"))


def test_a_file_that_names_no_caller_is_called_by_whoever_is_at_hand(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text("[[turn]]\nhears = []\nhangs_up = true", encoding="utf-8")
    assert read_conversation(path).caller(CALLER) == CALLER
    assert read_conversation(path).title == "short"


def test_keys_that_nobody_fills_are_refused() -> None:
    with pytest.raises(ScriptFault, match=r"nobody says what \{account\} is"):
        read_script([{"presses": "{account}"}], {"pin": "1"})
    with pytest.raises(ScriptFault, match="not keys"):
        read_script([{"presses": "{pin}#"}], {"pin": "one"})


LATE = {
    "/answer": '<Say>Your number is 4711</Say><Gather action="/keyed" finishOnKey="#" timeout="2"/>',
    "/keyed": "<Hangup/>",
}


def test_what_is_known_late_is_read_from_what_was_heard(place: Place, hotline: ScriptedHotline) -> None:
    (step,) = read_script([{"presses": "{number}#"}], {"number": lambda heard: heard[-1][-4:]})
    record = place(LATE, step)
    assert record.of("mismatch") == []
    assert hotline.fields("/keyed")["Digits"] == "4711"


def test_what_is_read_too_early_is_told_on_the_tape(place: Place) -> None:
    (step,) = read_script([{"presses": "{number}"}], {"number": lambda _heard: ""})
    assert place(LATE, step).of("mismatch") == [{"what": "'' are not keys of a telephone"}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title = ",
        "[[turn]]\nhears = []\npresses = 'x'",
        "turn = 3",
        "turn = [3]",
        "[[turn]]\npresses = '1'",
        "[[turn]]\nhears = []\nsings = true",
        "colour = 'red'\n[[turn]]\nhears = []",
        "[[turn]]\nhears = []\npresses = '{colour}'",
    ],
)
def test_a_file_that_is_no_conversation_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScriptFault, match=r"broken\.toml"):
        read_conversation(path)


def test_a_script_that_does_not_fit_the_call_is_told_on_the_tape(place: Place) -> None:
    record = place('<Gather timeout="1"/>', {"person": "busy"}, {"stays_silent": True})
    assert record.of("mismatch")
    assert place('<Gather timeout="1"/>', {"speaks": 2.0}).of("mismatch")


def test_a_scripted_person_is_used_up_by_one_dial(place: Place) -> None:
    record = place(f"<Dial>{PERSON}</Dial><Dial>{PERSON}</Dial>", {"person": "busy"})
    assert [one["status"] for one in record.of("dial-ended")] == ["busy", "completed"]


MENU = '<Gather numDigits="1" action="/answer"><Say>Menu</Say></Gather><Redirect>/silent</Redirect>'


def test_two_hundred_keys_at_once_are_pressed_one_by_one_until_nobody_listens(
    place: Place, hotline: ScriptedHotline
) -> None:
    record = place({"/answer": MENU, "/silent": "<Hangup/>"}, {"presses": "1" * 200, "gap": 0})
    taken = [one for one in record.of("pressed") if not one["lost"]]
    lost = [one for one in record.of("pressed") if one["lost"]]
    assert [one["digits"] for one in taken] == ["1"]
    assert sum(len(one["keys"]) for one in lost) == 199
    assert len(hotline.at("/answer")) == 2


def test_whoever_is_silent_for_ever_is_so_until_the_call_is_ended(
    place: Place, hotline: ScriptedHotline
) -> None:
    rounds = iter(range(30))

    def silent(_asked: object) -> str:
        return MENU if next(rounds) < 29 else "<Hangup/>"

    record = place({"/answer": MENU, "/silent": silent}, {"stays_silent": "for_ever"})
    assert (record.ended_by, len(hotline.at("/silent"))) == ("hangup", 30)
    assert len(record.of("silence")) == 30


def test_whoever_is_silent_for_ever_leaves_no_recording(place: Place, hotline: ScriptedHotline) -> None:
    record = place('<Record action="/kept"/><Hangup/>', {"stays_silent": "for_ever"})
    assert (record.ended_by, hotline.at("/kept")) == ("hangup", [])
