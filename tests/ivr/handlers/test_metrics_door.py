"""The door of the metrics: shut to strangers, quick, and silent about what nobody knows."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from foundation.clock import Deadline, StoppedClock
from foundation.database import DatabaseUnavailable
from foundation.metrics import CALLS_IN_PROGRESS, FAULTS, Look
from foundation.redaction import Secret
from ivr.handlers.metrics_door import KEPT_SECONDS, MetricsDoor

TOKEN = "5e" * 16


class Sql:
    """Looks up whatever it is told, or is away."""

    def __init__(self) -> None:
        self.calls: float | None = 7
        self.asked = 0
        self.before: Callable[[], object] = lambda: None

    def __call__(self, deadline: Deadline) -> Mapping[Look, float]:
        assert deadline.left() > 0
        self.asked += 1
        self.before()
        if self.calls is None:
            raise DatabaseUnavailable("away")
        return {CALLS_IN_PROGRESS: self.calls}


@pytest.fixture
def sql() -> Sql:
    return Sql()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime(2026, 11, 24, 3, tzinfo=UTC))


@pytest.fixture
def app(sql: Sql, clock: StoppedClock) -> Flask:
    app = Flask("test")
    app.add_url_rule("/metrics", view_func=MetricsDoor(Secret(TOKEN), sql, clock).scrape)
    return app


def asked(app: Flask, shown: str = f"Bearer {TOKEN}") -> TestResponse:
    return app.test_client().get("/metrics", headers={"Authorization": shown})


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer " + "5e" * 15, f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_a_stranger_hears_nothing_and_costs_nothing(app: Flask, sql: Sql, shown: str) -> None:
    answer = asked(app, shown)
    assert (answer.status_code, answer.data) == (403, b"")
    assert sql.asked == 0


def test_what_was_counted_and_what_was_looked_up_stand_side_by_side(app: Flask) -> None:
    FAULTS.labels("redis").inc()
    answer = asked(app)
    assert answer.content_type.startswith("text/plain")
    assert "hotline_calls_in_progress 7.0" in answer.text
    assert 'hotline_faults_total{dependency="redis"}' in answer.text


def test_sql_is_asked_once_for_all_who_ask_in_a_while(app: Flask, sql: Sql, clock: StoppedClock) -> None:
    asked(app)
    sql.calls = 8
    assert "hotline_calls_in_progress 7.0" in asked(app).text
    clock.advance(timedelta(seconds=KEPT_SECONDS))
    assert "hotline_calls_in_progress 8.0" in asked(app).text
    assert sql.asked == 2


def test_while_sql_is_away_what_it_knows_is_left_out_and_no_zero_is_told(app: Flask, sql: Sql) -> None:
    sql.calls = None
    answer = asked(app)
    assert answer.status_code == 200
    assert CALLS_IN_PROGRESS.name not in answer.text
    asked(app)
    assert sql.asked == 1


def test_nobody_waits_for_another_who_looks(app: Flask, sql: Sql, clock: StoppedClock) -> None:
    asked(app)
    clock.advance(timedelta(seconds=KEPT_SECONDS))
    looking, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        looking.set()
        assert go_on.wait(10)

    sql.before = slowly
    first = threading.Thread(target=asked, args=[app])
    first.start()
    assert looking.wait(10)
    assert "hotline_calls_in_progress 7.0" in asked(app).text
    go_on.set()
    first.join()
