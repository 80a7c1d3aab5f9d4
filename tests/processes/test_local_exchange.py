"""What the exchange of a laptop is told: its numbers, the way inside, who may call; what it is not told."""

from itertools import pairwise

from foundation.settings import Settings, load
from identity.demo import DEMO_CUSTOMERS
from processes.inside import inside_token
from processes.launch.dialled import Line
from processes.launch.local_exchange import exchange_command, exchange_environment

WEB, DRAFT_WEB = "http://127.0.0.1:5000", "http://127.0.0.1:5001"
LINES = (
    Line("+622150001000", WEB, "the hotline"),
    Line("+622150001002", DRAFT_WEB, "the draft in books/new"),
)


def settings(**told: str) -> Settings:
    keys = {"SECRET_KEY": "9b1f" * 16, "TWILIO_AUTH_TOKEN": "7c" * 16}
    return load({"HOTLINE_ENV": "development", **keys, **told})


def options(name: str) -> list[str]:
    command = exchange_command(settings(), LINES)
    return [value for option, value in pairwise(command) if option == name]


def test_each_line_is_a_number_with_its_own_web_process_its_inside_and_its_name() -> None:
    assert options("--number") == [
        f"+622150001000={WEB}/voice/answer",
        f"+622150001002={DRAFT_WEB}/voice/answer",
    ]
    assert options("--number-status") == [
        f"+622150001000={WEB}/voice/status",
        f"+622150001002={DRAFT_WEB}/voice/status",
    ]
    assert options("--inside") == [f"+622150001000={WEB}/inside", f"+622150001002={DRAFT_WEB}/inside"]
    assert options("--name-number") == [
        "+622150001000=the hotline",
        "+622150001002=the draft in books/new",
    ]


def test_every_demo_customer_may_call() -> None:
    told = options("--caller")
    assert told[0] == "+6281234567801=Dewi Lestari;language=id;account=1002003018;pin=471163"
    assert len(told) == len(DEMO_CUSTOMERS) == len(set(told))


def test_the_token_of_the_inside_goes_by_the_environment_and_never_by_the_command_line() -> None:
    token = inside_token(settings()).reveal()
    assert exchange_environment(settings(), {"PATH": "/bin"})["EXCHANGE_INSIDE_TOKEN"] == token
    assert token not in " ".join(exchange_command(settings(), LINES))


def test_the_token_is_the_same_for_one_key_another_for_another_and_never_the_key() -> None:
    token = inside_token(settings())
    assert token == inside_token(settings(PORT="5001"))
    assert token != inside_token(settings(SECRET_KEY="9b1e" * 16))
    assert settings().secret_key.reveal() not in token.reveal()
    assert len(token.reveal()) == 64
    assert "Secret" in repr(token)
