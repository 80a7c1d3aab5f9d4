"""What `hotline doctor` looks at: each check gives one finding, and none changes anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from foundation.clock import SystemClock
from foundation.settings import Judged, Settings
from processes.doctor.carrier_look import look_at_carrier, look_at_number
from processes.doctor.clock_look import look_at_clock
from processes.doctor.database_look import look_at_database
from processes.doctor.disk_look import look_at_disk
from processes.doctor.findings import Finding
from processes.doctor.media_look import look_at_media_door
from processes.doctor.path_look import look_at_public_url, look_at_signed_door, signature
from processes.doctor.redis_look import look_at_redis
from processes.doctor.speech_look import look_at_speech
from processes.doctor.spool_look import look_at_spool
from processes.doctor.versions_look import look_at_versions
from processes.doctor.worker_look import look_at_worker


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
            yield _looked(check, judged.settings)


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
    url = f"{settings.public_url}/voice/answer"
    signatures = [signature(token, url, {"CallStatus": "ringing"}) for token in given]
    if all(guard.holds("/voice/answer", b"CallStatusringing", signed) for signed in signatures):
        return Finding(
            "signature", f"the guard accepts what the carrier would sign, with {len(given)} token(s)"
        )
    return Finding(
        "signature", "the guard refuses what the carrier would sign", "mend PUBLIC_URL and the token"
    )


def _looked(check: _Check, settings: Settings) -> Finding:
    """What a check found; one that breaks hides no other."""
    try:
        return check.look(settings)
    except Exception as fault:  # noqa: BLE001  # whatever a look meets, the others are still taken
        how = f"cannot be looked at ({type(fault).__name__})"
        return Finding(check.what, how, "this is a fault of `hotline doctor`: please report it")


_TOKENS = frozenset({"TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY"})
_ACCOUNT = frozenset({"TWILIO_ACCOUNT_SID", "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET", "TWILIO_API_URL"})
_LET_IN = _ACCOUNT | {"TWILIO_AUTH_TOKEN", "HOTLINE_ENV"}
_WORKER = frozenset({"HOTLINE_ENV", "DATABASE_URL"})
_MEDIA = frozenset({"HOTLINE_ENV", "PUBLIC_URL", "MEDIA_URL", "SPEECH_PORT", "BOOKS_DIR"})
CHECKS = (
    _Check("versions", frozenset(), lambda _settings: look_at_versions()),
    _Check("Redis", frozenset({"REDIS_URL"}), look_at_redis),
    _Check("database", frozenset({"DATABASE_URL"}), look_at_database),
    _Check("worker", _WORKER, lambda settings: look_at_worker(settings, SystemClock())),
    _Check("disk", frozenset({"DATABASE_URL"}), look_at_disk),
    _Check("spool", frozenset({"HOTLINE_ENV", "SPOOL_DIR"}), look_at_spool),
    _Check("menu book", frozenset({"BOOKS_DIR"}), _books),
    _Check("speech", frozenset({"HOTLINE_ENV", "BOOKS_DIR"}), look_at_speech),
    _Check("signature", _TOKENS | {"PUBLIC_URL"}, _signature),
    _Check("PUBLIC_URL", frozenset({"PUBLIC_URL"}), look_at_public_url),
    _Check("signed door", _TOKENS | {"PUBLIC_URL"}, look_at_signed_door),
    _Check("media door", _TOKENS | _MEDIA, look_at_media_door),
    _Check("carrier", _LET_IN, look_at_carrier),
    _Check("number", _LET_IN | {"PUBLIC_URL", "HOTLINE_NUMBER"}, look_at_number),
    _Check("clock", frozenset({"TWILIO_API_URL"}), lambda settings: look_at_clock(settings, SystemClock())),
)
