"""Everybody at once: keys, a voice, silence, a message, a hang-up and repeats ask for one turn in one moment.

Run by `make rivals`, a short one with ROUNDS=300 SEED=7. Real processes, real Redis, SQLite. A round is one
turn of one call: its rivals are posted within a few hundredths of a second, each after a delay drawn from the
seed. It looks at each answer, and afterwards at SQL and the log; it returns 1 and names the faults if one was
answered otherwise than the others, a turn was played twice or left out, or a caller was stranded.
"""

from __future__ import annotations

import http.client
import os
import re
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlencode, urlsplit

from exchange.fields import Dialled, voice_fields
from exchange.signature import HEADER, sign
from exchange.twiml.reader import read_document
from exchange.twiml.verbs import Dial, Gather, Pause, Record, Redirect
from storms.aftermath import in_sql, in_the_log
from storms.mouth import Mouth, speaking
from tests.end_to_end.running import TOKEN, Hotline, running
from tests.servers import redis_server

ROUNDS, SEED = 10_000, 20261129
ROUNDS_A_CALL = 6  # then the caller has heard enough
AT_ONCE = 3  # calls in progress
RIVALS = 7  # requests for one turn, at most
LATEST = 0.03  # seconds between the first and the last of them
HANG_UPS = 0.15  # of the rounds end with the caller gone
ASKED_AGAIN = 5  # times that somebody who is told to wait asks once more
ANSWER_LIMIT = 10.0  # seconds for one answer
FAULTS_SHOWN = 20
NOTHING = b"<Response/>"  # what is gone on with after a document that is none
KEYS = "0123456789*#"
# Where the rounds of a call begin: at the language, in the main menu, where a message is spoken, where the
# next key files a ticket.
WAYS = ((), ("1",), ("1", "4", "3"), ("1", "1", "1", "2", "2", "2", "1", "1", "1"))

_TURN = re.compile(r"/turns/(\d+)$")

Posted = tuple[str, Mapping[str, str]]  # address and the fields of its own


