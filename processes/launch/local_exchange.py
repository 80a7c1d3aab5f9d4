"""How the exchange of a laptop is started: the numbers it connects, their names, who may call them."""

import sys
from collections.abc import Iterable, Mapping
from itertools import chain

from foundation.settings import Settings
from identity.demo import DEMO_CUSTOMERS, DemoCustomer
from processes.inside import inside_token
from processes.launch.dialled import Line


def exchange_command(settings: Settings, lines: Iterable[Line]) -> tuple[str, ...]:
    """How the local exchange is started: with each number that is answered, and who rings and is rung."""
    return (
        *(sys.executable, "-m", "exchange", "--port", str(settings.exchange_port)),
        *chain.from_iterable(_connected(line) for line in lines),
        *("--person", f"{settings.person_fallback_number}=answers"),
        *chain.from_iterable(("--caller", _caller(demo)) for demo in DEMO_CUSTOMERS),
    )


def exchange_environment(settings: Settings, environment: Mapping[str, str]) -> Mapping[str, str]:
    """What the exchange signs and asks with, beside what every child is told."""
    # Not on the command line: every user of the machine can read those.
    told = {
        **environment,
        "EXCHANGE_ACCOUNT_SID": settings.twilio_account_sid or "",
        "EXCHANGE_AUTH_TOKEN": settings.twilio_auth_token.reveal(),
        "EXCHANGE_INSIDE_TOKEN": inside_token(settings).reveal(),
    }
    if settings.twilio_api_key_sid and settings.twilio_api_key_secret:
        told["EXCHANGE_API_KEY_SID"] = settings.twilio_api_key_sid
        told["EXCHANGE_API_KEY_SECRET"] = settings.twilio_api_key_secret.reveal()
    return told


def _connected(line: Line) -> tuple[str, ...]:
    return (
        *("--number", f"{line.number}={line.web}/voice/answer"),
        *("--number-status", f"{line.number}={line.web}/voice/status"),
        *("--inside", f"{line.number}={line.web}/inside"),
        *("--name-number", f"{line.number}={line.name}"),
    )


def _caller(demo: DemoCustomer) -> str:
    # Invented people: their PINs stand in the welcome too.
    one = demo.customer
    known = f"language={one.language};account={one.account};pin={demo.pin.reveal()}"
    return f"{one.phone}={one.name};{known}"
