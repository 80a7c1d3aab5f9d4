"""Programs that we start: heard, noticed when they die, and ended with all that they started."""

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from processes.launch import children as children_room
from processes.launch.children import Child, Children, Program
from processes.launch.readiness import PortBusy, answers, await_that, require_free
from tests.servers import free_port

# Starts a program of its own that will not end politely, says who that is, and waits.
PARENT = """
import subprocess, sys, time
deaf = "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print(1, flush=True); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


def a_program(code: str, name: str = "one") -> Program:
    return Program(name, (sys.executable, "-c", code), os.environ, Path.cwd())


def lives(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def until(holds: object) -> bool:
    assert callable(holds)
    return await_that(holds, 10, lambda: False)


def test_what_a_program_says_is_told_with_its_name() -> None:
    said: list[str] = []
    children = Children(said.append)
    child = children.start(a_program("print('hello'); print('again')", "web"))
    assert until(lambda: child.returned() is not None)
    assert child.last_words() == ["hello", "again"]
    assert said == ["     web | hello", "     web | again"]
    children.end()


def test_one_that_the_others_go_on_without_is_begun_again_after_ever_longer_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children_room, "PAUSES", (0.0, 0.3))
    said: list[str] = []
    children = Children(said.append)
    needed = children.start(a_program("import time; time.sleep(60)", "web"))
    children.start(replace(a_program("raise SystemExit(5)", "speech"), spared=True))
    again = "speech ended by itself with 5; the others go on without it, and it is begun again in 0 s"
    began = time.monotonic()

    def died(times: int) -> bool:
        children.revive()
        return said.count(again) >= times

    assert until(lambda: died(2))
    quick = time.monotonic() - began
    assert until(lambda: died(3))
    assert time.monotonic() - began > quick + 0.3
    assert children.dead() is None
    assert needed.returned() is None
    children.end()


def test_what_a_quiet_one_says_is_kept_for_its_obituary() -> None:
    said: list[str] = []
    children = Children(said.append)
    child = children.start(replace(a_program("print('hello')"), quiet=True))
    assert until(lambda: child.returned() is not None)
    assert (child.last_words(), said) == (["hello"], [])
    children.end()


def test_one_that_dies_is_noticed_and_how() -> None:
    children = Children(lambda _line: None)
    children.start(a_program("import time; time.sleep(60)"))
    dying = children.start(a_program("print('no such table'); raise SystemExit(3)", "web"))
    assert until(lambda: children.dead() is dying)
    assert (dying.returned(), dying.last_words()) == (3, ["no such table"])
    children.end()


def test_ending_takes_everything_a_program_has_started_with_it() -> None:
    said: list[str] = []
    children = Children(said.append)
    parent: Child = children.start(a_program(PARENT))
    assert until(lambda: said)
    grandchild = int(said[0].rpartition("|")[2])
    assert lives(grandchild)
    children.end()
    assert parent.returned() == -signal.SIGTERM
    assert until(lambda: not lives(grandchild))


def test_the_last_started_is_ended_first(tmp_path: Path) -> None:
    code = """
import signal, sys, time
def end(*_):
    with open({path!r}, "a") as file: file.write({name!r})
    sys.exit(0)
signal.signal(signal.SIGTERM, end); print("ready", flush=True); time.sleep(60)
"""
    order = tmp_path / "order"
    said: list[str] = []
    children = Children(said.append)
    for name in "ab":
        children.start(a_program(code.format(path=str(order), name=name), name))
    assert until(lambda: len(said) == 2)
    children.end()
    assert order.read_text() == "ba"


def test_a_port_somebody_holds_is_one_line_with_the_cure() -> None:
    from socket import create_server

    with create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortBusy, match=f"port {port} is busy.*PORT={port + 10} make run") as busy:
            require_free(port, "PORT")
    assert "\n" not in str(busy.value)
    require_free(free_port(), "PORT")


def test_waiting_for_readiness_has_an_end() -> None:
    began = time.monotonic()
    assert not answers(f"http://127.0.0.1:{free_port()}/")
    assert not await_that(lambda: False, 0.3, lambda: False)
    assert not await_that(lambda: False, 60, lambda: True)
    assert time.monotonic() - began < 5
