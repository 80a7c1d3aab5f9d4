"""The second group is wrong: that one is said anew, and the rest stands."""

import pytest

from ivr.matching import groups
from ivr.matching.decide import decide
from ivr.matching.verdicts import Accepted
from ivr.menus.wording import Spoken
from speech.requests import Alternative

SPOKEN = Spoken(
    groups=(("the first", "the first group is wrong"), ("the second group is wrong",), ("third",))
)


def test_the_group_that_is_named_is_found() -> None:
    heard = [Alternative("The second group is wrong.", 0.9)]
    verdict = decide(heard, groups.sayables(SPOKEN, 3))
    assert isinstance(verdict, Accepted)
    assert groups.place_of(verdict.choice) == 1
    assert groups.place_of("payments") is None


def test_a_group_that_the_number_does_not_have_cannot_be_named() -> None:
    assert {one.choice for one in groups.sayables(SPOKEN, 2)} == {"group-1", "group-2"}


def test_one_group_said_anew_leaves_the_others() -> None:
    assert groups.mended(("123", "456", "789"), 1, "400") == "123400789"
    with pytest.raises(ValueError, match="3 digits, not 2"):
        groups.mended(("123", "456", "789"), 1, "40")
