"""Who hears a caller: by the language spoken now, and the carrier only where the caller has agreed."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from ivr.flow.state import HOSTED, LOCAL, REFUSED, CallState, Place

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
STATE = CallState("CA1", "b", None, "", AT, "en", Place("main"), hearers=(("en", LOCAL), ("id", HOSTED)))
INDONESIAN = replace(STATE, language="id")


def test_ears_follow_the_language_within_a_turn() -> None:
    assert [replace(STATE, language=one).ears for one in ("en", "id", "zh")] == [LOCAL, "", ""]


def test_the_carrier_hears_whoever_agreed_and_nobody_else() -> None:
    agreed = [replace(INDONESIAN, agreement=one).ears for one in ("", REFUSED, "voice-1")]
    assert agreed == ["", "", HOSTED]


def test_only_where_nobody_else_hears_a_caller_is_asked_and_only_once() -> None:
    asked = [STATE, INDONESIAN, replace(INDONESIAN, agreement=REFUSED), replace(STATE, hearers=())]
    assert [one.may_be_asked_to_agree for one in asked] == [False, True, False, False]
