"""The moment of each call in Redis: two round trips a turn, each with a limit, none repeated."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.exceptions import NoScriptError, RedisError
from redis.exceptions import TimeoutError as RedisTimeout
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from foundation.breaker import Breaker
from foundation.clock import Clock, Deadline
from foundation.logs import logger
from foundation.metrics import FAULTS
from foundation.redaction import Secret
from ivr.calls.claims import (
    KEPT_SECONDS,
    LEASE_SECONDS,
    Behind,
    Beside,
    Busy,
    Claim,
    Claimed,
    Found,
    Free,
    HangUpNext,
    Lost,
    Present,
    Remembered,
    Row,
    Speaking,
    Stored,
    StoreGone,
)
from ivr.calls.scripts import CLAIM, LOOK, SETTLE
from speech import mailbox_keys as mail

LIMIT = 0.25  # seconds for one round trip, or for connecting
SHORTEST = 0.005  # seconds; less is not worth asking, and nothing would mean "wait for ever" to a socket
KEY = "hotline:call:"

_FAULTS = FAULTS.labels("redis")

Word = str | bytes | int
T = TypeVar("T")


class _Line(Protocol):
    """What we use of a connection of redis-py."""

    is_connected: bool
    socket_timeout: float
    socket_connect_timeout: float

    def connect(self) -> None: ...

    def disconnect(self) -> None: ...

    def pack_command(self, *words: Word) -> list[bytes]: ...

    def send_packed_command(self, command: list[bytes], check_health: bool) -> None: ...  # noqa: FBT001  # theirs

    def read_response(self, disable_decoding: bool, *, timeout: float) -> Any: ...  # noqa: ANN401, FBT001  # theirs


@dataclass(frozen=True, slots=True)
class _Script:
    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        # SHA-1 is how Redis names a script (EVALSHA); nothing is protected by it.
        digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "sha", digest)


_CLAIM, _SETTLE, _LOOK = _Script(CLAIM), _Script(SETTLE), _Script(LOOK)


class RedisCallStore:
    """Calls in Redis. Each thread has a connection of its own; a broken one is made anew the next time.

    Nothing is retried: a time-out of the client says nothing about what the server did. A reply of error
    (read-only, out of memory, still loading) is as good as no reply. `lease` and `limit` in seconds.
    """

    def __init__(
        self, url: str | Secret, clock: Clock, *, lease: float = LEASE_SECONDS, limit: float = LIMIT
    ) -> None:
        self._lease = int(lease * 1000)
        self._limit = limit
        self._breaker = Breaker(clock)
        self._mine = threading.local()
        address = url.reveal() if isinstance(url, Secret) else url
        # The pool is only the reader of the URL: it makes connections, and none is ever given back to it.
        self._maker = ConnectionPool.from_url(
            address,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            retry_on_error=[],
            socket_timeout=limit,
            socket_connect_timeout=limit,
            # Otherwise each new connection asks for notices that only one vendor's servers know.
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )

    def doubted(self) -> bool:
        return self._breaker.doubts()

    def claim(self, claim: Claim, deadline: Deadline) -> Found:
        call, turn = claim.call, claim.turn
        keys = [KEY + call, mail.SERVICE, mail.open_key(call)]
        keys += mail.heard_key(call, turn), mail.speaking_key(call, turn)
        whose: list[Word] = [claim.aim.value, turn, claim.source, claim.owner]
        words = [*whose, self._lease, KEPT_SECONDS, claim.looks.value, int(claim.patient)]
        if claim.seed is not None:
            words += _written(claim.seed)
        return self._asked(_CLAIM, keys, words, deadline, _read_claim)

    def look(self, call: str, turn: int, deadline: Deadline) -> Present | Busy | Free:
        return self._asked(_LOOK, [KEY + call], [turn], deadline, _read_look)

    def settle(self, row: Row, owner: str, deadline: Deadline) -> Stored | HangUpNext | Lost:
        _, *settled = _written(row.remembered)
        words: list[Word] = ["settle", row.turn, owner, self._lease, KEPT_SECONDS, *settled]
        words += row.listen or b"", mail.REQUESTS
        return self._asked(_SETTLE, _settling(row.call), words, deadline, _read_settled)

    def release(self, call: str, turn: int, owner: str, deadline: Deadline) -> None:
        words: list[Word] = ["release", turn, owner, 0, KEPT_SECONDS]
        self._asked(_SETTLE, _settling(call), words, deadline, _read_settled)

    def close(self) -> None:
        """End this thread's connection; those of other threads end with their thread."""
        self._drop()

    def _asked(
        self,
        script: _Script,
        keys: list[str],
        words: list[Word],
        deadline: Deadline,
        read: Callable[[Any], T],
    ) -> T:
        limit = deadline.allow(self._limit)
        if limit < SHORTEST or self._breaker.skips():
            raise StoreGone("no time left" if limit < SHORTEST else "skipped")
        try:
            answer = self._said(script, [len(keys), *keys, *words], limit)
        except (RedisError, OSError) as fault:
            self._drop()
            # Who came with little time left learns little about Redis.
            if limit == self._limit or not isinstance(fault, TimeoutError | RedisTimeout):
                self._breaker.failed()
            _FAULTS.inc()
            logger("calls").warning("redis is gone", fault=type(fault).__name__)
            raise StoreGone(str(fault)) from fault
        self._breaker.answered()
        return read(answer)

    def _said(self, script: _Script, words: list[Word], limit: float) -> Any:  # noqa: ANN401  # Redis answers with lists and bytes
        connection = self._connection(limit)
        try:
            return _one_round(connection, limit, ("EVALSHA", script.sha, *words))
        except NoScriptError:
            # A server that was restarted has forgotten its scripts; it did nothing, so asking again is safe.
            return _one_round(connection, limit, ("EVAL", script.text, *words))

    def _connection(self, limit: float) -> _Line:
        known: _Line | None = getattr(self._mine, "connection", None)
        if known is None:
            known = self._mine.connection = cast(_Line, self._maker.make_connection())
        if not known.is_connected:
            known.socket_timeout = known.socket_connect_timeout = limit
            known.connect()
        return known

    def _drop(self) -> None:
        known: _Line | None = getattr(self._mine, "connection", None)
        if known is not None:
            known.disconnect()


