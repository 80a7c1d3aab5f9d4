"""A call by voice is kept with what was said, as the hotline understood it."""

import tomllib
from datetime import UTC, datetime
from typing import Any

from exchange.conversation_writer import Known, written
from exchange.tape import TapeEvent
from processes.rehearsal.conversation import Words
from processes.rehearsal.reading import read_text

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CALL = "CA" + "1" * 32


def event(kind: str, **details: Any) -> TapeEvent:  # noqa: ANN401  # whatever a tape holds
    return TapeEvent(CALL, 1, AT, kind, details)


def turn(number: int, source: str, prompts: list[str], *events: dict[str, Any]) -> TapeEvent:
    path = f"/voice/calls/{CALL}/turns/{number}" if number else "/voice/answer"
    told = {"path": path, "source": source, "prompts": prompts, "waits": "keys", "events": list(events)}
    return event("inside", turn=number, **told)


def heard(kind: str, said: str, sure: float) -> dict[str, Any]:
    return {"event": kind, "node": "main", "said": said, "sure": sure, "by": "vosk"}


def test_what_was_said_stands_in_the_file_and_the_house_reads_it() -> None:
    text = written(
        [
            event("began", from_number="+6281234567801"),
            turn(0, "answer", ["welcome", "main"]),
            turn(1, "voice", ["common.did_you_say"], heard("Understood", "a refund", 0.613)),
            turn(2, "voice", ["main.not_understood.1"], heard("Misheard", "well no not really", 0.2)),
            turn(3, "voice", ["main"]),
        ],
        Known(),
    )
    said = [one.get("say") for one in tomllib.loads(text)["turn"]]
    assert said == ["a refund", "well no not really", "…", None]
    conversation = read_text(text, "kept", "kept.toml", ("en",))
    assert conversation.ears
    assert conversation.turns[0].what == Words("a refund", 0.61)


def test_a_caller_who_was_heard_and_pressed_keys_alone_is_heard_in_the_file_too() -> None:
    began = event("began", from_number="+6281234567801")
    invited = written([began, turn(0, "answer", ["main", "common.say_it"])], Known())
    alone = written([began, turn(0, "answer", ["main"])], Known())
    assert [tomllib.loads(text).get("ears") for text in (invited, alone)] == [True, None]
