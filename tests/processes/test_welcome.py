"""The first words on the screen say what to do first."""

from pathlib import Path

from foundation.settings import load
from processes.launch.welcome import welcome_for
from tests.speech.models.making import model_folder


def test_the_browser_comes_before_the_terminal_and_no_line_is_wider_than_a_laptop_shows() -> None:
    keys = {"SECRET_KEY": "9b1f" * 16, "TWILIO_AUTH_TOKEN": "7c" * 16, "EXCHANGE_PORT": "5081"}
    told = welcome_for(load({"HOTLINE_ENV": "development", **keys}))
    browser, terminal = told.index("http://127.0.0.1:5081/phone in a browser"), told.index("hotline call")
    assert told.index("The hotline is open.") < browser < terminal
    assert max(map(len, told.splitlines())) <= 100
    assert keys["SECRET_KEY"] not in told


def test_it_says_who_hears_each_language(tmp_path: Path) -> None:
    keys = {"SECRET_KEY": "9b1f" * 16, "TWILIO_AUTH_TOKEN": "7c" * 16, "SPEECH_MODELS": str(tmp_path)}
    model_folder(tmp_path / "zh")
    told = welcome_for(load({"HOTLINE_ENV": "development", **keys}))
    lines = [line.strip() for line in told.splitlines()]
    first = lines.index("who speaks is heard: en by PocketSphinx")
    assert lines[first + 1 : first + 3] == ["zh by Vosk (zh)", "id by keys alone"]
