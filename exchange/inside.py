"""What happens inside a call, asked of the customer's server and written on the tape beside what is heard.

A customer under development may tell, at an address of its own, which turns it has settled:
`GET {base}/calls/SID?after=N` answers `{"turns": [{"turn": 3, "path": ..., "waits": ...}, ...]}`. It tells
them a moment after its documents, so it is asked in the background, and never for long.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from exchange.calls.call import Call
from exchange.tape import TapeEvent

# In real seconds. A turn is told at most 0.25 s late; whoever has not told it after three never will.
LONGEST_TELLING = 3.0
LONGEST_ASKING = 1.5
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.2
# How long after a call that came to its own end something may still be told about it.
LAST_WORDS = 0.6
MOST_AT_ONCE = 16
MOST_TURNS = 1_000
LARGEST_ANSWER = 1024 * 1024  # bytes

# What every event of the tape says itself.
OWN_WORDS = frozenset({"call", "sequence", "kind"})
END = ""  # the path of the turn in which the end of a call was heard


@dataclass(slots=True)
class _Told:
    """How far one call has been told, and what is still missing: the turn of `wanted`, a path."""

    call: Call
    url: str
    last: int = -1
    path: str | None = None
    waits: str = ""
    wanted: str | None = None
    wanted_at: float = 0.0
    over: bool = False
    refused: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def want(self, path: str) -> None:
        self.wanted, self.wanted_at, self.over = path, time.monotonic(), path == END
        self.idle.clear()
        self.news.set()

    def complete(self) -> bool:
        """Whether nothing more is to be expected now."""
        waited = time.monotonic() - self.wanted_at
        if self.refused or self.wanted is None or waited > LONGEST_TELLING:
            return True
        if self.over:
            return self.path == END or (self.waits == "end" and waited > LAST_WORDS)
        # The address may have a folder of the customer's before the path that is told.
        return bool(self.path) and self.wanted.endswith(self.path or "")


class Inside:
    """Asks about all calls of an exchange. A call that is not to be asked about costs nothing."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._client: httpx.AsyncClient | None = None
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._told: dict[str, _Told] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def begin(self, call: Call, base: str) -> asyncio.Task[None]:
        """Ask about a call from now on; the task ends when all is told."""
        told = self._told[call.sid] = _Told(call, f"{base.rstrip('/')}/calls/{call.sid}")
        task = asyncio.create_task(self._follow(told), name=f"inside {call.sid}")
        self._asking[call.sid] = task
        task.add_done_callback(lambda _: self._forget(call.sid))
        return task

    def _forget(self, sid: str) -> None:
        self._told.pop(sid, None)
        self._asking.pop(sid, None)

    def hear(self, event: TapeEvent) -> None:
        """Something stands on the tape: a document, or the end, after which there is something to ask."""
        told = self._told.get(event.call)
        if told is None:
            return
        if event.kind == "document":
            told.want(urlsplit(event.details["url"]).path)
        elif event.kind == "ended":
            told.want(END)

    def asks(self, sid: str) -> bool:
        """Whether more of this call may be told."""
        return sid in self._asking

    async def told(self, sid: str) -> None:
        """Wait until all of a call is told that ever will be."""
        if (task := self._asking.get(sid)) is not None:
            await asyncio.wait((task,))

    async def settled(self, sid: str) -> None:
        """Wait until what has happened so far is told, or will not be."""
        if (told := self._told.get(sid)) is not None:
            await told.idle.wait()

    async def close(self) -> None:
        """Ask no more."""
        for task in list(self._asking.values()):
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _follow(self, told: _Told) -> None:
        try:
            await self._ask_to_the_end(told)
        finally:
            told.idle.set()

    async def _ask_to_the_end(self, told: _Told) -> None:
        pause = FIRST_PAUSE
        while True:
            if told.complete():
                told.idle.set()
                if told.over or told.refused:
                    return
                await told.news.wait()
                pause = FIRST_PAUSE
            told.news.clear()
            if await self._ask(told):
                pause = FIRST_PAUSE
            elif not told.complete():
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _ask(self, told: _Told) -> bool:
        """Ask once and write what is new. True: something was."""
        async with self._places:
            try:
                async with asyncio.timeout(LONGEST_ASKING):
                    body = await self._get(told)
                turns = _turns(body)
            except (TimeoutError, httpx.HTTPError, ValueError, RecursionError):
                # Asked again a moment later; what is never told is missing on the tape, and nothing else is.
                return False
        new = [turn for turn in turns if turn["turn"] > told.last]
        for turn in sorted(new, key=lambda turn: int(turn["turn"])):
            if turn["turn"] > told.last:
                told.last, told.path, told.waits = turn["turn"], turn["path"], str(turn.get("waits", ""))
                told.call.note("inside", **{name: turn[name] for name in turn.keys() - OWN_WORDS})
        return bool(new)

    async def _get(self, told: _Told) -> bytes:
        if self._client is None:
            self._client = httpx.AsyncClient(trust_env=False, timeout=LONGEST_ASKING)
        headers = {"Authorization": f"Bearer {self._token}"}
        url = told.url
        async with self._client.stream("GET", url, params={"after": told.last}, headers=headers) as reply:
            if reply.status_code in (401, 403, 404):
                told.refused = True
                told.call.note("note", what=f"{url} tells nothing: status {reply.status_code}")
            reply.raise_for_status()
            body = bytearray()
            async for chunk in reply.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise ValueError(f"more than {LARGEST_ANSWER} bytes")
            return bytes(body)


def _turns(body: bytes) -> list[dict[str, Any]]:
    answer = json.loads(body)
    turns = answer.get("turns", ()) if isinstance(answer, dict) else ()
    if not isinstance(turns, list) or not all(map(_is_turn, turns)):
        raise ValueError("not a list of turns, each with its number and path")
    return turns


def _is_turn(turn: object) -> bool:
    told = turn if isinstance(turn, dict) else {}
    number = told.get("turn")
    return isinstance(number, int) and 0 <= number < MOST_TURNS and isinstance(told.get("path"), str)
