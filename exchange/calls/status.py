"""Tells the status URL of a number, or of a call placed by REST, what became of a call.

Source: https://www.twilio.com/docs/voice/api/call-resource#statuscallback. Delivery is best effort there; the
place for losing, repeating and reordering is `Deliver`, which decides when and how often a callback is sent.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

from exchange.calls.call import Call, Fetch
from exchange.calls.webhooks import ask
from exchange.faults import CarrierFault
from exchange.fields import status_fields

Event = Literal["initiated", "ringing", "answered", "completed"]
Send = Callable[[], Awaitable[None]]
# What delivers a callback: called with the SID of the call or text, the event or status, and the deed of
# sending it once.
Deliver = Callable[[str, str, Send], Awaitable[None]]


async def deliver_at_once(_sid: str, _event: str, send: Send) -> None:
    """Deliver as a carrier does on a good day: once, now."""
    await send()


async def tell_status(call: Call, event: Event, deliver: Deliver) -> None:
    """Send one status callback, if the number has a status URL and wants this event."""
    url = call.number.status_url
    if url is None or event not in call.number.status_events:
        return
    ended = call.seconds if event == "completed" else None
    fields = status_fields(call.status_events, call.clock.now(), ended)
    if event == "initiated" and call.status == "queued":
        fields["CallStatus"] = "initiated"
    call.status_events += 1

    async def send() -> None:
        call.note("status", event=event, call_status=call.status)
        try:
            await ask(call, Fetch(url, call.number.status_method, fields), "status")
        except CarrierFault as fault:
            # The carrier's debugger shows it; nobody on the line hears of it.
            call.note("fault", code=fault.code, what=fault.what, heard=False)

    await deliver(call.sid, event, send)