def _one_round(connection: _Line, limit: float, words: tuple[Word, ...]) -> Any:  # noqa: ANN401  # as above
    # An answer is never left lying: any fault ends the connection, or the next turn would read it as its own.
    connection.send_packed_command(connection.pack_command(*words), check_health=False)
    return connection.read_response(disable_decoding=True, timeout=limit)


def _settling(call: str) -> list[str]:
    return [KEY + call, mail.request_key(call)]


def _written(one: Remembered) -> list[Word]:
    return [one.turn, one.kept, one.answer, int(one.over)]


def _remembered(parts: list[Any]) -> Remembered | None:
    turn, kept, answer, over = parts[:4]
    if kept is None or turn < 0:
        return None
    return Remembered(int(turn), bytes(kept), bytes(answer or b""), over == b"1")


def _read_claim(answer: list[Any]) -> Found:
    known = _remembered(answer[1:]) if len(answer) > 1 else None
    match bytes(answer[0]):
        case b"claimed":
            return Claimed(int(answer[5]), known, Beside(*answer[6:9]))
        case b"present" if known is not None:
            return Present(known)
        case b"speaking" if known is not None:
            return Speaking(known)
        case b"behind":
            return Behind(known)
        case _:
            return Busy()


def _read_look(answer: list[Any]) -> Present | Busy | Free:
    known = _remembered(answer[1:]) if len(answer) > 1 else None
    if known is not None:
        return Present(known)
    return Busy() if answer[0] == b"busy" else Free()


def _read_settled(answer: bytes) -> Stored | HangUpNext | Lost:
    match answer:
        case b"stored":
            return Stored()
        case b"hang-up":
            return HangUpNext()
        case _:
            return Lost()
