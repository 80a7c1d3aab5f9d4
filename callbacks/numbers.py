"""Drawing a number for a ticket so that nobody can tell the next one."""

import secrets

from callbacks.tickets import DRAWN_DIGITS

_SMALLEST = 10 ** (DRAWN_DIGITS - 1)


def draw_number() -> str:
    """Eight random digits, the first not 0, each of the 90 million as likely as any other."""
    return str(_SMALLEST + secrets.randbelow(9 * _SMALLEST))
