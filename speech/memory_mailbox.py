"""A mailbox in this process alone: for a telephone in the terminal, for tests and for measures."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from contextlib import suppress

from foundation.clock import Clock
from speech import mailbox_keys as keys
from speech.mailbox import Following, Seen
from speech.requests import Heard, ListenRequest, Service

FOLLOWED_AT_ONCE = 10_000  # requests that may wait; what comes then is lost, and read again by its call
KEPT_AT_MOST = 100_000  # keys; the oldest is forgotten


class MemoryMailbox:
    """Keeps the same contract as Redis; a fault cannot happen, and nothing outlives the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[bytes, float]] = {}
        self._followers: list[_MemoryFollowing] = []

    def ask(self, request: ListenRequest) -> None:
        self._set(keys.request_key(request.call), keys.written(request), keys.REQUEST_KEPT)
        with self._lock:
            for follower in self._followers:
                follower.hear(request)

    def look(self, call: str, turn: int) -> Seen:
        heard = keys.read_heard(self._got(keys.heard_key(call, turn)))
        return Seen(heard, speaking=self._got(keys.speaking_key(call, turn)) is not None)

    def stream_of(self, call: str) -> str:
        return (self._got(keys.open_key(call)) or b"").decode()

    def service(self) -> Service | None:
        return keys.read_service(self._got(keys.SERVICE))

    def request(self, call: str) -> ListenRequest | None:
        return keys.read_request(self._got(keys.request_key(call)))

    def follow(self) -> Following:
        with self._lock:
            follower = _MemoryFollowing()
            self._followers = [*(one for one in self._followers if not one.is_closed), follower]
        return follower

    def propose(self, heard: Heard) -> None:
        self._set(keys.heard_key(heard.call, heard.turn), keys.written(heard), keys.HEARD_KEPT)

    def begins(self, call: str, turn: int) -> None:
        with self._lock:
            self._put(keys.speaking_key(call, turn), keys.YES, keys.SPEAKING_KEPT)
            self._kept.pop(keys.heard_key(call, turn), None)

    def speaks(self, call: str, turn: int) -> None:
        self._set(keys.speaking_key(call, turn), keys.YES, keys.SPEAKING_KEPT)

    def falls_silent(self, call: str, turn: int) -> None:
        with self._lock:
            self._kept.pop(keys.speaking_key(call, turn), None)

    def opened(self, call: str, stream: str) -> None:
        self._set(keys.open_key(call), stream.encode(), keys.OPEN_KEPT)

    def still_open(self, streams: Mapping[str, str]) -> tuple[ListenRequest, ...]:
        for call, name in streams.items():
            self.opened(call, name)
        return tuple(one for one in map(self.request, streams) if one is not None)

    def closed(self, call: str, stream: str) -> None:
        if self.stream_of(call) == stream:
            with self._lock:
                self._kept.pop(keys.open_key(call), None)

    def serves(self, service: Service) -> None:
        self._set(keys.SERVICE, keys.written(service), keys.SERVICE_KEPT)

    def still_serves(self, service: Service) -> None:
        words = keys.written(service)
        with self._lock:
            if self._alive(keys.SERVICE) in {None, words}:
                self._put(keys.SERVICE, words, keys.SERVICE_KEPT)

    def take_token(self, token: str) -> bool:
        with self._lock:
            if self._alive(keys.token_key(token)) is not None:
                return False
            self._put(keys.token_key(token), keys.YES, keys.TOKEN_KEPT)
            return True

    def _got(self, key: str) -> bytes | None:
        with self._lock:
            return self._alive(key)

    def _set(self, key: str, words: bytes, seconds: int) -> None:
        with self._lock:
            self._put(key, words, seconds)

    def _alive(self, key: str) -> bytes | None:
        words, until = self._kept.get(key, (None, 0.0))
        return words if self._clock.monotonic() < until else None

    def _put(self, key: str, words: bytes, seconds: int) -> None:
        if key not in self._kept and len(self._kept) >= KEPT_AT_MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (words, self._clock.monotonic() + seconds)


class _MemoryFollowing:
    def __init__(self) -> None:
        self._waiting: queue.Queue[ListenRequest] = queue.Queue(FOLLOWED_AT_ONCE)
        self.is_closed = False

    def hear(self, request: ListenRequest) -> None:
        with suppress(queue.Full):
            self._waiting.put_nowait(request)

    def next(self, limit: float) -> ListenRequest | None:
        with suppress(queue.Empty):
            return self._waiting.get(timeout=limit)
        return None

    def close(self) -> None:
        self.is_closed = True
