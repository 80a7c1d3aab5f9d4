"""Whether Redis answers, how fast, and whether it keeps what it is given, asked without changing anything."""

import time
from collections.abc import Mapping

from foundation.settings import Settings
from processes.doctor.findings import Finding
from processes.launch.redis_finder import USUAL_URL, FoundRedis, NoRedis, RedisToStart, find_running
from processes.launch.redis_ping import facts_of

WHAT = "Redis"
LIMIT = 2.0  # seconds
SLOW = 0.05  # seconds for connecting and two answers; a turn asks twice within its budget of 1.8 s
NONE = f"none at {USUAL_URL}, and no `hotline run` is up with one of its own"
NEVER_EVICTS = "noeviction"


def look_at_redis(settings: Settings) -> Finding:
    """The one of REDIS_URL, the usual one, or that of a `hotline run`; none is started for the look."""
    told = settings.redis_url
    try:
        match find_running(told.reveal() if told else None):
            case FoundRedis(url):
                return _judged(url)
            case RedisToStart(program):
                return Finding(WHAT, f"{NONE}; it would start {program}")
    except NoRedis as fault:
        return Finding(WHAT, "does not answer", str(fault))


def _judged(url: str) -> Finding:
    began = time.perf_counter()
    facts = facts_of(url, LIMIT)
    took = time.perf_counter() - began
    if isinstance(facts, str):
        return Finding(WHAT, facts, "look at that Redis")
    version = facts.get("valkey_version") or facts.get("redis_version") or "unknown"
    how = f"answers PING, version {version}, {took * 1000:.0f} ms"
    weak = _weakness(facts, took)
    return Finding(WHAT, f"{how}; {weak[0]}", weak[1], mild=True) if weak else Finding(WHAT, how)


def _weakness(facts: Mapping[str, str], took: float) -> tuple[str, str] | None:
    """What is not well, and the cure. Promises stand in SQL: none of these loses one."""
    policy = facts.get("maxmemory_policy", NEVER_EVICTS)
    if facts.get("maxmemory", "0") != "0" and policy != NEVER_EVICTS:
        return (
            f"it throws calls away when it is full ({policy})",
            f"set its maxmemory-policy to {NEVER_EVICTS}",
        )
    if facts.get("aof_enabled", "1") == "0":
        told = "it writes nothing to disk at once: if it restarts, callers are asked once more"
        return told, "set its appendonly to yes"
    if took > SLOW:
        return "far for what every turn asks twice", "place it near the web process"
    return None
