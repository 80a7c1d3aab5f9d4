"""Voices for what is said on a call: espeak-ng, a small program, run where it is installed.

It reads the text from its standard input and writes a WAV file (https://github.com/espeak-ng/espeak-ng, its
manual page). The exchange reckons how long a sentence takes before anybody speaks it; so a sentence is spoken
once at the usual rate, measured, and, where that is too far off, once more at the rate that fits.
"""

import asyncio
import io
import shutil
import subprocess
import wave
from collections import OrderedDict
from dataclasses import dataclass, field

from exchange import flite
from exchange.flite import Flite, NoVoice

LONGEST_TEXT = 2_000  # characters
LONGEST_RUN = 10.0  # seconds
MOST_AT_ONCE = 2
MOST_KEPT = 64 * 1024 * 1024  # bytes of sound
LARGEST_SOUND = 16 * 1024 * 1024
# Words a minute as espeak-ng counts them: its own, and between which it can still be understood.
USUAL_RATE = 175
SLOWEST_RATE, FASTEST_RATE = 120, 260
# A sound that is off by less than this needs no second try.
CLOSE_ENOUGH = 0.08

PROGRAM = "espeak-ng"
# The first part of a language's tag, and the voice; "cmn" is how Twilio's voices call Mandarin.
VOICES = {"en": "en-gb", "zh": "cmn", "cmn": "cmn", "id": "id", "ko": "ko"}


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    voice: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class _Program:
    path: str
    limit: float


@dataclass
class Voices:
    """Speaks texts, two at once, and keeps those spoken last. `program`: where espeak-ng is, if anywhere."""

    program: str | None = field(default_factory=lambda: shutil.which(PROGRAM))
    limit: float = LONGEST_RUN
    flite: Flite = field(default_factory=Flite)
    _kept: OrderedDict[_Sentence, bytes] = field(default_factory=OrderedDict)
    _speaking: dict[_Sentence, asyncio.Task[bytes]] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))

    def speaks(self, language: str) -> bool:
        """Whether there is a voice for a language, such as "en" or "zh-CN"."""
        return self.program is not None and _voice(language) is not None

    async def say(self, text: str, language: str, seconds: float | None = None) -> bytes:
        """A WAV file of the text, about `seconds` long if that is said. Raises NoVoice."""
        if self.program is None:
            raise NoVoice(f"the program {PROGRAM} is not installed on this machine")
        voice = _voice(language)
        if voice is None:
            raise NoVoice(f"there is no voice for the language {language!r}")
        if len(text) > LONGEST_TEXT:
            raise NoVoice(f"a text of more than {LONGEST_TEXT} characters is not spoken")
        sentence = _Sentence(text, voice, seconds and round(seconds, 1))
        if (sound := self._kept.get(sentence)) is not None:
            self._kept.move_to_end(sentence)
            return sound
        # Twenty telephones may hear the same prompt at once: it is spoken once.
        task = self._speaking.get(sentence)
        if task is None:
            task = self._speaking[sentence] = asyncio.create_task(self._speak(sentence, self.program))
            task.add_done_callback(lambda _: self._speaking.pop(sentence, None))
        return await asyncio.shield(task)

    async def speak(self, text: str, language: str, voice: str = "") -> bytes:
        """A WAV file of what a caller says, in one of flite's voices or the usual one. Raises NoVoice."""
        if voice and voice not in flite.VOICES:
            raise NoVoice(f"a caller's voice is {', '.join(flite.VOICES)}, not {voice!r}")
        english = _voice(language) == VOICES["en"]
        if voice or (english and self.flite.program):
            return await self.flite.say(text, voice or flite.VOICES[0])
        return await self.say(text, language)

    async def _speak(self, sentence: _Sentence, program: str) -> bytes:
        async with self._places:
            sound = await asyncio.to_thread(_fitted, sentence, _Program(program, self.limit))
        self._kept[sentence] = sound
        while sum(map(len, self._kept.values())) > MOST_KEPT:
            self._kept.popitem(last=False)
        return sound


def _voice(language: str) -> str | None:
    return VOICES.get(language.lower().replace("_", "-").partition("-")[0])


def _fitted(sentence: _Sentence, program: _Program) -> bytes:
    sound, seconds = _run(sentence, program, USUAL_RATE)
    if not sentence.seconds or abs(seconds / sentence.seconds - 1) < CLOSE_ENOUGH:
        return sound
    rate = round(min(max(USUAL_RATE * seconds / sentence.seconds, SLOWEST_RATE), FASTEST_RATE))
    return sound if rate == USUAL_RATE else _run(sentence, program, rate)[0]


def _run(sentence: _Sentence, program: _Program, rate: int) -> tuple[bytes, float]:
    # A list, never a shell; the text goes to its input, where no dash and no name of a file means anything.
    command = [program.path, "-v", sentence.voice, "-s", str(rate), "-b", "1", "--stdin", "--stdout"]
    try:
        done = subprocess.run(
            command, input=sentence.text.encode(), capture_output=True, timeout=program.limit, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoVoice(f"{PROGRAM} did not speak: {error}") from error
    if done.returncode or len(done.stdout) > LARGEST_SOUND:
        raise NoVoice(f"{PROGRAM} ended with {done.returncode}: {done.stderr.decode(errors='replace')[:200]}")
    return _with_its_length(done.stdout)


def _with_its_length(spoken: bytes) -> tuple[bytes, float]:
    """The sound with a true header: a program that writes into a pipe cannot know its length beforehand."""
    try:
        with wave.open(io.BytesIO(spoken)) as reader:
            shape, frames = reader.getparams(), reader.readframes(len(spoken))
    except (wave.Error, EOFError) as error:
        raise NoVoice(f"{PROGRAM} spoke no sound: {error}") from error
    if not frames:
        raise NoVoice(f"{PROGRAM} found nothing in the text that can be spoken")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(shape.nchannels)
        writer.setsampwidth(shape.sampwidth)
        writer.setframerate(shape.framerate)
        writer.writeframes(frames)
    return file.getvalue(), len(frames) / (shape.nchannels * shape.sampwidth * shape.framerate)
