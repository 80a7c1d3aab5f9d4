"""What is written of people is sealed: readable only with the key of this installation."""

import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.redaction import Secret

VERSION = b"\x01"
NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits; drawn at random, so a key serves 2^32 boxes
KEY_BYTES = 32


class Broken(Exception):
    """The seal does not hold: another key, another place, or changed bytes."""


class Box:
    """AES-256-GCM under a key of one purpose; what is closed is bound to the place it belongs to."""

    def __init__(self, key: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        self._cipher = AESGCM(key)
        self._random = random

    def close(self, plain: bytes, place: str) -> bytes:
        """The sealed bytes; `place` must be the same when they are opened."""
        nonce = self._random(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes again, or Broken."""
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if sealed[:1] != VERSION or len(nonce) < NONCE_BYTES:
            raise Broken(place)
        try:
            return self._cipher.decrypt(nonce, rest, place.encode())
        except InvalidTag as fault:
            raise Broken(place) from fault


def derived(secret_key: Secret, purpose: bytes) -> bytes:
    """The key of one purpose, from `SECRET_KEY` (HKDF, RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(secret_key.reveal().encode())
