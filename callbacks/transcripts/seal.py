"""The sound and the words of a message are somebody's voice: sealed, bound to the message, sound in parts."""

import zlib
from collections.abc import Sequence

from foundation.redaction import Secret
from foundation.sealing import Box, Broken, derived

PART_BYTES = 65_536  # of compressed sound


class MessageSeal:
    """Seals and opens; the key comes from `SECRET_KEY`. Opening raises Broken under another key."""

    def __init__(self, secret_key: Secret) -> None:
        self._box = Box(derived(secret_key, b"hotline: spoken messages"))

    def close_sound(self, sid: str, wav: bytes) -> tuple[bytes, ...]:
        """The parts of a file, in their order. Telephone sound becomes half as long by being compressed."""
        packed = zlib.compress(wav)
        parts = [packed[at : at + PART_BYTES] for at in range(0, len(packed), PART_BYTES)]
        return tuple(self._box.close(part, f"{sid}/{place}/{len(parts)}") for place, part in enumerate(parts))

    def open_sound(self, sid: str, parts: Sequence[bytes]) -> bytes:
        """The file again."""
        opened = [self._box.open(part, f"{sid}/{place}/{len(parts)}") for place, part in enumerate(parts)]
        try:
            return zlib.decompress(b"".join(opened))
        except zlib.error as fault:
            raise Broken(sid) from fault

    def close_words(self, sid: str, words: str) -> bytes:
        """What was said."""
        return self._box.close(words.encode(), f"{sid}/words")

    def open_words(self, sid: str, sealed: bytes) -> str:
        """What was said, to be read."""
        return self._box.open(sealed, f"{sid}/words").decode()
