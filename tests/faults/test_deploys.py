"""Faults 28 to 30: web processes are exchanged and killed with callers on the line; two versions at once."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from exchange.callers import read_script
from exchange.calls.call import Call
from exchange.exchange import CallRecord, Exchange
from exchange.switchboard import Plan
from foundation.clock import Deadline
from ivr.calls.store import KEY
from processes.spooling import replay_of
from tests.end_to_end.callers import number, presses
from tests.end_to_end.one_socket import OneSocket, one_socket
from tests.faults.lean_callers import LeanCaller
from tests.faults.line import ENGLISH, Carrier
from tests.faults.telling import Fault
from tests.servers import own_postgres, own_redis, postgres_url, redis_url

CALLERS = 200  # in progress while the processes are exchanged
DIALS_EVERY = 0.03  # seconds between two of them
SPEED = 2.0  # a caller's ten seconds are five of ours
PROBES_EVERY = 0.02  # seconds between two new connections of a stranger
KEYS = ("1", *"#" * 40)  # in English; and the menu again and again, until they are rid of it
REPLAY_LIMIT = 20.0  # seconds for all that waits
LEAN, KILLS = 12, 12  # callers, and kills at most, until one has hit a request
KILL_EVERY = 0.25  # seconds


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneSocket]:
    folder = tmp_path_factory.mktemp("held")
    # Two hundred ends at once are more than SQLite writes in the time of an answer.
    with (
        own_redis() as redis,
        own_postgres() as sql,
        one_socket(redis_url(redis.port), postgres_url(sql.port), folder) as held,
    ):
        yield held


def test_fault_29_processes_are_exchanged_under_two_hundred_calls(held: OneSocket, fault: Fault) -> None:
    with held.hotline.exchange(speed=SPEED) as exchange:
        calls = exchange.run(dialled(exchange, held.hotline.settings.hotline_number))
        with probed(held.hotline.settings.port) as answers:
            held.exchange()
        on_the_line = [call for call in calls if not exchange.tape.events(call.sid, "ended")]
        for call in calls:
            exchange.soon(call.line.hang_up)
            time.sleep(DIALS_EVERY)
        records = [exchange.record(call.sid) for call in calls]
    assert set(answers) == {"200"}
    assert_all_were_answered(records)
    assert len(on_the_line) == CALLERS
    (one, *_) = records
    fault.tells("New web processes take the place of the old ones, 200 callers on the line", one.heard[-3:])


def assert_all_were_answered(records: list[CallRecord]) -> None:
    """No request was refused, lost, late or answered with a fault, and each caller came to the end."""
    assert [fault for record in records for fault in record.of("fault")] == []
    statuses = Counter(document["status"] for record in records for document in record.of("document"))
    assert set(statuses) == {200}
    assert statuses[200] > len(records)  # they were answered, and some have pressed keys
    news = Counter(told["status"] for record in records for told in record.of("replied"))
    assert set(news) == {204}
    assert news[204] >= len(records)  # the end of each was told
    assert {record.ended_by for record in records} == {"caller"}


async def dialled(exchange: Exchange, to: str) -> list[Call]:
    """All callers, one soon after the other."""
    script = read_script(presses(*KEYS))
    calls = []
    for count in range(CALLERS):
        calls.append(exchange.board.dial(Plan(number(count), to, script)))
        await asyncio.sleep(DIALS_EVERY)
    return calls


@contextmanager
def probed(port: int) -> Iterator[Counter[str]]:
    """Somebody who connects anew again and again, all the while; what was answered, or why nothing was."""
    answers: Counter[str] = Counter()
    over = threading.Event()

    def probe() -> None:
        while not over.wait(PROBES_EVERY):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=15.0)
            try:
                line.request("GET", "/health/live")
                answers[str(line.getresponse().status)] += 1
            except OSError as refused:
                answers[repr(refused)] += 1
            finally:
                line.close()

    prober = threading.Thread(target=probe)
    prober.start()
    try:
        yield answers
    finally:
        over.set()
        prober.join()


def test_fault_28_a_web_process_is_killed_in_the_middle_of_requests(held: OneSocket, fault: Fault) -> None:
    callers = [LeanCaller(held.hotline, number(500 + count)) for count in range(LEAN)]
    over = threading.Event()
    threads = [threading.Thread(target=caller.calls_until, args=(over,)) for caller in callers]
    for thread in threads:
        thread.start()
    kills = 0
    while kills < KILLS and not any(caller.lost for caller in callers):
        time.sleep(KILL_EVERY)
        kills += kill_one(held)
    over.set()
    for thread in threads:
        thread.join()
    assert sum(caller.lost for caller in callers) > 0
    # Who was not cut off was answered, who was cut off is answered when asked again.
    assert [wrong for caller in callers for wrong in caller.wrong] == []
    heard = {call: number for caller in callers for call, number in caller.promised.items()}
    assert heard
    assert {filed.call: filed.number for filed in held.hotline.tickets(heard)} == heard
    kept = {call for caller in callers for call in caller.kept}
    hotline = held.hotline
    replay = replay_of(hotline.settings, hotline.database, hotline.database.clock)
    with closing(replay.spool):
        replay.do(Deadline.after(REPLAY_LIMIT, hotline.database.clock))
    assert {filed.call for filed in hotline.tickets(kept)} == kept
    cut_off = {call for caller in callers for call in caller.cut_off} | kept
    rows = Counter(filed.call for filed in held.hotline.tickets(cut_off | heard.keys()))
    assert set(rows.values()) == {1}
    fault.tells(
        "A web process is killed (kill -9) with requests in its hands; the carrier asks again",
        callers[0].last,
    )


def kill_one(held: OneSocket) -> int:
    """One worker of the processes that live, without a word."""
    (web,) = held.living()
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    workers = sorted(int(pid) for pid, parent in pairs if int(parent) == web.pid)
    os.kill(workers[0], signal.SIGKILL)
    return 1


def test_fault_30_a_call_goes_on_with_what_another_version_has_kept(held: OneSocket, fault: Fault) -> None:
    with held.hotline.exchange() as exchange:
        carrier = Carrier(exchange, replace(held.hotline, pid=held.living()[0].pid))
        newer, stranger = carrier.caller(), carrier.caller()
        for caller in (newer, stranger):
            caller.press(ENGLISH)
        with kept_of(held, newer.call) as kept:
            kept["weather"], kept["state"]["mood"], kept["state"]["place"]["shelf"] = "rain", ["calm"], 3
        with kept_of(held, stranger.call) as kept:
            kept["state"]["level"] = "a level that this version does not know"
        urgent = newer.press("9", "1")
        begun_again = stranger.press("9")
        for caller in (newer, stranger):
            caller.leave()
        newer.promised()
        assert any("press 1" in text for text in begun_again)
    fault.tells("Another version has kept more of the call than this one knows", urgent[:2])
    fault.tells("Another version has kept the call in a way that this one cannot read", begun_again[:3])


@contextmanager
def kept_of(held: OneSocket, call: str) -> Iterator[dict[str, Any]]:
    """The state of a call, to be changed as another version would have written it."""
    url = held.hotline.settings.redis_url
    assert url
    with closing(Redis.from_url(url.reveal())) as client:
        kept = json.loads(client.hget(KEY + call, "kept") or "")
        yield kept
        client.hset(KEY + call, "kept", json.dumps(kept))
