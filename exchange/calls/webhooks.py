"""Sends the webhooks of one call: noted on the tape, repeated if the exchange is told to, and judged."""

import asyncio
from collections.abc import Mapping

from exchange.calls.call import Call, Fetch
from exchange.calls.line import CallerHungUp
from exchange.faults import CONTENT_TYPE, HTTP_FAILURE, CarrierFault
from exchange.fields import voice_fields
from exchange.web import Reply, Request

# What Twilio reads as TwiML (https://www.twilio.com/docs/voice/twiml#twilio-understands-mime-types).
TWIML_TYPES = ("text/xml", "application/xml", "text/html")
# So that a request is under way before its caller leaves, in real seconds.
_UNDER_WAY = 0.02


async def ask(call: Call, fetch: Fetch, what: str) -> Reply:
    """Ask for `fetch` with the fields of the call, and note question and answer."""
    return await ask_with(call, fetch, what, {**voice_fields(call.dialled, call.status), **fetch.fields})


async def ask_with(call: Call, fetch: Fetch, what: str, fields: Mapping[str, str]) -> Reply:
    """Ask for `fetch` with these fields alone."""
    request = Request(fetch.url, fields, call.world.sids.token(), fetch.method)
    call.note("requested", what=what, method=fetch.method, url=fetch.url, fields=dict(fields))
    replies = await _send(call, request)
    call.clock.count_real(replies[0].seconds)
    _note_replies(call, what, replies)
    return replies[0]


async def ask_for_sound(call: Call, url: str) -> Reply:
    """Ask for a file to play: by GET, signed, without the fields of the call."""
    call.note("requested", what="play", method="GET", url=url, fields={})
    reply = await call.world.web.ask(Request(url, {}, call.world.sids.token(), "GET"))
    call.clock.count_real(reply.seconds)
    came = {"content_type": reply.content_type, "bytes": len(reply.body), "seconds": round(reply.seconds, 3)}
    call.note("replied", what="play", url=reply.url, status=reply.status, **came)
    return reply


def _note_replies(call: Call, what: str, replies: list[Reply]) -> None:
    first = replies[0]
    details: dict[str, object] = {"what": what, "url": first.url, "status": first.status}
    if first.redirects:
        details["redirects"] = list(first.redirects)
    if first.failed:
        details["failed"] = list(first.failed)
    if len(replies) > 1:
        details |= {"copies": len(replies), "repeated": _sameness(replies)}
        if details["repeated"] == "differs":
            details["bodies"] = [_text(reply) for reply in replies]
            details["took"] = [round(reply.seconds, 3) for reply in replies]
    details |= {"body": _text(first), "seconds": round(first.seconds, 3)}
    call.note("document" if what == "voice" else "replied", **details)


def _text(reply: Reply) -> str:
    return reply.body.decode("utf-8", "replace")


async def _send(call: Call, request: Request) -> list[Reply]:
    copies = next(call.world.copies)
    if copies.overlap > 1:
        replies = list(await asyncio.gather(*(call.world.web.ask(request) for _ in range(copies.overlap))))
    else:
        replies = [await call.world.web.ask(request)]
    if copies.repeat_every_request:
        replies.append(await call.world.web.ask(request))
    return replies


def _sameness(replies: list[Reply]) -> str:
    return "same" if all(reply.same_as(replies[0]) for reply in replies) else "differs"


async def ask_for_document(call: Call, fetch: Fetch) -> Reply:
    """Ask for the next document. Raises CarrierFault; CallerHungUp if the caller leaves first, CallMoved.

    A request that nobody waits for any more still runs to its end; its document is not carried out.
    """
    asking = asyncio.create_task(ask(call, fetch, "voice"))
    if call.party.leaves_before_reply():
        await asyncio.sleep(_UNDER_WAY)
        call.line.hang_up()
    leaving = [asyncio.create_task(event.wait()) for event in (call.line.gone, call.line.moving)]
    await asyncio.wait((asking, *leaving), return_when=asyncio.FIRST_COMPLETED)
    for one in leaving:
        one.cancel()
    if call.line.gone.is_set() or call.line.moving.is_set():
        call.unheard.append(asking)
    call.line.check()
    reply = judged(await asking)
    if call.party.leaves_unheard():
        call.line.hang_up()
        raise CallerHungUp
    return reply


def judged(reply: Reply) -> Reply:
    """The reply if it is a document at all, else the carrier's fault."""
    if not 200 <= reply.status < 300:
        raise CarrierFault(HTTP_FAILURE, f"{reply.url}: status {reply.status}")
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind not in TWIML_TYPES:
        raise CarrierFault(CONTENT_TYPE, f"{reply.url}: {kind or 'no content type'} is not TwiML")
    return reply


async def tell_of_a_gone_caller(call: Call, action: Fetch) -> None:
    """Ask an action though its caller has left: it learns what happened, its document is not carried out."""
    before, call.status = call.status, "completed"
    try:
        await ask(call, action, "voice")
    except CarrierFault as fault:
        call.note("fault", code=fault.code, what=fault.what, heard=False)
    call.status = before


async def settle_unheard(call: Call) -> None:
    """Wait for the requests that outlived their caller; what became of them is on the tape already."""
    for outcome in await asyncio.gather(*call.unheard, return_exceptions=True):
        if isinstance(outcome, CarrierFault):
            call.note("fault", code=outcome.code, what=outcome.what, heard=False)
