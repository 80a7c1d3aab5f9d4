"""Amounts as people say them: "a hundred and fifty thousand", 一百五十万, 십오만, "dua ratus ribu"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct

from speech.digits import numerals

LONGEST = 200  # characters that are looked at; nobody says an amount in more

_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d])")  # 150.000 is 150000
_FIGURES = r"\d+(?:[.,]\d{1,2})?"  # also 1,5 of a million


class Amounts(Struct, frozen=True):
    """How amounts are said in a language, beside its digits.

    `whole`: words that are a number; `small` and `great`: units, of which a great one multiplies all that was
    said since the great one before. `teen`: makes 12 of the 2 before it. `odd`: words that change an amount
    in a way that is not read here. `passed`: words that change nothing. `signs`: digits and units are one
    sign each, and stand without spaces. `short`: a last digit counts for the unit below, 一万五 is 15000.
    """

    whole: Mapping[str, int]
    small: Mapping[str, int]
    great: Mapping[str, int]
    odd: frozenset[str]
    passed: frozenset[str] = frozenset()
    teen: str = ""
    signs: bool = False
    short: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What may be said in an amount beside digits."""
        return (*self.whole, *self.small, *self.great, *sorted(self.passed), *filter(None, (self.teen,)))


def _counted(words: str, first: int, step: int) -> dict[str, int]:
    return {word: first + place * step for place, word in enumerate(words.split())}


_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
AMOUNTS: Mapping[str, Amounts] = MappingProxyType(
    {
        "en": Amounts(
            whole={**_counted(_TEENS, 10, 1), **_counted(_TENS, 20, 10)},
            small={"hundred": 100},
            great={"thousand": 1_000, "million": 1_000_000},
            odd=frozenset({"half", "quarter", "point", "minus"}),
            passed=frozenset({"a", "and"}),
        ),
        "id": Amounts(
            whole={"sepuluh": 10, "sebelas": 11},
            small={"puluh": 10, "ratus": 100, "seratus": 100},
            great={"ribu": 1_000, "seribu": 1_000, "juta": 1_000_000, "sejuta": 1_000_000},
            odd=frozenset({"setengah", "koma", "minus"}),
            teen="belas",
        ),
        "ko": Amounts(
            whole={},
            small={"십": 10, "백": 100, "천": 1_000},
            great={"만": 10_000, "억": 100_000_000},
            odd=frozenset("반"),
            signs=True,
        ),
        "zh": Amounts(
            whole={},
            small={"十": 10, "百": 100, "千": 1_000},
            great={"万": 10_000, "亿": 100_000_000},
            odd=frozenset("半点"),
            signs=True,
            short=True,
        ),
    }
)


def amounts(language: str) -> Amounts | None:
    """Those of a language (its tag may go on, as in en-GB); None for one that is not known."""
    return AMOUNTS.get(language.partition("-")[0].lower())


def amount_in(words: str, language: str) -> str:
    """The one amount that is said with units, as digits; "" for none, for digits alone, for what is odd."""
    said = amounts(language)
    if said is None:
        return ""
    text = _THOUSANDS.sub(lambda one: re.sub(r"\D", "", one[0]), words[:LONGEST].lower())
    digits = {word: int(digit) for word, digit in numerals(language).digits.items()}
    found = [one for one in _runs(text, said, digits) if any(_is_unit(part, said) for part in one)]
    if len(found) != 1 or any(word in text.split() or (said.signs and word in text) for word in said.odd):
        return ""
    worth = _worth(found[0], said, digits)
    return str(worth) if worth is not None and worth.denominator == 1 and worth > 0 else ""


def _runs(text: str, said: Amounts, digits: Mapping[str, int]) -> list[list[str]]:
    """Words of amounts and figures that stand together."""
    known = sorted({*said.words, *digits}, key=len, reverse=True)
    between = "" if said.signs else r"\b"
    one = re.compile(rf"{_FIGURES}|{between}(?:{'|'.join(map(re.escape, known))}){between}")
    runs: list[list[str]] = []
    end = -1
    for part in one.finditer(text):
        if end < 0 or text[end : part.start()].strip(" -"):
            runs.append([])
        runs[-1].append(part[0])
        end = part.end()
    return runs


def _is_unit(part: str, said: Amounts) -> bool:
    return part in said.whole or part in said.small or part in said.great or (part == said.teen != "")


class _Sum(Struct):
    """An amount as it grows: what is whole of it, the part below the next great unit, the number before one.

    `small` and `great`: the last units of each kind; what comes after must be less.
    """

    whole: Fraction = Fraction(0)
    part: Fraction = Fraction(0)
    number: Fraction | None = None
    small: int = 0
    great: int = 0

    def takes(self, value: Fraction) -> bool:
        """A number; behind another one only as the five of "twenty five", or the fifty of "one fifty"."""
        before = self.number
        if before is None:
            self.number = value
        elif before >= 20 and before % 10 == 0 and before < 100 and 0 < value < 10:
            self.number = before + value
        elif 0 < before < 10 <= value < 100 and not self.small:
            self.number = before * 100 + value
        else:
            return False
        return True

    def teens(self) -> bool:
        """Ten more than the number before."""
        if self.number is None:
            return False
        self.number += 10
        return True

    def times(self, unit: int) -> bool:
        """A small unit: so often as was said before it."""
        if self.small and unit >= self.small:
            return False
        self.part += (Fraction(1) if self.number is None else self.number) * unit
        self.number, self.small = None, unit
        return True

    def multiplied(self, unit: int) -> bool:
        """A great unit: all since the last one, so often."""
        if self.great and unit >= self.great:
            return False
        below = self.part + (self.number or 0)
        self.whole += (below or Fraction(1)) * unit
        self.part, self.number, self.small, self.great = Fraction(0), None, 0, unit
        return True


def _worth(parts: Sequence[str], said: Amounts, digits: Mapping[str, int]) -> Fraction | None:
    """What the words are worth; None if they are no amount."""
    found, last = _Sum(), 0  # the unit just before, if the next word may be short for something of it
    for part in parts:
        if part in said.passed:
            continue
        if not _said(found, part, said, digits):
            return None
        unit = said.small.get(part) or said.great.get(part) or 0
        if found.number is None:
            last = unit
        elif found.number == 0 and said.signs:
            found.number, last = None, 0  # 零 stands for units that are not said
    short = last // 10 if said.short and last >= 100 else 1
    return found.whole + found.part + (found.number or 0) * short


def _said(found: _Sum, part: str, said: Amounts, digits: Mapping[str, int]) -> bool:
    """One more word; whether it makes sense there."""
    if part in said.small:
        return found.times(said.small[part])
    if part in said.great:
        return found.multiplied(said.great[part])
    if part == said.teen:
        return found.teens()
    value = said.whole.get(part, digits.get(part))
    return found.takes(Fraction(part.replace(",", ".")) if value is None else Fraction(value))
