"""What a claim finds beside its call and what settling leaves there: the same in Redis and in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace

import pytest
from redis import Redis

from foundation.redaction import Secret
from ivr.calls.claims import (
    NOTHING_BESIDE,
    Aim,
    Beside,
    Busy,
    Claim,
    Claimed,
    Found,
    HangUpNext,
    Looks,
    Lost,
    Present,
    Speaking,
    Stored,
)
from ivr.calls.memory_store import MemoryCallStore
from speech import mailbox_keys as mail
from speech.mailbox import RedisMailbox
from speech.requests import Kind, ListenRequest
from tests.contracts.test_call_store import (
    CALL,
    CLOCK,
    LEASE,
    PATIENT,
    Kept,
    redis_store,
    remembered,
    row,
)

SERVICE, SAID = b'{"languages":{},"free":1}', b"what was said, as it was written"


class Beginning(Kept):
    """A store whose mailbox can be written and read."""

    def __init__(self, store: MemoryCallStore | None, redis: Redis | None) -> None:
        super().__init__(store or redis_store(_address(redis)), CLOCK)
        self._memory, self._redis = store, redis

    def put(self, letters: Mapping[str, bytes]) -> None:
        for name, words in letters.items():
            if self._memory is not None:
                self._memory.mail[name] = words
            elif self._redis is not None:
                self._redis.set(name, words)

    def request(self) -> bytes | None:
        name = mail.request_key(CALL)
        found = self._redis.get(name) if self._redis else self._memory and self._memory.mail.get(name)
        assert found is None or isinstance(found, bytes)
        return found

    def look_for(self, turn: int, looks: Looks, *, patient: bool = True, owner: str = "me") -> Found:
        return self.store.claim(Claim(CALL, turn, "silence", owner, looks=looks, patient=patient), self.soon)

    def listen(self, turn: int, words: bytes | None, owner: str = "me") -> Stored | HangUpNext | Lost:
        return self.store.settle(replace(row(turn), listen=words), owner, self.soon)


def _address(redis: Redis | None) -> str:
    assert redis is not None
    told = redis.connection_pool.connection_kwargs
    return f"redis://{told['host']}:{told['port']}/{told.get('db', 0)}"


@pytest.fixture(params=["memory", "redis"])
def kept(request: pytest.FixtureRequest) -> Iterator[Beginning]:
    if request.param == "memory":
        yield Beginning(MemoryCallStore(CLOCK, lease=LEASE), None)
        return
    with closing(Redis.from_url(request.getfixturevalue("fresh_redis_url"))) as server:
        yield Beginning(None, server)


def test_a_claim_brings_the_service_and_the_open_stream(kept: Beginning) -> None:
    kept.put({mail.SERVICE: SERVICE, mail.open_key(CALL): b"ears-1"})
    assert kept.claim(0) == Claimed(0, None, Beside(SERVICE, b"ears-1"))
    assert kept.settle(0) == Stored()
    assert kept.claim(0) == Present(remembered(0))


def test_keys_never_look_for_what_was_said(kept: Beginning) -> None:
    kept.reach(0)
    kept.put({mail.heard_key(CALL, 1): SAID, mail.speaking_key(CALL, 1): mail.YES})
    assert kept.claim(1) == Claimed(1, remembered(0), NOTHING_BESIDE)


@pytest.mark.parametrize("looks", [Looks.FIRST, Looks.ONLY])
def test_what_was_said_for_the_turn_is_found_and_left_there(kept: Beginning, looks: Looks) -> None:
    kept.reach(0)
    kept.put({mail.heard_key(CALL, 1): SAID, mail.heard_key(CALL, 2): b"another"})
    found = Claimed(1, remembered(0), Beside(said=SAID))
    assert kept.look_for(1, looks) == found
    kept.store.release(CALL, 1, "me", kept.soon)
    assert kept.look_for(1, looks, owner="heir") == found


def test_where_nothing_was_said_silence_claims_and_a_moved_call_does_not(kept: Beginning) -> None:
    kept.reach(0)
    assert kept.look_for(1, Looks.ONLY) == Present(remembered(0))
    assert kept.look_for(1, Looks.FIRST, owner="rival") == Claimed(1, remembered(0))
    assert kept.look_for(1, Looks.ONLY) == Busy()


@pytest.mark.parametrize("looks", [Looks.FIRST, Looks.ONLY])
def test_a_caller_in_the_middle_of_a_word_is_waited_for_and_keys_are_not_kept_waiting(
    kept: Beginning, looks: Looks
) -> None:
    kept.reach(0)
    kept.put({mail.speaking_key(CALL, 1): mail.YES})
    assert kept.look_for(1, looks) == Speaking(remembered(0))
    assert kept.claim(1, "keys") == Claimed(1, remembered(0))


def test_patience_ends(kept: Beginning) -> None:
    kept.reach(0)
    kept.put({mail.speaking_key(CALL, 1): mail.YES})
    assert kept.look_for(1, Looks.ONLY, patient=False) == Present(remembered(0))
    assert kept.look_for(1, Looks.FIRST, patient=False) == Claimed(1, remembered(0))


def test_what_was_said_too_late_changes_nothing(kept: Beginning) -> None:
    kept.reach(1)
    kept.put({mail.heard_key(CALL, 1): SAID})
    assert kept.look_for(1, Looks.ONLY) == Present(remembered(1))
    assert kept.look_for(1, Looks.FIRST) == Present(remembered(1))


def test_a_restart_is_not_answered_with_what_was_said_to_a_question_that_is_lost(kept: Beginning) -> None:
    kept.reach(0)
    kept.put({mail.heard_key(CALL, 5): SAID, mail.speaking_key(CALL, 5): mail.YES})
    claim = Claim(CALL, 5, "voice", "me", Aim.RESTART, looks=Looks.ONLY, patient=True)
    assert kept.store.claim(claim, kept.soon) == Claimed(5, remembered(0))


def test_the_next_request_to_listen_is_stored_with_the_turn_and_by_its_owner_alone(kept: Beginning) -> None:
    kept.claim(0, "me")
    assert kept.listen(0, b"of the rival", "rival") == Lost()
    assert kept.request() is None
    assert kept.listen(0, b"for turn 1") == Stored()
    assert kept.request() == b"for turn 1"
    kept.claim(1, "me")
    kept.store.release(CALL, 1, "me", kept.soon)
    assert kept.request() == b"for turn 1"
    kept.claim(1, "me")
    assert kept.listen(1, None) == Stored()
    assert kept.request() is None


def test_the_request_is_published_as_it_is_kept(fresh_redis_url: str) -> None:
    asked = ListenRequest(CALL, 1, "en", Kind.CHOICE, ("payments", "refunds"))
    with (
        closing(Redis.from_url(fresh_redis_url)) as server,
        closing(RedisMailbox(Secret(fresh_redis_url), CLOCK, limit=PATIENT)) as box,
        closing(box.follow()) as following,
    ):
        here = Beginning(None, server)
        assert following.next(0.01) is None
        here.claim(0)
        here.listen(0, mail.written(asked))
        assert following.next(PATIENT) == box.request(CALL) == asked
        assert 0 < int(server.ttl(mail.request_key(CALL))) <= mail.REQUEST_KEPT
