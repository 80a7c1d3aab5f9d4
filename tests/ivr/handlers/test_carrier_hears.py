"""Callers whose language nothing of ours hears: asked once by key, then heard by the carrier, or not."""

from __future__ import annotations

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from foundation.check_digits import CheckDigit, with_check_digit
from ivr.calls.codec import decode
from ivr.calls.hearing import Ways
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.flow.state import REFUSED
from speech import mailbox_keys as mail
from speech.requests import Service
from tests.ivr.handlers.front import CALL, Front, spoken

INDONESIAN, ENGLISH = "3", "1"
NOTICE = "2026-11"
ACCOUNT = with_check_digit(CheckDigit.LUHN, "800000000")


class Hosted(Front):
    """English is heard here; the operator allows the carrier to hear the rest."""

    def __init__(self, *, hosted: bool = True) -> None:
        super().__init__(ways=Ways(local=True, hosted=hosted))
        self.store = MemoryCallStore(self.clock)
        self.journal = MemoryJournal(self.clock)
        self.store.mail[mail.SERVICE] = mail.written(Service({"en": "scripted"}, 5))

    def events(self, turn: int) -> list[dict[str, object]]:
        assert isinstance(self.journal, MemoryJournal)
        return self.journal.rows[CALL, turn].events

    def agreement(self, turn: int) -> str:
        assert isinstance(self.journal, MemoryJournal)
        return decode(self.journal.rows[CALL, turn].remembered.kept).state.agreement


def gather(response: TestResponse) -> dict[str, str]:
    found = etree.fromstring(response.data).find("Gather")
    assert found is not None
    return {str(name): str(value) for name, value in found.attrib.items()}


def test_a_caller_who_agrees_by_key_is_heard_by_the_carrier() -> None:
    front = Hosted()
    front.answer()
    asked = front.turn(1, Digits=INDONESIAN)
    assert "operator telepon" in spoken(asked)
    assert gather(asked)["input"] == "dtmf"
    agreed = front.turn(2, Digits="1")
    told = gather(agreed)
    assert (told["input"], told["language"]) == ("dtmf speech", "id-ID")
    assert "hints" in told
    assert {"event": "HearingAgreed", "notice": NOTICE, "agreed": True} in front.events(2)
    assert b"<Start>" not in agreed.data
    said = front.turn(3, SpeechResult="satu", Confidence="0.95")
    assert gather(said)["input"] == "dtmf speech"
    assert isinstance(front.journal, MemoryJournal)
    assert front.journal.rows[CALL, 3].source == "voice"


@pytest.mark.parametrize("keys", ["2", ""])
def test_a_caller_who_does_not_agree_uses_the_keys_and_is_not_asked_again(keys: str) -> None:
    front = Hosted()
    front.answer()
    front.turn(1, Digits=INDONESIAN)
    assert gather(front.turn(2, Digits=keys))["input"] == "dtmf"
    assert front.agreement(2) == REFUSED
    assert {"event": "HearingAgreed", "notice": NOTICE, "agreed": False} in front.events(2)
    front.turn(3, Digits="8")
    again = front.turn(4, Digits=INDONESIAN)
    assert "operator telepon" not in spoken(again)
    assert gather(again)["input"] == "dtmf"


def test_only_a_key_agrees_whatever_is_said() -> None:
    front = Hosted()
    front.answer()
    front.turn(1, Digits=INDONESIAN)
    asked = front.turn(2, SpeechResult="ya", Confidence="0.99")
    assert "operator telepon" in spoken(asked)
    assert front.agreement(2) == ""


def test_a_wrong_key_is_a_miss_like_any_other_and_leads_on_in_the_end() -> None:
    front = Hosted()
    front.answer()
    front.turn(1, Digits=INDONESIAN)
    for turn in (2, 3):
        assert "operator telepon" in spoken(front.turn(turn, Digits="7"))
    assert "operator telepon" not in spoken(front.turn(4, Digits="7"))
    assert gather(front.turn(5, Digits="7"))["input"] == "dtmf"


@pytest.mark.parametrize(("language", "hosted"), [(ENGLISH, True), (INDONESIAN, False)])
def test_who_is_heard_here_or_may_not_be_heard_there_is_not_asked(language: str, *, hosted: bool) -> None:
    front = Hosted(hosted=hosted)
    front.answer()
    passed = front.turn(1, Digits=language)
    assert "carrier-hears" not in [event.get("node") for event in front.events(1) if "asked" in event]
    assert "operator telepon" not in spoken(passed)
    assert "telephone carrier" not in spoken(passed)
    assert gather(passed)["input"] == "dtmf"


def test_a_secret_is_never_put_to_the_carriers_recogniser() -> None:
    front = Hosted()
    front.answer()
    front.turn(1, Digits=INDONESIAN)
    front.turn(2, Digits="1")
    front.turn(3, Digits="2")
    heard = [front.turn(turn, Digits=keys) for turn, keys in ((4, "2"), (5, "1"), (6, ACCOUNT), (7, "1"))]
    for one in heard:
        if gather(one).get("numDigits") == "6":
            assert gather(one)["input"] == "dtmf"
            return
    pytest.fail("no PIN was asked for: " + " / ".join(spoken(one) for one in heard))
