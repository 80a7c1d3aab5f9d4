"""One stream on its way to a decoder: pieces of 100 ms, what is kept of them, what is lost under load."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from foundation.clock import Clock
from foundation.metrics import SPEECH_DROPPED
from speech.decoder_line import DecoderLine
from speech.decoder_words import Done, Leave, Listen, Sound, Speaking
from speech.hearing import FRAME_MULAW
from speech.listener import PRE_ROLL
from speech.requests import RATE, ListenRequest

PIECE = RATE // 10  # bytes of mu-law that are handed over at once: 100 ms
UNDERWAY = 5  # pieces that a decoder may hold of one stream
WAITING = 50  # pieces that wait for it, 5 s; then the oldest is dropped
KEPT = 30 * RATE  # bytes of the newest sound, so that another decoder can hear the same utterance


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a stream: bytes since it began, and frames since the turn was asked for."""

    at: int
    elapsed: int


class Listened:
    """The sound of one stream on its way to a decoder. Single-threaded."""

    def __init__(self, number: int, clock: Clock) -> None:
        self.number = number
        self._clock = clock
        self.line: DecoderLine | None = None
        self.request: ListenRequest | None = None
        self.again = 0  # times that the utterance at hand was given to another decoder
        self._asked_at = 0
        self._asked_elapsed = 0
        self._utterance: Spot | None = None
        self._kept = bytearray()
        self._kept_from = 0
        self._piece = bytearray()
        self._at = 0  # bytes that were made into pieces
        self._waiting: deque[tuple[Sound, float]] = deque()  # and when it was whole
        self._underway: deque[tuple[int, float]] = deque()  # ends of what the decoder has
        self._done = 0

    @property
    def is_speaking(self) -> bool:
        """Whether somebody is in the middle of an utterance, as far as the decoder has said."""
        return self._utterance is not None

    def listen(self, request: ListenRequest | None) -> None:
        """Hear for this turn, or for none. What waits belongs to the turn before, and is passed over."""
        self.request = request
        self.again = 0
        self._utterance = None
        self._waiting.clear()
        self._asked_at, self._asked_elapsed = self._at, 0
        if request is not None and self.line is not None:
            self.line.tell(Listen(self.number, request))

    def hear(self, mulaw: bytes) -> None:
        """More of the caller's sound."""
        self._piece += mulaw
        while len(self._piece) >= PIECE:
            self._cut_piece()
        self._send()

    def seat(self, line: DecoderLine) -> None:
        """Have another decoder hear it, from where the utterance at hand began, or from now on."""
        spot = self._utterance or self._now()
        self.line = line
        self._underway.clear()
        self._utterance = None
        if self.request is None:
            return
        line.tell(Listen(self.number, self.request, spot.elapsed))
        missed = bytes(self._kept[max(0, spot.at - self._kept_from) :])
        self._waiting.clear()
        start = self._kept_from + len(self._kept) - len(missed)
        if missed:
            self._underway.append((start + len(missed), self._clock.monotonic()))
            line.tell(Sound(self.number, start, missed))

    def unseat(self) -> None:
        """Its decoder is to hear it no more."""
        if self.line is not None:
            self.line.tell(Leave(self.number))
        self.line = None

    def spoke(self, event: Speaking) -> None:
        """Somebody is in the middle of an utterance."""
        self._utterance = self._utterance or Spot(event.at, event.elapsed)

    def paused(self) -> None:
        """Nobody is any more."""
        self._utterance, self.again = None, 0

    def waited(self) -> float:
        """Seconds since the sound that the decoder is at was whole; about, and 0 where that is not known."""
        return self._clock.monotonic() - self._underway[0][1] if self._underway else 0.0

    def done(self, event: Done) -> float:
        """The decoder has worked through its sound up to there; seconds since that sound was whole."""
        since = now = self._clock.monotonic()
        while self._underway and self._underway[0][0] <= event.at:
            since = self._underway.popleft()[1]
        self._done = event.at
        self._send()
        return now - since

    def _now(self) -> Spot:
        """Where a decoder goes on when nobody speaks: a little before what the last one has heard of it."""
        at = max(self._asked_at, min(self._done, self._at) - PRE_ROLL * FRAME_MULAW)
        return Spot(at, self._asked_elapsed + (at - self._asked_at) // FRAME_MULAW)

    def _cut_piece(self) -> None:
        piece = bytes(self._piece[:PIECE])
        del self._piece[:PIECE]
        self._keep(piece)
        if self.request is not None:
            if len(self._waiting) >= WAITING:
                self._waiting.popleft()
                SPEECH_DROPPED.inc()
            self._waiting.append((Sound(self.number, self._at, piece), self._clock.monotonic()))
        self._at += len(piece)

    def _keep(self, piece: bytes) -> None:
        self._kept += piece
        too_much = len(self._kept) - KEPT
        if too_much > 0:
            del self._kept[:too_much]
            self._kept_from += too_much

    def _send(self) -> None:
        while self.line is not None and self._waiting and len(self._underway) < UNDERWAY:
            sound, whole = self._waiting.popleft()
            self._underway.append((sound.at + len(sound.mulaw), whole))
            self.line.tell(sound)
