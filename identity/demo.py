"""Five invented customers to try the hotline with; never in production."""

from dataclasses import dataclass

from foundation.check_digits import CheckDigit, with_check_digit
from foundation.clock import Deadline
from foundation.redaction import Secret
from identity.directory import Customer, Directory
from identity.pins import PinHasher


class NotInProduction(Exception):
    """Demo customers have PINs that everybody can read: they must not stand beside real ones."""


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer and the telephone PIN that the welcome shows."""

    customer: Customer
    pin: Secret


def _invented(
    drawn: str, name: str, language: str, phone: str, zone_and_pin: tuple[str, str]
) -> DemoCustomer:
    zone, pin = zone_and_pin
    account = with_check_digit(CheckDigit.LUHN, drawn)
    email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    return DemoCustomer(Customer(account, name, language, phone, email, zone), Secret(pin))


# Numbers of the shape that Indonesian forms print as an example: the book may promise to call them, and the
# local exchange dials nobody. Indonesia keeps no range free for invented people.
DEMO_CUSTOMERS = (
    _invented("100200301", "Dewi Lestari", "id", "+6281234567801", ("Asia/Jakarta", "471163")),
    _invented("100200302", "Budi Santoso", "id", "+6281234567802", ("Asia/Makassar", "829405")),
    _invented("100200303", "Mei Chen", "zh", "+6281234567803", ("Asia/Shanghai", "365018")),
    _invented("100200304", "Wei Zhang", "zh", "+6281234567804", ("Asia/Shanghai", "907254")),
    _invented("100200305", "Alice Morgan", "en", "+6281234567805", ("Europe/London", "158632")),
)


def seed(directory: Directory, hasher: PinHasher, deadline: Deadline, *, in_development: bool) -> int:
    """Write those demo customers who are not there yet; how many that were. NotInProduction elsewhere."""
    if not in_development:
        raise NotInProduction("demo customers are for development only")
    written = 0
    for demo in DEMO_CUSTOMERS:
        account = demo.customer.account
        if directory.by_account(account, deadline) is None:
            written += directory.add(demo.customer, hasher.hash(account, demo.pin), deadline)
    return written
