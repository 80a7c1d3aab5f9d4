"""The measurement of intents runs from files alone and never learns from what it asks."""

import csv
from pathlib import Path

import pytest

from bench.intents.__main__ import main
from bench.intents.questions import Question, divided, drawn, misheard

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


def test_what_is_misheard_is_the_same_each_time_and_as_much_as_is_asked() -> None:
    asked = questions() * 20
    heard = misheard(asked, 0.1, 3)
    assert heard == misheard(asked, 0.1, 3) != misheard(asked, 0.1, 4)
    assert [one.intent for one in heard] == [one.intent for one in asked]
    assert misheard(asked, 0.0, 3) == asked
    words, left = (sum(len(one.text.split()) for one in some) for some in (asked, heard))
    assert 0.04 < 1 - left / words < 0.06
    alike = [one == other for one, other in zip(heard, asked, strict=True)]
    assert 0.2 < sum(alike) / len(alike) < 0.6
    assert {word for one in heard for word in one.text.split()} <= {
        word for one in asked for word in one.text.split()
    }


def test_it_measures_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "train.csv"
    with file.open("w", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(("text", "category"))
        table.writerows((one.text, one.intent) for one in questions())
    assert main(["--train", str(file)]) == 0
    told = capsys.readouterr().out
    assert "all examples: 100.0 % right" in told
    assert told.count("10% of the words lost or mistaken: ") == 3
    assert "a query: " in told
