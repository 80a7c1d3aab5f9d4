"""What keeps the promises, and how each of it is switched off: one function a guard, for one test run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from callbacks.replay import Replay
from foundation import database, deeds
from foundation.clock import Deadline
from foundation.deeds import Deed, Reply
from foundation.schema import Connection
from foundation.spool import Entry, Kept, Spool
from foundation.watchdog import Watchdog
from ivr.calls import hearing, journal, status, store, working
from ivr.calls.admission import Met
from ivr.calls.gate import Gate
from ivr.calls.hearing import Arranged
from ivr.calls.schema import calls
from ivr.calls.scripts import CLAIM, SETTLE
from ivr.channels import twilio_form
from ivr.channels.twilio_signature import SignatureCheck

Switch = Callable[[], None]
FOR_EVER = 3_600.0


def _put(owner: object, name: str, instead: object) -> None:
    """Something else in a place that must be there: a switch that switches nothing off is none."""
    assert hasattr(owner, name), name
    setattr(owner, name, instead)


def _without(script: str, line: str) -> str:
    """The script without one line of it, which must be there."""
    assert script.count(line) == 1, line
    return script.replace(line, "")


def no_claim() -> None:
    """Whoever asks for a turn owns it, though somebody else is at it."""
    _put(store, "_CLAIM", store._Script(_without(CLAIM, "if busy then return {'busy'} end\n")))


def no_duplicate_rule() -> None:
    """A turn that was answered is played again."""
    known = "if over == '1' or newest >= turn then return {'present', newest, kept, answer, over} end\n"
    _put(store, "_CLAIM", store._Script(_without(CLAIM, known)))


def no_fence() -> None:
    """Whoever comes to settle a turn does, though it was taken over meanwhile."""
    mine = "if found[1] ~= owner or tonumber(found[2] or '-1') ~= turn then return 'lost' end\n"
    _put(store, "_SETTLE", store._Script(_without(SETTLE, mine)))


def no_signature() -> None:
    """Everybody is the carrier."""
    _put(SignatureCheck, "holds", lambda *_: True)


def no_border_check() -> None:
    """A border between two fields may be moved without breaking the signature."""
    _put(twilio_form, "_moved_border", lambda *_: None)


def no_deadline() -> None:
    """Every wait may take as long as it likes."""
    _put(Deadline, "allow", lambda _self, limit: limit)
    _put(Deadline, "left", lambda _self: FOR_EVER)
    _put(Deadline, "passed", lambda _self: False)


def no_watchdog() -> None:
    """Nobody ends a wait for a server that is frozen."""

    @contextmanager
    def unwatched(_self: Watchdog, _seconds: float, _bite: Callable[[], None]) -> Iterator[None]:
        yield

    _put(Watchdog, "watch", unwatched)


def no_idempotency_key() -> None:
    """A deed is done as often as it is asked for."""

    def always(connection: Connection, deed: Deed, at: datetime, do: Callable[[Connection], Reply]) -> Reply:
        del deed, at
        return do(connection)

    _put(deeds, "once", always)
    _put(database, "once", always)


def no_state_rank() -> None:
    """The newest news of a call counts, also when it is old."""
    _put(status.CallStage, "rank", property(lambda _self: 1))
    raised = journal._raise_rank

    def overwritten(connection: Connection, news: list[dict[str, Any]]) -> None:
        for one in news:
            known = calls.c.call == one["call"]
            connection.execute(calls.delete().where(known))
        raised(connection, news)

    _put(journal, "_raise_rank", overwritten)


def no_masking() -> None:
    """What was typed at a question for a secret stands in the journal."""
    _put(working, "asks_secret", lambda *_: False)


def no_lease() -> None:
    """A turn whose owner died is nobody's for ever."""
    made = store.RedisCallStore.__init__

    def leased(self: store.RedisCallStore, *told: Any, **named: Any) -> None:  # noqa: ANN401  # as it is called
        made(self, *told, **{**named, "lease": FOR_EVER})

    _put(store.RedisCallStore, "__init__", leased)


def no_spool() -> None:
    """The spool says that it has kept a promise, and keeps nothing."""
    _put(Spool, "keep", lambda *_: Kept())


def no_freeing_after() -> None:
    """A slot of the spool is freed before its promise stands in SQL."""

    def freed_first(self: Replay, entry: Entry, waiting: set[str], deadline: Deadline) -> object:
        self.spool.free(entry, deadline)
        return tried(self, entry, waiting, deadline)

    tried = Replay._tried
    _put(Replay, "_tried", freed_first)


def no_limit() -> None:
    """However many call, however often a number does: all are taken."""
    _put(Gate, "meet", lambda *_: Met.TAKEN)


def no_end_of_words() -> None:
    """What a caller said may be cut short, the rest made a field, without breaking the signature."""
    _put(twilio_form, "_ends_of_words_hold", lambda _form: True)


def no_end_of_streams() -> None:
    """The sound of a call goes on while a secret is typed, a message spoken, a person rung."""

    def unended(*told: Any) -> Arranged:  # noqa: ANN401  # whatever it is told
        found = arranged(*told)
        return replace(found, listening=replace(found.listening, stop=""))

    arranged = hearing.arrange
    _put(working, "arrange", unended)


GUARDS: dict[str, Switch] = {
    "claim": no_claim,
    "duplicate rule": no_duplicate_rule,
    "fence": no_fence,
    "signature check": no_signature,
    "border check": no_border_check,
    "deadline": no_deadline,
    "watchdog": no_watchdog,
    "idempotency key": no_idempotency_key,
    "state rank": no_state_rank,
    "masking": no_masking,
    "lease": no_lease,
    "spool": no_spool,
    "freeing after": no_freeing_after,
    "limit": no_limit,
    "end of words": no_end_of_words,
    "end of streams": no_end_of_streams,
}
