"""What the measurement of streams says of its steps, and that it measures: real processes, few callers."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from bench.streams.__main__ import Ours
from bench.streams.lags import Lags
from bench.streams.ours import SHIPPED
from bench.streams.servers import our_server
from bench.streams.sound import listening, talking
from bench.streams.verdicts import Risen, Step, risen, verdicts
from tests.servers import redis_server

pytestmark = pytest.mark.timeout(240)
ENDLESS = float("inf")


def step(streams: int, lag: float = 0.1, others: float = 0.0, **more: float) -> Step:
    known = {"cost": 0.5, "callers": 0.1, "late": 0.001, "decided": 0.6, **more}
    return Step(streams, lag, others=others, **known)  # type: ignore[arg-type]


def test_lags_are_told_by_counts_and_what_nobody_heard_took_for_ever() -> None:
    before = Lags.told(b'{"0.1": 10, "0.5": 10, "+Inf": 10, "dropped": 0}')
    after = Lags.told(b'{"0.1": 100, "0.5": 110, "+Inf": 110, "dropped": 0}')
    assert after.since(before).p95 == pytest.approx(0.1 + 0.4 * 0.5)
    dropped = Lags.told(b'{"0.1": 100, "0.5": 110, "+Inf": 110, "dropped": 20}')
    assert dropped.since(before).p95 == ENDLESS
    assert Lags.told(None).p95 == ENDLESS


def test_the_number_rises_until_it_is_not_held_and_what_was_disturbed_is_measured_once_more() -> None:
    said: list[str] = []
    answers = {5: [step(5)], 10: [step(10, 0.9, others=1.0), step(10)], 20: [step(20, 0.9)]}
    found = risen({"ours": lambda streams: answers[streams].pop(0)}, (5, 10, 20, 30), said.append)
    assert [one.streams for one in found["ours"].steps] == [5, 10, 20]
    assert found["ours"].held == 10
    assert ["DISTURBED" in line for line in said] == [False, True, False, False]
    assert ["NOT HELD" in line for line in said] == [False, True, False, True]


def test_what_is_late_at_the_socket_or_refused_is_not_held() -> None:
    assert step(5, 0.4).is_held
    assert not step(5, 0.4, behind=0.2).is_held
    assert not step(5, 0.1, refused=1).is_held


def test_each_aim_is_said_to_be_reached_or_missed() -> None:
    ours, peer = Risen((step(20), step(40), step(60, 0.9))), Risen((step(10), step(20, 0.9)))
    said = verdicts("hardly pausing", ours, peer, step(80, 0.2, refused=30))
    assert [line.partition(":")[0] for line in said] == ["held", "decided", "beyond"]
    assert "held: 40 where the peer holds 10, 4.0 times as many; the aim is 2 times: reached" in said[0]
    assert "600 ms after the end of speech with 20 streams; the aim is 700 ms: reached" in said[1]
    assert "80 come, 50 are taken, p95 of those 200 ms; the aim is 500 ms: reached" in said[2]
    slower = Risen((step(20), step(40, 0.9, others=0.7)))
    missed = verdicts("mostly listening", slower, peer, step(40, 2.0, refused=20))
    assert "2.0 times as many; the aim is 4 times: MISSED  DISTURBED" in missed[0]
    assert "MISSED" in missed[-1]


def test_callers_hardly_pause_or_mostly_listen() -> None:
    assert talking("ko").share == pytest.approx(0.69, abs=0.01)
    assert listening("ko").share == pytest.approx(0.23, abs=0.005)


def test_two_callers_are_measured(tmp_path: Path) -> None:
    asked = argparse.Namespace(language="ko", seconds=4.0)
    with redis_server() as redis, our_server(redis, "ko", SHIPPED, tmp_path) as at:
        found = Ours(redis, at, talking("ko"), asked, from_first=True)(2)
    assert (found.streams, found.taken) == (2, 2)
    assert 0 < found.lag < ENDLESS
    assert 0 < found.behind < ENDLESS
    assert found.decided is not None
    assert found.decided > 0.3
    assert min(found.cost, found.callers) > 0
