"""What webhooks and the speech process leave for each other in Redis: one round trip each, none repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from foundation.breaker import Breaker
from foundation.clock import Clock
from foundation.logs import logger
from foundation.metrics import FAULTS
from foundation.redaction import Secret
from speech import mailbox_keys as keys
from speech.requests import Heard, ListenRequest, Service

LIMIT = 0.25  # seconds for one round trip, or for connecting

# Deletes a key only while it holds what the deleter has written: another stream may have opened since.
_DELETE_OWN = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

# Sets a key, unless somebody else has written there: a younger process says more than one that goes.
_SET_UNLESS_OTHERS = (
    "local there = redis.call('GET', KEYS[1]) if there and there ~= ARGV[1] then return 0 end "
    "redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) return 1"
)

_FAULTS = FAULTS.labels("redis")


class MailboxGone(Exception):
    """Redis did not answer in time, or refused. Nothing is known of what was asked of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the mailbox knows of one turn."""

    heard: Heard | None
    speaking: bool


class Following(Protocol):
    """The requests of all calls as they are made. Not for two threads at once."""

    def next(self, limit: float) -> ListenRequest | None:
        """The next one, or None after `limit` seconds. MailboxGone: follow anew, and read what was missed."""
        ...

    def close(self) -> None: ...


class Mailbox(Protocol):
    """For any thread; every word of it may raise MailboxGone, after a quarter of a second at most."""

    def ask(self, request: ListenRequest) -> None:
        """Have a call heard; in the place of what was asked before."""
        ...

    def look(self, call: str, turn: int) -> Seen:
        """What was heard for a turn. Read, not taken: whoever crashes over it is asked again."""
        ...

    def stream_of(self, call: str) -> str:
        """The name of the call's stream whose socket is open, or nothing."""
        ...

    def service(self) -> Service | None:
        """What the speech process says of itself; None if it has said nothing for three seconds."""
        ...

    def request(self, call: str) -> ListenRequest | None:
        """What the call is to be heard for."""
        ...

    def follow(self) -> Following:
        """From now on every request as it is made. To be closed."""
        ...

    def propose(self, heard: Heard) -> None:
        """What was heard, in the place of an earlier proposal for this turn."""
        ...

    def begins(self, call: str, turn: int) -> None:
        """The caller begins to speak: what was heard for this turn before was no answer, and is forgotten."""
        ...

    def speaks(self, call: str, turn: int) -> None:
        """The caller is in the middle of an utterance; true for three seconds, then to be said again."""
        ...

    def falls_silent(self, call: str, turn: int) -> None:
        """It was no utterance: nobody is to be waited for any more."""
        ...

    def opened(self, call: str, stream: str) -> None:
        """The socket of this stream is open; true for six seconds, then to be said again."""
        ...

    def still_open(self, streams: Mapping[str, str]) -> tuple[ListenRequest, ...]:
        """The streams of these calls are open: call -> name. What each call is to be heard for, if anything.

        One round trip, however many they are.
        """
        ...

    def closed(self, call: str, stream: str) -> None:
        """It is not any more. A younger stream of the call stays."""
        ...

    def serves(self, service: Service) -> None:
        """What the speech process says of itself; true for three seconds, then to be said again."""
        ...

    def still_serves(self, service: Service) -> None:
        """The same of a process that goes; where another one has said something, that stays."""
        ...

    def take_token(self, token: str) -> bool:
        """Whether nobody has taken it before."""
        ...


