"""Names for people and their guesses that tell nothing without the key of this installation."""

import hashlib
import hmac

from foundation.redaction import Secret


class Keyed:
    """HMAC-SHA256 under a key of its own for each purpose, made from SECRET_KEY (RFC 2104).

    A number hashed without a key is as good as plain: all numbers of a country are tried in seconds.
    """

    def __init__(self, secret_key: Secret, purpose: str) -> None:
        key = secret_key.reveal().encode()
        self._key = hmac.new(key, f"hotline/{purpose}".encode(), hashlib.sha256).digest()

    def name(self, *parts: str) -> str:
        """64 hexadecimal digits, the same for the same parts."""
        # Each part with its length: ("ab", "c") must not be ("a", "bc").
        written = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self._key, written.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
