"""Where in Redis everything between webhooks and the speech process lies, how long, and in which words."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from speech.requests import Heard, ListenRequest, Service

REQUESTS: Final = "ears:requests"  # the channel on which every request is published, the bytes that are kept
SERVICE: Final = "ears:service"
YES: Final = b"1"

# Seconds that each is kept.
REQUEST_KEPT: Final = 18_000  # as long as a call is
HEARD_KEPT: Final = 120
SPEAKING_KEPT: Final = 3
OPEN_KEPT: Final = 6
SERVICE_KEPT: Final = 3
TOKEN_KEPT: Final = 120  # twice as long as a token is good for

T = TypeVar("T")

_to_json = msgspec.json.Encoder()
_requests = msgspec.json.Decoder(ListenRequest)
_heard = msgspec.json.Decoder(Heard)
_services = msgspec.json.Decoder(Service)


def request_key(call: str) -> str:
    """What this call is to be heard for."""
    return f"ears:request:{call}"


def heard_key(call: str, turn: int) -> str:
    """What was heard for this turn."""
    return f"ears:heard:{call}:{turn}"


def speaking_key(call: str, turn: int) -> str:
    """There while the caller is in the middle of an utterance."""
    return f"ears:speaking:{call}:{turn}"


def open_key(call: str) -> str:
    """The name of the stream whose socket is open."""
    return f"ears:open:{call}"


def token_key(token: str) -> str:
    """There once this token was taken. The token itself is written nowhere."""
    return f"ears:token:{sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()}"


def written(one: ListenRequest | Heard | Service) -> bytes:
    """As JSON: a version that does not know a field passes it over."""
    return _to_json.encode(one)


def read_request(kept: bytes | None) -> ListenRequest | None:
    """What was written, or None: for nothing, and for what this version cannot read."""
    return _read(_requests, kept)


def read_heard(kept: bytes | None) -> Heard | None:
    """As above."""
    return _read(_heard, kept)


def read_service(kept: bytes | None) -> Service | None:
    """As above."""
    return _read(_services, kept)


def _read(decoder: msgspec.json.Decoder[T], kept: bytes | None) -> T | None:
    if kept is None:
        return None
    try:
        return decoder.decode(kept)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
