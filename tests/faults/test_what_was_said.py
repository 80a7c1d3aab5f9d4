"""What hears callers fails, or brings nonsense; keys go on working, and nothing is done unconfirmed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech import mailbox_keys as mail
from speech.requests import Alternative, Heard
from storms.mouth import Mouth, speaking
from telephony.live_calls import LiveCalls, Moved
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest
from tests.faults.line import ENGLISH, Caller, Line
from tests.faults.telling import Fault

PAYMENTS, REFUNDS_KEY = "payments", "3"
TEN_MINUTES = "and then I said to him that it was not my money " * 1_500
ODD = {
    "nothing": (),
    "empty words": (Alternative("", 1.0),),
    "what was never asked": (Alternative("the weather is nice in jakarta", 1.0),),
    "an insult": (Alternative("you are a bloody thief", 1.0),),
    "ten minutes of it": (Alternative(TEN_MINUTES, 1.0),),
}
JOURNAL = "SELECT call, turn FROM turns WHERE state IS NOT NULL"
PRESSED_AGAIN = 2
WITHIN = 20.0  # seconds until a request to listen is there


class Voice:
    """What was said by one caller, left as a speech process leaves it; the call is moved to it by REST."""

    def __init__(self, line: Line, mouth: Mouth, caller: Caller) -> None:
        settings, api = line.hotline.settings, caller.carrier.exchange.api_url
        account = CarrierAccount(
            api, settings.twilio_account_sid or "", settings.twilio_account_sid or "", _token(line)
        )
        self._rest = CarrierRest(account, SystemClock(), tries=1)
        self._web, self._mailbox, self.caller = line.hotline.web, mouth.mailbox, caller

    @property
    def turn(self) -> int:
        """The one that is listened for now."""
        until = time.monotonic() + WITHIN
        while (asked := self._mailbox.request(self.caller.call)) is None:
            assert time.monotonic() < until, "nobody is asked to listen"
            time.sleep(0.02)
        return asked.turn

    def propose(self, *said: Alternative) -> int:
        turn = self.turn
        self._mailbox.propose(Heard(self.caller.call, turn, said, "scripted", 1.0))
        return turn

    def move(self, turn: int) -> list[str]:
        """What the caller hears after the call was moved."""
        call, before = self.caller.call, len(self.caller.heard)
        self.caller.moved()
        assert (
            LiveCalls(self._rest).move(call, f"{self._web}/voice/calls/{call}/turns/{turn}/heard") == Moved()
        )
        self.caller.listen()
        return self.caller.heard[before:]

    def close(self) -> None:
        self._rest.close()


def _token(line: Line) -> Secret:
    return line.hotline.settings.twilio_auth_token


@contextmanager
def voiced(line: Line) -> Iterator[Voice]:
    """A caller at the main menu in English who is heard."""
    with speaking(line.hotline.settings) as mouth, line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH)
        voice = Voice(line, mouth, caller)
        try:
            yield voice
        finally:
            voice.close()


def test_fault_54_odd_words_are_not_acted_on(line: Line, fault: Fault) -> None:
    for what, said in ODD.items():
        with voiced(line) as voice:
            heard = voice.move(voice.propose(*said))
            assert heard
            assert voice.caller.tickets() == []
            voice.caller.press("9")
            voice.caller.gone()
        assert len(voice.caller.tickets()) == 1
        fault.tells(f"The recogniser brings {what}, as sure as can be; 9 is heard after that", heard)


def test_fault_54_stop_my_money_that_nobody_said_is_taken_back_by_one_word(line: Line, fault: Fault) -> None:
    with voiced(line) as voice:
        heard = voice.move(voice.propose(Alternative("stop my money", 1.0)))
        assert len(voice.caller.tickets()) == 1  # at once: whoever did say it has no time to lose
        heard += voice.move(voice.propose(Alternative("no", 1.0)))
        voice.caller.gone()
        assert voice.caller.tickets() == []
    fault.tells('The recogniser brings "stop my money", which nobody said; the caller then says no', heard)


def test_fault_50_the_speech_process_dies_in_the_middle_of_a_word(line: Line, fault: Fault) -> None:
    with voiced(line) as voice:
        turn = voice.turn
        line.tell_redis("SET", mail.speaking_key(voice.caller.call, turn), "1")  # and nobody ends it
        line.tell_redis("DEL", mail.SERVICE)
        voice.caller.stay_silent()
        # A key that falls between two documents is the carrier's to lose: a caller presses it again.
        heard = voice.caller.press(REFUNDS_KEY)
        for _ in range(PRESSED_AGAIN):
            if any("refund" in text.lower() for text in heard):
                break
            heard += voice.caller.press(REFUNDS_KEY)
        voice.caller.gone()
    assert any("refund" in text.lower() for text in heard), voice.caller.heard
    fault.tells(
        "A caller speaks, and what hears them dies before the end of the word; then 3 is pressed", heard
    )


def test_fault_04_redis_is_flushed_after_a_word_was_heard(line: Line, fault: Fault) -> None:
    with voiced(line) as voice:
        turn = voice.propose(Alternative(PAYMENTS, 0.99))
        until = time.monotonic() + WITHIN
        while (voice.caller.call, turn - 1) not in line.hotline.rows(JOURNAL):
            assert time.monotonic() < until, "the turn does not come into the journal"
            time.sleep(0.05)
        line.tell_redis("FLUSHALL")
        heard = voice.move(turn)
        voice.caller.gone()
    assert any("payments" in text.lower() for text in heard)
    fault.tells("A word is heard, Redis is emptied (FLUSHALL), then the call is moved to the word", heard)
