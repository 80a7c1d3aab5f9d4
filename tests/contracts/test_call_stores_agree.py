"""Redis and memory give the same answers to whatever is asked, in whatever order."""

from __future__ import annotations

from contextlib import closing

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from ivr.calls.claims import Aim
from ivr.calls.memory_store import MemoryCallStore
from tests.contracts.test_call_store import CALL, CLOCK, LEASE, Kept, redis_store

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "settle", "release", "look", "end", "restart"]),
        st.integers(0, 3),
        st.sampled_from(["me", "rival"]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_redis_and_memory_say_the_same_whatever_is_asked(
    acts: list[tuple[str, int, str]], fresh_redis_url: str
) -> None:
    with closing(Redis.from_url(fresh_redis_url)) as server:
        server.flushall()
    redis = Kept(redis_store(fresh_redis_url), CLOCK)
    assert _told(redis, acts) == _told(Kept(MemoryCallStore(CLOCK, lease=LEASE), CLOCK), acts)


def _told(kept: Kept, acts: list[tuple[str, int, str]]) -> list[object]:
    return [_act(kept, *act) for act in acts]


def _act(kept: Kept, act: str, turn: int, owner: str) -> object:
    match act:
        case "claim":
            return kept.claim(turn, owner)
        case "restart":
            return kept.claim(turn, owner, Aim.RESTART)
        case "settle":
            return kept.settle(turn, owner)
        case "release":
            kept.store.release(CALL, turn, owner, kept.soon)
            return None
        case "look":
            return kept.store.look(CALL, turn, kept.soon)
        case _:
            return kept.end(owner)
