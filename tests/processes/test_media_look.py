"""The door of the carrier's streams from outside: the real one, and whatever else may answer there."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from prometheus_client import Counter
from redis import Redis
from websockets.sync.server import serve

from foundation.clock import SystemClock
from foundation.metrics import SPEECH_FAULTS, SPEECH_REFUSED
from foundation.redaction import Secret
from foundation.settings import Settings
from processes.doctor import media_look
from processes.doctor.findings import Finding
from processes.doctor.media_look import look_at_media_door
from processes.speech_server import signed_by
from speech.mailbox_keys import SERVICE, written
from speech.memory_mailbox import MemoryMailbox
from speech.requests import Service
from speech.server import SIGNATURE, SOCKETS_BESIDE, Entrance, SpeechServer
from tests.house.plan import ROOT
from tests.processes.behind_tls import behind_tls, vouched_by_itself
from tests.processes.test_looks import settings_of
from tests.scripted_carrier import Answer, carrier, gives
from tests.servers import free_port
from tests.speech.test_faults_of_ours import heard_by

SECOND = "b2" * 16
KOREAN = ROOT / "tests" / "korean_book"
PATIENT = 60.0  # seconds: these tests are not about time
SPEECH = Service({"en": "pocketsphinx"}, 40)
Signed = Callable[[str, str], bool]


@pytest.fixture(autouse=True)
def patiently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_look, "LIMIT", PATIENT)


def of_a_service(folder: Path, address: str, **more: str) -> Settings:
    """Settings of a service whose streams come in at this address, as if it were of the net."""
    told = settings_of(folder, MEDIA_URL=address, SPEECH_MODELS=str(folder / "models"), **more)
    return told.model_copy(update={"hotline_env": "production"})


@contextmanager
def door(signed: Callable[[int], Signed], room: int = 2) -> Iterator[str]:
    """The door of the speech process; `signed` is told its port. Nobody comes in behind it."""
    line, other = socket.socketpair()
    opened, ends = threading.Event(), asyncio.Event()
    told: list[tuple[int, asyncio.AbstractEventLoop]] = []

    async def lives() -> None:
        clock = SystemClock()
        ears = heard_by(MemoryMailbox(clock), line, lambda _call, _turn: None)

        def genuine(target: str, given: str) -> bool:
            return signed(server.port)(target, given)

        server = SpeechServer(Entrance(genuine, Secret("5c" * 32), "127.0.0.1", 0), ears, clock, room)
        await server.open()
        told.append((server.port, asyncio.get_running_loop()))
        opened.set()
        await ends.wait()
        await server.drain(PATIENT)
        await ears.close()

    thread = threading.Thread(target=lambda: asyncio.run(lives()))
    with line, other:
        thread.start()
        assert opened.wait(PATIENT)
        ((port, loop),) = told
        try:
            yield f"ws://127.0.0.1:{port}"
        finally:
            loop.call_soon_threadsafe(ends.set)
            thread.join()


def our_door(folder: Path, **more: str) -> Callable[[int], Signed]:
    """It lets in what is signed for its own address, with the tokens of these settings."""
    return lambda port: signed_by(of_a_service(folder, f"ws://127.0.0.1:{port}", **more))


def anybody(_port: int) -> Signed:
    return lambda _target, _given: True


def ill(found: Finding, how: str, cure: str, *, grave: bool = False) -> None:
    """It is told with its cure, and as what calls do not suffer from, if they do not."""
    assert how in found.how
    assert cure in (found.cure or "")
    assert found.grave is grave
    assert found.mild is not grave


def looked(folder: Path, answer: Answer) -> Finding:
    """What is found where a web server gives this answer, in the HTTP that a proxy speaks."""

    def newer(one: BaseHTTPRequestHandler) -> None:
        one.protocol_version = "HTTP/1.1"
        answer(one)

    with carrier(newer) as web:
        return look_at_media_door(of_a_service(folder, web.url.replace("http", "ws")))


def counted(metric: Counter) -> dict[str, float]:
    samples = [one for family in metric.collect() for one in family.samples if one.name.endswith("_total")]
    return {str(one.labels): one.value for one in samples}


# The door itself.


def test_a_door_that_lets_in_the_genuine_alone_is_well_and_nothing_is_made_of_the_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, faults = counted(SPEECH_REFUSED), counted(SPEECH_FAULTS)
    with door(our_door(tmp_path)) as address:
        found = look_at_media_door(of_a_service(tmp_path, address))
    assert found == Finding("media door", "lets in what the carrier signs, and nothing else")
    # The wrong signature, which the door tells; of the handshake that was let in there is no word.
    after = counted(SPEECH_REFUSED)
    more = {why: after[why] - before.get(why, 0.0) for why in after if after[why] != before.get(why)}
    assert more == {"{'why': 'no genuine signature'}": 1.0}
    assert counted(SPEECH_FAULTS) == faults
    assert capsys.readouterr().out.count("\n") == 1


def test_both_tokens_are_tried(tmp_path: Path) -> None:
    both = {"TWILIO_AUTH_TOKEN_SECONDARY": SECOND}
    with door(our_door(tmp_path, **both)) as address:
        assert look_at_media_door(of_a_service(tmp_path, address, **both)).well
    with door(our_door(tmp_path)) as address:
        found = look_at_media_door(of_a_service(tmp_path, address, **both))
    ill(found, "refuses what is signed with one of the tokens", "restart the speech process")


def test_a_door_with_another_token_or_another_address_is_told(tmp_path: Path) -> None:
    elsewhere = signed_by(of_a_service(tmp_path, "wss://hotline.example.org"))
    for other in (our_door(tmp_path, TWILIO_AUTH_TOKEN=SECOND), lambda _port: elsewhere):
        with door(other) as address:
            found = look_at_media_door(of_a_service(tmp_path, address))
        ill(found, "refuses what the carrier would sign", "the same token and MEDIA_URL")


def test_a_door_that_lets_in_anybody_is_told(tmp_path: Path) -> None:
    with door(anybody) as address:
        found = look_at_media_door(of_a_service(tmp_path, address))
    ill(found, "lets in a wrong signature", "lead /media to the speech process", grave=True)


def test_a_door_with_too_many_sockets_is_told(tmp_path: Path) -> None:
    with door(our_door(tmp_path), room=-SOCKETS_BESIDE) as address:
        found = look_at_media_door(of_a_service(tmp_path, address))
    ill(found, "answers 503", "too many sockets")


# What else may answer.


def test_a_proxy_that_keeps_the_upgrade_to_itself_is_told(tmp_path: Path) -> None:
    def hands_on(one: BaseHTTPRequestHandler) -> None:
        signed = {SIGNATURE: one.headers[SIGNATURE]}
        told = httpx.get(f"{behind}{one.path}", headers=signed, timeout=PATIENT, trust_env=False)
        one.protocol_version = "HTTP/1.1"
        gives(b"", told.status_code)(one)

    with carrier(hands_on) as proxy:
        settings = of_a_service(tmp_path, proxy.url.replace("http", "ws"))
        with door(lambda _port: signed_by(settings)) as address:
            behind = address.replace("ws", "http")
            found = look_at_media_door(settings)
    ill(found, "answers 403, 426", "hand on the upgrade")


@pytest.mark.parametrize(
    ("status", "cure"),
    [
        (200, "hand on the upgrade"),
        (400, "hand on the upgrade"),
        (404, "the proxy must lead /media there as it is"),
        (418, "what the proxy before it hands on"),
        (502, "the proxy does not find it"),
        (504, "the proxy does not find it"),
    ],
)
def test_a_web_server_is_told_by_its_status(tmp_path: Path, status: int, cure: str) -> None:
    ill(looked(tmp_path, gives(b"nginx", status)), f"/media answers {status}", cure)


def test_a_redirect_is_told_and_not_followed(tmp_path: Path) -> None:
    with door(anybody) as address:
        for there in (f"{address}/media", "https://hotline.example.org/media", "/"):
            found = looked(tmp_path, gives(b"", 308, Location=there))
            ill(found, "answers 308", "the address that answers itself")


def test_what_is_no_websocket_is_told(tmp_path: Path) -> None:
    ill(looked(tmp_path, gives(b"", 101)), "does not answer as a websocket does", "hand on the upgrade")
    with carrier(gives(b"")) as older:  # in the HTTP before the one that websockets are of
        found = look_at_media_door(of_a_service(tmp_path, older.url.replace("http", "ws")))
    ill(found, "does not answer as a websocket does", "hand on the upgrade")


# Where nothing answers.


def test_nobody_at_the_door_is_told(tmp_path: Path) -> None:
    found = look_at_media_door(of_a_service(tmp_path, f"ws://127.0.0.1:{free_port()}"))
    ill(found, "/media does not answer", "start the speech process, or set MEDIA_URL")


def test_a_door_that_never_answers_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_look, "LIMIT", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("ws", "wss"):
            found = look_at_media_door(of_a_service(tmp_path, f"{scheme}://127.0.0.1:{port}"))
            ill(found, "/media does not answer within 1 s", "start the speech process, or set MEDIA_URL")


def test_a_name_that_is_not_found_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    found = look_at_media_door(of_a_service(tmp_path, "wss://hotline..example.org"))
    ill(found, "its name is not found", "mend the name in DNS")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    found = look_at_media_door(of_a_service(tmp_path, "wss://hotlin.example.org"))
    ill(found, "its name is not found", "mend the name in DNS")


def test_a_certificate_that_nobody_vouches_for_is_told_as_such(tmp_path: Path) -> None:
    with behind_tls(tmp_path) as host:
        found = look_at_media_door(of_a_service(tmp_path, f"wss://{host}"))
    ill(found, "is not trusted: self-signed certificate", "whole chain")


def test_behind_tls_a_door_is_knocked_at_too_and_nothing_is_said_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str | bytes] = []
    monkeypatch.setattr("certifi.where", lambda: str(tmp_path / "certificate.pem"))
    with serve(heard.extend, "localhost", 0, ssl=vouched_by_itself(tmp_path)) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        found = look_at_media_door(of_a_service(tmp_path, f"wss://localhost:{web.socket.getsockname()[1]}"))
        web.shutdown()
        thread.join()
    ill(found, "lets in a wrong signature", "lead /media to the speech process", grave=True)
    assert heard == []


def test_a_door_without_tls_is_told_as_such(tmp_path: Path) -> None:
    with door(anybody) as address:
        found = look_at_media_door(of_a_service(tmp_path, address.replace("ws", "wss")))
    ill(found, "does not speak TLS", "mend TLS at the proxy")


# Where no stream is awaited.


def test_where_no_language_is_heard_here_nobody_knocks(tmp_path: Path) -> None:
    settings = of_a_service(tmp_path, f"ws://127.0.0.1:{free_port()}", BOOKS_DIR=str(tmp_path))
    found = look_at_media_door(settings)
    assert (found.well, found.how) == (True, "the book cannot be loaded: see its line")
    for file in KOREAN.iterdir():  # as if it were of a language that nobody has a model of
        written_in = file.read_text("utf-8").replace('"ko"', '"eo"')
        (tmp_path / file.name.replace(".ko.", ".eo.")).write_text(written_in, "utf-8")
    found = look_at_media_door(settings)
    assert (found.well, found.how) == (True, "no language of the book is heard here, so no stream comes")


def test_on_a_laptop_the_door_is_looked_at_while_the_speech_process_runs(
    tmp_path: Path, fresh_redis_url: str
) -> None:
    nowhere = f"ws://127.0.0.1:{free_port()}"
    settings = settings_of(
        tmp_path, MEDIA_URL=nowhere, REDIS_URL=fresh_redis_url, SPEECH_MODELS=str(tmp_path / "models")
    )
    found = look_at_media_door(settings)
    assert (found.well, found.how) == (True, "`hotline run` starts the speech process")
    with closing(Redis.from_url(fresh_redis_url)) as redis:
        redis.set(SERVICE, written(SPEECH))  # as the speech process says it, without its end
    ill(look_at_media_door(settings), "does not answer", "start the speech process")
