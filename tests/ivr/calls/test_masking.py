"""What the journal may say of a secret that was typed: its kind, never its length if it is none."""

from datetime import UTC, datetime

import pytest

from ivr.calls.masking import proof_typed, shown
from ivr.flow.inputs import CallerInput, Digits, HungUp, Silence

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ("471163", "pin"),
        ("7801", "last-four"),
        ("", ""),
        ("47116", ""),
        ("4711630", ""),
        ("47*163", ""),
        ("471163#", ""),
        ("٤٧١١", "last-four"),
        ("²³²³", ""),
    ],
)
def test_a_secret_is_told_by_its_kind(keys: str, kind: str) -> None:
    heard = Digits(AT, keys)
    assert proof_typed(heard) == kind
    assert shown(heard, secret=True) == "keys ••"


@pytest.mark.parametrize("heard", [Silence(AT), HungUp(AT)])
def test_what_is_no_keys_is_no_secret(heard: CallerInput) -> None:
    assert proof_typed(heard) == ""
