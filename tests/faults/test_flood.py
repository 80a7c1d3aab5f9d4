"""Fault 32: robots call, and more people than the line takes; those who are served notice nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from exchange.exchange import CallPlan, ScriptLike
from ivr.handlers.overflow_words import WORDS
from tests.end_to_end.callers import number, presses, urgent
from tests.end_to_end.running import ROOT, differing, numbers_heard
from tests.faults.line import Line, on_sqlite
from tests.faults.telling import Fault

ROBOT, NUISANCE = number(1), number(2)
ROBOT_CALLS, OTHERS = 100, 10
CAP, A_MINUTE = 12, 60
TRIES = 5  # callers of a kind
HEARD_WITHIN = 3.5  # seconds until a block is known to all processes; two, and the noise of the machine
FULL, OFTEN, BLOCKED = WORDS["en"].full, WORDS["en"].often, WORDS["en"].blocked


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line that was set to take little."""
    folder = tmp_path_factory.mktemp("small")
    limits = {"CALLS_OF_A_NUMBER": str(CAP), "CALLS_A_MINUTE": str(A_MINUTE)}
    with on_sqlite(folder, **limits) as line:
        yield line


def test_fault_32_one_number_calls_a_hundred_times(small: Line, fault: Fault) -> None:
    to = small.hotline.settings.hotline_number
    robots = [CallPlan(ROBOT, to)] * ROBOT_CALLS
    people = [CallPlan(number(100 + count), to, urgent("1")) for count in range(OTHERS)]
    mixed = [*robots[:50], *people, *robots[50:]]
    with small.carrier() as carrier:
        records = carrier.exchange.call_many(mixed, at_once=20)
        # Each answer is in time, those to the robots and those to the people among them.
        for record in records:
            carrier.assert_well_answered(record)
    served = [record for record, plan in zip(records, mixed, strict=True) if plan.from_ != ROBOT]
    capped = [record for record in records if OFTEN in record.heard]
    assert len(capped) >= ROBOT_CALLS - CAP
    assert not {record.sid for record in served} & {record.sid for record in capped}
    for record in served:
        (told,) = set(numbers_heard(record))
        assert [filed.number for filed in small.hotline.tickets([record.sid])] == [told]
    fault.tells(
        "One number calls a hundred times; what its thirteenth call and later ones hear", capped[0].heard
    )


def test_fault_32_an_operator_blocks_a_number(small: Line, fault: Fault) -> None:
    with small.carrier() as carrier:
        assert BLOCKED not in carrier.caller(NUISANCE).leave().heard
        hotline(small, "block", NUISANCE, "--why", "a test", "--by", "Ayu")
        time.sleep(HEARD_WITHIN)
        # Whichever process answers.
        records = [
            carrier.exchange.call(from_=NUISANCE, to=small.hotline.settings.hotline_number) for _ in range(8)
        ]
        assert [(record.ended_by, BLOCKED in record.heard) for record in records] == [("hangup", True)] * 8
        fault.tells("An operator has blocked the number", records[0].heard)


def hotline(line: Line, *words: str) -> None:
    """The command, as an operator types it beside the processes that answer."""
    settings = line.hotline.settings
    told = {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": settings.database_url.reveal(),
        "SECRET_KEY": settings.secret_key.reveal(),
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token.reveal(),
        "PATH": os.environ["PATH"],
    }
    run = "from processes.commands.main import main; main()"
    subprocess.run([sys.executable, "-c", run, *words], cwd=ROOT, env=told, check=True, timeout=60)


def test_fault_32_more_people_call_than_the_line_takes(small: Line, fault: Fault) -> None:
    to = small.hotline.settings.hotline_number
    crowd = [CallPlan(number(200 + count), to) for count in range(2 * A_MINUTE)]
    scripts: dict[str, ScriptLike] = {
        "message": [*presses("1"), {"speaks": 6, "then": "#"}],
        "urgent": [*presses("9", "1"), {"hangs_up": True}],
        "silent": [{"stays_silent": True}],
    }
    # Some of them may find a place that has just become free.
    needy = {
        name: [CallPlan(number(500 + count), to, script) for count in range(TRIES)]
        for name, script in scripts.items()
    }
    with small.carrier(repeat_every_request=True) as carrier:
        crowded = carrier.exchange.call_many(crowd, at_once=30)
        found = {name: carrier.exchange.call_many(plans, at_once=TRIES) for name, plans in needy.items()}
        assert differing(carrier.exchange.tape) == []
        for record in (*crowded, *(one for records in found.values() for one in records)):
            carrier.assert_well_answered(record)
    met = Counter(FULL in record.heard for record in crowded)
    message, stopped, silent = (
        next(record for record in records if FULL in record.heard) for records in found.values()
    )
    assert met[True] >= A_MINUTE // 2
    assert [filed.topic for filed in small.hotline.tickets([message.sid])] == ["question"]
    (told,) = set(numbers_heard(stopped))
    assert [(filed.topic, filed.number) for filed in small.hotline.tickets([stopped.sid])] == [
        ("stop-my-money", told)
    ]
    assert small.hotline.tickets([silent.sid]) == []
    fault.tells(
        "Twice as many call as the line takes in a minute; one of them leaves a message", message.heard
    )
    fault.tells("Another one presses 9", stopped.heard[-4:])
