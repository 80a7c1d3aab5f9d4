"""The first words on the screen say what to do first."""

from foundation.settings import load
from processes.launch.welcome import welcome_for


def test_the_browser_comes_before_the_terminal_and_no_line_is_wider_than_a_laptop_shows() -> None:
    keys = {"SECRET_KEY": "9b1f" * 16, "TWILIO_AUTH_TOKEN": "7c" * 16, "EXCHANGE_PORT": "5081"}
    told = welcome_for(load({"HOTLINE_ENV": "development", **keys}))
    browser, terminal = told.index("http://127.0.0.1:5081/phone in a browser"), told.index("hotline call")
    assert told.index("The hotline is open.") < browser < terminal
    assert max(map(len, told.splitlines())) <= 100
    assert keys["SECRET_KEY"] not in told
