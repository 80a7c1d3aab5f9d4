"""Writes down one message in any words, as a process of its own: `-m speech.vosk_transcriber MODEL`.

The WAV file comes on standard input, the words go as JSON to standard output. Vosk can abort its process,
and a large model needs gigabytes: both end here, and everything is given back when it is done. How much it
may take is watched by whoever starts it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import vosk

from speech.memory import go_first
from speech.wav import BYTES_A_SAMPLE, NotSound, Sound, read_wav

PIECE = 0.2  # seconds fed at once
NICE = 10  # whoever is on the line comes first
NO_WORD = ("[", "<")  # how marks begin: of what is unknown, of noise
SILENT = -2  # log level: warnings too would quote what was said
NO_SOUND = 3  # what the process returns for a file that is none
# Processor seconds: a message takes about a quarter of its length, a large model is read in half a minute. It
# ends a process whose starter was killed and that would go on for nobody.
CPU_SECONDS = 1_800


def words_of(sound: Sound, model: vosk.Model) -> str:
    """Everything that is heard in it, stretch after stretch."""
    recognizer = vosk.KaldiRecognizer(model, float(sound.rate))
    stretches = [_text(recognizer.Result()) for piece in _pieces(sound) if recognizer.AcceptWaveform(piece)]
    said = " ".join([*stretches, _text(recognizer.FinalResult())]).split()
    return " ".join(word for word in said if not word.startswith(NO_WORD))


def _pieces(sound: Sound) -> Iterator[bytes]:
    size = int(sound.rate * PIECE) * BYTES_A_SAMPLE
    return (sound.samples[at : at + size] for at in range(0, len(sound.samples), size))


def _text(result: str) -> str:
    return str(json.loads(result).get("text", ""))


def main() -> None:
    """One message, and the end."""
    os.nice(NICE)
    go_first()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        sound = read_wav(sys.stdin.buffer.read())
    except NotSound as fault:
        sys.stderr.write(str(fault))
        sys.exit(NO_SOUND)
    vosk.SetLogLevel(SILENT)
    words = words_of(sound, vosk.Model(str(Path(sys.argv[1]))))
    sys.stdout.write(json.dumps({"words": words}))
    sys.stdout.flush()
    os._exit(0)  # Vosk's own way out complains about a library that is gone by then


if __name__ == "__main__":
    main()
