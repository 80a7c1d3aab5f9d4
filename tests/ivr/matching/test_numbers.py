"""Numbers said aloud: words, repeats, pauses, keys; the length and the check digit choose."""

import pytest

from foundation.check_digits import CheckDigit, with_check_digit
from foundation.settings import LIBRARY
from ivr.matching.numbers import (
    Complete,
    Number,
    Partial,
    Refused,
    Wanted,
    Why,
    choose,
    numerals,
    read,
    with_keys,
)
from ivr.menus.loader import load
from speech.digits import Numerals
from speech.digits import numerals as usual_numerals
from speech.requests import Alternative

_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ZH = "零一二三四五六七八九"
_KO = "영일이삼사오육칠팔구"
EN = Numerals({word: str(digit) for digit, word in enumerate(_EN)} | {"oh": "0"}, {"double": 2, "triple": 3})
ZH = Numerals({word: str(digit) for digit, word in enumerate(_ZH)} | {"幺": "1", "两": "2"}, {})
KO = Numerals({word: str(digit) for digit, word in enumerate(_KO)} | {"공": "0"}, {})
ID = Numerals({"nol": "0", "kosong": "0", "delapan": "8", "satu": "1"}, {"dobel": 2})

ACCOUNT = Wanted(10, 10, "luhn")
NUMBER = with_check_digit(CheckDigit.LUHN, "100222301")


def said(digits: str) -> str:
    return " ".join(_EN[int(digit)] for digit in digits)


def chosen(*words: str, wanted: Wanted = ACCOUNT, before: str = "") -> Number:
    return choose([Alternative(one, 0.9 - place / 10) for place, one in enumerate(words)], EN, wanted, before)


@pytest.mark.parametrize(
    ("words", "known", "digits"),
    [
        ("one two three", EN, "123"),
        ("double five", EN, "55"),
        ("triple oh seven", EN, "0007"),
        ("It's one, two, three.", EN, "123"),
        ("123 456", EN, "123456"),
        ("one 2 three", EN, "123"),
        ("一 二 三", ZH, "123"),
        ("幺三八零零", ZH, "13800"),
        ("我的号码是一二三", ZH, "123"),
        ("공일공", KO, "010"),
        ("영 일 이", KO, "012"),
        ("nol kosong delapan satu", ID, "0081"),
        ("dobel delapan", ID, "88"),
        ("a person please", EN, ""),
    ],
)
def test_words_become_digits(words: str, known: Numerals, digits: str) -> None:
    assert read(words, known) == digits


@pytest.mark.parametrize("words", ["one two apple three", "one double", "one [unk] two", "two double triple"])
def test_what_cannot_be_read_to_its_end_is_no_number(words: str) -> None:
    assert read(words, EN) is None


def test_length_and_check_digit_choose_among_what_was_perhaps_heard() -> None:
    wrong_digit = NUMBER.replace("3", "9")
    number = chosen(said(wrong_digit), said(NUMBER[:-1]), said(NUMBER))
    assert isinstance(number, Complete)
    assert number.digits == NUMBER
    assert number.sure == pytest.approx(0.7)


def test_a_number_goes_on_after_a_pause() -> None:
    first = chosen(said(NUMBER[:4]))
    assert first == Partial(NUMBER[:4], 0.9)
    assert chosen(said(NUMBER[4:]), before=NUMBER[:4]) == Complete(NUMBER, 0.9)


def test_whoever_begins_anew_after_a_pause_is_understood() -> None:
    assert chosen(said(NUMBER), before=NUMBER[:4]) == Complete(NUMBER, 0.9)


def test_of_a_number_of_any_length_what_begins_as_what_stood_there_is_all_of_it() -> None:
    open_ = Wanted(3, 9)
    assert chosen("one two three four", wanted=open_, before="12") == Complete("1234", 0.9)
    assert chosen("three four five", wanted=open_, before="12") == Complete("12345", 0.9)
    assert chosen("one two", wanted=open_, before="12") == Complete("1212", 0.9)


def test_keys_go_on_where_the_voice_ended_and_the_voice_where_the_keys_did() -> None:
    assert with_keys(NUMBER[:4], NUMBER[4:], ACCOUNT) == Complete(NUMBER, 1.0)
    assert with_keys("", NUMBER[:4], ACCOUNT) == Partial(NUMBER[:4], 1.0)
    assert with_keys(NUMBER[:4], NUMBER, ACCOUNT) == Complete(NUMBER, 1.0)
    assert chosen(said(NUMBER[4:]), before=NUMBER[:4]) == Complete(NUMBER, 0.9)


def test_a_repeated_digit_that_was_swallowed_is_found_by_the_check_digit() -> None:
    assert NUMBER.count("222") == 1
    assert chosen(said(NUMBER.replace("222", "22"))) == Complete(NUMBER, 0.9)


def test_without_a_check_digit_nothing_is_guessed() -> None:
    short = NUMBER.replace("222", "22")
    assert chosen(said(short), wanted=Wanted(10, 10)) == Partial(short, 0.9)


def test_another_check_digit_too_many_digits_and_none_are_told_apart() -> None:
    wrong = NUMBER.replace("3", "9")
    assert chosen(said(wrong)) == Refused(said(wrong), Why.CHECK_DIGIT)
    assert chosen(said(NUMBER + "12")) == Refused(said(NUMBER + "12"), Why.TOO_LONG)
    assert chosen("what do you mean") == Refused("what do you mean", Why.NO_NUMBER)
    assert choose([], EN, ACCOUNT) == Refused("", Why.NO_NUMBER)
    assert with_keys("", wrong, ACCOUNT) == Refused(wrong, Why.CHECK_DIGIT)


def test_an_amount_of_any_length_is_whole_as_soon_as_it_is_long_enough() -> None:
    amount = Wanted(3, 9)
    assert chosen("one five", wanted=amount) == Partial("15", 0.9)
    assert chosen("one five zero", wanted=amount) == Complete("150", 0.9)


def test_a_wording_adds_to_the_digits_of_its_language_and_repeats_none() -> None:
    for wording in load(LIBRARY).wordings.values():
        known = usual_numerals(wording.language)
        assert known.digits.items() <= numerals(wording).digits.items()
        assert not known.digits.keys() & wording.spoken.numerals.keys()
        assert not known.times.keys() & wording.spoken.times.keys()
