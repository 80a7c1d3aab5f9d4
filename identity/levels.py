"""How surely we know who is calling."""

from enum import IntEnum


class Level(IntEnum):
    """Ordered: a deed that needs one level is open to every higher one.

    A number that is shown makes a caller recognised at most: numbers can be forged.
    """

    ANONYMOUS = 0
    RECOGNISED = 1
    IDENTIFIED = 2
    VERIFIED = 3
