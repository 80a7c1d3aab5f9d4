"""The digit at the end of a number that tells a slip of the finger from a number of ours."""

from enum import StrEnum
from types import ModuleType

from stdnum import damm, luhn


class CheckDigit(StrEnum):
    """Which rule makes the digit.

    Luhn (ISO/IEC 7812-1) finds every wrong digit and most swaps of neighbours, and is what account numbers
    carry. Damm (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004) finds all of both kinds.
    """

    LUHN = "luhn"
    DAMM = "damm"


_RULES: dict[CheckDigit, ModuleType] = {CheckDigit.LUHN: luhn, CheckDigit.DAMM: damm}


def valid(kind: CheckDigit | str, digits: str) -> bool:
    """Whether the last of these ASCII digits checks the others. Anything but digits is not valid."""
    rule = _RULES[CheckDigit(kind)]
    return len(digits) > 1 and _plain(digits) and bool(rule.is_valid(digits))


def with_check_digit(kind: CheckDigit | str, digits: str) -> str:
    """The digits with their check digit added; ValueError if they are not ASCII digits or none."""
    if not _plain(digits):
        raise ValueError("a check digit is made of ASCII digits only")
    return digits + str(_RULES[CheckDigit(kind)].calc_check_digit(digits))


def _plain(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal()
