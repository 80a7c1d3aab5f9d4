"""The web process put together with what is there, and with what is not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exchange.signature import HEADER, sign
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.settings import Settings, load
from ivr.app import create_app
from ivr.menus.announcements import Announcements, Wanted
from processes.inside import inside_token
from processes.launch.demo_house import prepare
from processes.launch.readiness import await_that
from processes.parts import build_parts
from tests.servers import free_port

CLOCK = SystemClock()
SOON = 10.0  # seconds; one is usual
TOKEN, PUBLIC = "a1" * 16, "https://hotline.example"
FIELDS = {
    "CallSid": "CA" + "0f" * 16,
    "CallStatus": "ringing",
    "From": "+6281234567801",
    "To": "+622150001000",
}


def settings_of(folder: Path, redis_url: str, **more: str) -> Settings:
    told = {
        "HOTLINE_ENV": "development",
        "PUBLIC_URL": PUBLIC,
        "SECRET_KEY": "5c" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "DATABASE_URL": f"sqlite:///{folder / 'hotline.sqlite'}",
        "REDIS_URL": redis_url,
    }
    return load(told | more, folder)


@contextmanager
def web(folder: Path, redis_url: str, *, migrated: bool = True) -> Iterator[FlaskClient]:
    settings = settings_of(folder, redis_url)
    if migrated:
        prepare(settings)
    parts = build_parts(settings)
    try:
        yield create_app(parts).test_client()
    finally:
        parts.close()


def inside(client: FlaskClient, settings: Settings) -> TestResponse:
    """What the exchange asks after a document, once the journal is written."""
    token = {"Authorization": f"Bearer {inside_token(settings).reveal()}"}
    call = f"/inside/calls/{FIELDS['CallSid']}?after=-1"
    await_that(lambda: bool((client.get(call, headers=token).json or {}).get("turns")), 3, lambda: False)
    return client.get(call, headers=token)


def answer(client: FlaskClient) -> str:
    return asked(client, "/voice/answer", FIELDS)


def first_key(client: FlaskClient, call: int, key: str = "1") -> str:
    """What the call of a new number hears after the key that chooses its language."""
    who = {**FIELDS, "CallSid": f"CA{call:032x}", "From": f"+62812{call:08d}"}
    asked(client, "/voice/answer", who)
    return asked(client, f"/voice/calls/{who['CallSid']}/turns/1", {**who, "Digits": key})


def asked(client: FlaskClient, where: str, fields: dict[str, str]) -> str:
    headers = {HEADER: sign(TOKEN, PUBLIC + where, fields)}
    kind = "application/x-www-form-urlencoded"
    told = client.post(where, data=urlencode(fields), headers=headers, content_type=kind)
    assert told.status_code == 200
    return told.get_data(as_text=True)


def test_with_everything_there_the_process_is_ready_and_answers(tmp_path: Path, fresh_redis_url: str) -> None:
    with web(tmp_path, fresh_redis_url) as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 200
        assert ready.json is not None
        none = "none has been heard of; start the `worker` of the Procfile"
        by_keys = "the speech process has not been heard of for three seconds: callers are asked by keys"
        told = {"redis": "ok", "database": "ok", "book": "ok", "worker": none, "speech": by_keys}
        # Calls are served without a worker, and by keys without a speech process.
        hears = dict.fromkeys(("en", "id", "zh"), "keys")
        assert ready.json == {"ready": True, "checks": told, "hears": hears}
        assert "<Gather" in answer(client)


def test_what_is_announced_is_heard_soon_and_goes_on_to_be_while_sql_is_gone(
    tmp_path: Path, fresh_redis_url: str
) -> None:
    with web(tmp_path, fresh_redis_url) as client:
        assert "slow" not in first_key(client, 1)
        file = tmp_path / "hotline.sqlite"
        database = Database(f"sqlite:///{file}", CLOCK)
        wanted = Wanted({"en": "The app is slow."}, CLOCK.now() + timedelta(hours=1), "Ayu")
        Announcements(database).put_up(wanted, Deadline.after(SOON, CLOCK))
        calls = ("slow" in first_key(client, call) for call in count(2))
        assert await_that(lambda: next(calls), SOON, lambda: False)
        database.close()
        file.rename(tmp_path / "away")
        assert "slow" in first_key(client, 1_000)


def test_what_the_first_key_chose_is_written_behind_its_answer(tmp_path: Path, fresh_redis_url: str) -> None:
    file = tmp_path / "hotline.sqlite"
    with (
        web(tmp_path, fresh_redis_url) as client,
        closing(sqlite3.connect(file, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        assert "<Gather" in first_key(client, 1, key="2")
        assert other.execute("SELECT count(*) FROM languages").fetchone() == (0,)
        other.execute("ROLLBACK")

        def remembered() -> bool:
            return ("zh",) in other.execute("SELECT language FROM languages").fetchall()

        assert await_that(remembered, SOON, lambda: False)


def test_without_redis_calls_go_on_and_readiness_says_what_is_missing(tmp_path: Path) -> None:
    with web(tmp_path, f"redis://127.0.0.1:{free_port()}/0") as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 200
        assert ready.json is not None
        found = {name: ready.json["checks"][name] for name in ("redis", "database", "book")}
        assert found == {"redis": "does not answer", "database": "ok", "book": "ok"}
        assert "<Gather" in answer(client)
        assert answer(client) == answer(client)


def test_without_tables_the_process_is_not_ready_and_a_caller_is_still_answered(
    tmp_path: Path, fresh_redis_url: str
) -> None:
    with web(tmp_path, fresh_redis_url, migrated=False) as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 503
        assert ready.json is not None
        assert ready.json["checks"]["database"] == "cannot be read; is it migrated?"
        assert "<Gather" in answer(client)


def test_on_a_laptop_the_inside_of_a_call_is_told_by_the_token_of_the_settings(
    tmp_path: Path, fresh_redis_url: str
) -> None:
    settings = settings_of(tmp_path, fresh_redis_url)
    with web(tmp_path, fresh_redis_url) as client:
        answer(client)
        told = inside(client, settings)
        assert told.json is not None
        (turn,) = told.json["turns"]
        assert turn["prompts"][0] == "welcome"
        picture = {"Authorization": f"Bearer {inside_token(settings).reveal()}"}
        shown = client.get(f"/inside/book.svg?version={turn['book']}", headers=picture)
        assert shown.status_code == 200
        assert shown.data.startswith(b"<svg")
        assert client.get("/inside/book.svg").status_code == 403


def test_in_production_there_is_no_door_to_the_inside(tmp_path: Path, fresh_redis_url: str) -> None:
    live = {
        "HOTLINE_ENV": "production",
        "HOTLINE_NUMBER": "+622150001000",
        "PERSON_FALLBACK_NUMBER": "+622150001001",
    }
    settings = settings_of(tmp_path, fresh_redis_url, **live)
    parts = build_parts(settings)
    try:
        assert parts.inside is None
        client = create_app(parts).test_client()
        token = {"Authorization": f"Bearer {inside_token(settings).reveal()}"}
        for path in (f"/inside/calls/{FIELDS['CallSid']}", "/inside/book.svg", "/inside"):
            assert client.get(path, headers=token).status_code == 404
    finally:
        parts.close()
