"""Opens the socket of a media stream as the carrier does: signed, in time, and what goes wrong by its number.

Twilio takes wss:// alone (https://www.twilio.com/docs/voice/twiml/stream#url). This exchange also takes ws://,
but only to this machine, where nobody has a certificate. Errors: https://www.twilio.com/docs/api/errors.
"""

import ssl
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI, WebSocketException

from exchange.faults import (
    STREAM_HANDSHAKE,
    STREAM_PROTOCOL,
    STREAM_REFUSED,
    STREAM_TIMEOUT,
    STREAM_TLS,
    STREAM_URL,
    CarrierFault,
)
from exchange.signature import HEADER, sign

OPENING = 5.0  # real seconds
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What a listener may send back, though nobody here reads it, and what may wait on its way out, in bytes.
_LARGEST_MESSAGE = 64 * 1024
_MOST_ON_THE_WAY = 16 * 1024


def checked_stream_url(url: str, where: str) -> str:
    """The URL if a stream can go there. Raises CarrierFault 31923."""
    parts = urlsplit(url)
    if parts.scheme not in ("wss", "ws") or not parts.hostname:
        raise CarrierFault(STREAM_URL, f"{where}: {url!r} does not begin with wss://")
    if parts.scheme == "ws" and parts.hostname not in LOOPBACK:
        raise CarrierFault(STREAM_URL, f"{where}: {url!r}: only wss:// leads away from this machine")
    if parts.query:
        raise CarrierFault(STREAM_URL, f"{where}: {url!r}: a query is dropped on the way; use <Parameter>")
    return url


async def opened(url: str, auth_token: str) -> ClientConnection:
    """The open socket. Raises CarrierFault: 31901, 31902, 31910, 31920, 31923 or 31924."""
    try:
        return await connect(
            url,
            additional_headers={HEADER: sign(auth_token, url, {})},
            user_agent_header="Twilio.TmeWs/1.0",
            open_timeout=OPENING,
            compression=None,
            proxy=None,
            max_size=_LARGEST_MESSAGE,
            write_limit=_MOST_ON_THE_WAY,
        )
    except InvalidStatus as refused:
        what = f"{url}: status {refused.response.status_code} and not 101"
        raise CarrierFault(STREAM_HANDSHAKE, what) from refused
    except InvalidURI as wrong:
        raise CarrierFault(STREAM_URL, f"{url}: {wrong}") from wrong
    except TimeoutError as late:
        raise CarrierFault(STREAM_TIMEOUT, f"{url}: no connection in time") from late
    except ssl.SSLError as wrong:
        raise CarrierFault(STREAM_TLS, f"{url}: {wrong}") from wrong
    except (InvalidHandshake, EOFError) as wrong:
        raise CarrierFault(STREAM_HANDSHAKE, f"{url}: {wrong}") from wrong
    except OSError as refused:
        raise CarrierFault(STREAM_REFUSED, f"{url}: no connection: {refused}") from refused
    except WebSocketException as wrong:
        raise CarrierFault(STREAM_PROTOCOL, f"{url}: {wrong}") from wrong
