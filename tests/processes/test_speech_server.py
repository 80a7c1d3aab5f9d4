"""The real speech process: real models, real voices, and a carrier that is asked to move calls."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.signature import sign
from foundation.settings import LIBRARY
from speech.load import Limits, Load
from speech.requests import Kind, ListenRequest
from tests.end_to_end.running import TOKEN, outside, settings_of
from tests.house.plan import ROOT
from tests.scripted_carrier import Carrier, carrier, says
from tests.speech.streaming import CarrierStream, SpeechProcess, awaited, speech_process
from tests.voices import espeak, flite, korean_model

# Vosk's model is loaded twice, the first time to see whether it can be; a second worker would do it again.
pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("real ears")]
KOREAN = ROOT / "tests" / "korean_book"


@pytest.fixture(scope="module")
def moved() -> Iterator[Carrier]:
    with carrier(says({"sid": "CA1"})) as one:
        yield one


@pytest.fixture(scope="module", params=["en", "ko"])
def ears(
    request: pytest.FixtureRequest, redis_url: str, moved: Carrier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SpeechProcess]:
    """In English by the recogniser that needs no model, in Korean by Vosk."""
    folder = tmp_path_factory.mktemp("speech")
    told = settings_of(redis_url, f"sqlite:///{folder}/hotline.sqlite", folder, TWILIO_API_URL=moved.url)
    models = folder / "models"
    models.mkdir()
    if request.param == "ko":
        (models / "ko").symlink_to(korean_model())
    told |= {"SPEECH_MODELS": str(models), "BOOKS_DIR": str(KOREAN if request.param == "ko" else LIBRARY)}
    port = int(told["SPEECH_PORT"])
    command = [sys.executable, "-m", "processes.speech_server"]
    with speech_process(command, redis_url, port, folder, {**outside(), **told}) as running:
        running.signature = sign(TOKEN, f"ws://127.0.0.1:{port}/media", {})
        running.language = request.param
        yield running


def moves(call: str, carrier: Carrier) -> list[str]:
    """Where a call was moved to."""
    return [one.fields["Url"] for one in carrier.asked if one.path.endswith(f"/Calls/{call}.json")]


def until_moved(call: str, carrier: Carrier, times: int) -> None:
    awaited(lambda: len(moves(call, carrier)) >= times)


def test_a_caller_is_heard_and_the_call_is_moved(ears: SpeechProcess, moved: Carrier) -> None:
    spoken = {
        "en": {"refund": flite("a refund"), "yes": flite("yes please"), "no": flite("no thank you")},
        "ko": {"환불": espeak("환불", "ko"), "네": espeak("네", "ko"), "아니요": espeak("아니요", "ko")},
    }[ears.language]
    phrases = (
        tuple(spoken) if ears.language == "ko" else ("a refund", "my account", "yes please", "no thank you")
    )
    awaited(lambda: ears.health()["free"])  # a busy machine may have no room for a moment
    # One Redis for both languages: what one heard of a call must not be found by the other.
    with ears.stream({"en": 41, "ko": 51}[ears.language]) as stream:
        stream.begin()
        stream.pace = 0.02  # as a telephone: of sound that comes faster, a busy machine drops some
        for turn, (word, sound) in enumerate(spoken.items(), 1):
            ears.ask(ListenRequest(stream.call, turn, ears.language, Kind.CHOICE, phrases))
            stream.quiet(0.5)
            stream.say(sound)
            stream.quiet(0.8)
            heard = ears.heard(stream.call, turn)
            assert word in heard.alternatives[0].words
            assert heard.recognizer == {"en": "pocketsphinx", "ko": "vosk"}[ears.language]
            # A call that goes on with another question meanwhile is not moved to the last one.
            until_moved(stream.call, moved, turn)
        assert len(moves(stream.call, moved)) == len(spoken)
    url = moves(stream.call, moved)[0]
    assert f"/voice/calls/{stream.call}/turns/1/heard" in url


def test_while_nobody_is_heard_as_many_have_room_as_can_be_heard_at_once(ears: SpeechProcess) -> None:
    room = Load().room(len(ears.decoders()), Limits(), 0.0)
    awaited(lambda: ears.health()["free"] == room)


def test_all_processes_share_one_model(ears: SpeechProcess) -> None:
    word, sound = {"en": ("a refund", flite("a refund")), "ko": ("환불", espeak("환불", "ko"))}[ears.language]
    awaited(lambda: ears.health()["free"])
    with ears.stream({"en": 42, "ko": 52}[ears.language]) as stream:
        stream.begin()
        stream.pace = 0.02
        ears.ask(ListenRequest(stream.call, 1, ears.language, Kind.CHOICE, (word,)))
        stream.quiet(0.5)
        stream.say(sound)
        stream.quiet(0.8)
        assert ears.heard(stream.call, 1).alternatives
    whole = memory_of(ears.process.pid, "Rss")
    own = [memory_of(one, "Private_Clean", "Private_Dirty") for one in (ears.server, *ears.decoders())]
    assert len(own) >= 2
    assert max(own) < whole / 4, f"{own} of {whole} kB"


def memory_of(process: int, *kinds: str) -> int:
    """Kilobytes that a process has of these kinds, as Linux counts them."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    sizes = dict(re.findall(r"^(\w+): +(\d+) kB$", told, re.MULTILINE))
    return sum(int(sizes[kind]) for kind in kinds)


def test_what_it_hears_is_told(ears: SpeechProcess) -> None:
    health = ears.health()
    assert health["status"] == 200
    assert health["languages"] == {ears.language: "pocketsphinx" if ears.language == "en" else "vosk"}
    assert health["free"] > 0


def test_only_the_carrier_comes_in(ears: SpeechProcess) -> None:
    from websockets.exceptions import InvalidStatus

    for signature in ("", "genuine", sign("another", f"ws://127.0.0.1:{ears.port}/media", {})):
        with pytest.raises(InvalidStatus) as refused:
            CarrierStream(ears, "CA" + "1" * 32, signature=signature).__enter__()
        assert refused.value.response.status_code == 403
