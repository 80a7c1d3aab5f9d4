"""What SQL keeps of a call is sealed: readable only with the key of this installation."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.redaction import Secret

VERSION = b"\x01"
NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits; drawn at random, so a key serves 2^32 rows
KEY_BYTES = 32
MARK_LENGTH = 32  # hexadecimal digits of the mark of a number: 128 bits


class Broken(Exception):
    """The seal does not hold: another key, another place, or changed bytes."""


class Seal:
    """AES-256-GCM with a key derived from `SECRET_KEY` (HKDF, RFC 5869); bound to where the bytes belong."""

    def __init__(self, secret_key: Secret, random: Callable[[int], bytes] = os.urandom) -> None:
        self._cipher = AESGCM(_derived(secret_key, b"hotline: the journal of calls"))
        self._marking = _derived(secret_key, b"hotline: marks of calling numbers")
        self._random = random

    def close(self, plain: bytes, place: str) -> bytes:
        """The sealed bytes; `place` (call, turn, column) must be the same when they are opened."""
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

    def mark(self, number: str) -> str:
        """The same mark for the same number, which nobody can compute without the key."""
        return hmac.new(self._marking, number.encode(), hashlib.sha256).hexdigest()[:MARK_LENGTH]


def _derived(secret_key: Secret, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(secret_key.reveal().encode())
