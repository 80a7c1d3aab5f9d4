"""The web process put together with what is there, and with what is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient

from exchange.signature import HEADER, sign
from foundation.settings import load
from ivr.app import create_app
from processes.demo_house import prepare
from processes.parts import build_parts
from tests.servers import free_port

TOKEN, PUBLIC = "a1" * 16, "https://hotline.example"
FIELDS = {
    "CallSid": "CA" + "0f" * 16,
    "CallStatus": "ringing",
    "From": "+6281234567801",
    "To": "+622150001000",
}


@contextmanager
def web(folder: Path, redis_url: str, *, migrated: bool = True) -> Iterator[FlaskClient]:
    told = {
        "HOTLINE_ENV": "development",
        "PUBLIC_URL": PUBLIC,
        "SECRET_KEY": "5c" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "DATABASE_URL": f"sqlite:///{folder / 'hotline.sqlite'}",
        "REDIS_URL": redis_url,
    }
    settings = load(told, folder)
    if migrated:
        prepare(settings)
    parts = build_parts(settings)
    try:
        yield create_app(parts).test_client()
    finally:
        parts.close()


def answer(client: FlaskClient) -> str:
    headers = {HEADER: sign(TOKEN, PUBLIC + "/voice/answer", FIELDS)}
    kind = "application/x-www-form-urlencoded"
    told = client.post("/voice/answer", data=urlencode(FIELDS), headers=headers, content_type=kind)
    assert told.status_code == 200
    return told.get_data(as_text=True)


def test_with_everything_there_the_process_is_ready_and_answers(tmp_path: Path, fresh_redis_url: str) -> None:
    with web(tmp_path, fresh_redis_url) as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 200
        assert ready.json == {"ready": True, "checks": {"redis": "ok", "database": "ok", "book": "ok"}}
        assert "<Gather" in answer(client)


def test_without_redis_calls_go_on_and_readiness_says_what_is_missing(tmp_path: Path) -> None:
    with web(tmp_path, f"redis://127.0.0.1:{free_port()}/0") as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 200
        told = {"redis": "does not answer", "database": "ok", "book": "ok"}
        assert ready.json == {"ready": True, "checks": told}
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
