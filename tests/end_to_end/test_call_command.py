"""`hotline call`: a telephone in the terminal, through a pipe as well as by hand."""

import os
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.running import ROOT, TOKEN, Hotline, numbers_in
from tests.servers import free_port

CODE = "from processes.commands.call import command; command(prog_name='hotline call')"
LIMIT = 50.0


def call(typed: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    told = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "PYTHONUTF8": "1", **environment}
    return subprocess.run(
        [sys.executable, "-c", CODE, *options],
        input=typed,
        env=told,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def laptop(folder: Path, **more: str) -> dict[str, str]:
    url = f"sqlite:///{folder / 'hotline.sqlite'}"
    secrets = {"SECRET_KEY": "5c" * 32, "TWILIO_AUTH_TOKEN": TOKEN}
    return {"HOTLINE_ENV": "development", "DATABASE_URL": url, **secrets, **more}


def test_a_call_through_a_pipe_files_a_ticket_without_any_server(tmp_path: Path) -> None:
    told = call("1\n9\n1\nno-answer\n!\n", "--scratch", **laptop(tmp_path))
    assert (told.returncode, told.stderr) == (0, "")
    assert len(set(numbers_in(told.stdout.replace("…", "")))) == 1
    assert "stop-my-money.opened (en, Polly.Amy-Neural):" in told.stdout
    assert told.stdout.rstrip().endswith("(you have hung up)")
    # From scratch: the database of the settings was not touched.
    assert list(tmp_path.iterdir()) == []


def test_a_call_ends_with_its_input_and_words_that_mean_nothing_are_asked_for_again(tmp_path: Path) -> None:
    told = call("hello\n\n", "--scratch", "--withheld", **laptop(tmp_path))
    assert told.returncode == 0
    assert "(type keys (0-9, *, #)" in told.stdout
    assert "(you have hung up)" in told.stdout


def test_a_language_is_dialled_by_its_number(tmp_path: Path) -> None:
    assert (
        "welcome (zh, Polly.Zhiyu-Neural):"
        in call("", "--scratch", "--language", "zh", **laptop(tmp_path)).stdout
    )
    unknown = call("", "--scratch", "--language", "fr", **laptop(tmp_path))
    assert unknown.returncode == 2
    assert "no number of the book greets in 'fr'" in unknown.stderr


def test_a_call_over_the_wire_is_heard_through_the_exchange(hotline: Hotline, tmp_path: Path) -> None:
    settings = hotline.settings
    with hotline.exchange():
        told = call(
            "1\n9\n!\n",
            "--wire",
            **laptop(tmp_path, EXCHANGE_PORT=str(settings.exchange_port), PORT=str(settings.port)),
        )
    assert told.returncode == 0, told.stderr
    (number,) = set(numbers_in(told.stdout))
    assert hotline.rows("SELECT number FROM tickets").count((number,)) == 1


def test_a_message_is_spoken_alike_in_both_telephones(hotline: Hotline, tmp_path: Path) -> None:
    # Withheld: a number that has called before is not asked for its language.
    typed = "1\n4\n1\nsay 4\n!\n"
    ports = {"EXCHANGE_PORT": str(hotline.settings.exchange_port), "PORT": str(hotline.settings.port)}
    with hotline.exchange():
        wire = call(typed, "--wire", "--withheld", **laptop(tmp_path, **ports))
    assert "(recorded, 4 s)" in wire.stdout, wire.stderr
    itself = call(typed, "--scratch", "--withheld", **laptop(tmp_path))
    heard_again = "(your message is played:" in itself.stdout, "(a recording is played:" in wire.stdout
    assert heard_again == (True, True), itself.stdout + wire.stdout


def test_without_an_exchange_a_call_over_the_wire_says_what_to_start(tmp_path: Path) -> None:
    told = call("", "--wire", **laptop(tmp_path, EXCHANGE_PORT=str(free_port())))
    assert told.returncode == 1
    assert "make run" in told.stderr


def test_the_command_explains_itself() -> None:
    told = call("", "--help")
    assert told.returncode == 0
    for word in ("--scratch", "--wire", "--withheld", "say 4", "hangs up"):
        assert word in told.stdout
