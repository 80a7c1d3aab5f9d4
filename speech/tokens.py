"""The one-use word by which a stream shows that our own document has opened it; pure."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from foundation.redaction import Secret

GOOD_FOR = 60  # seconds from the document to the stream's `start`
_LABEL = b"hotline: tokens of streams"
_NAME = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
_SHAPE = re.compile(
    rf"(?P<stream>{_NAME.pattern})\.(?P<expires>\d{{1,12}})\.(?P<proof>[0-9a-f]{{64}})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Genuine:
    """Ours, and in time; whether it was taken before is known to the mailbox. `stream`: the stream's name."""

    stream: str


class NotGenuine(Enum):
    """Why a token opens nothing."""

    FORGED = "forged"
    EXPIRED = "expired"


def mint(secret_key: Secret, call: str, stream: str, expires: int) -> str:
    """A token for this stream of this call, good until `expires`, in seconds since 1970.

    It carries the stream's name (letters, digits, hyphens, else ValueError), which the carrier's `start` does
    not. The same for the same arguments: a document that is asked for again is the same byte for byte.
    """
    if not _NAME.fullmatch(stream):
        raise ValueError(f"{stream!r} is no name of a stream")
    return f"{stream}.{expires}.{_proof(secret_key, call, stream, expires)}"


def check(secret_key: Secret, token: str, call: str, now: float) -> Genuine | NotGenuine:
    """What `token` is worth at `now`, in seconds since 1970, for a stream of this call."""
    shape = _SHAPE.fullmatch(token)
    if shape is None:
        return NotGenuine.FORGED
    stream, expires = shape["stream"], int(shape["expires"])
    if not hmac.compare_digest(_proof(secret_key, call, stream, expires), shape["proof"]):
        return NotGenuine.FORGED
    return Genuine(stream) if now <= expires <= now + GOOD_FOR else NotGenuine.EXPIRED


def _proof(secret_key: Secret, call: str, stream: str, expires: int) -> str:
    key = hmac.digest(secret_key.reveal().encode(), _LABEL, sha256)
    # A line end stands in none of them: the carrier's identifiers are letters and digits.
    return hmac.new(key, f"{call}\n{stream}\n{expires}".encode("utf-8", "surrogatepass"), sha256).hexdigest()
