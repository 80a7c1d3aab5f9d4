"""Runs a call from the first ring to the last status callback: fetch a document, do its verbs, go on."""

from contextlib import suppress
from itertools import zip_longest

from exchange.calls.call import Call, EndedBy, Fetch, Next, Over, Rung
from exchange.calls.line import CallerHungUp, CallMoved, HangUp, Moved
from exchange.calls.ringing import ringing
from exchange.calls.status import tell_status
from exchange.calls.waiting import pass_time
from exchange.calls.webhooks import ask_for_document, settle_unheard
from exchange.faults import ANNOUNCEMENT, CarrierFault
from exchange.media.streams import stop_all
from exchange.post import Deliver
from exchange.twiml.reader import read_document
from exchange.twiml.speech import speaking_seconds
from exchange.twiml.verbs import Record, Reject
from exchange.verbs.table import carry_out

MOST_DOCUMENTS = 1_000
LONGEST_CALL = 4 * 3_600.0


async def run_call(call: Call, deliver: Deliver) -> Over:
    """Carry a call to its end. Every way it can go is written on the tape; nothing is raised."""
    await tell_status(call, "initiated", deliver)
    if call.rung is None:
        await tell_status(call, "ringing", deliver)
    try:
        over = await _unanswered(call, call.rung, deliver) if call.rung else None
        over = over or await _converse(call, deliver)
    except CallerHungUp:
        # A caller who leaves before the first document has not been answered.
        by: EndedBy = "carrier" if call.line.timed_out else "caller"
        over = call.cut or Over(by, "completed" if call.status == "in-progress" else "no-answer")
    call.status = over.status
    await stop_all(call)
    await tell_status(call, "completed", deliver)
    await settle_unheard(call)
    call.note("ended", by=over.by, status=over.status, seconds=round(call.clock.elapsed, 3))
    return over


async def _unanswered(call: Call, rung: Rung, deliver: Deliver) -> Over | None:
    """Ring whom the call is for. Returns how it ended if nobody takes it."""
    call.status = "ringing"
    outcome, seconds = ringing(rung.person, rung.timeout)
    call.note(
        "ringing", number=call.dialled.to, numbers=[call.dialled.to], leg=call.sid, timeout=rung.timeout
    )
    await tell_status(call, "ringing", deliver)
    await pass_time(call, seconds)
    if outcome != "completed":
        return Over("carrier", outcome)
    call.taken_at = call.clock.elapsed
    await _answer(call, deliver)
    call.line.lasts_until = call.taken_at + rung.limit
    if rung.silent:
        call.line.put(HangUp(), rung.person.talks)
    return None


async def _converse(call: Call, deliver: Deliver) -> Over:
    step: Next | Moved = Fetch(call.number.voice_url, call.number.voice_method)
    while not isinstance(step, Over):
        asked = _asked(call, step)
        try:
            step = await _one_document(call, asked, deliver)
        except CallMoved as led:
            call.note("moved", url=led.moved.url)
            step = led.moved
        except CarrierFault as fault:
            call.note("fault", code=fault.code, what=fault.what, url=asked.url, heard=True)
            fallback = call.number.fallback_url
            if fallback is None or asked.url == fallback:
                return await _announce_fault(call, deliver)
            step = Fetch(
                fallback, call.number.fallback_method, {"ErrorCode": str(fault.code), "ErrorUrl": asked.url}
            )
    return step


def _asked(call: Call, step: Fetch | Moved) -> Fetch | Moved:
    """A call that was led to an address asks there; a document that came with it needs no asking."""
    if isinstance(step, Fetch) or step.document is not None:
        return step
    return Fetch(call.absolute(step.url), step.method)


async def _one_document(call: Call, fetch: Fetch | Moved, deliver: Deliver) -> Next:
    if call.documents == MOST_DOCUMENTS or call.clock.elapsed > LONGEST_CALL:
        call.note("fault", code=0, what="a bound of the exchange: documents or length of a call", heard=False)
        return Over("carrier")
    call.documents += 1
    call.says = 0
    document = read_document(await _body(call, fetch))
    if not (document.verbs and isinstance(document.verbs[0], Reject)):
        await _answer(call, deliver)
    for verb, after in zip_longest(document.verbs, document.verbs[1:]):
        call.line.check()
        call.voice_next = isinstance(after, Record)
        following = await carry_out(call, verb)
        if following is not None:
            return following
    return Over("document")


async def _body(call: Call, step: Fetch | Moved) -> bytes:
    if isinstance(step, Moved):
        return step.document or b""
    reply = await ask_for_document(call, step)
    call.url = reply.url
    return reply.body


async def _answer(call: Call, deliver: Deliver) -> None:
    if call.status == "ringing":
        call.status = "in-progress"
        call.note("answered")
        await tell_status(call, "answered", deliver)


async def _announce_fault(call: Call, deliver: Deliver) -> Over:
    await _answer(call, deliver)
    said = {"text": ANNOUNCEMENT, "language": "en-US", "voice": "man", "by": "carrier"}
    call.note("saying", **said)
    with suppress(CallMoved):
        await pass_time(call, speaking_seconds(ANNOUNCEMENT))
    call.note("heard", **said, complete=True)
    return Over("fault")
