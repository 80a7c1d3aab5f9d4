"""Spoken messages that the carrier keeps: fetched by their id, from nowhere but the carrier.

Source: https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file. The address a webhook
brings is never used: whoever could forge it would make us ask any machine for anything.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from foundation.clock import Clock, Deadline
from foundation.redaction import Secret

LARGEST_RECORDING = 8_000_000  # bytes; five minutes at 8 kHz, 16 bit are 4.8 MB
# Seconds for everything, if not told otherwise: the caller hears nothing meanwhile, and three are the most.
TIME_LIMIT = 2.5
CONNECT_LIMIT = 1.0
READ_LIMIT = 2.0
# A message that has just been spoken may not be there yet: asked for again within the time limit.
NOT_YET_PAUSE = 0.3
MOST_REDIRECTS = 2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class CarrierAccount:
    """Where the carrier's REST interface is, whose recordings they are, and who asks (API key or token)."""

    url: str
    sid: str
    user: str
    password: Secret
    # Hosts the carrier may send us on to; our credentials do not go there.
    media_hosts: frozenset[str] = frozenset({"api.twilio.com", "media.twiliocdn.com"})


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording as a WAV file."""

    wav: bytes


@dataclass(frozen=True, slots=True)
class NoAudio:
    """It could not be had; the reason is for the log."""

    reason: str


class _NotYet(Exception):
    """The carrier does not have it, or not yet."""


class _Unfit(Exception):
    """What the carrier answered is not taken."""


class CarrierRecordings:
    """Fetches recordings of one account. One client for all threads; it opens few connections."""

    def __init__(
        self,
        account: CarrierAccount,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        limit: float | None = None,
    ) -> None:
        self._account = account
        self._limit = TIME_LIMIT if limit is None else limit
        self._clock = clock
        self._sleep = sleep
        self._own_host = urlsplit(account.url).netloc
        self._client = httpx.Client(
            timeout=httpx.Timeout(READ_LIMIT, connect=CONNECT_LIMIT),
            headers={"Accept-Encoding": "identity"},  # a small body must not unpack to a large one
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=4),
        )

    def fetch(self, recording: str) -> Audio | NoAudio:
        """The recording under this id (`RE...`, already checked), within the time limit."""
        deadline = Deadline.after(self._limit, self._clock)
        address = f"{self._account.url}/2010-04-01/Accounts/{self._account.sid}/Recordings/{recording}.wav"
        while True:
            try:
                return Audio(self._followed(address, deadline))
            except _NotYet:
                if deadline.left() <= NOT_YET_PAUSE:
                    return NoAudio("the carrier does not have it")
                self._sleep(NOT_YET_PAUSE)
            except (_Unfit, httpx.HTTPError) as fault:
                return NoAudio(f"{type(fault).__name__}: {fault}")

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _followed(self, address: str, deadline: Deadline) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            outcome = self._asked(address, deadline)
            if isinstance(outcome, bytes):
                return outcome
            address = urljoin(address, outcome)
            self._check(address)
        raise _Unfit("too many redirects")

    def _asked(self, address: str, deadline: Deadline) -> bytes | str:
        """The bytes, or the address we are sent on to."""
        ours = urlsplit(address).netloc == self._own_host
        who = (self._account.user, self._account.password.reveal()) if ours else None
        with self._client.stream("GET", address, auth=who, timeout=_limits(deadline)) as answer:
            if answer.status_code in _REDIRECTS:
                return str(answer.headers.get("location", ""))
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise _NotYet
            if answer.status_code != httpx.codes.OK:
                raise _Unfit(f"the carrier answered {answer.status_code}")
            return _read(answer, deadline)

    def _check(self, address: str) -> None:
        parts = urlsplit(address)
        same = parts.netloc == self._own_host and parts.scheme == urlsplit(self._account.url).scheme
        if not same and not (parts.scheme == "https" and parts.netloc in self._account.media_hosts):
            raise _Unfit("a redirect to a host that is not the carrier's")


def _limits(deadline: Deadline) -> httpx.Timeout:
    return httpx.Timeout(deadline.allow(READ_LIMIT), connect=deadline.allow(CONNECT_LIMIT))


def _read(answer: httpx.Response, deadline: Deadline) -> bytes:
    """The body, not more than LARGEST_RECORDING of it. A slow drip is ended by the deadline."""
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_raw():
        size += len(part)
        if size > LARGEST_RECORDING:
            raise _Unfit(f"more than {LARGEST_RECORDING} bytes")
        if deadline.passed():
            raise _Unfit("too slow")
        parts.append(part)
    return b"".join(parts)
