"""The chore that pages the people on call, put together by hand: its line, its words, who is on call."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from callbacks.paging.on_call import OnCall, OnCallPerson
from callbacks.paging.pager import Outside, Pager, Plan
from foundation.settings import Settings
from ivr.handlers.page_words import spoken_in, text_of
from ivr.menus.model import MenuBook
from processes.call_parts import CallParts
from telephony.line import LoopbackLine, NotSent, PhoneLine
from telephony.rest import CarrierRest
from telephony.twilio_line import TwilioLine

NOBODY_NAMED = "PERSON_FALLBACK_NUMBER"  # stands where a name would


def new_attempt() -> str:
    """32 characters that nobody can guess: they open the words of a page."""
    return uuid4().hex


def build_pager(settings: Settings, calls: CallParts, rest: CarrierRest | None) -> Pager:
    """Who pages, through the account of `rest`; without one nobody is rung, and that is told each time."""
    line: PhoneLine = TwilioLine(rest) if rest else LoopbackLine(lambda: NotSent("no TWILIO_ACCOUNT_SID"))

    def words(language: str, since: datetime) -> str:
        return text_of(language, since, calls.shelf.current().hours.zone)

    outside = Outside(
        line=line,
        shown=settings.hotline_number,
        voice_url=calls.addresses.page,
        status_url=calls.addresses.page_status,
        words=words,
        new_attempt=new_attempt,
        fault_points=calls.turns.fault_points,
    )
    plan = plan_of(settings, calls.shelf.current)
    return Pager(calls.database, plan, outside, calls.clock)


def plan_of(settings: Settings, book: Callable[[], MenuBook]) -> Callable[[], Plan]:
    """Who is on call by the live book; where it names nobody, whoever answers for the hotline."""

    def plan() -> Plan:
        live = book()
        language = spoken_in(live.default_language)
        fallback = OnCallPerson(name=NOBODY_NAMED, number=settings.person_fallback_number, language=language)
        return Plan(live.on_call or OnCall(), live.hours.zone, fallback)

    return plan
