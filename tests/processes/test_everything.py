"""`hotline run`: everything starts, says how to call, and leaves nothing behind."""

import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from processes.launch.first_model import NOTE
from processes.launch.readiness import answers, await_that
from speech.models.catalogue import MAKERS
from tests.processes.launching import START_LIMIT, heard_on_the_wire, laptop_of, launched
from tests.servers import free_port

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def laptop(tmp_path: Path, redis_url: str) -> dict[str, str]:
    return laptop_of(tmp_path, redis_url)


def test_everything_starts_twice_says_how_to_call_and_leaves_nothing_behind(laptop: dict[str, str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with launched(laptop) as launch:
            assert launch.says("Ctrl-C ends everything."), launch.said
            assert "The hotline is open." in launch.said
            assert "PIN 471163" in launch.said
            assert answers(f"http://127.0.0.1:{laptop['EXCHANGE_PORT']}/health/live")
            refused = httpx.post(
                f"http://127.0.0.1:{laptop['PORT']}/voice/answer", data={"CallSid": "CA1"}, timeout=5
            )
            assert refused.status_code == 403
            assert "欢迎" in heard_on_the_wire(laptop, "--language", "zh")
            assert len(launch.family()) >= 3
            launch.process.send_signal(number)
            assert launch.ended() == 0
            assert launch.leaves_nothing(), launch.family()
        assert "Traceback" not in launch.said


def test_it_opens_while_a_better_model_is_waited_for_and_ends_without_it(laptop: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(START_LIMIT)
        # The makers' address is asked for through it, and it never answers.
        proxy = {"HTTPS_PROXY": f"http://127.0.0.1:{silent.getsockname()[1]}", "NO_PROXY": "127.0.0.1"}
        with launched({**laptop, **proxy}) as launch:
            (launch.models / NOTE).unlink()  # it is looked for once all answer
            asking, _ = silent.accept()
            with asking:
                asking.settimeout(START_LIMIT)
                assert asking.recv(4_096).startswith(f"CONNECT {urlsplit(MAKERS).netloc}:443 ".encode())
                assert launch.says("Ctrl-C ends everything."), launch.said
                assert answers(f"http://127.0.0.1:{laptop['PORT']}/health/ready")
                assert not (launch.models / "en").exists()
                launch.process.send_signal(signal.SIGINT)
                assert launch.ended() == 0
        assert launch.leaves_nothing(), launch.family()
    assert "Traceback" not in launch.said


@pytest.mark.parametrize("name", ["PORT", "EXCHANGE_PORT", "SPEECH_PORT"])
def test_a_busy_port_is_one_line_with_the_cure_before_anything_starts(
    laptop: dict[str, str], name: str
) -> None:
    from socket import create_server

    with create_server(("127.0.0.1", int(laptop[name]))), launched(laptop) as launch:
        assert launch.ended() == 1
    (line,) = launch.lines
    assert f"port {laptop[name]} is busy" in line
    assert f"{name}=" in line


def test_a_redis_that_is_told_and_gone_is_one_line_with_the_cure(laptop: dict[str, str]) -> None:
    with launched({**laptop, "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}) as launch:
        assert launch.ended() == 1
    assert launch.lines[-1].startswith("Error: REDIS_URL is set, but no connection")


def test_when_one_process_dies_all_end_and_its_last_lines_say_why(laptop: dict[str, str]) -> None:
    with launched(laptop) as launch:
        assert launch.says("Ctrl-C ends everything."), launch.said
        (exchange,) = [pid for pid, command in launch.family().items() if "-m exchange" in command]
        os.kill(exchange, signal.SIGKILL)
        assert launch.ended() == 1
        assert launch.leaves_nothing(), launch.family()
    assert "exchange was ended by SIGKILL" in launch.said


def test_whoever_hears_may_die_and_is_begun_again_while_the_others_go_on(laptop: dict[str, str]) -> None:
    with launched(laptop) as launch:
        assert launch.says("Ctrl-C ends everything."), launch.said

        def hears() -> set[int]:
            return {pid for pid, command in launch.family().items() if "processes.speech_server" in command}

        before = hears()
        os.kill(min(before), signal.SIGKILL)
        assert launch.says("speech was ended by SIGKILL; the others go on without it"), launch.said
        assert await_that(lambda: bool(hears() - before), START_LIMIT, lambda: False)
        assert answers(f"http://127.0.0.1:{laptop['PORT']}/health/live")
    assert launch.leaves_nothing(), launch.family()


def test_a_web_process_that_cannot_start_says_why(laptop: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    with launched({**laptop, "BOOKS_DIR": str(tmp_path / "books")}) as launch:
        assert launch.ended() == 1
    assert "The hotline is open." not in launch.said
    assert launch.leaves_nothing(), launch.family()


def test_it_is_not_for_production(laptop: dict[str, str]) -> None:
    production = {
        **laptop,
        "HOTLINE_ENV": "production",
        "PUBLIC_URL": "https://hotline.example.org",
        "HOTLINE_NUMBER": "+622150001000",
        "PERSON_FALLBACK_NUMBER": "+622150001001",
    }
    with launched(production) as launch:
        assert launch.ended() == 1
    assert launch.lines == ["Error: this is for a laptop; in production start each line of the Procfile"]
