"""What is sealed opens only here, only with the key, only unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.redaction import Secret
from ivr.calls.sealing import Broken, Seal

SEAL = Seal(Secret("a key of nobody, thirty-two bytes long"))


@given(st.binary(max_size=200), st.text(max_size=20))
def test_it_opens_where_it_was_closed(plain: bytes, place: str) -> None:
    place = place.encode("utf-8", "replace").decode()
    assert SEAL.open(SEAL.close(plain, place), place) == plain


def test_it_does_not_open_in_another_place_or_with_another_key() -> None:
    sealed = SEAL.close(b"state", "CA1/3/state")
    for seal, place in ((SEAL, "CA1/4/state"), (Seal(Secret("another")), "CA1/3/state")):
        with pytest.raises(Broken):
            seal.open(sealed, place)


def test_a_changed_byte_breaks_it_wherever_it_is() -> None:
    sealed = SEAL.close(b"state", "CA1/3/state")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(Broken):
            SEAL.open(changed, "CA1/3/state")
    with pytest.raises(Broken):
        SEAL.open(b"", "CA1/3/state")


def test_the_same_bytes_are_never_sealed_alike() -> None:
    assert len({SEAL.close(b"state", "CA1/3/state") for _ in range(100)}) == 100


def test_a_number_has_one_mark_that_does_not_show_it() -> None:
    mark = SEAL.mark("+6281234567801")
    assert mark == SEAL.mark("+6281234567801") != SEAL.mark("+6281234567802")
    assert mark != Seal(Secret("another")).mark("+6281234567801")
    assert "8123" not in mark
