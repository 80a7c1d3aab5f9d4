"""What may be shown of a secret, a card, a telephone number and a line of text: as little as serves."""

import hmac
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NoReturn

HIDDEN = "Secret(****)"
SHORTEST_CARD, LONGEST_CARD = 13, 19  # ISO/IEC 7812-1
SHOWN_TAIL = 2
LONGEST_LINE = 4_000  # characters; a longer log value is cut, so that one caller cannot fill a disk

# ITU-T E.164 gives these country codes one or two digits; all others have three.
_ONE_DIGIT_CODES = "17"
_TWO_DIGIT_CODES = re.compile(r"2[07]|3[0123469]|4[013456789]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_CARD_LIKE = re.compile(r"\d(?:[\s.\-\u2010-\u2015]{0,3}\d){12,}")
_DIGITS = re.compile(r"\d+")
_LONG_DIGITS = re.compile(r"\d{4,}")


class Secret:
    """A value that does not print: shown as `Secret(****)` by repr, str, format and tracebacks.

    Equality takes the same time wherever two values differ. Hashing is safe because it is the same for
    all secrets. Pickling raises TypeError, JSON encoders refuse it; `reveal()` is the one way out.
    """

    __slots__ = ("_Secret__value",)

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_Secret__value", value)

    def reveal(self) -> str:
        """The value itself; to be called where it is spent, never where it is carried."""
        value: str = object.__getattribute__(self, "_Secret__value")
        return value

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash(Secret)

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret is frozen")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _memo: object) -> "Secret":
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is not written down: reveal() it where it is spent")


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")


def mask_number(number: str) -> str:
    """A telephone number with its country, its beginning and its last three: `+62 812 ••• 890`.

    At least five digits stay hidden; a number too short for that shows nothing but its last two.
    """
    digits = "".join(character for character in number if character.isdecimal())
    shown = min(5, len(digits) - 8)
    if shown < 1:
        return mask_digits(digits)
    code = _country_code(digits) if number.lstrip().startswith("+") else ""
    if len(code) > shown:
        code = ""
    rest = digits[len(code) : shown]
    parts = [f"+{code}" if code else "", rest, "•••", digits[-3:]]
    return " ".join(part for part in parts if part)


def _country_code(digits: str) -> str:
    if digits[:1] in _ONE_DIGIT_CODES:
        return digits[:1]
    return digits[:2] if _TWO_DIGIT_CODES.match(digits) else digits[:3]


def mask_cards(text: str) -> str:
    """The text without payment cards: each Luhn-valid run of 13-19 digits becomes `••••` and its last four.

    Spaces, dots and dashes may stand inside. A card is also found when more groups of digits stand before
    or after it (an expiry and a check number read in one breath), at the price of masking, now and then,
    groups that are no card.
    """
    return _CARD_LIKE.sub(lambda run: _without_cards(run.group()), text)


def _without_cards(run: str) -> str:
    groups = list(_DIGITS.finditer(run))
    kept: list[str] = []
    copied = first = 0
    while first < len(groups):
        last = _last_group_of_card(groups, first)
        if last is not None:
            card = _joined(groups[first : last + 1])
            kept += [run[copied : groups[first].start()], "••••", card[-4:]]
            copied = groups[last].end()
        first = first + 1 if last is None else last + 1
    return "".join([*kept, run[copied:]])


def _last_group_of_card(groups: Sequence[re.Match[str]], first: int) -> int | None:
    """Where the longest card ends that begins with this group of digits; None if none does."""
    found = None
    for last in range(first, min(len(groups), first + LONGEST_CARD)):
        digits = _joined(groups[first : last + 1])
        if SHORTEST_CARD <= len(digits) <= LONGEST_CARD and _luhn_holds(digits):
            found = last
    return found


def _joined(groups: Iterable[re.Match[str]]) -> str:
    return "".join(group.group() for group in groups)


def _luhn_holds(card: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    digits = [int(digit) for digit in card]
    total = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def mask_digits(text: str) -> str:
    """The text with every run of four digits or more hidden but for its last two: `471163` -> `••••63`."""
    return _LONG_DIGITS.sub(lambda run: _but_the_tail(run.group()), text)


def _but_the_tail(run: str) -> str:
    return "•" * (len(run) - SHOWN_TAIL) + run[-SHOWN_TAIL:]


def one_line(text: str) -> str:
    """The text as one line: line ends and other control or direction characters become spaces, and it is cut.

    A caller who can put a line end into a log can forge an entry; a direction mark can hide one.
    """
    cut = text[:LONGEST_LINE]
    if cut.isprintable():  # nearly every text; none of the characters looked for is printable
        return cut
    return "".join(" " if _breaks_a_line(character) else character for character in cut)


def _breaks_a_line(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
