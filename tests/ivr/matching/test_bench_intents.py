"""The measurement of intents runs from files alone and never learns from what it asks."""

import csv
from pathlib import Path

import pytest

from bench.intents.__main__ import main
from bench.intents.questions import Question, divided, drawn

SAID = {"refund": "i want my money back for the {}", "lost": "i cannot get into my account on the {}"}
THINGS = (
    "shoes",
    "phone",
    "book",
    "tablet",
    "bag",
    "laptop",
    "ticket",
    "lamp",
    "chair",
    "watch",
    "desk",
    "radio",
)


def questions() -> list[Question]:
    return [Question(said.format(thing), intent) for intent, said in SAID.items() for thing in THINGS]


def test_what_is_asked_is_never_learnt_and_the_same_each_time() -> None:
    train, test = divided(questions())
    assert {one.text for one in train} & {one.text for one in test} == set()
    assert len(train) + len(test) == len(questions())
    assert divided(questions()) == (train, test)
    assert len(drawn(train, 3, 0)) == 3 * len(SAID)


def test_it_measures_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "train.csv"
    with file.open("w", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(("text", "category"))
        table.writerows((one.text, one.intent) for one in questions())
    assert main(["--train", str(file)]) == 0
    told = capsys.readouterr().out
    assert "all examples: 100.0 % right" in told
    assert "a query: " in told