@dataclass
class Seen:
    """What came of it so far; for many threads."""

    rounds: int = 0
    requests: int = 0
    waits: int = 0
    calls: set[str] = field(default_factory=set)
    spoken: set[str] = field(default_factory=set)  # recordings whose sender was answered
    voices: int = 0  # rounds in which something was said
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Line:
    """The way to the hotline: each thread has a connection of its own."""

    web: str
    account: str
    dialled: str
    own: threading.local = field(default_factory=threading.local)
    made: list[http.client.HTTPConnection] = field(default_factory=list)

    def post(self, call: str, status: str, posted: Posted) -> tuple[int, bytes]:
        """One signed form, and what came back."""
        address, more = posted[0].partition("#")[0], posted[1]  # behind it stands how the carrier repeats
        who = Dialled(call, self.account, f"+62812{int(call[-8:], 16) % 10**8:08d}", self.dialled, "5e" * 16)
        form = {**voice_fields(who, status), **more}
        sent = {HEADER: sign(TOKEN, address, form), "Content-Type": "application/x-www-form-urlencoded"}
        line = self._connection()
        line.request("POST", address.removeprefix(self.web), urlencode(form), sent)
        answer = line.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Hang up all connections."""
        for line in self.made:
            line.close()

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self.own, "line"):
            self.own.line = http.client.HTTPConnection(urlsplit(self.web).netloc, timeout=ANSWER_LIMIT)
            self.made.append(self.own.line)
        line: http.client.HTTPConnection = self.own.line
        return line


@dataclass(frozen=True)
class Caller:
    """One call, round after round."""

    line: Line
    call: str
    chance: Random
    rivals: ThreadPoolExecutor
    seen: Seen
    mouth: Mouth

    def whole_call(self) -> None:
        """Rounds until the call is over, by the caller or by itself; its end is told once at least."""
        document, gone = self._one("ringing", (f"{self.line.web}/voice/answer", {})), False
        for keys in self.chance.choice(WAYS):
            document = self._one("in-progress", (_goes_on(document) or "", {"Digits": keys}))
        for _ in range(ROUNDS_A_CALL):
            ahead = _goes_on(document)
            if gone or ahead is None:
                break
            # After a message the caller goes: by a further key they might throw it away.
            gone = self.chance.random() < HANG_UPS or _records(document)
            document = self._round(ahead, _rivals(document, self.chance), gone=gone)
        self._ended()

    def _round(self, ahead: str, rivals: Sequence[Mapping[str, str]], *, gone: bool) -> bytes:
        """One turn and all who ask for it; the document they all heard."""
        delays = [self.chance.uniform(0, LATEST) for _ in range(len(rivals) + 1)]
        asked = [
            self.rivals.submit(self._after, delay, *each)
            for delay, each in zip(delays, self._with_a_voice(ahead, rivals), strict=False)
        ]
        ending = self.rivals.submit(self._ended, delays[-1]) if gone else None
        heard = {document for one in asked if not _waits(document := one.result())}
        if ending is not None:
            ending.result()
        with self.seen.lock:
            self.seen.rounds += 1
        if len(heard) > 1:
            self._fault(f"{len(heard)} documents for {ahead}: {sorted(heard)}")
        return heard.pop() if heard else self._patient(ahead)

    def _with_a_voice(self, ahead: str, rivals: Sequence[Mapping[str, str]]) -> list[Posted]:
        """Where each of them asks: two by the door for what was said, if something was."""
        posted = [(ahead, fields) for fields in rivals]
        turn = _TURN.search(urlsplit(ahead).path)
        if turn is None or not self.mouth.speak(self.call, int(turn[1]), self.chance):
            return posted
        with self.seen.lock:
            self.seen.voices += 1
        moved = (f"{ahead.partition('#')[0]}/heard", {"Digits": ""})
        return self.chance.sample([moved, moved, *posted[2:]], len(posted))

    def _after(self, delay: float, ahead: str, fields: Mapping[str, str]) -> bytes:
        time.sleep(delay)
        document = self._one("in-progress", (ahead, fields))
        if "RecordingSid" in fields and not _waits(document):
            with self.seen.lock:
                self.seen.spoken.add(fields["RecordingSid"])
        return document

    def _patient(self, ahead: str) -> bytes:
        """Everybody was told to wait: whoever asks again hears the answer."""
        document = b""
        for _ in range(ASKED_AGAIN):
            document = self._one("in-progress", (ahead, {"Digits": ""}))
            if not _waits(document):
                return document
        self._fault(f"stranded at {ahead}")
        return document

    def _ended(self, delay: float = 0.0) -> None:
        time.sleep(delay)
        told = {"CallDuration": "30", "Duration": "1"}
        status, _ = self.line.post(self.call, "completed", (f"{self.line.web}/voice/status", told))
        self._count(204, status, "the end")

    def _one(self, stage: str, posted: Posted) -> bytes:
        status, document = self.line.post(self.call, stage, posted)
        self._count(200, status, posted[0])
        try:
            read_document(document)
        except Exception as fault:  # noqa: BLE001  # whatever the carrier would not take
            self._fault(f"{posted[0]} brought {document[:300]!r}: {fault}")
            document = NOTHING
        with self.seen.lock:
            self.seen.waits += _waits(document)
        return document

    def _count(self, wanted: int, status: int, where: str) -> None:
        with self.seen.lock:
            self.seen.requests += 1
        if status != wanted:
            self._fault(f"{where} was answered {status}")

    def _fault(self, what: str) -> None:
        with self.seen.lock:
            self.seen.faults.append(f"{self.call}: {what}")


def _rivals(document: bytes, chance: Random) -> list[dict[str, str]]:
    """Who asks for the turn after this document, in any order; some of them twice."""
    verbs = {type(verb) for verb in read_document(document).verbs}
    if Dial in verbs:
        told: list[dict[str, str]] = [{"DialCallStatus": how} for how in ("busy", "no-answer", "failed")]
    else:
        recording = {
            "RecordingSid": f"RE{chance.getrandbits(128):032x}",
            "RecordingDuration": "3",
            "RecordingUrl": "https://api.example.org/recording",
            "Digits": "#",
        }
        pressed = [{"Digits": key, "FinishedOnKey": ""} for key in chance.sample(KEYS, 3)]
        told = [
            *pressed,
            {"Digits": "", "FinishedOnKey": ""},
            *([recording] if Record in verbs else []),
        ]
    repeats = chance.choices(told, k=RIVALS - len(told))
    return chance.sample([*told, *repeats], RIVALS)


def _goes_on(document: bytes) -> str | None:
    """Where the call goes on after this document; None if it ends."""
    for verb in read_document(document).verbs:
        match verb:
            case Gather(action=action) | Record(action=action) | Dial(action=str(action)):
                return action
            case Redirect(url=url):
                return url
            case _:
                pass
    return None


def _records(document: bytes) -> bool:
    return any(isinstance(verb, Record) for verb in read_document(document).verbs)


def _waits(document: bytes) -> bool:
    verbs = read_document(document).verbs
    return len(verbs) == 2 and isinstance(verbs[0], Pause)


def held(hotline: Hotline, rounds: int, chance: Random) -> Seen:
    """So many rounds or a few more; afterwards SQL and the log are asked whether all is as it was told."""
    settings, said_before = hotline.settings, hotline.log.stat().st_size
    line = Line(hotline.web, settings.twilio_account_sid or "", settings.hotline_number)
    seen = Seen()
    with (
        closing(line),
        speaking(settings) as mouth,
        ThreadPoolExecutor(AT_ONCE) as calls,
        ThreadPoolExecutor(AT_ONCE * (RIVALS + 1)) as rivals,
    ):

        def keeps_calling(own: Random) -> None:
            while seen.rounds < rounds:
                caller = Caller(line, f"CA{own.getrandbits(128):032x}", own, rivals, seen, mouth)
                seen.calls.add(caller.call)
                caller.whole_call()

        for one in [calls.submit(keeps_calling, Random(chance.random())) for _ in range(AT_ONCE)]:
            one.result()
    seen.faults += [*in_sql(hotline, seen.calls, seen.spoken), *in_the_log(hotline.log, said_before)]
    return seen


def main() -> None:
    """Run and print."""
    rounds, seed = int(os.environ.get("ROUNDS", ROUNDS)), int(os.environ.get("SEED", SEED))
    with tempfile.TemporaryDirectory() as name, redis_server() as redis:
        folder = Path(name)
        with running(redis, f"sqlite:///{folder}/rivals.sqlite", folder) as hotline:
            began = time.monotonic()
            seen = held(hotline, rounds, Random(seed))
    print(f"{seen.rounds} rounds in {len(seen.calls)} calls, {seen.requests} requests, seed {seed}")
    print(f"{seen.waits} told to wait, {len(seen.spoken)} messages, {seen.voices} voices")
    print(f"{time.monotonic() - began:.0f} s")
    print(
        *(seen.faults[:FAULTS_SHOWN] or ["one document a turn, one deed a turn, nobody stranded"]), sep="\n"
    )
    raise SystemExit(bool(seen.faults))


if __name__ == "__main__":
    main()
