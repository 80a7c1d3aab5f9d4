"""What readiness says of hearing: who hears each language now, and what is not as it should be."""

from __future__ import annotations

from collections.abc import Callable

from foundation.settings import Settings
from ivr.handlers.health import Check, Finding
from ivr.menus.model import MenuBook
from processes.hearing import choices_of
from processes.hearing_now import faults_of, heard_now
from speech.mailbox import Mailbox, MailboxGone

HEARS = "hears"  # the name under which readiness tells who hears what


def speech_check(settings: Settings, book: Callable[[], MenuBook], mailbox: Mailbox) -> Check:
    """A check that never takes a process out of service: whoever is not heard uses the keys."""

    def check() -> Finding:
        chosen = choices_of(book().languages, settings)
        hosted = settings.hosted_recognition == "on"
        try:
            service = mailbox.service()
        except MailboxGone:
            return Finding("cannot be asked: Redis does not answer", stops=False)
        faults = faults_of(chosen, service)
        tells = {HEARS: heard_now(chosen, service, hosted=hosted)}
        return Finding("; ".join(faults) or None, stops=False, tells=tells)

    return check
