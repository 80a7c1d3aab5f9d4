"""A caller without an exchange: quick enough that requests are always in somebody's hands, and stubborn."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import httpx

from exchange.signature import HEADER, sign
from tests.end_to_end.running import TOKEN, Hotline, numbers_in
from tests.shipped import BOOK

TRIES = 4  # of one request, as a carrier is told to by rc=3
WAITS_AT_MOST = 8  # documents of a second's pause, until a dead owner's lease has ended
KEYS = ("1", "9", "1")  # in English: stop my money, a lost telephone
KEPT = BOOK.wordings["en"].prompts["stop-my-money"].parts["kept"]
LIMIT = 15.0  # seconds, the carrier's own


@dataclass(slots=True)
class LeanCaller:
    """Calls again and again from one number.

    `lost`: requests that brought nothing and were sent again; `cut_off`: the calls they belong to. `kept`:
    those whose promise waits for a database that took too long on a busy machine; they were told so.
    """

    hotline: Hotline
    number: str
    lost: int = 0
    wrong: list[str] = field(default_factory=list)
    promised: dict[str, str] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    last: list[str] = field(default_factory=list)

    def calls_until(self, over: threading.Event) -> None:
        """Whole calls, one after the other."""
        with httpx.Client(timeout=LIMIT, trust_env=False) as web:
            while not over.is_set():
                self._call(web, "CA" + os.urandom(16).hex())

    def _call(self, web: httpx.Client, call: str) -> None:
        heard: list[str] = []
        then: str | None = self._asked(web, f"{self.hotline.web}/voice/answer", call, heard)
        for key in KEYS:
            then = self._asked(web, then, call, heard, Digits=key) if then else None
        numbers = {number for text in heard for number in numbers_in(text)}
        if len(numbers) == 1:
            self.promised[call] = numbers.pop()
        elif numbers or call not in self.cut_off | self.kept:
            self.wrong.append(f"{call} heard {sorted(numbers)} in {heard}")
        self.last = heard[-2:]

    def _asked(self, web: httpx.Client, url: str, call: str, heard: list[str], **fields: str) -> str | None:
        """Where the call goes on after this request; what was said is added to `heard`."""
        for _ in range(WAITS_AT_MOST):
            document = self._sent(web, url, call, fields)
            if document is None:
                return None
            heard += ["".join(map(str, say.itertext())) for say in document.iter("Say")]
            gather, redirect = document.find("Gather"), document.find("Redirect")
            if gather is not None:
                return gather.get("action")
            if KEPT in heard:
                self.kept.add(call)
                return None
            if redirect is None or not redirect.text or document.find("Pause") is None:
                self.wrong.append(f"{call} was told {ET.tostring(document, 'unicode')[:300]}")
                return None
            # Somebody else makes the answer, or has died over it; a redirect brings no keys along, so that
            # the question may come once more.
            url, fields = redirect.text, {}
        self.wrong.append(f"{call} waits for ever")
        return None

    def _sent(self, web: httpx.Client, url: str, call: str, fields: dict[str, str]) -> ET.Element | None:
        told = {
            "CallSid": call,
            "AccountSid": str(self.hotline.settings.twilio_account_sid),
            "From": self.number,
            "To": self.hotline.settings.hotline_number,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **fields,
        }
        headers = {HEADER: sign(TOKEN, url, told)}
        for _ in range(TRIES):
            try:
                answer = web.post(url, data=told, headers=headers)
            except httpx.TransportError:
                self.lost += 1
                self.cut_off.add(call)
                continue
            if answer.status_code == httpx.codes.OK:
                return ET.fromstring(answer.content)  # noqa: S314  # our own document
            self.wrong.append(f"{call}: {answer.status_code} of {url}")
            return None
        self.wrong.append(f"{call}: nobody answers {url}")
        return None
