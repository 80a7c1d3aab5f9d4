"""Voices of callers who speak English: flite, a small program, run where it is installed.

A recogniser hears them better than espeak-ng. It reads the text from a file and writes a WAV file
(https://github.com/festvox/flite, its manual page); into a pipe it writes no sound.
"""

import asyncio
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAM = "flite"
# The first is the usual one: PocketSphinx hears him best. `slt` is a woman.
VOICES = ("rms", "kal16", "awb", "slt")
LONGEST_RUN = 10.0  # seconds
LARGEST_SOUND = 16 * 1024 * 1024  # bytes


class NoVoice(Exception):
    """Nothing can be spoken; the text says why."""


@dataclass(frozen=True)
class Flite:
    """The program, if it is anywhere."""

    program: str | None = field(default_factory=lambda: shutil.which(PROGRAM))

    async def say(self, text: str, voice: str = VOICES[0]) -> bytes:
        """A WAV file of an English text. Raises NoVoice."""
        if self.program is None:
            raise NoVoice(f"the program {PROGRAM} is not installed on this machine")
        return await asyncio.to_thread(_run, [self.program, "-voice", voice], text)


def _run(command: list[str], text: str) -> bytes:
    """Run it on files of its own: a text is never read as an option, and no shell reads it at all."""
    with TemporaryDirectory(prefix="exchange-") as folder:
        words, sound = Path(folder, "words.txt"), Path(folder, "sound.wav")
        words.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [*command, "-f", str(words), "-o", str(sound)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LONGEST_RUN,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoVoice(f"{PROGRAM} did not speak: {error}") from error
        if done.returncode or not sound.is_file() or sound.stat().st_size > LARGEST_SOUND:
            why = done.stderr.decode(errors="replace")[:200]
            raise NoVoice(f"{PROGRAM} ended with {done.returncode}: {why}")
        return sound.read_bytes()
