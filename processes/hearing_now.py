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
    return (*broken, *(_otherwise(one, service) for one in wanted if not _as_chosen(one, service)))


def _as_chosen(choice: Choice, service: Service) -> bool:
    return service.languages.get(choice.language) == choice.ear.value and not _is_older(choice, service)


def _is_older(choice: Choice, service: Service) -> bool:
    """Whether it is heard with another model than the one that is here; a process may not say with which."""
    loaded = service.models.get(choice.language)
    return choice.model is not None and loaded is not None and loaded != choice.model.name


def _otherwise(choice: Choice, service: Service) -> str:
    """A model that came after the speech process began, or one that does not load."""
    if choice.model is not None and _is_older(choice, service):
        loaded, here = service.models[choice.language], choice.model.name
        return f"{choice.language} is heard with {loaded}; restart the speech process to hear with {here}"
    heard = service.languages.get(choice.language)
    now = f"is heard by {heard}, not by {choice.ear.value}" if heard else "is not heard"
    return f"{choice.language} {now}; restart the speech process, and read its log"


def asked(mailbox: Mailbox) -> Service | None:
    """What the speech process says of itself; None if it says nothing, or nobody can be asked."""
    try:
        return mailbox.service()
    except MailboxGone:
        return None
