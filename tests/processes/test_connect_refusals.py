"""`hotline connect` where it cannot go on: no numbers, addresses of no use, carriers that misbehave."""

from pathlib import Path

import pytest

from tests.processes.typed_here import hotline
from tests.scripted_carrier import carrier, gives, refuses
from tests.servers import free_port

SID, TOKEN = "AC" + "de30" * 8, "7c" * 16
NUMBER = "+622150001000"


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    return {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/hotline.sqlite",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": "9b1f" * 16,
        "PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
    }


@pytest.mark.parametrize(
    "words",
    [
        ["connect", "622150001000"],
        ["connect", "+1"],
        ["connect", NUMBER, "--call", "my phone"],
        ["connect", NUMBER, "--call", NUMBER],
    ],
)
def test_what_is_no_number_is_refused_before_anybody_is_asked(told: dict[str, str], words: list[str]) -> None:
    answer = hotline(*words, **told, TWILIO_API_URL=f"http://127.0.0.1:{free_port()}")
    assert answer.returncode == 2
    assert "Error: " in answer.stderr


@pytest.mark.parametrize(
    ("more", "told_so"),
    [
        ({"PUBLIC_URL": "http://hotline.example.org"}, "is not https"),
        ({"PUBLIC_URL": "https://127.0.0.1:5000"}, "on this machine or network alone"),
        ({"PUBLIC_URL": "https://localhost"}, "on this machine or network alone"),
    ],
)
def test_an_address_that_the_carrier_cannot_use_is_refused(
    told: dict[str, str], more: dict[str, str], told_so: str
) -> None:
    # Nobody is asked: the address is judged first.
    environ = {**told, "TWILIO_API_URL": "https://api.twilio.example", **more}
    answer = hotline("connect", NUMBER, "--yes", **environ)
    assert answer.returncode == 1
    assert told_so in answer.stderr
    fallback = {**environ, "PUBLIC_URL": "https://hotline.example.org"}
    other = hotline("connect", NUMBER, "--fallback-url", "http://bins.example.org/1", **fallback)
    assert "--fallback-url: http://bins.example.org/1 is not https" in other.stderr


@pytest.mark.parametrize(
    ("answer", "told_so"),
    [
        (refuses(500, 20500, "oops"), "it answered 500"),
        (gives(b"<html>Bad gateway</html>", 502), "it answered 502"),
        (gives(b"{broken"), "something that is no JSON object"),
        (gives(b'{"sid": "AC1"}'), "something else than was asked for"),
        (refuses(429, 20429, "Too Many Requests", Retry_After="90"), "run this again in 90 s"),
        (refuses(403, 20005, "Account not active"), "the account is not active (20005)"),
        (refuses(418, 99999, "I\x1b[31m am\na teapot"), "refused it with 418: I [31m am a teapot"),
    ],
)
def test_a_carrier_that_misbehaves_is_told_in_one_line_with_the_cure(
    told: dict[str, str], answer: object, told_so: str
) -> None:
    with carrier(answer) as one:  # type: ignore[arg-type]
        said = hotline("connect", NUMBER, "--yes", **told, TWILIO_API_URL=one.url)
    assert said.returncode == 1
    assert told_so in said.stdout + said.stderr
    assert "cure: " in said.stderr
    assert "Traceback" not in said.stderr
    assert [asked.method for asked in one.asked if asked.method == "POST"] == []
