"""Tells the status URL of a number, or of a call placed by REST, what became of a call.

Source: https://www.twilio.com/docs/voice/api/call-resource#statuscallback. Delivery is best effort there;
what is lost, repeated or late is decided in exchange/post.py.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from exchange.calls.call import Call, Fetch
from exchange.calls.webhooks import ask
from exchange.faults import CarrierFault
from exchange.fields import status_fields
from exchange.post import Deliver

Event = Literal["initiated", "ringing", "answered", "completed"]


async def tell_status(call: Call, event: Event, deliver: Deliver) -> None:
    """Send one status callback, if the number has a status URL and wants this event."""
    url = call.number.status_url
    if url is None or event not in call.number.status_events:
        return
    ended = call.seconds if event == "completed" else None
    fields = status_fields(call.status_events, call.clock.now(), ended)
    # Of this moment: a late one tells of it all the same.
    status = "initiated" if event == "initiated" and call.status == "queued" else call.status
    call.status_events += 1

    async def send() -> None:
        call.note("status", event=event, call_status=status)
        try:
            await ask(call, Fetch(url, call.number.status_method, {**fields, "CallStatus": status}), "status")
        except CarrierFault as fault:
            # The carrier's debugger shows it; nobody on the line hears of it.
            call.note("fault", code=fault.code, what=fault.what, heard=False)

    moments = deliver(call.sid, event)
    if not moments:
        call.note("status", event=event, call_status=status, lost=True)
    for moment in sorted(moments):
        if moment:
            call.unheard.append(asyncio.create_task(after(moment, send)))
        else:
            await send()


async def after(seconds: float, send: Callable[[], Awaitable[None]]) -> None:
    """Send it so many real seconds later."""
    await asyncio.sleep(seconds)
    await send()
