"""The exchange as a process: opened by one command, ended by one signal."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from websockets.sync.client import connect

from exchange.__main__ import main
from exchange.exchange import Exchange
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import ScriptedHotline

OPENING = 15.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def until_live(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + OPENING
    while time.monotonic() < deadline:
        try:
            if httpx.get(url + "/health/live").status_code == 200:
                return
        except httpx.TransportError:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
    raise TimeoutError("the exchange did not open")


def test_the_process_carries_a_call_and_ends_in_good_order(hotline: ScriptedHotline, tmp_path: Path) -> None:
    hotline.answers["/answer"] = '<Gather timeout="600"><Say>Welcome</Say></Gather>'
    port, tape = free_port(), tmp_path / "tape.jsonl"
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "exchange", "--port", str(port), "--tape", str(tape)]
    command += ["--number", f"{NUMBER}={hotline.base}/answer", "--status-url", f"{hotline.base}/status"]
    command += ["--place", f"{CALLER}=JAKARTA,DKI JAKARTA", "--stir-verstat", "TN-Validation-Passed-A"]
    credentials = {"EXCHANGE_ACCOUNT_SID": ACCOUNT, "EXCHANGE_AUTH_TOKEN": TOKEN}
    environment = {**os.environ, **credentials}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            until_live(url, process)
            sid = httpx.post(url + "/exchange/calls", json={"from": CALLER, "to": NUMBER}).json()["sid"]
            deadline = time.monotonic() + OPENING
            while not hotline.at("/answer") and time.monotonic() < deadline:
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=OPENING)[1]
    assert (process.returncode, errors) == (0, "")
    told = hotline.fields("/answer")
    assert (told["FromCity"], told["CallerState"], told["FromCountry"]) == ("JAKARTA", "DKI JAKARTA", "ID")
    assert (told["ToCity"], told["StirVerstat"]) == ("", "TN-Validation-Passed-A")
    assert hotline.fields("/status")["CallSid"] == sid
    assert '"kind": "ended"' in tape.read_text(encoding="utf-8").splitlines()[-1]


def test_the_process_serves_browsers_and_ends_though_they_hold_on(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = '<Gather timeout="600"><Say>Welcome</Say></Gather>'
    port = free_port()
    command = [sys.executable, "-m", "exchange", "--port", str(port), "--languages", "en, fr"]
    command += ["--number", f"{NUMBER}={hotline.base}/answer", "--name-number", f"{NUMBER}=the hotline"]
    command += ["--status-url", f"{hotline.base}/status", "--inside", f"{NUMBER}={hotline.base}/inside"]
    command += ["--caller", f"{CALLER}=Dewi Lestari;language=id;account=1002003018;pin=471163"]
    command += ["--caller", "+6281200000002=Budi", "--allow-host", "phones.example"]
    command += ["--overlap", "2", "--copy-chance", "0", "--callbacks", "repeated=1,late=0.5"]
    command += ["--mishap", "calls.*=slow/8:0.05", "--seed", "7", "--text", f"{CALLER}=undelivered"]
    told = {"EXCHANGE_ACCOUNT_SID": ACCOUNT, "EXCHANGE_AUTH_TOKEN": TOKEN, "EXCHANGE_INSIDE_TOKEN": "inside"}
    with subprocess.Popen(command, env={**os.environ, **told}, stderr=subprocess.PIPE, text=True) as process:
        try:
            until_live(url := f"http://127.0.0.1:{port}", process)
            assert httpx.get(url + "/exchange/numbers").json() == [{"number": NUMBER, "name": "the hotline"}]
            chance = {"what": "calls.*", "kind": "slow", "seconds": 8.0, "chance": 0.05}
            assert httpx.get(url + "/exchange/mishaps").json()["chances"] == [chance]
            dewi, budi = httpx.get(url + "/exchange/callers", headers={"host": "phones.example"}).json()
            assert (dewi["name"], dewi["language"], dewi["pin"]) == ("Dewi Lestari", "id", "471163")
            assert (budi["name"], budi["account"]) == ("Budi", "")
            line = f"ws://127.0.0.1:{port}/exchange/line?from=%2B62812&to=%2B{NUMBER[1:]}"
            with connect(line, proxy=None) as socket:
                assert "call" in socket.recv(OPENING)
                while "listening" not in socket.recv(OPENING):
                    pass
                process.send_signal(signal.SIGTERM)
                errors = process.communicate(timeout=OPENING)[1]
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, "")
    assert hotline.at("/inside/calls/" + hotline.fields("/answer")["CallSid"])[0].headers["authorization"]
    assert [one.fields["CallStatus"] for one in hotline.at("/status")] == ["completed"] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--number", "+62"],
        ["--number", "+62=http://h/", "--person", "+1=maybe"],
        ["--number", "+62=http://h/", "--text", "+1=perhaps"],
        ["--number", "+62=http://h/", "--callbacks", "lost"],
        ["--number", "+62=http://h/", "--callbacks", "lost=0.1,stolen=0.2"],
        ["--number", "+62=http://h/", "--callbacks", "lost=2"],
        ["--number", "+62=http://h/", "--mishap", "calls.*=lost"],
        ["--number", "+62=http://h/", "--mishap", "calls.*=lost:2"],
        ["--number", "+62=http://h/", "--mishap", "calls.*=rude:0.1"],
        ["--number", "+62=http://h/", "--place", "+1=A,B,C,D,E"],
        ["--number", "+62=http://h/", "--stir-verstat", "surely"],
        ["--number", "+62=http://h/", "--name-number", "+63=the hotline"],
        ["--number", "+62=http://h/", "--inside", "+62=http://h/inside"],
        ["--number", "+62=http://h/", "--caller", "+1=Dewi;shoe=38"],
    ],
)
def test_a_wrong_command_line_is_told_in_words(wrong: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # those of this process stay as they are
    account = {"EXCHANGE_ACCOUNT_SID": ACCOUNT, "EXCHANGE_AUTH_TOKEN": TOKEN}
    ended = CliRunner().invoke(main, wrong, env=account, catch_exceptions=False)
    assert ended.exit_code == 2
    assert "Error:" in ended.stderr


def test_a_wrong_command_line_ends_the_process() -> None:
    environment = {**os.environ, "EXCHANGE_ACCOUNT_SID": ACCOUNT, "EXCHANGE_AUTH_TOKEN": TOKEN}
    command = [sys.executable, "-m", "exchange", "--number", "+62"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "Error:" in ended.stderr
    assert "Traceback" not in ended.stderr


def telephone(url: str, typed: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "exchange.terminal"]
    command += ["--exchange", url, "--from", CALLER, "--to", NUMBER]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=30, check=False)


def test_the_telephone_is_a_program_of_its_own(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {
        "/answer": '<Gather action="/next" numDigits="1"><Say>Press one</Say></Gather>',
        "/next": '<Record action="/kept" timeout="2"/>',
        "/kept": "<Say>Thank you</Say>",
    }
    told = telephone(exchange.api_url, "1\nsay 4\n")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[:3] == ["Press one", "(recorded, 4 s)", "Thank you"]
    assert hotline.fields("/kept")["RecordingDuration"] == "4"


def test_the_telephone_says_when_there_is_no_exchange() -> None:
    told = telephone(f"http://127.0.0.1:{free_port()}", "")
    assert told.returncode == 1
    assert "cannot be reached" in told.stderr
    assert "Traceback" not in told.stderr
