"""Whether a call may be placed: two numbers, From the account's own, and a trial calls verified ones alone.

Errors 20001, 20005, 21201, 21210 to 21213 and 21219: https://www.twilio.com/docs/api/errors.
"""

import re

from exchange.rest.words import INVALID_PARAMETER, RestFault
from exchange.switchboard import Switchboard

NOT_ACTIVE = 20005
NO_TO, NO_FROM = 21201, 21213
INVALID_TO, INVALID_FROM = 21211, 21212
FROM_NOT_OURS, TO_NOT_VERIFIED = 21210, 21219
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def check_ends(board: Switchboard, from_: str, to: str) -> None:
    """RestFault if this account may not place a call between these numbers."""
    account = board.settings.account
    if account.status != "active":
        raise RestFault(403, NOT_ACTIVE, "Account not active")
    if not to:
        raise RestFault(400, NO_TO, "No 'To' number is specified")
    if not from_:
        raise RestFault(400, NO_FROM, "No 'From' number is specified")
    if not is_number(to):
        raise RestFault(400, INVALID_TO, f"The phone number you are attempting to call, {to}, is not valid.")
    if not is_number(from_):
        raise RestFault(400, INVALID_FROM, f"The source phone number provided, {from_}, is not valid.")
    if from_ not in board.numbers and from_ not in account.verified:
        raise RestFault(400, FROM_NOT_OURS, f"{from_} is neither a number of this account nor verified.")
    if account.kind == "Trial" and to not in account.verified:
        raise RestFault(
            400, TO_NOT_VERIFIED, f"{to} is unverified. Trial accounts may only call verified numbers."
        )


def is_number(told: str) -> bool:
    """Whether this is a number as E.164 writes it."""
    return _NUMBER.fullmatch(told) is not None


def number_between(name: str, told: str, least: int, most: int) -> int:
    """A whole number within its bounds. Raises RestFault."""
    if told.isascii() and told.isdigit() and len(told) <= len(str(most)) and least <= int(told) <= most:
        return int(told)
    raise RestFault(400, INVALID_PARAMETER, f"{name} is a number from {least} to {most}, not {told!r}")
