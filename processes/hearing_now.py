"""Who hears callers at this moment: what was chosen for each language, and what the speech process says."""

from __future__ import annotations

from collections.abc import Iterable

from speech.choice import Choice, Ear
from speech.mailbox import Mailbox, MailboxGone
from speech.requests import Service

NOT_THERE = "the speech process has not been heard of for three seconds: callers are asked by keys"


def heard_now(chosen: Iterable[Choice], service: Service | None, *, hosted: bool) -> dict[str, str]:
    """Language -> who hears it: a recogniser of ours that is alive, the carrier's if allowed, or the keys."""
    alive = service.languages if service else {}
    otherwise = Ear.HOSTED.value if hosted else Ear.KEYS.value
    return {one.language: alive.get(one.language, otherwise) for one in chosen}


def faults_of(chosen: Iterable[Choice], service: Service | None) -> tuple[str, ...]:
    """What is not as it was chosen, a line each. None of it stops a call: keys are always taken."""
    chosen = tuple(chosen)
    broken = tuple(one.fault for one in chosen if one.fault)
    wanted = [one for one in chosen if one.local]
    if service is None:
        return (*broken, *([NOT_THERE] if wanted else []))
    late = [one.language for one in wanted if one.language not in service.languages]
    told = f"the speech process does not hear {' and '.join(late)}; restart it, and read its log"
    return (*broken, *([told] if late else []))


def asked(mailbox: Mailbox) -> Service | None:
    """What the speech process says of itself; None if it says nothing, or nobody can be asked."""
    try:
        return mailbox.service()
    except MailboxGone:
        return None
