"""The one-use word by which a stream shows that our own document has opened it; pure."""

from __future__ import annotations

import hmac
import re
from enum import Enum
from hashlib import sha256

from foundation.redaction import Secret

GOOD_FOR = 60  # seconds from the document to the stream's `start`
_LABEL = b"hotline: tokens of streams"
_SHAPE = re.compile(r"(?P<expires>\d{1,12})\.(?P<proof>[0-9a-f]{64})", re.ASCII)


class Judged(Enum):
    """What a token is worth. Whether it was taken before is known to the mailbox."""

    GOOD = "good"
    FORGED = "forged"
    EXPIRED = "expired"


def mint(secret_key: Secret, call: str, stream: str, expires: int) -> str:
    """A token for this stream of this call, good until `expires`, in seconds since 1970.

    The same for the same arguments: a document that is asked for again is the same byte for byte.
    """
    return f"{expires}.{_proof(secret_key, call, stream, expires)}"


def check(secret_key: Secret, token: str, call: str, stream: str, now: float) -> Judged:
    """What `token` is worth at `now`, in seconds since 1970, for this stream of this call."""
    shape = _SHAPE.fullmatch(token)
    if shape is None:
        return Judged.FORGED
    expires = int(shape["expires"])
    if not hmac.compare_digest(_proof(secret_key, call, stream, expires), shape["proof"]):
        return Judged.FORGED
    return Judged.GOOD if now <= expires <= now + GOOD_FOR else Judged.EXPIRED


def _proof(secret_key: Secret, call: str, stream: str, expires: int) -> str:
    key = hmac.digest(secret_key.reveal().encode(), _LABEL, sha256)
    # Neither name has a line end: the carrier's identifiers are letters and digits, the stream's is ours.
    return hmac.new(key, f"{call}\n{stream}\n{expires}".encode("utf-8", "surrogatepass"), sha256).hexdigest()
