"""Signed forms as the carrier posts them; every request goes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from redis import Redis
from twilio.request_validator import RequestValidator

from ivr.flow.inputs import (
    Outcome,
)
from processes.rehearsal.conversation import Said, Words
from processes.rehearsal.telephone import RECORDING, Caller, recording_of
from processes.rehearsal.telephone import Heard as Told
from speech.mailbox_keys import HEARD_KEPT, heard_key, written
from speech.requests import Alternative, Heard
from tests.doors import PERSON, TALK_SECONDS


class Differs(AssertionError):
    """The same request, posted twice, was not answered with the same bytes."""


@dataclass
class WebhookDoor:
    """Signed forms as the carrier posts them; every request goes twice and must bring the same bytes."""

    client: Any  # a Flask test client
    public_url: str
    token: str
    caller: Caller
    mailbox: Redis | None = None
    hosted: bool = False
    action: str = ""
    waits: str = ""
    finish: str | None = None
    count: int | None = None
    spoken: int = 0

    def dial(self) -> Told:
        return self._read(self._post(f"{self.public_url}/voice/answer", {"CallStatus": "ringing"}))

    def do(self, said: Said) -> Told | None:
        if said.way == "hangs_up":
            # 503: what the call leaves could not be kept, the end may be told again.
            told = {"CallStatus": "completed", "CallDuration": "60"}
            self._post(f"{self.public_url}/voice/status", told, well=(204, 503))
            return None
        return self._read(self._post(self.action, self._form(said)))

    def _form(self, said: Said) -> dict[str, str]:
        match said.way:
            case "presses":
                keys = str(said.what)
                if self.waits == "Record":
                    return {"Digits": keys, "CallStatus": "in-progress"}
                if self.finish:
                    keys = keys.split(self.finish, 1)[0]
                if not keys:
                    return {"Digits": "", "FinishedOnKey": str(self.finish), "CallStatus": "in-progress"}
                return {"Digits": keys[: self.count] if self.count else keys, "CallStatus": "in-progress"}
            case "speaks":
                self.spoken += 1
                sid = recording_of(self.caller.call, self.spoken)
                url = f"https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/{sid}"
                said_for = str(int(said.what))
                return {
                    "RecordingSid": sid,
                    "RecordingDuration": said_for,
                    "RecordingUrl": url,
                    "Digits": "#",
                }
            case "say" if self.hosted:
                return {"SpeechResult": said.what.words, "Confidence": str(said.what.sure)}
            case "say":
                self._leave(said.what)
                return {}
            case "person":
                outcome = PERSON[said.what]
                status = {Outcome.ANSWERED: "completed"}.get(outcome, outcome.value)
                talked = {"DialCallDuration": str(TALK_SECONDS)} if outcome is Outcome.ANSWERED else {}
                return {"DialCallStatus": status, **talked}
            case _:
                return {}

    def _leave(self, words: Words) -> None:
        """In the mailbox, as the speech process does: the Gather that ends empty then finds it."""
        assert self.mailbox is not None
        turn = int(urlsplit(self.action).path.rsplit("/", 1)[1])
        heard = Heard(self.caller.call, turn, (Alternative(words.words, words.sure),), "scripted")
        self.mailbox.set(heard_key(self.caller.call, turn), written(heard), ex=HEARD_KEPT)

    def _post(self, url: str, own: dict[str, str], well: tuple[int, ...] = (200,)) -> bytes:
        form = {
            "CallSid": self.caller.call,
            "AccountSid": "AC" + "0" * 32,
            "From": self.caller.number or "anonymous",
            "To": self.caller.dialled,
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **own,
        }
        signature = RequestValidator(self.token).compute_signature(url, form)
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answers = [
            self.client.post(
                target,
                data=urlencode(form),
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": signature},
            )
            for _ in range(2)
        ]
        if answers[0].data != answers[1].data:
            raise Differs(f"{target}: {answers[0].data!r} and then {answers[1].data!r}")
        assert answers[0].status_code in well, answers[0].data
        return bytes(answers[0].data)

    def _read(self, document: bytes) -> Told:
        words = list(self._walk(ET.fromstring(document)))  # noqa: S314 - our own document
        return Told((), tuple(words))

    def _walk(self, verbs: ET.Element) -> Iterator[str]:
        for verb in verbs:
            match verb.tag:
                case "Say":
                    yield _said(verb)
                case "Play":
                    yield RECORDING
                case "Gather":
                    self._awaits(verb)
                    yield from self._walk(verb)
                    return
                case "Record" | "Dial":
                    self._awaits(verb)
                    return
                case "Start" | "Stop":
                    continue
                case "Hangup":
                    self.waits = "Hangup"
                    return
                case _:
                    raise AssertionError(f"no telephone knows {verb.tag} here")

    def _awaits(self, verb: ET.Element) -> None:
        self.waits, self.action = verb.tag, verb.get("action", "")
        self.finish = verb.get("finishOnKey", "#") or None
        self.count = int(verb.get("numDigits", "0")) or None


def _said(verb: ET.Element) -> str:
    text = verb.text or ""
    for inner in verb:
        assert inner.tag == "break"
        text += " … " + (inner.tail or "")
    return " ".join(text.split())
