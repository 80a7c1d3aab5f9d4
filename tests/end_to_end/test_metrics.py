"""What is counted, read as Prometheus reads it, from the real processes."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from foundation.metrics_folder import folder_of
from storms.line import Worker
from tests.children import children_of
from tests.end_to_end import callers
from tests.end_to_end.running import START_LIMIT, Hotline

LOOKED_UP_WITHIN = 15.0  # seconds; what was looked up is told for two of them


def await_that(so: Callable[[], bool], within: float = LOOKED_UP_WITHIN) -> None:
    until = time.monotonic() + within
    while not so():
        assert time.monotonic() < until
        time.sleep(0.2)


def grown(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after.get(name, 0.0) - before.get(name, 0.0)


def test_a_call_is_counted_in_whatever_worker_it_was_served(hotline: Hotline) -> None:
    before = hotline.metrics()
    with hotline.exchange(repeat_every_request=True) as exchange:
        record = exchange.call(
            from_=callers.number(700),
            to=hotline.settings.hotline_number,
            script=[{"presses": "1"}, {"stays_silent": True}, {"presses": "8"}, *callers.presses("9", "1")],
        )
    hotline.ends_heard([record.sid])
    after = hotline.metrics()
    answered = 'hotline_webhook_seconds_count{door="answer",outcome="answered"}'
    assert grown(before, after, answered) == 2  # each request is sent twice
    assert grown(before, after, 'hotline_turns_total{outcome="answered",source="answer"}') == 1
    assert grown(before, after, 'hotline_turns_total{outcome="answered before",source="answer"}') == 1
    assert grown(before, after, 'hotline_turns_total{outcome="ended",source="hang-up"}') == 1
    assert grown(before, after, 'hotline_misses_total{kind="silence",node="main"}') == 1
    assert grown(before, after, 'hotline_errands_total{errand="OpenTicket",result="TicketOpened"}') == 1
    assert after["hotline_journal_lag_seconds"] < 2


def test_what_sql_alone_knows_is_looked_up(hotline: Hotline) -> None:
    with hotline.exchange() as exchange:
        phone = exchange.dial(from_=callers.number(702), to=hotline.settings.hotline_number)
        after = phone.wait_for("listening").sequence
        for key in ("1", "9", "1"):
            phone.press(key)
            after = phone.wait_for("listening", after).sequence
        await_that(lambda: hotline.metrics()["hotline_urgent_waiting"] >= 1)
        await_that(lambda: hotline.metrics()["hotline_calls_in_progress"] == 1)
        phone.hang_up()
        phone.until_over()
        await_that(lambda: hotline.metrics()["hotline_calls_in_progress"] == 0)


def test_without_the_token_nothing_is_told(hotline: Hotline) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = httpx.get(f"{hotline.web}/metrics", headers=headers, trust_env=False)
        assert (answer.status_code, answer.text) == (403, "")


def test_nothing_personal_and_nothing_of_a_call_is_in_the_metrics(hotline: Hotline) -> None:
    number = callers.number(701)
    with hotline.exchange() as exchange:
        record = exchange.call(
            from_=number, to=hotline.settings.hotline_number, script=callers.presses("1", "9", "1")
        )
    told = " ".join(hotline.metrics())
    assert record.sid not in told
    assert number[-6:] not in told


def test_the_worker_beside_the_web_counts_where_the_web_tells(hotline: Hotline, tmp_path: Path) -> None:
    worker = Worker(hotline, tmp_path / "worker.log")
    worker.begin()
    try:
        done = 'hotline_chore_seconds_count{chore="heartbeat",outcome="done"}'
        await_that(lambda: hotline.metrics().get(done, 0.0) >= 1, START_LIMIT)
        await_that(lambda: "hotline_worker_silence_seconds" in hotline.metrics())
    finally:
        worker.end()


def test_a_folder_of_counts_that_was_taken_away_keeps_no_worker_from_starting(hotline: Hotline) -> None:
    shutil.rmtree(folder_of(hotline.settings.port))
    for worker in children_of(hotline.pid):
        os.kill(worker, signal.SIGKILL)
    health = f"{hotline.web}/health/live"
    assert httpx.get(health, timeout=LOOKED_UP_WITHIN, trust_env=False).status_code == httpx.codes.OK
    await_that(lambda: "hotline_calls_in_progress" in hotline.metrics())
