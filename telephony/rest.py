"""The carrier's REST interface: one request, and what came of it as a value.

What may be repeated is decided here, by Twilio's pages on its errors: 429 was not carried out, nothing was
sent where no connection came about, and after a 5xx, a time-out or a torn line nobody knows. Asking and
setting may be repeated then, creating not. Sources: https://www.twilio.com/docs/api/errors/20429 and 20500.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from foundation.clock import Clock, Deadline
from foundation.metrics import FAULTS
from foundation.redaction import one_line
from telephony.recordings import CarrierAccount

TRIES = 3  # of one request, where it may be repeated
CONNECT_LIMIT = 3.0  # seconds
ANSWER_LIMIT = 8.0  # seconds for one try, until its last byte
FIRST_PAUSE = 0.5  # seconds before the second try; doubled before the third
LONGEST_PAUSE = 5.0  # seconds; a carrier that wants us to wait longer is told to the person instead
LARGEST_ANSWER = 1_000_000  # bytes; a page of fifty numbers has some 60 kB
LONGEST_WORDS = 300  # characters of what the carrier says of a fault

Table = Mapping[str, Any]
Fields = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Told:
    """It answered with what was asked for."""

    table: Table


@dataclass(frozen=True, slots=True)
class Refused:
    """It said no, and did nothing: `code` is Twilio's number of the error, 0 if it gave none.

    `wait`: the seconds after which it wants to be asked again, where it says so.
    """

    status: int
    code: int
    words: str
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Unreached:
    """No connection: nothing was sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A request was sent and its answer is lost or no answer at all: it may have been carried out."""

    reason: str


Trouble = Refused | Unreached | Unclear


class CarrierRest:
    """Asks on behalf of one account. `tries` 1: no repeating, for whoever has no time."""

    def __init__(
        self,
        account: CarrierAccount,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        tries: int = TRIES,
    ) -> None:
        self.account = account
        self._clock = clock
        self._sleep = sleep
        self._tries = tries
        self._client = httpx.Client(
            auth=(account.user, account.password.reveal()),
            timeout=httpx.Timeout(ANSWER_LIMIT, connect=CONNECT_LIMIT),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def ask(self, path: str, query: Mapping[str, str] | None = None) -> Told | Trouble:
        """What stands at a path below the account, such as `/Calls.json`; changes nothing."""
        return self._repeated("GET", path, query or {}, even_if_unclear=True)

    def set(self, path: str, fields: Fields) -> Told | Trouble:
        """Set fields of something that is there: done twice it is as done once."""
        return self._repeated("POST", path, fields, even_if_unclear=True)

    def remove(self, path: str) -> Told | Trouble:
        """Take away what stands at a path: done twice it is as done once, but for a 404 the second time."""
        return self._repeated("DELETE", path, {}, even_if_unclear=True)

    def create(self, path: str, fields: Fields) -> Told | Trouble:
        """Make something new: repeated only where the carrier has surely not done it."""
        return self._repeated("POST", path, fields, even_if_unclear=False)

    def _repeated(
        self, method: Literal["GET", "POST", "DELETE"], path: str, fields: Fields, *, even_if_unclear: bool
    ) -> Told | Trouble:
        pause = FIRST_PAUSE
        for left in range(self._tries - 1, -1, -1):
            outcome = self._once(method, path, fields)
            if isinstance(outcome, Unreached | Unclear):
                FAULTS.labels("carrier").inc()
            wait = _wait_before_repeating(outcome, pause, even_if_unclear=even_if_unclear)
            if wait is None or not left:
                return outcome
            self._sleep(wait)
            pause *= 2
        raise AssertionError("the last try returns")

    def _once(self, method: str, path: str, fields: Fields) -> Told | Trouble:
        address = f"{self.account.url}/2010-04-01/Accounts/{self.account.sid}{path}"
        deadline = Deadline.after(ANSWER_LIMIT, self._clock)
        given = {"data": fields} if method == "POST" else {"params": fields}
        try:
            with self._client.stream(method, address, **given) as answer:  # type: ignore[arg-type]
                return _judged(answer, _read(answer, deadline))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as fault:
            return Unreached(_words(fault))
        except (httpx.HTTPError, _Unfit) as fault:
            return Unclear(_words(fault))


class _Unfit(Exception):
    """An answer that is too long or too slow to be one."""


def _wait_before_repeating(outcome: Told | Trouble, pause: float, *, even_if_unclear: bool) -> float | None:
    """Seconds to wait before the same request is sent again; None: it must not be, or need not."""
    match outcome:
        case Refused(status=429, wait=wait):
            wanted = pause if wait is None else wait
            return wanted if wanted <= LONGEST_PAUSE else None
        case Unreached():
            return pause
        case Unclear() if even_if_unclear:
            return pause
        case _:
            return None


def _read(answer: httpx.Response, deadline: Deadline) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER:
            raise _Unfit(f"an answer of more than {LARGEST_ANSWER} bytes")
        if deadline.passed():
            raise _Unfit(f"no whole answer in {ANSWER_LIMIT:.0f} s")
    return bytes(body)


def _judged(answer: httpx.Response, body: bytes) -> Told | Trouble:
    table = _table(body) if answer.status_code != httpx.codes.NO_CONTENT else {}
    if answer.is_server_error:
        return Unclear(f"it answered {answer.status_code}")
    if answer.is_success:
        return Told(table) if table is not None else Unclear("it answered something that is no JSON object")
    said = table or {}
    code = said.get("code")
    return Refused(
        answer.status_code,
        code if isinstance(code, int) else 0,
        one_line(str(said.get("message", "")))[:LONGEST_WORDS],
        _seconds(answer.headers.get("retry-after", "")),
    )


def _table(body: bytes) -> Table | None:
    try:
        table = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None


def _seconds(told: str) -> float | None:
    return float(told) if told.isascii() and told.isdigit() and len(told) < 6 else None


def _words(fault: Exception) -> str:
    match fault:
        case httpx.TimeoutException():
            return f"no answer in {ANSWER_LIMIT:.0f} s"
        case _:
            return one_line(str(fault) or type(fault).__name__)[:LONGEST_WORDS]
