"""What `hotline doctor` looks at: each check gives one finding, and none changes anything."""

import base64
import hmac
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import httpx

from foundation.clock import Deadline, SystemClock
from foundation.settings import Settings
from processes.readiness import ANSWER_LIMIT
from processes.redis_finder import FoundRedis, NoRedis, RedisToStart, find_redis


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, and the cure if it is not well."""

    what: str
    how: str
    cure: str | None = None

    @property
    def well(self) -> bool:
        """Whether nothing has to be done."""
        return self.cure is None


def look_at(settings: Settings) -> Iterator[Finding]:
    """All findings, in the order in which one would mend them."""
    yield Finding("settings", f"complete, for {settings.hotline_env}")
    yield _redis(settings)
    yield _database(settings)
    yield _books(settings)
    yield _signature(settings)
    yield _public_url(settings)
    yield _carrier(settings)


def _redis(settings: Settings) -> Finding:
    told = settings.redis_url
    try:
        match find_redis(told.reveal() if told else None):
            case FoundRedis():
                return Finding("Redis", "answers PING")
            case RedisToStart(program):
                return Finding("Redis", f"none runs; `hotline run` will start {program}")
    except NoRedis as fault:
        return Finding("Redis", "does not answer", str(fault))


def _database(settings: Settings) -> Finding:
    from foundation.database import Database, DatabaseUnavailable, schema_version

    clock = SystemClock()
    database = Database(settings.database_url, clock)
    try:
        with database.reading(Deadline.after(ANSWER_LIMIT, clock)):
            pass
    except DatabaseUnavailable:
        return Finding("database", "cannot be reached", "start it, or mend DATABASE_URL")
    finally:
        database.close()
    return _shape(schema_version(settings.database_url))


def _shape(version: str | None) -> Finding:
    from foundation.migrating import newest

    wanted = newest()
    if version == wanted:
        return Finding("database", f"reachable, at version {version}")
    return Finding("database", f"at version {version}, this code wants {wanted}", "run `hotline migrate`")


def _books(settings: Settings) -> Finding:
    from ivr.menus.loader import judge

    judged = judge(settings.books_dir)
    if judged.book is None:
        cure = f"`hotline menus check` names all {len(judged.faults)} faults"
        return Finding("menu book", f"cannot be loaded from {settings.books_dir}", cure)
    return Finding("menu book", f"{judged.book.name}, version {judged.book.version[:12]}")


def _signature(settings: Settings) -> Finding:
    """Signs a request as the carrier does and lets the guard of the webhooks judge it."""
    from ivr.channels.twilio_signature import SignatureCheck

    tokens = [settings.twilio_auth_token, settings.twilio_auth_token_secondary]
    given = [token for token in tokens if token]
    guard = SignatureCheck(settings.public_url, given)
    fields = b"CallStatusringing"
    asked = settings.public_url.encode() + b"/voice/answer" + fields
    signatures = [
        base64.b64encode(hmac.digest(token.reveal().encode(), asked, "sha1")).decode() for token in given
    ]
    if all(guard.holds("/voice/answer", fields, signature) for signature in signatures):
        return Finding(
            "signature", f"the guard accepts what the carrier would sign, with {len(given)} token(s)"
        )
    return Finding(
        "signature", "the guard refuses what the carrier would sign", "mend PUBLIC_URL and the token"
    )


def _public_url(settings: Settings) -> Finding:
    with suppress(httpx.HTTPError):
        answer = httpx.get(f"{settings.public_url}/health/ready", timeout=ANSWER_LIMIT, trust_env=False)
        if answer.status_code == httpx.codes.OK:
            return Finding("PUBLIC_URL", f"{settings.public_url} is ready")
        cure = "look at the web process; /health/ready says what it waits for"
        return Finding("PUBLIC_URL", f"{settings.public_url} answers {answer.status_code}", cure)
    return Finding(
        "PUBLIC_URL", f"{settings.public_url} does not answer", "start the web process, `hotline run`"
    )


def _carrier(settings: Settings) -> Finding:
    if settings.twilio_account_sid is None:
        cure = "set TWILIO_ACCOUNT_SID, as in the carrier's console"
        return Finding("carrier", "no account: recordings cannot be fetched, calls not placed", cure)
    return Finding("carrier", f"account {settings.twilio_account_sid[:6]}... at {settings.twilio_api_url}")
