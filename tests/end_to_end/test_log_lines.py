"""What the web processes of a service say: one event one line, JSON alone, whoever speaks."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from exchange.signature import HEADER, sign
from tests.children import children_of
from tests.end_to_end.running import TOKEN, Hotline, running
from tests.servers import own_redis, redis_url

PUBLIC_URL = "https://hotline.example"
CALLER = "+6281234567999"
PRODUCTION = {
    "HOTLINE_ENV": "production",
    "PUBLIC_URL": PUBLIC_URL,
    "HOTLINE_NUMBER": "+622150001000",
    "PERSON_FALLBACK_NUMBER": "+622150001001",
}
PATIENCE = 60.0  # seconds until there is another worker, on a machine that is busy elsewhere
COMMON = {"event", "level", "timestamp"}
GUNICORNS = "gunicorn.error"  # the name under which the server speaks


def asked(hotline: Hotline, call: str, token: str = TOKEN) -> int:
    """The carrier asks for the first document of a call, by the address that it knows."""
    told = {"CallSid": call, "CallStatus": "ringing", "From": CALLER, "To": "+622150001000"}
    headers = {HEADER: sign(token, f"{PUBLIC_URL}/voice/answer", told)}
    url = f"http://127.0.0.1:{hotline.settings.port}/voice/answer"
    return httpx.post(url, data=told, headers=headers, timeout=PATIENCE, trust_env=False).status_code


def await_line(log: Path, event: str) -> None:
    """Until the log tells of this."""
    until = time.monotonic() + PATIENCE
    while event not in log.read_text("utf-8"):
        assert time.monotonic() < until, f"the log never told: {event}"
        time.sleep(0.05)


@pytest.mark.timeout(180)
def test_a_service_logs_json_alone(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'hotline.sqlite'}"
    with own_redis() as redis, running(redis_url(redis.port), database, tmp_path, **PRODUCTION) as hotline:
        assert asked(hotline, "CA" + "1" * 32) == 200
        assert asked(hotline, "CA" + "2" * 32, token="c3" * 16) == 403
        # The log is written behind the answer; what a killed process had not written yet is lost.
        await_line(hotline.log, "request refused")
        for worker in children_of(hotline.pid):
            os.kill(worker, signal.SIGKILL)
        with redis.frozen():
            assert asked(hotline, "CA" + "3" * 32) == 200
    said = [json.loads(line) for line in hotline.log.read_text("utf-8").splitlines()]
    assert [one for one in said if not one.keys() >= COMMON] == []
    events = {one["event"] for one in said}
    assert {"request refused", "redis is gone"} <= events
    assert any("SIGKILL" in one["event"] for one in said if one.get("logger") == GUNICORNS)
    assert CALLER.lstrip("+") not in hotline.log.read_text("utf-8")
