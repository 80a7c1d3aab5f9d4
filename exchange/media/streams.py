"""The streams of one call: begun, stopped by their name or SID, and told of as the document asked.

Source: https://www.twilio.com/docs/voice/twiml/stream#statuscallback.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

from exchange.calls.call import Call, Fetch
from exchange.calls.webhooks import ask_with
from exchange.faults import SCHEMA, CarrierFault
from exchange.media.messages import Messages
from exchange.media.stream import Stream, StreamEvent, StreamPlan
from exchange.mishaps import STREAM_OPEN

MOST_STREAMS = 4  # at once, of one call
_KINDS = {"stream-started": "started", "stream-stopped": "stopped", "stream-error": "error"}


def begin(call: Call, plan: StreamPlan) -> Stream:
    """Begin one, without waiting for it. Raises CarrierFault if the call cannot have it."""
    if len(running(call)) >= MOST_STREAMS:
        raise CarrierFault(SCHEMA, f"a call has {MOST_STREAMS} streams at most")
    if plan.name and find(call, plan.name):
        raise CarrierFault(SCHEMA, f"a stream of the name {plan.name!r} is running already")
    sid, account = call.world.sids.stream(), call.world.account

    async def tell(stream: Stream, event: StreamEvent, fault: CarrierFault | None) -> None:
        await _tell(call, stream, event, fault)

    stream = Stream(
        sid=sid,
        plan=plan,
        messages=Messages(account.sid, call.sid, sid),
        mouth=call.line.mouth,
        mishap=call.world.mishaps.next(STREAM_OPEN),
        tell=tell,
        auth_token=account.auth_token,
    )
    call.streams[sid] = (stream, asyncio.create_task(stream.run(), name=sid))
    return stream


def running(call: Call) -> list[Stream]:
    """Those that are not over."""
    return [stream for stream, _ in call.streams.values() if not stream.over]


def find(call: Call, name: str) -> Stream | None:
    """The running stream of this name or SID."""
    return next((one for one in running(call) if name in (one.plan.name, one.sid)), None)


async def settled(call: Call) -> None:
    """Wait until sound flows through each stream of the call that was begun, or never will."""
    await asyncio.gather(*(stream.settled.wait() for stream in running(call)))


async def stop(call: Call, streams: Iterable[Stream]) -> None:
    """Stop these, and wait until they are over and told of."""
    stopped = list(streams)
    for stream in stopped:
        stream.stop()
    await asyncio.gather(*(call.streams[stream.sid][1] for stream in stopped))


async def stop_all(call: Call) -> None:
    """The call is over: so are its streams."""
    await stop(call, [stream for stream, _ in call.streams.values()])


async def _tell(call: Call, stream: Stream, event: StreamEvent, fault: CarrierFault | None) -> None:
    details: dict[str, object] = {"name": stream.plan.name, "stream": stream.sid, "url": stream.plan.url}
    if event != "stream-started":
        details |= {"sent": stream.sent, "lost": stream.lost}
    call.note("stream", what=_KINDS[event], **details)
    if fault is not None:
        call.note("fault", code=fault.code, what=fault.what, heard=False)
    if stream.plan.status_url is not None:
        fields = _status_fields(call, stream, event, fault)
        await _ask(call, Fetch(stream.plan.status_url, stream.plan.status_method, fields))


def _status_fields(
    call: Call, stream: Stream, event: StreamEvent, fault: CarrierFault | None
) -> dict[str, str]:
    fields = {
        "AccountSid": call.world.account.sid,
        "CallSid": call.sid,
        "StreamSid": stream.sid,
        "StreamEvent": event,
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if stream.plan.name:
        fields["StreamName"] = stream.plan.name
    return fields if fault is None else {**fields, "StreamError": f"{fault.code} {fault.what}"}


async def _ask(call: Call, fetch: Fetch) -> None:
    try:
        await ask_with(call, fetch, "stream-status", fetch.fields)
    except CarrierFault as fault:
        call.note("fault", code=fault.code, what=fault.what, heard=False)
