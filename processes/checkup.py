"""What `hotline doctor` looks at: each check gives one finding, and none changes anything."""

import base64
import hmac
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import httpx

from foundation.settings import Judged, Settings
from processes.carrier_look import look_at_carrier
from processes.database_look import look_at_database
from processes.findings import Finding
from processes.readiness import ANSWER_LIMIT
from processes.redis_finder import FoundRedis, NoRedis, RedisToStart, find_redis


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing to look at, and the settings without which it cannot be."""

    what: str
    needs: frozenset[str]
    look: Callable[[Settings], Finding]


def look_at(judged: Judged) -> Iterator[Finding]:
    """All findings, in the order in which one would mend them; a faulty setting hides only what needs it."""
    if not judged.faults:
        yield Finding("settings", f"complete, for {judged.settings.hotline_env}")
    for fault in judged.faults:
        what, _, cure = fault.partition("; ")
        yield Finding("setting", what, cure)
    for check in CHECKS:
        waits_for = sorted(check.needs & judged.missing)
        if waits_for:
            yield Finding(check.what, "cannot be looked at", f"mend {' and '.join(waits_for)} first")
        else:
            yield check.look(judged.settings)


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


_TOKENS = frozenset({"TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY"})
_ACCOUNT = frozenset({"TWILIO_ACCOUNT_SID", "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET", "TWILIO_API_URL"})
CHECKS = (
    _Check("Redis", frozenset({"REDIS_URL"}), _redis),
    _Check("database", frozenset({"DATABASE_URL"}), look_at_database),
    _Check("menu book", frozenset({"BOOKS_DIR"}), _books),
    _Check("signature", _TOKENS | {"PUBLIC_URL"}, _signature),
    _Check("PUBLIC_URL", frozenset({"PUBLIC_URL"}), _public_url),
    _Check("carrier", _ACCOUNT | {"TWILIO_AUTH_TOKEN", "HOTLINE_ENV"}, look_at_carrier),
)
