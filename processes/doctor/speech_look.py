"""Who hears callers in each language, and whether the speech process is alive; calls go on without it."""

from __future__ import annotations

from contextlib import closing

from foundation.clock import SystemClock
from foundation.redaction import Secret
from foundation.settings import Settings
from processes.doctor.findings import Finding
from processes.hearing import choices_of, languages_in
from processes.hearing_now import NOT_THERE, asked, faults_of
from processes.launch.redis_finder import FoundRedis, NoRedis, find_running
from speech.mailbox import RedisMailbox
from speech.requests import Service

WHAT = "speech"
START = "start it: `python -m processes.speech_server`, or hotline-speech.service"
LIMIT = 2.0  # seconds


def look_at_speech(settings: Settings) -> Finding:
    """What was chosen for each language of the book, and the first thing that is not as chosen."""
    chosen = choices_of(languages_in(settings.books_dir), settings)
    if not chosen:
        return Finding(WHAT, "the book cannot be loaded: see its line")
    service = service_now(settings)
    heard = ", ".join(map(str, chosen))
    faults = faults_of(chosen, service)
    if settings.in_development and service is None:
        faults = tuple(one for one in faults if one != NOT_THERE)
        heard = f"{heard}; `hotline run` starts the speech process"
    elif service is not None:
        heard = f"{heard}; {service.free} more streams can be heard now"
    if not faults:
        return Finding(WHAT, heard)
    what, _, cure = faults[0].partition("; ")
    return Finding(WHAT, f"{heard}; {what}", cure or START, mild=True)


def service_now(settings: Settings) -> Service | None:
    """What the speech process says of itself; None if it says nothing, or no Redis is found."""
    told = settings.redis_url
    try:
        found = find_running(told.reveal() if told else None)
    except NoRedis:
        return None
    if not isinstance(found, FoundRedis):
        return None
    with closing(RedisMailbox(Secret(found.url), SystemClock(), limit=LIMIT)) as mailbox:
        return asked(mailbox)
