"""A number that is said: words to digits, chosen by length and check digit, over pauses and with keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from foundation.check_digits import valid
from ivr.matching.text import normal, unheard
from ivr.menus.wording import Wording
from speech.digits import Numerals
from speech.digits import numerals as usual_numerals
from speech.requests import Alternative

ALTERNATIVES_AT_MOST = 10
LANGUAGES_KEPT = 64
DIGITS_AT_MOST = 40  # twice the longest entry: a number said twice over

_RUN = re.compile(r"(\d)\1+")


class Wanted(Struct, frozen=True):
    """The number that is asked for: how many digits, and the rule of its last one (`luhn`, `damm`).

    `refused`: numbers that it is not, because the caller was asked about them.
    """

    shortest: int
    longest: int
    check: str | None = None
    refused: tuple[str, ...] = ()

    def fits(self, digits: str) -> bool:
        long_enough = self.shortest <= len(digits) <= self.longest
        right = self.check is None or valid(self.check, digits)
        return long_enough and right and digits not in self.refused


class Why(Enum):
    """Why what was heard is not the number."""

    NO_NUMBER = "no number was said"
    TOO_LONG = "too many digits"
    CHECK_DIGIT = "the check digit is another"
    REFUSED = "the caller has said that it is another one"


class Complete(Struct, frozen=True):
    """The whole number, with what stood before it. However sure (0 to 1), it is read back."""

    digits: str
    sure: float


class Partial(Struct, frozen=True):
    """The number so far, with what stood before it: more of it is awaited."""

    digits: str
    sure: float


class Refused(Struct, frozen=True):
    """Nothing to go on with; what stood before stands. `said`: what it sounded like."""

    said: str
    why: Why


Number = Complete | Partial | Refused


def numerals(wording: Wording) -> Numerals:
    """How digits are said: as in the language everywhere, as the wording says them, and as it adds."""
    spoken = wording.spoken
    added = (tuple(spoken.numerals.items()), tuple(spoken.times.items()))
    return _numerals(wording.language, wording.digits, *added)


def added(wording: Wording) -> Numerals:
    """Of these what nobody knows who knows the language alone."""
    known, usual = numerals(wording), usual_numerals(wording.language)
    return Numerals(
        {word: digit for word, digit in known.digits.items() if usual.digits.get(word) != digit},
        {word: count for word, count in known.times.items() if usual.times.get(word) != count},
    )


@lru_cache(maxsize=LANGUAGES_KEPT)
def _numerals(
    language: str,
    own: tuple[str, ...],
    digits: tuple[tuple[str, str], ...],
    times: tuple[tuple[str, int], ...],
) -> Numerals:
    usual = usual_numerals(language)
    told = {normal(word): str(digit) for digit, word in enumerate(own)}
    also = {normal(word): digit for word, digit in digits}
    often = {normal(word): count for word, count in times}
    return Numerals({**usual.digits, **told, **also}, {**usual.times, **often})


def read(words: str, known: Numerals) -> str | None:
    """The digits that were said, "" for none; None if something in it is no digit.

    Words that are no digits may stand before and after ("it is one two three"), never between.
    """
    if unheard(words):
        return None
    parts = [part for word in normal(words).split() for part in _parts(word, known)]
    first, last = _ends(parts, known)
    return _digits(parts[first:last], known)


def choose(alternatives: Sequence[Alternative], known: Numerals, wanted: Wanted, before: str = "") -> Number:
    """The number among what was perhaps heard, the likeliest first, after the digits that stood before.

    The likeliest that is whole is taken; else the likeliest that can still become whole; else the only
    one that becomes whole when a run of the same digit is drawn out (recognisers swallow one of three).
    """
    numbers = [(digits, one) for one, digits in _read_all(alternatives, known) if digits]
    heard = [(digits, one) for digits, one in numbers if not {before + digits, digits} & {*wanted.refused}]
    if not heard:
        said = normal(alternatives[0].words) if alternatives else ""
        return Refused(said, Why.REFUSED if numbers else Why.NO_NUMBER)
    for digits, one in heard:
        whole = _whole(before, digits, wanted)
        if whole:
            return Complete(whole, one.sure)
    return _not_whole(heard, wanted, before)


def whole(alternatives: Sequence[Alternative], known: Numerals, wanted: Wanted) -> tuple[str, ...]:
    """All whole numbers among what was perhaps heard, the likeliest first, each once."""
    numbers = (digits or "" for _, digits in _read_all(alternatives, known))
    return tuple(dict.fromkeys(digits for digits in numbers if wanted.fits(digits)))


def with_keys(before: str, keys: str, wanted: Wanted) -> Number:
    """The number after keys were pressed: they go on where the voice ended, or are the whole of it."""
    whole = _whole(before, keys, wanted)
    if whole:
        return Complete(whole, 1.0)
    if len(before + keys) < wanted.longest:
        return Partial(before + keys, 1.0)
    return Refused(keys, _why(before + keys, wanted))


def _read_all(
    alternatives: Sequence[Alternative], known: Numerals
) -> Iterator[tuple[Alternative, str | None]]:
    return ((one, read(one.words, known)) for one in alternatives[:ALTERNATIVES_AT_MOST])


def _whole(before: str, digits: str, wanted: Wanted) -> str:
    """What was said goes on with what stood before; or somebody began anew and said all of it.

    Where both make a number, whoever begins with what stood there already has begun anew.
    """
    ways = (before + digits, digits)
    if before and digits.startswith(before):
        ways = (digits, before + digits)
    return next((one for one in ways if wanted.fits(one)), "")


def _not_whole(heard: list[tuple[str, Alternative]], wanted: Wanted, before: str) -> Number:
    drawn_out = _drawn_out([before + digits for digits, _ in heard], wanted)
    if drawn_out:
        return Complete(drawn_out, min(one.sure for _, one in heard))
    for digits, one in heard:
        if len(before + digits) < wanted.longest:
            return Partial(before + digits, one.sure)
    digits, one = heard[0]
    return Refused(normal(one.words), _why(before + digits, wanted))


def _why(digits: str, wanted: Wanted) -> Why:
    return Why.TOO_LONG if len(digits) > wanted.longest else Why.CHECK_DIGIT


def _drawn_out(numbers: Iterable[str], wanted: Wanted) -> str:
    """The one number that passes its check digit when a run in it is longer by one; "" if none or several."""
    if wanted.check is None:
        return ""
    longer = {
        digits[: run.end()] + run[1] + digits[run.end() :]
        for digits in numbers
        for run in _RUN.finditer(digits)
    }
    fitting = [digits for digits in longer if wanted.fits(digits)]
    return fitting[0] if len(fitting) == 1 else ""


def _parts(word: str, known: Numerals) -> Iterator[str]:
    """A word as it is, or the numerals that are written in it without spaces; unknown signs by themselves."""
    if word in known.digits or word in known.times or word.isascii():
        yield word
        return
    rest = word
    while rest:
        taken = next((rest[:size] for size in range(len(rest), 0, -1) if _is_numeral(rest[:size], known)), "")
        yield taken or rest[0]
        rest = rest[len(taken or rest[0]) :]


def _is_numeral(word: str, known: Numerals) -> bool:
    return word in known.digits or word in known.times or (word.isascii() and word.isdecimal())


def _ends(parts: Sequence[str], known: Numerals) -> tuple[int, int]:
    """Where the numerals begin and end."""
    places = [place for place, part in enumerate(parts) if _is_numeral(part, known)]
    return (places[0], places[-1] + 1) if places else (0, 0)


def _digits(parts: Sequence[str], known: Numerals) -> str | None:
    """Digits of numerals alone; None if another word, or a "double" without its digit, stands among them."""
    digits, often = "", 1
    for part in parts:
        if part in known.times:
            often = known.times[part]
            continue
        digit = known.digits.get(part) or (part if _is_numeral(part, known) else None)
        if digit is None or len(digits) > DIGITS_AT_MOST:
            return None
        digits += digit * often
        often = 1
    return digits if often == 1 else None
