"""One stream inside a decoder process: from its sound to what was said, with one recogniser an utterance."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from speech import listener, mulaw
from speech.decoder_words import Cut, Event, Quiet, Speaking, Spoken
from speech.listener import FRAME_MS, PRE_ROLL, Listening, Move
from speech.recognizer import NOTHING_YET, Decoder, Recognizer
from speech.requests import BYTES_A_SAMPLE, RATE, Heard, ListenRequest
from speech.vad import FRAME_BYTES, Voices, peak_of

SAID_AGAIN = 1_000 // FRAME_MS  # frames after which a caller who goes on speaking is told of once more
FRAME_MULAW = RATE * FRAME_MS // 1_000


class Hearing:
    """Hears for one turn at a time; a turn that was answered with words is not heard any further.

    `at` counts the bytes of mu-law since the stream began, and so the eighths of a millisecond.
    """

    def __init__(
        self, recognizers: Mapping[str, Recognizer], voices: Voices, tell: Callable[[Event], None]
    ) -> None:
        self._recognizers = recognizers
        self._voices = voices
        self._tell = tell
        self._stream = 0
        self._request: ListenRequest | None = None
        self._listening = Listening()
        self._decoder: Decoder | None = None
        self._before: deque[bytes] = deque(maxlen=PRE_ROLL)
        self._held: list[bytes] = []
        self._rest = b""
        self._so_far = NOTHING_YET
        self._was_cut = False

    def listen(self, stream: int, request: ListenRequest, elapsed: int) -> None:
        """Hear for this turn, which began `elapsed` frames ago; what was half heard is forgotten."""
        self._stream = stream
        self._request = request if request.language in self._recognizers else None
        self._listening = Listening(elapsed=elapsed)
        self._voices.close()
        self._forget()

    def sound(self, at: int, heard: bytes) -> None:
        """More mu-law of the caller; `at` is where it begins."""
        at -= len(self._rest)
        sound = self._rest + heard
        whole = len(sound) - len(sound) % FRAME_MULAW
        self._rest = sound[whole:]
        for offset, frame in _frames(sound[:whole]):
            if self._request is None:
                self._before.append(frame)
            else:
                self._frame(self._request, at + offset, frame)
        request = self._request
        if request is None or self._decoder is None:
            return
        if listener.wants_words(request, self._listening):
            self._look(request, self._decoder)

    def close(self) -> None:
        """Give back what is held."""
        self._voices.close()

    @property
    def is_idle(self) -> bool:
        """Whether nobody is in the middle of an utterance."""
        return self._decoder is None

    def _frame(self, request: ListenRequest, at: int, frame: bytes) -> None:
        voiced = self._voices.heard(frame) and listener.is_voice(
            request, self._listening, lambda: peak_of(frame)
        )
        self._listening, move = listener.hear(request, self._listening, voiced=voiced, so_far=self._so_far)
        match move:
            case Move.WAIT:
                self._before.append(frame)
            case Move.BEGIN:
                self._begin(request, at, frame)
            case Move.HOLD if self._recognizers[request.language].pays_for_silence:
                self._held.append(frame)
            case Move.FEED | Move.HOLD if self._decoder is not None:
                self._decoder.feed(b"".join([*self._held, frame]))
                self._held.clear()
            case Move.END if self._decoder is not None:
                self._end(request, self._decoder)
            case Move.DROP:
                self._tell(Quiet(self._stream, request.turn))
                self._listen_on()
            case _:
                pass
        if self._listening.speaking and self._listening.length % SAID_AGAIN == 0:
            self._tell(self._speaking(request, at))

    def _begin(self, request: ListenRequest, at: int, frame: bytes) -> None:
        # Told first: whoever breaks over the first sound of an utterance has broken over that utterance.
        self._tell(self._speaking(request, at))
        self._decoder = self._recognizers[request.language].decoder(request)
        self._decoder.feed(b"".join([*self._before, frame]))
        self._before.clear()

    def _speaking(self, request: ListenRequest, at: int) -> Speaking:
        since = self._listening.length + PRE_ROLL
        begun = max(0, at - since * FRAME_MULAW)
        return Speaking(self._stream, request.turn, begun, max(0, self._listening.elapsed - since))

    def _look(self, request: ListenRequest, decoder: Decoder) -> None:
        """What was said so far, for the prompt, and for the patience with a number."""
        self._so_far = decoder.partial()
        if not self._was_cut and listener.cuts(request, self._listening, self._so_far.words):
            self._was_cut = True
            self._tell(Cut(self._stream, request.turn))

    def _end(self, request: ListenRequest, decoder: Decoder) -> None:
        said = decoder.finish()
        who = self._recognizers[request.language].name
        seconds = self._listening.voiced * FRAME_MS / 1_000
        heard = Heard(request.call, request.turn, said, who, seconds, places=decoder.places())
        # Sound in which there is no answer is told, but it brings nothing to the call, and a better one of
        # this turn may follow.
        is_answer = listener.answers(request, said)
        moves = is_answer and listener.moves(request, self._listening)
        self._tell(Spoken(self._stream, heard, moves, self._listening.silent * FRAME_MS / 1_000))
        self._listen_on()
        if is_answer:
            self._request = None
            self._voices.close()

    def _listen_on(self) -> None:
        self._listening = Listening(elapsed=self._listening.elapsed)
        self._forget()

    def _forget(self) -> None:
        self._decoder, self._so_far, self._was_cut = None, NOTHING_YET, False
        self._held.clear()


def _frames(sound: bytes) -> Iterator[tuple[int, bytes]]:
    samples = mulaw.to_samples(sound)
    for start in range(0, len(samples), FRAME_BYTES):
        yield start // BYTES_A_SAMPLE, samples[start : start + FRAME_BYTES]
