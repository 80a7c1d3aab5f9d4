"""What Vosk really does, and that ours does not step into it."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import pytest

from speech.recognizer import UNKNOWN, RecognizerFault
from speech.requests import Alternative, Kind, ListenRequest
from speech.vosk_recognizer import VoskDecoder, VoskRecognizer, joined
from tests import voices
from tests.speech.models.making import cut, links_to, of_another_rate

ASKED = ListenRequest("CA1", 1, "ko", Kind.CHOICE, ("네", "아니요", "환불"))
ABORTS = """
import sys, vosk
vosk.SetLogLevel(-2)
recognizer = vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), 8000.0, '["네"]')
recognizer.AcceptWaveform(bytes(16000))
recognizer.SetGrammar('["환불"]')
recognizer.AcceptWaveform(bytes(16000))
print(recognizer.FinalResult())
"""

# A module that `sys` holds loses its names one after the other, the model after `suppress` and the like.
KEEPS_TO_THE_END = """
import sys
from pathlib import Path
from speech import vosk_recognizer as held
held.kept = held.VoskRecognizer(Path(sys.argv[1]), "ko", tried=True)
sys.held = held
"""


def damaged(folder: Path, name: str, keep: int) -> Path:
    """The Korean model, one of its files cut after so many bytes; the others are links."""
    return cut(links_to(voices.korean_model(), folder), name, keep)


def most_memory() -> int:
    """What this process took at its largest, in units of the system."""
    return getrusage(RUSAGE_SELF).ru_maxrss


def test_a_new_grammar_in_a_running_recogniser_ends_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ABORTS, str(voices.korean_model())],
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGABRT
    assert "SetGrammar(" not in Path("speech/vosk_recognizer.py").read_text()


def test_a_model_that_is_kept_to_the_end_of_python_ends_in_peace() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KEEPS_TO_THE_END, str(voices.korean_model())],
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_model_without_a_word_for_the_unknown_is_not_asked_for_it() -> None:
    assert not voices.vosk().knows(UNKNOWN)


class Tells:
    """A recogniser that has heard this."""

    def __init__(self, result: str) -> None:
        self.result = result

    def SetMaxAlternatives(self, most: int) -> None: ...  # noqa: N802
    def AcceptWaveform(self, _: bytes) -> int:  # noqa: N802
        return 0

    def Result(self) -> str:  # noqa: N802
        return self.result

    PartialResult = FinalResult = Result


def test_what_was_no_word_of_the_grammar_is_told_as_such() -> None:
    both = '{"alternatives": [{"text": "[unk] refund", "confidence": 9}, {"text": "[unk]", "confidence": 9}]}'
    assert VoskDecoder(Tells(both), {}).finish() == (
        Alternative("[unk] refund", 0.5),
        Alternative("[unk]", 0.5),
    )
    nothing = '{"alternatives": [{"text": "[unk] [unk]", "confidence": 9}]}'
    assert VoskDecoder(Tells(nothing), {}).finish() == ()


def test_stretches_are_joined_the_likeliest_way_first() -> None:
    assert joined([(("one", 3.0), ("nine", 1.0)), (("two", 2.0), ("three", 1.5))])[:3] == (
        ("one two", 5.0),
        ("one three", 4.5),
        ("nine two", 3.0),
    )
    assert joined([]) == (("", 0.0),)


def test_a_recogniser_for_every_turn_keeps_memory_flat() -> None:
    recognizer, sound = voices.vosk(), voices.espeak("환불", "ko")
    after = []
    for turn in range(30):
        decoder = recognizer.decoder(ASKED)
        decoder.feed(sound)
        assert decoder.finish()[0].words == "환불"
        if turn % 10 == 9:
            after.append(most_memory())
    assert after[-1] < after[0] * 1.02


@pytest.mark.parametrize(
    ("name", "keep", "words"),
    [
        ("graph/HCLr.fst", 0, "damaged"),
        ("graph/disambig_tid.int", 0, "damaged"),
        # These two look whole and end the process that loads or uses them.
        ("graph/HCLr.fst", 100_000, "cannot be used"),
        ("ivector/splice.conf", 17, "cannot be used"),
    ],
)
def test_a_damaged_model_is_a_fault_in_words(tmp_path: Path, name: str, keep: int, words: str) -> None:
    with pytest.raises(RecognizerFault, match=words):
        VoskRecognizer(damaged(tmp_path, name, keep), "ko")


def test_a_model_for_another_rate_is_a_fault_in_words(tmp_path: Path) -> None:
    of_another_rate(links_to(voices.korean_model(), tmp_path))
    with pytest.raises(RecognizerFault, match="made for another rate than the 8000 Hz"):
        VoskRecognizer(tmp_path, "ko")


def test_a_missing_model_is_a_fault_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecognizerFault, match="there is no such folder; install it"):
        VoskRecognizer(tmp_path / "nothing", "ko")
    with pytest.raises(RecognizerFault, match="no whole Vosk model"):
        VoskRecognizer(tmp_path, "ko")
    shutil.copytree(voices.korean_model() / "graph", tmp_path / "graph", copy_function=lambda *_: None)
    with pytest.raises(RecognizerFault, match="no whole Vosk model"):
        VoskRecognizer(tmp_path, "ko")
