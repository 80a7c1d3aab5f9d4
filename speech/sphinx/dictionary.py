"""How English words sound, by the dictionary beside PocketSphinx's model (CMUdict)."""

from __future__ import annotations

from pathlib import Path

from speech.recognizer import RecognizerFault

Phones = tuple[str, ...]


class Dictionary:
    """The file as it is, 3 MB; a word is looked for in it, and remembered. RecognizerFault if there is none.

    A line is a word and its phones; a line behind it with another way to say it begins with `word(2)`.
    """

    def __init__(self, place: Path) -> None:
        try:
            self._lines = b"\n" + place.read_bytes()
        except OSError as fault:
            raise RecognizerFault(f"there is no dictionary of English words at {place}") from fault
        self._known: dict[str, tuple[Phones, ...]] = {}

    def ways(self, word: str) -> tuple[Phones, ...]:
        """All ways to say a word; none for one that is not known."""
        if word not in self._known:
            self._known[word] = tuple(self._looked_up(word.encode()))
        return self._known[word]

    def _looked_up(self, word: bytes) -> list[Phones]:
        found: list[Phones] = []
        at = 0 if b" " in word or b"(" in word else self._lines.find(b"\n" + word + b" ") + 1
        while at > 0:
            end = self._lines.find(b"\n", at)
            written, _, phones = self._lines[at : end if end >= 0 else None].partition(b" ")
            if found and not written.startswith(word + b"("):
                break
            found.append(tuple(phones.decode("ascii").split()))
            at = end + 1
        return found
