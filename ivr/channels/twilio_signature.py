"""Whether the carrier itself sent a request: its signature over our address and every field.

The rule (https://www.twilio.com/docs/usage/security#validating-requests): the full URL as requested, then the
POST fields in the order of their names, name and value joined without a separator; HMAC-SHA1 with the
account's auth token, in base64. The vendor's own validator raises on a missing header, a strange port or a
broken character, decodes what must be compared raw, and always computes two HMACs: hence this one.
"""

import base64
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from foundation.redaction import Secret
from ivr.channels.addresses import OVERRIDES

HEADER = "X-Twilio-Signature"
LONGEST_SIGNATURE = 100  # characters; a genuine one has 28
LONGEST_TARGET = 2_000  # characters of path and query; ours have some hundred
_FRAGMENTS = (b"", OVERRIDES.encode())
_USUAL_PORTS = {"https": 443, "http": 80, "wss": 443, "ws": 80}


class SignatureCheck:
    """Knows the one address we are reached under and the tokens in force (two while they are rotated)."""

    def __init__(self, public_url: str, tokens: Sequence[Secret]) -> None:
        # Never the Host header: whoever sends the request writes it. The carrier signs its address with or
        # without the port, whichever it was in the mood for; the one it was told comes first.
        self._bases = [base.encode() for base in _with_and_without_port(public_url)]
        self._tokens = [token.reveal().encode() for token in tokens]

    def holds(self, target: str, signed_fields: bytes, signature: str | None) -> bool:
        """Whether `signature` is the carrier's for this request target, raw as it stood in the request line.

        `target` begins with a slash and carries the query undecoded, as Latin-1 (PEP 3333);
        `signed_fields` are the sorted names and values, joined. A genuine request costs one HMAC. The
        carrier says that it signs no fragment; nobody has seen it, so our own may be signed too.
        """
        given = (signature or "").encode("utf-8", "surrogatepass")
        if not given or len(given) > LONGEST_SIGNATURE:
            return False
        if not target.startswith("/") or target.startswith("//") or len(target) > LONGEST_TARGET:
            return False
        try:
            asked = target.encode("latin-1")
        except UnicodeEncodeError:
            return False
        return any(
            hmac.compare_digest(_signature(token, base + asked + fragment + signed_fields), given)
            for fragment in _FRAGMENTS
            for token in self._tokens
            for base in self._bases
        )


def _signature(token: bytes, signed: bytes) -> bytes:
    return base64.b64encode(hmac.digest(token, signed, "sha1"))


def _with_and_without_port(url: str) -> list[str]:
    parts = urlsplit(url)
    host = parts.netloc
    # An address in brackets (IPv6) has colons of its own: hostname and port tell them apart.
    bare = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else (parts.hostname or "")
    other = bare if parts.port else f"{host}:{_USUAL_PORTS[parts.scheme]}"
    return [url, f"{parts.scheme}://{other}"]
