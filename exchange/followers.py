"""Who follows a call: everybody gets every event of it, in order, as soon as it is on the tape."""

import asyncio
from collections.abc import Callable

from exchange.tape import Tape, TapeEvent


class Followers:
    """Waits for events. `grows` says of a call whether more of them may come."""

    def __init__(self, tape: Tape, grows: Callable[[str], bool]) -> None:
        self._tape = tape
        self._grows = grows
        self._waiting: dict[str, set[asyncio.Event]] = {}
        tape.listen(lambda event: self.wake(event.call))

    async def events_after(self, sid: str, after: int, within: float) -> list[TapeEvent]:
        """The events beyond number `after`; if there are none yet, wait `within` real seconds for one."""
        news = asyncio.Event()
        waiting = self._waiting.setdefault(sid, set())
        waiting.add(news)
        try:
            events = self._tape.events(sid)[after:]
            if not events and self._grows(sid):
                try:
                    await asyncio.wait_for(news.wait(), within)
                except TimeoutError:
                    return []
                events = self._tape.events(sid)[after:]
            return events
        finally:
            waiting.discard(news)
            if not waiting:
                self._waiting.pop(sid, None)

    def wake(self, sid: str) -> None:
        """Something of a call is new, or nothing more will come."""
        for news in self._waiting.get(sid, ()):
            news.set()