class RedisMailbox:
    """The mailbox in use. Nothing is retried; after three faults in a row nobody asks for a second."""

    def __init__(self, url: Secret, clock: Clock, *, limit: float = LIMIT) -> None:
        self._breaker = Breaker(clock)
        self._redis: Redis = Redis.from_url(
            url.reveal(),
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            retry_on_error=[],
            socket_timeout=limit,
            socket_connect_timeout=limit,
            # Otherwise each new connection asks for notices that only one vendor's servers know.
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )

    def ask(self, request: ListenRequest) -> None:
        words = keys.written(request)
        with self._answering(), self._redis.pipeline(transaction=True) as both:
            both.set(keys.request_key(request.call), words, ex=keys.REQUEST_KEPT)
            both.publish(keys.REQUESTS, words)
            both.execute()

    def look(self, call: str, turn: int) -> Seen:
        with self._answering():
            found = cast(
                "list[bytes | None]",
                self._redis.mget(keys.heard_key(call, turn), keys.speaking_key(call, turn)),
            )
        return Seen(keys.read_heard(found[0]), speaking=found[1] is not None)

    def stream_of(self, call: str) -> str:
        return (self._got(keys.open_key(call)) or b"").decode("utf-8", "replace")

    def service(self) -> Service | None:
        return keys.read_service(self._got(keys.SERVICE))

    def request(self, call: str) -> ListenRequest | None:
        return keys.read_request(self._got(keys.request_key(call)))

    def follow(self) -> Following:
        with self._answering():
            channel = PubSub(self._redis.connection_pool, ignore_subscribe_messages=True)
            channel.subscribe(keys.REQUESTS)
        return _RedisFollowing(channel)

    def propose(self, heard: Heard) -> None:
        self._set(keys.heard_key(heard.call, heard.turn), keys.written(heard), keys.HEARD_KEPT)

    def begins(self, call: str, turn: int) -> None:
        with self._answering(), self._redis.pipeline(transaction=True) as both:
            both.set(keys.speaking_key(call, turn), keys.YES, ex=keys.SPEAKING_KEPT)
            both.delete(keys.heard_key(call, turn))
            both.execute()

    def speaks(self, call: str, turn: int) -> None:
        self._set(keys.speaking_key(call, turn), keys.YES, keys.SPEAKING_KEPT)

    def falls_silent(self, call: str, turn: int) -> None:
        with self._answering():
            self._redis.delete(keys.speaking_key(call, turn))

    def opened(self, call: str, stream: str) -> None:
        self._set(keys.open_key(call), stream.encode(), keys.OPEN_KEPT)

    def still_open(self, streams: Mapping[str, str]) -> tuple[ListenRequest, ...]:
        if not streams:
            return ()
        with self._answering(), self._redis.pipeline(transaction=False) as all_of_it:
            for call, name in streams.items():
                all_of_it.set(keys.open_key(call), name.encode(), ex=keys.OPEN_KEPT)
            all_of_it.mget([keys.request_key(call) for call in streams])
            kept = cast("list[bytes | None]", all_of_it.execute()[-1])
        return tuple(one for one in map(keys.read_request, kept) if one is not None)

    def closed(self, call: str, stream: str) -> None:
        with self._answering():
            self._redis.eval(_DELETE_OWN, 1, keys.open_key(call), stream)

    def serves(self, service: Service) -> None:
        self._set(keys.SERVICE, keys.written(service), keys.SERVICE_KEPT)

    def still_serves(self, service: Service) -> None:
        words = keys.written(service)
        with self._answering():
            self._redis.eval(_SET_UNLESS_OTHERS, 1, keys.SERVICE, words, keys.SERVICE_KEPT)

    def take_token(self, token: str) -> bool:
        with self._answering():
            return bool(self._redis.set(keys.token_key(token), keys.YES, nx=True, ex=keys.TOKEN_KEPT))

    def close(self) -> None:
        """Give back the connections."""
        self._redis.close()

    def _got(self, key: str) -> bytes | None:
        with self._answering():
            return cast("bytes | None", self._redis.get(key))

    def _set(self, key: str, words: bytes, seconds: int) -> None:
        with self._answering():
            self._redis.set(key, words, ex=seconds)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        if self._breaker.skips():
            raise MailboxGone("skipped")
        try:
            yield
        except (RedisError, OSError) as fault:
            self._breaker.failed()
            _FAULTS.inc()
            logger("speech").warning("redis is gone", fault=type(fault).__name__)
            raise MailboxGone(type(fault).__name__) from fault
        self._breaker.answered()


class _RedisFollowing:
    def __init__(self, channel: PubSub) -> None:
        self._channel = channel

    def next(self, limit: float) -> ListenRequest | None:
        try:
            # Theirs has no types.
            one: Any = cast("Callable[..., Any]", self._channel.get_message)(timeout=limit)
        except (RedisError, OSError) as fault:
            raise MailboxGone(type(fault).__name__) from fault
        return keys.read_request(one["data"]) if one is not None else None

    def close(self) -> None:
        self._channel.close()
