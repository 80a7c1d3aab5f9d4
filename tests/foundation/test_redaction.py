"""Secrets, cards, telephone numbers and lines of text show as little as serves."""

import copy
import json
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from foundation.redaction import Secret, mask_cards, mask_digits, mask_number, one_line

PIN = "471163"


@dataclass(frozen=True, slots=True)
class CheckPin:
    account: str
    pin: Secret


def test_a_secret_does_not_print_however_it_is_asked() -> None:
    secret = Secret(PIN)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", f"{secret!r}", "%s" % secret]  # noqa: UP031
    shown += [
        repr(CheckPin("7", secret)),
        repr([secret]),
        repr({"pin": secret}),
        repr(asdict(CheckPin("7", secret))),
    ]
    assert all("Secret(****)" in text and PIN not in text for text in shown)


def test_a_secret_does_not_stand_in_a_traceback() -> None:
    fault = ValueError(CheckPin("7", Secret(PIN)))
    assert PIN not in "".join(traceback.format_exception(fault))


def test_a_secret_is_revealed_where_it_is_spent() -> None:
    assert Secret(PIN).reveal() == PIN


@pytest.mark.parametrize("write", [pickle.dumps, json.dumps, TypeAdapter(object).dump_json])
def test_a_secret_is_not_written_down_by_accident(write: object) -> None:
    assert callable(write)
    with pytest.raises((TypeError, ValueError)) as refused:
        write(Secret(PIN))
    assert PIN not in str(refused.value)


def test_secrets_compare_by_value_and_hide_it_from_their_hash() -> None:
    assert Secret(PIN) == Secret(PIN) != Secret("471164")
    assert Secret(PIN) != PIN
    assert hash(Secret(PIN)) == hash(Secret("471164"))
    assert len({CheckPin("7", Secret(PIN)), CheckPin("7", Secret(PIN))}) == 1


def test_a_secret_is_frozen_and_copies_are_itself() -> None:
    secret = Secret(PIN)
    with pytest.raises(AttributeError):
        secret.value = "1"
    assert copy.deepcopy(secret) is copy.copy(secret) is secret
    assert bool(secret)
    assert not Secret("")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+6281234567890", "+62 812 ••• 890"),
        ("+8613800138000", "+86 138 ••• 000"),
        ("+14155550132", "+1 41 ••• 132"),
        ("+35312345678", "+353 ••• 678"),
        ("081234567890", "0812 ••• 890"),
        ("+12345", "•••45"),
        ("", ""),
    ],
)
def test_a_number_is_shown_by_its_country_its_beginning_and_its_end(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@given(st.from_regex(r"\+[1-9][0-9]{3,14}", fullmatch=True))
def test_of_a_long_number_five_digits_or_more_stay_hidden_and_of_a_short_one_all_but_two(number: str) -> None:
    shown = [character for character in mask_number(number) if character.isdigit()]
    hidden = len(number) - 1 - len(shown)
    assert hidden >= 5 or len(shown) == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my card is 4111111111111111.", "my card is ••••1111."),
        ("4111 1111 1111 1111", "••••1111"),
        ("4111-1111-1111-1111 until 12/27", "••••1111 until 12/27"),
        ("4111 1111 1111 1111 123", "••••1111 123"),
        ("378282246310005 and 5555555555554444", "••••0005 and ••••4444"),
        ("471163 4111 1111 1111 1111 12 27", "471163 ••••1111 12 27"),
        ("４１１１ １１１１ １１１１ １１１１", "••••１１１１"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("ticket 482 915 037", "ticket 482 915 037"),
        ("123456789012", "123456789012"),
    ],
)
def test_a_card_is_masked_and_what_is_no_card_stays(text: str, shown: str) -> None:
    assert mask_cards(text) == shown


@given(st.text("0123456789 -.", max_size=80))
def test_masking_cards_twice_changes_nothing_more(text: str) -> None:
    once = mask_cards(text)
    assert mask_cards(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [("pin 471163", "pin ••••63"), ("123", "123"), ("1234", "••34"), ("7 to 12345", "7 to •••45")],
)
def test_runs_of_four_digits_or_more_keep_their_last_two(text: str, shown: str) -> None:
    assert mask_digits(text) == shown


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\x00", "\x1b", "\x85", "\u2028", "\u202e", "\ud800"])
def test_nothing_breaks_or_turns_a_line(breaks: str) -> None:
    shown = one_line(f"heard{breaks}forged")
    assert shown.split() == ["heard", "forged"]
    assert shown.isprintable()


def test_a_line_has_an_end() -> None:
    assert len(one_line("a" * 100_000)) == 4_000
