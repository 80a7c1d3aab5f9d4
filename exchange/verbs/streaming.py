"""Start and Stop: the caller's sound goes to whoever listens, while the document goes on at once.

Rules (https://www.twilio.com/docs/voice/twiml/stream): a stream that cannot be opened is told to its status
callback and to nobody on the line.
"""

from urllib.parse import urljoin

from exchange.calls.call import Call
from exchange.faults import CarrierFault
from exchange.media.door import checked_stream_url
from exchange.media.stream import StreamPlan
from exchange.media.streams import begin, find, stop
from exchange.twiml.verbs import StartStream, StopStream

_SOCKETS = {"http": "ws", "https": "wss"}


async def start_stream(call: Call, verb: StartStream) -> None:
    """<Start><Stream>. A document that comes again finds its stream running: it is not begun twice."""
    plan = StreamPlan(
        name=verb.name,
        url=checked_stream_url(_absolute(call, verb.url), "<Stream url>"),
        parameters=dict(verb.parameters),
        status_url=None if verb.status_url is None else call.absolute(verb.status_url),
        status_method=verb.status_method,
    )
    try:
        begin(call, plan)
    except CarrierFault as fault:
        call.note("fault", code=fault.code, what=fault.what, heard=False)


async def stop_stream(call: Call, verb: StopStream) -> None:
    """<Stop><Stream>. One that is not running has stopped already."""
    stream = find(call, verb.name)
    if stream is not None:
        await stop(call, [stream])


def _absolute(call: Call, url: str) -> str:
    whole = urljoin(call.url, url)
    scheme, colon, rest = whole.partition(":")
    return _SOCKETS.get(scheme, scheme) + colon + rest
