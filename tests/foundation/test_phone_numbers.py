"""Telephone numbers: one spelling for each, who shows none, and which of them we call."""

import pytest

from foundation.phone_numbers import PhoneNumber, Refusal, callable_number, caller_number, parse

COUNTRIES = ("ID", "CN")


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("+6281234567890", "ZZ"),
        ("081234567890", "ID"),
        ("0812 3456-7890", "ID"),
        ("0062 812 3456 7890", "CN"),
    ],
)
def test_a_number_is_one_and_the_same_however_it_is_dialled(raw: str, region: str) -> None:
    assert parse(raw, region) == PhoneNumber("+6281234567890", "ID")


def test_the_last_four_digits_are_what_a_caller_is_asked_for() -> None:
    assert PhoneNumber("+6281234567890", "ID").last_four == "7890"


@pytest.mark.parametrize(
    "raw", ["", "112", "hangup", "*", "+", "+999123456789", "1" * 41, "+62" + "1" * 30, "\ud800"]
)
def test_what_cannot_be_a_number_is_none(raw: str) -> None:
    assert parse(raw, "ID") is None


def test_a_number_that_only_might_exist_has_the_country_of_its_code() -> None:
    assert parse("+15555550100", "ZZ") == PhoneNumber("+15555550100", "US")
    assert parse("+80012345678", "ZZ") == PhoneNumber("+80012345678", "")


@pytest.mark.parametrize(
    "from_field",
    [
        *("", " ", "anonymous", "Anonymous", "restricted", "RESTRICTED", "unknown", "unavailable", "Blocked"),
        *("+266696687", "+7378742833", "+86282452253", "+2562533"),
        *(
            "client:joe",
            "sip:+6281234567890@example.org",
            "6281234567890",
            "12345",
            "+",
            "whatsapp:+6281234567890",
        ),
    ],
)
def test_a_caller_who_shows_no_number_has_none(from_field: str) -> None:
    assert caller_number(from_field) is None


def test_a_caller_who_shows_a_number_has_it() -> None:
    assert caller_number("+8613800138000") == PhoneNumber("+8613800138000", "CN")


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ("081234567890", PhoneNumber("+6281234567890", "ID")),
        ("+8613800138000", PhoneNumber("+8613800138000", "CN")),
        ("+449098790000", Refusal.PREMIUM),
        ("+4918012345", Refusal.SHARED_COST),
        ("+443001234567", Refusal.KIND_NOT_CALLED),
        ("+12125550100", Refusal.COUNTRY_NOT_ALLOWED),
        ("112", Refusal.NOT_VALID),
        ("911", Refusal.NOT_VALID),
        ("", Refusal.NOT_VALID),
        ("+861380013800", Refusal.NOT_VALID),
        ("+2562533", Refusal.NOT_VALID),
    ],
)
def test_only_a_plain_number_of_an_allowed_country_is_called(raw: str, answer: PhoneNumber | Refusal) -> None:
    assert callable_number(raw, "ID", COUNTRIES) == answer
