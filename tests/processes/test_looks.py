"""The single looks of the doctor: each says how it is, with a cure, within its time, and changes nothing."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest

from foundation.clock import StoppedClock
from foundation.settings import Judged, Settings, load
from processes.doctor import checkup, redis_look
from processes.doctor.checkup import look_at
from processes.doctor.clock_look import look_at_clock
from processes.doctor.disk_look import look_at_disk
from processes.doctor.findings import Finding
from processes.doctor.redis_look import look_at_redis
from processes.doctor.versions_look import look_at_versions
from tests.scripted_carrier import Answer, carrier
from tests.servers import free_port

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
TOKEN = "7c" * 16


def settings_of(folder: Path, **more: str) -> Settings:
    told = {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": f"sqlite:///{folder}/hotline.sqlite",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": "9b1f" * 16,
    }
    return load({**told, **more}, folder)


# The clock.


@pytest.mark.parametrize(
    ("off", "how", "grave"),
    [
        (0.0, "goes with the carrier's", False),
        (1.9, "goes with the carrier's", False),
        (-1.9, "goes with the carrier's", False),
        (10.0, "is 9 s ahead of the carrier's", False),
        (-10.0, "is 10 s behind the carrier's", False),
        (90.0, "is 89 s ahead of the carrier's", True),
        (-3_600.0, "is 3600 s behind the carrier's", True),
    ],
)
def test_a_clock_that_is_off_is_told_and_far_off_it_is_grave(
    tmp_path: Path, off: float, how: str, *, grave: bool
) -> None:
    date = format_datetime(AT, usegmt=True)
    ours = StoppedClock(AT + timedelta(seconds=off))
    with carrier(_dated(date)) as one:
        found = look_at_clock(settings_of(tmp_path, TWILIO_API_URL=one.url), ours)
    assert how in found.how
    assert found.grave is grave


@pytest.mark.parametrize("odd", ["", "yesterday", "99999", "Mon, 99 Foo 2026 25:61:61 GMT"])
def test_a_carrier_that_tells_no_time_is_no_fault_of_the_clock(tmp_path: Path, odd: str) -> None:
    with carrier(_dated(odd)) as one:
        found = look_at_clock(settings_of(tmp_path, TWILIO_API_URL=one.url), StoppedClock(AT))
    assert "not compared" in found.how
    assert not found.grave
    gone = f"http://127.0.0.1:{free_port()}"
    assert "not compared" in look_at_clock(settings_of(tmp_path, TWILIO_API_URL=gone), StoppedClock(AT)).how


def _dated(date: str) -> Answer:
    def answer(one: BaseHTTPRequestHandler) -> None:
        one.send_response_only(200)
        one.send_header("Content-Length", "0")
        if date:
            one.send_header("Date", date)
        one.end_headers()

    return answer


# The disk, the versions, Redis.


@pytest.mark.parametrize(
    ("free", "word"), [(5_000_000_000, "well"), (900_000_000, "mild"), (90_000_000, "grave")]
)
def test_a_disk_that_fills_up_is_told_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, word: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _place: SimpleNamespace(free=free))
    found = look_at_disk(settings_of(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/not/yet/there.sqlite"))
    assert getattr(found, word)
    assert f"{free / 1e9:.1f} GB free at " in found.how


def test_the_versions_of_the_lock_are_those_installed_here(tmp_path: Path) -> None:
    assert look_at_versions().how.startswith("Python 3.")
    lock = tmp_path / "requirements.lock"
    hashes = " \\\n    --hash=sha256:00\n"
    missing = f"no-such-package==1.0{hashes}elsewhere==2.0 ; sys_platform == 'win32'{hashes}"
    lock.write_text(f"# a lock\nclick==0.0.1{hashes}{missing}", encoding="utf-8")
    found = look_at_versions(lock)
    assert "2 packages are not of requirements.lock: click is 8." in found.how
    assert "not 0.0.1; no-such-package 1.0 is missing" in found.how
    assert not found.grave
    assert "elsewhere" not in found.how
    lock.unlink()
    assert "cannot be read" in look_at_versions(lock).how


def test_a_package_that_has_a_version_for_each_machine_may_have_any_of_them(tmp_path: Path) -> None:
    from importlib.metadata import version

    lock = tmp_path / "requirements.lock"
    lock.write_text(
        f"click==0.0.1 ; sys_platform == 'darwin' \\\n"
        f"click=={version('click')} ; sys_platform != 'darwin' \\\n",
        encoding="utf-8",
    )
    assert look_at_versions(lock).well


def test_a_redis_is_told_with_its_version_and_pace(tmp_path: Path, redis_url: str) -> None:
    found = look_at_redis(settings_of(tmp_path, REDIS_URL=redis_url))
    assert "answers PING, version " in found.how
    assert "writes nothing to disk" in found.how
    assert not found.grave


@pytest.mark.parametrize(
    ("facts", "how"),
    [
        ({"redis_version": "7.0.15", "aof_enabled": "1"}, None),
        ({"valkey_version": "9.0", "maxmemory": "0", "maxmemory_policy": "allkeys-lru"}, None),
        ({"maxmemory": "100", "maxmemory_policy": "noeviction"}, None),
        ({}, None),
        ({"maxmemory": "100", "maxmemory_policy": "allkeys-lru"}, "throws calls away"),
        ({"aof_enabled": "0"}, "writes nothing to disk"),
    ],
)
def test_a_redis_that_would_lose_calls_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, redis_url: str, facts: dict[str, str], how: str | None
) -> None:
    monkeypatch.setattr(redis_look, "facts_of", lambda _url, _limit: facts)
    monkeypatch.setattr(redis_look, "SLOW", 60.0)
    found = look_at_redis(settings_of(tmp_path, REDIS_URL=redis_url))
    assert found.well if how is None else (how in found.how and found.mild)


# All of them.


def test_a_look_that_breaks_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_settings: Settings) -> Finding:
        raise ZeroDivisionError

    sound = checkup.CHECKS[0]
    broken = checkup._Check("broken", frozenset(), breaks)
    monkeypatch.setattr(checkup, "CHECKS", (broken, sound))
    judged = Judged(settings_of(tmp_path), frozenset(), ())
    found = list(look_at(judged))
    assert [one.what for one in found] == ["settings", "broken", "versions"]
    assert found[1].how == "cannot be looked at (ZeroDivisionError)"
