"""The words that people say for digits, in each language that may be spoken here: what a grammar allows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct


class Numerals(Struct, frozen=True):
    """How digits are said: word -> digit, and word -> how often the digit behind it counts."""

    digits: Mapping[str, str]
    times: Mapping[str, int]

    def __hash__(self) -> int:
        return hash((frozenset(self.digits.items()), frozenset(self.times.items())))


def _numerals(digits: str, times: Mapping[str, int] | None = None) -> Numerals:
    """`digits`: ten groups parted by commas, 0 first; the words of a group mean the same."""
    read = {word: str(digit) for digit, group in enumerate(digits.split(",")) for word in group.split()}
    return Numerals(MappingProxyType(read), MappingProxyType(dict(times or {})))


NONE = Numerals({}, {})
NUMERALS: Mapping[str, Numerals] = MappingProxyType(
    {
        "en": _numerals(
            "zero oh, one, two, three, four, five, six, seven, eight, nine",
            {"double": 2, "triple": 3, "treble": 3},
        ),
        # On the telephone 1 is said as 幺, so that it is not taken for 7.
        "zh": _numerals("零, 一 幺, 二 两, 三, 四, 五, 六, 七, 八, 九"),
        "ko": _numerals("공 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구"),
        "id": _numerals("nol kosong, satu, dua, tiga, empat, lima, enam, tujuh, delapan, sembilan"),
    }
)


def numerals(language: str, own: Numerals = NONE) -> Numerals:
    """Those of a language (its tag may go on, as in en-GB) if it is known, and a book's own."""
    usual = NUMERALS.get(language.partition("-")[0].lower(), NONE)
    return Numerals({**usual.digits, **own.digits}, {**usual.times, **own.times}) if own != NONE else usual


def digits_in(words: str, language: str, own: Numerals = NONE) -> str:
    """The digits that these words say: "double two oh" is 220; words that say none are passed over."""
    said = numerals(language, own)
    digits, times = "", 1
    for word in words.split():
        if word in said.times:
            times = said.times[word]
        elif word in said.digits:
            digits, times = digits + said.digits[word] * times, 1
    return digits
