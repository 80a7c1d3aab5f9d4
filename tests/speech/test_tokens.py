"""A token opens the stream it was made for, for a minute, and no other."""

from __future__ import annotations

import pytest

from foundation.redaction import Secret
from speech.tokens import GOOD_FOR, Genuine, NotGenuine, check, mint

KEY, OTHER_KEY = Secret("k" * 32), Secret("l" * 32)
CALL, STREAM = "CA" + "1" * 32, "ears-1"
AT = 1_764_400_000
TOKEN = mint(KEY, CALL, STREAM, AT + GOOD_FOR)


def test_the_same_stream_gets_the_same_token() -> None:
    assert mint(KEY, CALL, STREAM, AT + GOOD_FOR) == TOKEN


def test_a_name_that_would_not_be_read_again_is_refused() -> None:
    for name in ("", "ears.1", "ears 1", "e" * 41, "ears-1\n"):
        with pytest.raises(ValueError, match="no name of a stream"):
            mint(KEY, CALL, name, AT)


@pytest.mark.parametrize("later", [0, 1, GOOD_FOR])
def test_a_token_is_good_for_a_minute(later: int) -> None:
    assert check(KEY, TOKEN, CALL, AT + later) == Genuine(STREAM)


@pytest.mark.parametrize("at", [AT - 1, AT + GOOD_FOR + 1, AT + 1e9])
def test_a_token_is_not_good_after_it_nor_long_before(at: float) -> None:
    assert check(KEY, TOKEN, CALL, at) is NotGenuine.EXPIRED


def test_a_token_is_bound_to_its_call_its_stream_and_our_key() -> None:
    assert check(KEY, TOKEN, "CA" + "2" * 32, AT) is NotGenuine.FORGED
    assert check(KEY, TOKEN.replace("ears-1", "ears-2"), CALL, AT) is NotGenuine.FORGED
    assert check(OTHER_KEY, TOKEN, CALL, AT) is NotGenuine.FORGED


@pytest.mark.parametrize(
    "token",
    [
        "",
        "..",
        TOKEN + "\n",
        TOKEN.upper(),
        TOKEN[:-1],
        TOKEN.replace(str(AT + GOOD_FOR), str(AT + GOOD_FOR + 1)),
        TOKEN.replace(str(AT + GOOD_FOR), f"0{AT + GOOD_FOR}"[:11] + "٣"),
        f"-{TOKEN}",
        "ears-1." + "9" * 5_000 + "." + "a" * 64,
        "ears-1.1.\ud800",
    ],
)
def test_a_token_that_we_did_not_make_is_forged(token: str) -> None:
    assert check(KEY, token, CALL, AT) is NotGenuine.FORGED
