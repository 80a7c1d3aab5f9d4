"""Callers with a plan: what each presses, written as signed requests before the clock runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode, urlsplit

from exchange.fields import Dialled, voice_fields
from exchange.signature import HEADER, sign

SILENCE, HANG_UP = "silence", "hang-up"
# What callers do after the call is answered, in the shipped book. The first key is the language.
LOOKS_AROUND = ("1", "#", "1", "*", SILENCE, "2", "*", "#", "3", "*", HANG_UP)
FILES_A_TICKET = ("1", "1", "1", "2", "2", "2", "1", "1", "1", "1", "2", HANG_UP)
PLANS = (LOOKS_AROUND, LOOKS_AROUND, FILES_A_TICKET)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as bytes, and what its answer must hold."""

    sent: bytes
    holds: bytes


@dataclass
class Callers:
    """Makes calls without end; each has an id and a number of its own."""

    public_url: str
    token: str
    dialled: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def call(self) -> list[Asked]:
        """All requests of the next call, in order."""
        number = next(self._numbers)
        plan = PLANS[number % len(PLANS)]
        who = Dialled(
            call_sid=f"CA{number:032x}",
            account_sid="AC" + "be" * 16,
            from_=f"+62812{number:08d}",
            to=self.dialled,
            token="5e" * 16,
            stir_verstat="TN-Validation-Passed-A",
        )
        asked = [self._asked("/voice/answer", voice_fields(who, "ringing"), f"{who.call_sid}/turns/1")]
        for turn, deed in enumerate(plan, 1):
            asked.append(self._turn(who, turn, deed, last=turn + 1 == len(plan)))
        return asked

    def _turn(self, who: Dialled, turn: int, deed: str, *, last: bool) -> Asked:
        if deed == HANG_UP:
            ended = {"CallDuration": "60", "Duration": "1", "SequenceNumber": "2"}
            return self._asked("/voice/status", voice_fields(who, "completed") | ended, "")
        pressed = {"Digits": "" if deed == SILENCE else deed, "FinishedOnKey": "", "msg": "Gather End"}
        holds = "<Response>" if last else f"{who.call_sid}/turns/{turn + 1}"
        where = f"/voice/calls/{who.call_sid}/turns/{turn}"
        return self._asked(where, voice_fields(who, "in-progress") | pressed, holds)

    def _asked(self, where: str, fields: dict[str, str], holds: str) -> Asked:
        body = urlencode(fields)
        head = (
            f"POST {where} HTTP/1.1",
            f"Host: {urlsplit(self.public_url).netloc}",
            "Accept: */*",
            "User-Agent: TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token: 6d3e1c1b-9f0e-4a1f-8e55-0c6f0a4f3a21",
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
            f"{HEADER}: {sign(self.token, self.public_url + where, fields)}",
            f"Content-Length: {len(body)}",
        )
        return Asked(("\r\n".join(head) + "\r\n\r\n" + body).encode(), holds.encode())


Plan = Sequence[Asked]  # what one connection asks, in order


def spread(calls: Sequence[Sequence[Asked]], lines: int) -> list[Plan]:
    """The requests of these calls on so many connections; a call stays on one of them, and in order."""
    return [[asked for call in calls[line::lines] for asked in call] for line in range(lines)]
